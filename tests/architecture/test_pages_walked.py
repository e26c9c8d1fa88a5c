"""No page is left out when the pages are looked at: those not yet written neither."""

from __future__ import annotations

from flask import Flask

from office.web.policy import PUBLIC as OPEN
from office.web.policy import RESIDENT, policy_of
from tests.support import places
from tests.support.places import NOT_WALKED, WALKED, pages
from tests.support.suite import bare_app


def left_out(app: Flask) -> list[str]:
    """Pages that are neither walked nor excused."""
    return [rule.rule for rule in pages(app) if rule.endpoint not in WALKED | NOT_WALKED.keys()]


def test_every_page_is_walked_or_says_why_not() -> None:
    app = bare_app()
    assert left_out(app) == []
    known = {rule.endpoint for rule in pages(app)}
    assert WALKED | NOT_WALKED.keys() <= known, "an entry whose page is gone"
    assert WALKED & NOT_WALKED.keys() == set()
    assert all(NOT_WALKED.values())


def test_a_page_left_out_is_found() -> None:
    app = bare_app()
    app.add_url_rule("/planted", "planted", lambda: "new")
    assert left_out(app) == ["/planted"]


def test_every_page_stands_with_those_who_may_open_it() -> None:
    app = bare_app()
    for endpoint in WALKED:
        policy = policy_of(app, endpoint)
        open_to_all = endpoint in places.PUBLIC or endpoint in places.ONE_LANGUAGE
        face = endpoint in places.ASKING or endpoint in places.SHOWING
        assert (policy == OPEN, policy == RESIDENT) == (open_to_all, face), endpoint


def test_every_address_leads_to_the_page_it_stands_for() -> None:
    app = bare_app()
    router = app.url_map.bind("localhost")
    for group in (places.OFFICERS, places.PUBLIC, places.ONE_LANGUAGE):
        for endpoint, addresses in group.items():
            for address in addresses:
                path = address.partition("?")[0].replace("{draft}", "a/v2")
                assert router.match(path)[0] == endpoint, address
