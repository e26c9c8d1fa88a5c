"""Rules that hold for every route, error and vendored file, also for those not yet written."""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
import re
import tomllib

import pytest
from flask import Flask

from forms.errors import KakazuError
from office.accounts.roles import Act
from office.web.policy import PUBLIC, RESIDENT, policy_of
from tests.support.structure import PACKAGES, ROOT
from tests.support.suite import bare_app


def _all_errors() -> set[type[KakazuError]]:
    for package in PACKAGES:
        found = importlib.import_module(package)
        for module in pkgutil.walk_packages(found.__path__, f"{package}."):
            if "migrations" not in module.name and not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    pending, seen = [KakazuError], set()
    while pending:
        error = pending.pop()
        seen.add(error)
        pending += error.__subclasses__()
    return seen


def test_every_error_has_its_own_code() -> None:
    errors = [error for error in _all_errors() if error.__module__.split(".")[0] in PACKAGES]
    codes = [error.code for error in errors]
    assert len(errors) > 10
    assert sorted(codes) == sorted(set(codes))
    assert all(re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", code) for code in codes)


def faulty_routes(app: Flask) -> list[str]:
    """Routes without a policy, with an untyped or camel-case address."""
    found = []
    for rule in app.url_map.iter_rules():
        policy = policy_of(app, rule.endpoint)
        if policy not in (PUBLIC, RESIDENT) and not isinstance(policy, Act):
            found.append(f"{rule.rule}: no policy")
        if policy == RESIDENT and "case_id" not in rule.arguments:
            found.append(f"{rule.rule}: the resident's face without its case")
        fixed = re.sub(r"<[^>]+>", "", rule.rule)
        if not re.fullmatch(r"[a-z0-9/.-]*", fixed):
            found.append(f"{rule.rule}: not kebab-case")
    return found


def test_every_route_says_who_may_use_it() -> None:
    app = bare_app()
    assert len(list(app.url_map.iter_rules())) > 20
    assert faulty_routes(app) == []


def test_a_route_without_policy_is_found_and_refused() -> None:
    app = bare_app()
    app.add_url_rule("/planted", "planted", lambda: "open")
    assert faulty_routes(app) == ["/planted: no policy"]
    assert app.test_client().get("/planted").status_code in (302, 403)


def test_every_post_needs_a_csrf_token() -> None:
    app = bare_app()
    client = app.test_client()
    posts = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or set())]
    assert posts
    for rule in posts:
        address = re.sub(r"<(?:int:)?[^>]+>", "1", rule.rule)
        response = client.post(address)
        assert response.status_code in (302, 400, 403), rule.rule


@pytest.mark.parametrize("name", ["vendor"])
def test_vendored_files_are_unchanged(name: str) -> None:
    folder = ROOT / "office/web/static" / name
    listed = tomllib.loads((folder / "VENDOR.toml").read_text(encoding="utf-8"))["file"]
    assert {entry["name"] for entry in listed} == {
        path.name for path in folder.iterdir() if path.suffix in (".js", ".css")
    }
    for entry in listed:
        assert hashlib.sha256((folder / entry["name"]).read_bytes()).hexdigest() == entry["sha256"], entry[
            "name"
        ]


def test_templates_hold_no_inline_script_or_style() -> None:
    for package in ("office", "robots"):
        for path in (ROOT / package).rglob("templates/**/*.html"):
            text = path.read_text(encoding="utf-8")
            assert not re.search(
                r"<script(?![^>]*\bsrc=)|\son[a-z]+=|\sstyle=|https?://(?!www\.w3\.org)", text
            ), path
