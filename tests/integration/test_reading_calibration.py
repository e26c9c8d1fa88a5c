"""What the city promises of accepted readings: set, watched, set anew from its own verified fields."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from ocr.calibration import NEVER, calibration
from office import clock
from office.accounts.actor import Actor
from office.accounts.roles import Role
from office.audit.models import AuditEntry
from office.errors import NotPermitted
from office.jobs.engine import JobEngine
from office.platform import Platform
from office.records import calibration as doubt
from office.records.models.paper import PaperPage
from office.records.models.paper_calibration import Look, VerifiedField
from office.web.application import create_app
from tests.support.ground import officer, opened
from tests.support.pages import post, signed_in, texts_of

OWN = dict.fromkeys(("date", "text", "name", "address"), 0.99)


@pytest.fixture(scope="module")
def staff(tmp_path_factory: pytest.TempPathFactory) -> tuple[Platform, Actor, Actor]:
    platform = opened(tmp_path_factory.mktemp("reading") / "data")
    clerk = officer(platform.sessions, "jimu", Role.BACK_OFFICE)
    chief = officer(platform.sessions, "kanri", Role.ADMINISTRATOR)
    return platform, clerk, chief


@pytest.fixture
def ground(staff: tuple[Platform, Actor, Actor]) -> tuple[Platform, Actor, Actor]:
    """No verified field; a promise of the city's own, so that the suite's calibration plays no part."""
    with staff[0].sessions.begin() as session:
        for row in session.scalars(select(VerifiedField)):
            session.delete(row)
        doubt.save_promise(session, staff[2], 10, OWN)
    return staff


@pytest.fixture(scope="module")
def app(staff: tuple[Platform, Actor, Actor]) -> Flask:
    return create_app(staff[0], JobEngine(staff[0]))


def keep(
    platform: Platform, kind: str, fields: int, wrong: int, *, promised: float, look: Look = Look.BESIDE
) -> None:
    with platform.sessions.begin() as session:
        for number in range(fields):
            doubt.record(session, doubt.Verified(kind, promised, number >= wrong, look, "v6 v5"))


def test_a_promise_is_kept_with_its_author_and_only_an_administrator_makes_one(
    ground: tuple[Platform, Actor, Actor],
) -> None:
    platform, clerk, chief = ground
    with platform.sessions.begin() as session:
        doubt.save_promise(session, chief, 50)
        assert doubt.current(session).per_10k == 50
        newest = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
        assert newest is not None
        assert "reading-promise.set" in newest.body
    with platform.sessions() as session, pytest.raises(NotPermitted):
        doubt.save_promise(session, clerk, 50)


@pytest.mark.parametrize(
    ("per_10k", "thresholds"), [(7, {}), (0, {}), (10, {"name": 0.2}), (10, {"name": 3})]
)
def test_a_promise_that_cannot_be_kept_is_refused(
    ground: tuple[Platform, Actor, Actor], per_10k: int, thresholds: dict[str, float]
) -> None:
    platform, _, chief = ground
    with platform.sessions() as session, pytest.raises(doubt.PromiseRefused, match="ください"):
        doubt.save_promise(session, chief, per_10k, thresholds)


def test_figures_hold_promise_against_truth_by_kind(ground: tuple[Platform, Actor, Actor]) -> None:
    platform, clerk, _ = ground
    keep(platform, "date", 40, 0, promised=0.9995)
    keep(platform, "name", 20, 8, promised=0.96, look=Look.ASKED)
    with platform.sessions() as session:
        dates, names = doubt.figures(session, clerk, clock.today())
    assert (dates.kind, dates.accepted, dates.wrong, dates.drifts) == ("date", 40, 0, False)
    assert 0.07 < dates.bound < 0.08
    (step,) = names.steps
    assert (step.low, step.high, step.fields, step.found) == (0.95, 0.99, 20, 0.6)
    assert names.overconfident
    assert (names.accepted, names.drifts) == (0, False)


@pytest.mark.parametrize(
    ("fields", "wrong", "drifts", "proved"),
    [
        (1, 1, False, False),
        (12, 1, False, False),
        (500, 1, False, False),
        (12, 2, True, False),
        (2000, 1, False, False),
        (2000, 8, True, False),
        (2994, 0, False, False),
        (2995, 0, False, True),
    ],
)
def test_one_wrong_field_is_no_drift_and_few_right_ones_prove_nothing(
    ground: tuple[Platform, Actor, Actor], fields: int, wrong: int, drifts: bool, proved: bool
) -> None:
    platform, clerk, _ = ground
    keep(platform, "date", fields, wrong, promised=0.9995)
    with platform.sessions() as session:
        (found,) = doubt.figures(session, clerk, clock.today())
    assert (found.drifts, found.overconfident, found.proved) == (drifts, drifts, proved)
    assert found.lacking == max(0, 2995 - fields)


def test_what_is_older_than_the_span_does_not_count(ground: tuple[Platform, Actor, Actor]) -> None:
    platform, clerk, _ = ground
    keep(platform, "date", 5, 5, promised=0.9995)
    with platform.sessions() as session:
        assert doubt.figures(session, clerk, clock.today() + timedelta(days=1)) == ()


def test_a_kind_that_breaks_the_promise_warns_and_is_set_stricter(
    ground: tuple[Platform, Actor, Actor],
) -> None:
    platform, clerk, chief = ground
    keep(platform, "date", 200, 4, promised=0.9999)
    keep(platform, "text", 200, 3, promised=0.9992)
    keep(platform, "text", 300, 0, promised=0.99995)
    with platform.sessions.begin() as session:
        assert all(one.drifts for one in doubt.figures(session, clerk, clock.today()))
        found = {one.kind: one for one in doubt.retuned(session, clerk, 10, clock.today())}
        assert found["date"].proposed == NEVER
        assert found["text"].now < found["text"].proposed == 0.9999
        doubt.apply_retuned(session, chief, clock.today())
        own = doubt.current(session)
    assert own.from_chance("date", calibration().of("date")) == NEVER
    assert own.from_chance("text", calibration().of("text")) == 0.9999


def test_a_kind_proved_on_thousands_is_set_looser_and_few_fields_change_nothing(
    ground: tuple[Platform, Actor, Actor],
) -> None:
    platform, clerk, _ = ground
    keep(platform, "name", 3200, 0, promised=0.85, look=Look.ASKED)
    keep(platform, "address", 30, 0, promised=0.85, look=Look.ASKED)
    with platform.sessions.begin() as session:
        address, name = doubt.retuned(session, clerk, 10, clock.today())
    assert (name.kind, name.proposed) == ("name", 0.85)
    assert address.proposed == address.now


def test_thousands_of_different_probabilities_are_judged_in_no_time(
    ground: tuple[Platform, Actor, Actor],
) -> None:
    platform, clerk, chief = ground
    with platform.sessions.begin() as session:
        doubt.save_promise(session, chief, 30, {"date": 0.99})
        for number in range(6000):
            sure = 0.8 + number / 30_000
            doubt.record(session, doubt.Verified("date", sure, number % 1500 > 0, Look.DRAWN, "v6 v5"))
    began = time.process_time()
    with platform.sessions() as session:
        (found,) = doubt.retuned(session, clerk, 30, clock.today())
    assert time.process_time() - began < 2
    assert (found.proposed, found.wrong) == (0.8, 4), "so few wrong among so many prove them all"


def test_the_page_shows_curves_warns_and_lets_an_administrator_set_both(
    app: Flask, ground: tuple[Platform, Actor, Actor]
) -> None:
    platform, _, _ = ground
    chief = signed_in(app, "kanri")
    assert "まだありません" in texts_of(chief.get("/reading/"))
    keep(platform, "date", 200, 4, promised=0.9999)
    shown = chief.get("/reading/")
    assert "約束を超えています" in texts_of(shown)
    assert shown.text.count("<svg") >= 1
    assert "97.96" not in shown.text
    assert "98.00%" in texts_of(shown)
    assert post(chief, "/reading/", "/reading/thresholds").status_code == 302
    assert "必ず確かめる" in texts_of(chief.get("/reading/"))
    assert post(chief, "/reading/", "/reading/promise", per_10k="30", drawn="10").status_code == 302
    assert "1万件に30件まで" in texts_of(chief.get("/reading/"))
    assert "1,000件に10件を点検します" in texts_of(chief.get("/reading/"))
    assert post(chief, "/reading/", "/reading/promise", per_10k="31", drawn="0").status_code == 409


def test_a_clerk_sees_the_page_and_cannot_change_it(
    app: Flask, ground: tuple[Platform, Actor, Actor]
) -> None:
    clerk = signed_in(app, "jimu")
    assert "約束を保存する" not in clerk.get("/reading/").text
    assert post(clerk, "/applications/", "/reading/promise", per_10k="30").status_code == 403
    assert ground[0].settings.data.is_dir()


def kept(platform: Platform) -> list[tuple[str, str, bool]]:
    with platform.sessions() as session:
        rows = session.scalars(select(VerifiedField)).all()
    return sorted((row.field_kind, str(row.look), row.right) for row in rows)


def test_a_filed_page_leaves_what_became_of_its_fields_and_nothing_else(
    ground: tuple[Platform, Actor, Actor],
) -> None:
    def field(name: str, state: str, value: str | None, **evidence: float) -> dict[str, object]:
        known = {"name": name, "kind": "text", "confidence": 0.98, "state": state}
        return {**known, "value": value, "evidence": evidence}

    page = PaperPage(id="01PAPERPAGE00000000000000A")
    found = [
        (field("accepted", "accepted", "会社への提出", first=9.0), "会社への提出"),
        (field("corrected", "accepted", "会社への提山", first=9.0), "会社への提出"),
        (field("asked", "ask", "年金", first=1.0), "年金"),
        (field("drawn", "ask", "年金", first=9.0, drawn=1.0), "年金"),
        (field("empty", "accepted", None, blank=1.0), None),
        (field("unread", "rejected", None, first=0.0), "年金"),
        (field("not-weighed", "ask", "年金"), "年金"),
    ]
    with ground[0].sessions.begin() as session:
        doubt.record_page(session, page, found, whole=True)
    seen = [
        ("blank", "beside", True),
        ("text", "asked", True),
        ("text", "beside", False),
        ("text", "beside", True),
        ("text", "drawn", True),
    ]
    assert kept(ground[0]) == seen
    with ground[0].sessions.begin() as session:
        doubt.record_page(session, page, found, whole=False)
    asked = [one for one in seen if one[1] != "beside"]
    assert kept(ground[0]) == sorted(seen + asked), "what nobody has seen proves nothing"
    columns = set(VerifiedField.__table__.columns.keys())
    assert columns == {"id", "day", "field_kind", "look", "promised", "right", "engines"}
