"""Cases of tablets at the server: taken in once, joined, sealed, verified; or kept for a person."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from forms.rendering import press
from forms.rendering.application import Typeset, print_pdf
from forms.signing.verification import verify
from office import clock
from office.accounts.actor import Actor
from office.accounts.roles import Role
from office.audit.models import AuditEntry
from office.jobs.engine import JobEngine
from office.platform import Platform
from office.records import arrivals, documents, tablets
from office.records.models.applications import Application
from office.records.models.cases import Case, CaseState, Signature
from office.records.models.tablets import Arrival
from office.records.receipts import next_receipt_number
from office.web.application import create_app
from office.web.tablet.turns import Turns
from tests.support.ground import officer, opened
from tests.support.offline import offline_body, parcel_of, race, send, signed_body
from tests.support.pages import post, signed_in, texts_of

BROKEN = ["", "[]", "{}", '{"format":"kakazu-offline-case/1"}', "\ud800", "x" * 1000]
DAMAGED: list[dict[str, Any]] = [
    {"sha256": "0" * 64},
    {"body": 3},
    {"id": ""},
    {"id": "x" * 37},
    {"clock_ms": -1},
    {"unsent": True},
]


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    return opened(tmp_path_factory.mktemp("city"))


@pytest.fixture(scope="module")
def app(platform: Platform) -> Flask:
    return create_app(platform, JobEngine(platform))


@pytest.fixture(scope="module")
def actor(platform: Platform) -> Actor:
    return officer(platform.sessions, "tablet-keeper", Role.COUNTER, Role.BACK_OFFICE)


@pytest.fixture
def tablet(platform: Platform, actor: Actor) -> tuple[str, str]:
    """An enrolled tablet: its id and token."""
    with platform.sessions.begin() as session:
        enrolled = tablets.enrol(session, actor, "窓口1番の端末")
    return enrolled.tablet.id, enrolled.token


def counts(platform: Platform) -> tuple[int, int, int, int]:
    """Arrivals, cases, applications and signatures."""
    with platform.sessions() as session:
        return tuple(  # type: ignore[return-value]
            session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in (Arrival, Case, Application, Signature)
        )


def grown(before: tuple[int, ...], after: tuple[int, ...]) -> list[int]:
    return [new - old for old, new in zip(before, after, strict=True)]


def test_a_signed_case_is_filed_once_and_its_file_tells_how_it_was_signed(
    app: Flask, platform: Platform, actor: Actor, tablet: tuple[str, str]
) -> None:
    before, body = counts(platform), signed_body(platform)
    first = send(app, tablet[1], parcel_of(body))
    assert (first.status_code, first.json["state"]) == (200, "filed"), first.json
    again = send(app, tablet[1], parcel_of(body))
    assert again.json == first.json
    assert grown(before, counts(platform)) == [1, 1, 1, 1]
    with platform.sessions() as session:
        number = first.json["applications"][0]
        row = session.scalars(sa.select(Application).where(Application.receipt_number == number)).one()
        assert row.filed_on == clock.today()
        sealed = documents.sealed_pdf(session, actor, platform.vault, row)
        entries = session.scalars(sa.select(AuditEntry.body).order_by(AuditEntry.seq.desc()).limit(4)).all()
    assert any('"event":"case.arrived"' in one and first.json["sha256"] in one for one in entries)
    verdict = verify(sealed, platform.keys.trust_pem)
    assert verdict.ok, verdict.faults
    told = {one.code: one.message for one in verdict.findings}
    assert "要約に、画面上で手書きの署名" in told["signed-by-hand"]
    assert "通信できない端末「窓口1番の端末」" in told["offline"]
    assert verdict.evidence is not None
    assert verdict.evidence["offline"]["joined_by"]["name"] == actor.name
    assert verdict.evidence["offline"]["summary_sha256"] == json.loads(body)["shown"]["sha256"]


def test_a_case_is_printed_while_nothing_is_locked(
    app: Flask, platform: Platform, tablet: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    printed: list[bool] = []

    def counted(page: Typeset) -> bytes:
        with platform.sessions.begin():  # waits in vain where somebody holds SQLite's lock
            printed.append(True)
        return print_pdf(page)

    monkeypatch.setattr(press, "print_pdf", counted)
    first = send(app, tablet[1], parcel_of(signed_body(platform)))
    assert (first.json["state"], len(printed)) == ("filed", 1)
    assert send(app, tablet[1], parcel_of(offline_body(platform))).json["state"] == "open"
    assert len(printed) == 1, "nothing is printed of what nobody signed"


def test_a_receipt_number_taken_meanwhile_is_not_given_twice(
    app: Flask, platform: Platform, tablet: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[str] = []

    def overtaken(pages: Sequence[Typeset]) -> None:
        with platform.sessions.begin() as session:
            taken.append(next_receipt_number(session, clock.today()))
        ahead(pages)

    ahead = platform.press.print_ahead
    monkeypatch.setattr(platform.press, "print_ahead", overtaken)
    told = send(app, tablet[1], parcel_of(signed_body(platform))).json
    assert (told["state"], len(taken)) == ("filed", 1)
    assert taken[0] < told["applications"][0]


def test_a_tablet_that_finds_no_room_keeps_its_case_and_comes_again(
    app: Flask, platform: Platform, tablet: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before, turns, parcel = counts(platform), Turns(waiting=0), parcel_of(signed_body(platform))
    monkeypatch.setitem(app.extensions, "kakazu-tablet-turns", turns)
    with turns.taken():
        refused = send(app, tablet[1], parcel)
    assert (refused.status_code, refused.json["code"]) == (503, "tablets-busy")
    assert grown(before, counts(platform)) == [0, 0, 0, 0]
    assert send(app, tablet[1], parcel).json["state"] == "filed"


def test_other_content_under_the_same_id_is_kept_for_a_person(
    app: Flask, platform: Platform, tablet: tuple[str, str]
) -> None:
    body = signed_body(platform)
    assert send(app, tablet[1], parcel_of(body)).json["state"] == "filed"
    before = counts(platform)
    other = json.dumps({**json.loads(body), "language": "en"}, ensure_ascii=False)
    held = send(app, tablet[1], parcel_of(other))
    assert (held.status_code, held.json["state"]) == (200, "held")
    assert send(app, tablet[1], parcel_of(other)).json == held.json
    assert grown(before, counts(platform)) == [1, 0, 0, 0]
    page = texts_of(signed_in(app, "tablet-keeper").get("/tablets/"))
    assert "ちがう内容でもう一度届きました" in page


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"shown": {"sha256": "0" * 64, "cards": 1}}, "summary"),
        ({"signature": None, "shown": None}, "unsigned"),
        ({"language": "en"}, "consent"),
        ({"displayed_at": "2026-01-05T01:00:00Z"}, "date"),
    ],
)
def test_what_does_not_fit_comes_as_an_open_case_to_be_signed_again(
    app: Flask, platform: Platform, tablet: tuple[str, str], change: dict[str, Any], cause: str
) -> None:
    before = counts(platform)
    raw = json.loads(signed_body(platform))
    part = raw["signature"] if "displayed_at" in change else raw
    part.update(change)
    body = json.dumps(raw, ensure_ascii=False)
    assert send(app, tablet[1], parcel_of(body)).json["state"] == "open"
    assert grown(before, counts(platform)) == [1, 1, 0, 0]
    with platform.sessions() as session:
        arrival = session.scalars(sa.select(Arrival).order_by(Arrival.id.desc())).first()
        assert arrival is not None
        case = session.get_one(Case, arrival.case_id)
        assert (arrival.cause, case.state) == (cause, CaseState.OPEN)
        assert case.read_interview(platform.vault)["answers"] == json.loads(body)["answers"]
        assert arrival.read_body(platform.vault) == body
    client = signed_in(app, "tablet-keeper")
    assert arrivals.CAUSES[cause] in texts_of(client.get("/tablets/"))
    assert "もう一度ご署名が必要です" in texts_of(client.get(f"/counter/{case.id}"))


def test_a_clock_that_is_a_day_off_cannot_date_a_signature(
    app: Flask, platform: Platform, tablet: tuple[str, str]
) -> None:
    yesterday = clock.now() - timedelta(days=1)
    body = signed_body(platform, at=yesterday)
    parcel = parcel_of(body, clock_ms=round(yesterday.timestamp() * 1000))
    assert send(app, tablet[1], parcel).json["state"] == "open"
    honest = signed_body(platform, at=yesterday)
    assert send(app, tablet[1], parcel_of(honest)).json["state"] == "filed", "an old signature is filed"


@pytest.mark.parametrize("broken", BROKEN)
def test_what_cannot_be_read_is_kept_as_it_is(
    app: Flask, platform: Platform, tablet: tuple[str, str], broken: str
) -> None:
    before = counts(platform)
    parcel = parcel_of(broken, client_id=str(uuid.uuid4()))
    answer = send(app, tablet[1], parcel)
    if broken == "\ud800":
        assert answer.status_code == 400
        assert grown(before, counts(platform)) == [0, 0, 0, 0]
        return
    assert answer.json["state"] == "held"
    assert grown(before, counts(platform)) == [1, 0, 0, 0]


@pytest.mark.parametrize("change", DAMAGED)
def test_a_damaged_parcel_leaves_no_trace_and_may_be_sent_again(
    app: Flask, platform: Platform, tablet: tuple[str, str], change: dict[str, Any]
) -> None:
    before, parcel = counts(platform), parcel_of(signed_body(platform))
    answer = send(app, tablet[1], {**parcel, **change})
    assert answer.status_code == 400
    assert "。" in answer.json["message"]
    assert grown(before, counts(platform)) == [0, 0, 0, 0]


def test_only_an_enrolled_tablet_in_use_is_let_in(
    app: Flask, platform: Platform, tablet: tuple[str, str]
) -> None:
    parcel, client = parcel_of(offline_body(platform)), signed_in(app, "tablet-keeper")
    before = counts(platform)
    assert send(app, "nobody", parcel).status_code == 403
    assert app.test_client().post("/tablet/cases", json=parcel).status_code == 403
    assert post(client, "/tablets/", f"/tablets/{tablet[0]}/revoke").status_code == 302
    refused = send(app, tablet[1], parcel)
    assert refused.status_code == 403
    assert "止められています" in refused.json["message"]
    assert grown(before, counts(platform)) == [0, 0, 0, 0]
    assert post(client, "/tablets/", f"/tablets/{tablet[0]}/restore").status_code == 302
    assert send(app, tablet[1], parcel).json["state"] == "open"


def test_what_is_held_can_be_opened_or_settled(
    app: Flask, platform: Platform, tablet: tuple[str, str]
) -> None:
    body = offline_body(platform)
    send(app, tablet[1], parcel_of(body))
    other = json.dumps({**json.loads(body), "definitions": "x"}, ensure_ascii=False)
    send(app, tablet[1], parcel_of(other))
    with platform.sessions() as session:
        digest = hashlib.sha256(other.encode()).hexdigest()
        held = session.scalars(sa.select(Arrival).where(Arrival.sha256 == digest)).one()
    client = signed_in(app, "tablet-keeper")
    opened_case = post(client, "/tablets/", f"/tablets/arrivals/{held.id}/open")
    assert "/counter/" in opened_case.location
    assert post(client, "/tablets/", f"/tablets/arrivals/{held.id}/open").status_code == 409
    assert post(client, "/tablets/", f"/tablets/arrivals/{held.id}/settle").status_code == 302
    assert client.get("/tablets/arrivals/nothing/open").status_code == 405


def test_enrolling_needs_a_name_and_an_officer(app: Flask) -> None:
    client = signed_in(app, "tablet-keeper")
    assert post(client, "/tablets/new", "/tablets/enrol", name=" ").status_code == 422
    made = post(client, "/tablets/new", "/tablets/enrol", name="  窓口  2番 ")
    assert (made.json or {})["name"] == "窓口 2番"
    stranger: FlaskClient = app.test_client()
    assert stranger.get("/tablets/").status_code == 302
    assert stranger.get("/tablet/").status_code == 200
    assert "kakazu-bundle/1" in stranger.get("/tablet/bundle.json").text


def test_two_sendings_at_once_make_one_case(tmp_path: Path, postgres: str) -> None:
    """On PostgreSQL, where writers do not queue by themselves."""
    assert race(tmp_path, postgres) == ([200] * 4, 1, 1)
