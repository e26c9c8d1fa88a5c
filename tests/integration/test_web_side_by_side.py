"""Pages beside each other: who reads waits for nobody, who shows documents holds nobody up."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, request
from flask import session as cookie
from flask.testing import FlaskClient

from forms.definition import JSON
from forms.rendering.application import Typeset
from forms.rendering.press import Press
from forms.signing.seal import seal
from office.accounts.actor import Actor
from office.accounts.roles import Act, Role
from office.audit import events, journal
from office.audit.models import AuditEntry
from office.jobs.engine import JobEngine
from office.platform import Platform
from office.records import cases, conversations, signing
from office.records.models.applications import Application, ApplicationState, Document, DocumentKind
from office.records.models.cases import Case, CaseState
from office.records.models.paper_batches import PaperBatch, PaperDraft
from office.records.papers import approving
from office.records.verification import queue, settling
from office.web import world
from office.web.application import create_app
from office.web.policy import permission
from tests.support.ground import officer, opened
from tests.support.pages import finished_case, nonce_of, post, signed_in, strokes_field, texts_of
from tests.support.papers import run
from tests.support.readings import batch_of, example, pages_read

COPY = "resident-record-copy"
BOXES: dict[str, JSON] = {"identity.documents": ["my-number-card"], "identity.method": "one"}


class Meanwhile(Press):
    """A press during whose work something else happens."""

    def __init__(self) -> None:
        super().__init__()
        self.happens: Callable[[], object] = lambda: None
        self.ahead: list[Typeset] = []
        self.late: list[Typeset] = []

    def print_ahead(self, pages: Sequence[Typeset]) -> None:
        super().print_ahead(pages)
        self.ahead += pages
        if pages:
            self.happens()

    def print(self, page: Typeset) -> bytes:
        if page not in self.ahead:
            self.late.append(page)
        return super().print(page)


@pytest.fixture
def press() -> Meanwhile:
    return Meanwhile()


@pytest.fixture
def platform(tmp_path: Path, press: Meanwhile) -> Iterator[Platform]:
    platform = replace(opened(tmp_path / "data"), press=press)
    yield platform
    platform.engine.dispose()


@pytest.fixture
def app(platform: Platform) -> Flask:
    return create_app(platform, JobEngine(platform))


@pytest.fixture
def mado(platform: Platform) -> Actor:
    return officer(platform.sessions, "mado", Role.COUNTER)


@pytest.fixture
def client(app: Flask, mado: Actor) -> FlaskClient:
    return signed_in(app, "mado")


def entries(platform: Platform, event: str) -> int:
    with platform.sessions() as session:
        found = sa.select(sa.func.count()).select_from(AuditEntry)
        return session.scalar(found.where(AuditEntry.body.contains(f'"event":"{event}"'))) or 0


def overtake(platform: Platform, actor: Actor) -> None:
    """Somebody else writes, and is done."""
    writer = threading.Thread(target=finished_case, args=(platform, actor))
    writer.start()
    writer.join()


def test_a_page_is_read_while_somebody_writes(platform: Platform, client: FlaskClient, mado: Actor) -> None:
    case_id = finished_case(platform, mado)
    with platform.sessions.begin() as session:
        session.execute(sa.update(Case).values(event="other"))
        answers = [client.get(path).status_code for path in ("/", "/counter/")]
    assert answers == [200, 200]
    assert case_id


@pytest.mark.parametrize("overtaken", [False, True])
def test_a_page_that_leaves_a_trace_leaves_it_once(
    platform: Platform, app: Flask, mado: Actor, overtaken: bool
) -> None:
    seen: list[int] = []

    @app.get("/trace")
    @permission(Act.HOLD_INTERVIEW)
    def trace() -> str:
        held = world.session()
        seen.append(held.scalar(sa.select(sa.func.count()).select_from(Case)) or 0)
        if overtaken and len(seen) == 1:
            overtake(platform, mado)
        journal.write(held, mado, events.CASE_PRINTED, "counter_case:x", documents=[])
        return "read"

    assert signed_in(app, "mado").get("/trace").text == "read"
    assert seen == ([0, 1] if overtaken else [0])
    assert entries(platform, events.CASE_PRINTED.name) == 1


def test_what_is_noted_before_a_page_is_noted_once(platform: Platform, app: Flask, mado: Actor) -> None:
    tried: list[bool] = []

    @app.before_request
    def note() -> None:
        if request.path != "/counter/":
            return
        held = world.session()
        held.scalar(sa.select(sa.func.count()).select_from(Case))
        if not tried:
            overtake(platform, mado)
        tried.append("noted" in cookie)
        if "noted" not in cookie:
            cookie["noted"] = "yes"
            journal.write(held, mado, events.CASE_PRINTED, "counter_case:x", documents=[])

    client = signed_in(app, "mado")
    assert client.get("/counter/").status_code == 200
    assert tried == [False, False]
    assert entries(platform, events.CASE_PRINTED.name) == 1
    assert client.get("/counter/").status_code == 200
    assert tried == [False, False, True]
    assert entries(platform, events.CASE_PRINTED.name) == 1


def test_documents_are_printed_while_others_write(
    platform: Platform, client: FlaskClient, mado: Actor, press: Meanwhile
) -> None:
    case_id = finished_case(platform, mado)
    others: list[str] = []
    press.happens = lambda: others.append(finished_case(platform, mado))
    assert post(client, f"/counter/{case_id}", f"/counter/{case_id}/show").status_code == 302
    assert len(others) == 1
    assert (len(press.ahead), press.late) == (1, [])
    with platform.sessions() as session:
        (application,) = session.scalars(sa.select(Application)).all()
        assert application.state is ApplicationState.DRAFT
        assert session.get_one(Case, case_id).state is CaseState.SHOWN
        assert session.scalar(sa.select(sa.func.count()).select_from(Document)) == 1


def test_an_answer_changed_meanwhile_stands_in_the_documents(
    platform: Platform, client: FlaskClient, mado: Actor, press: Meanwhile
) -> None:
    case_id = finished_case(platform, mado)

    def change() -> None:
        with platform.sessions.begin() as session:
            case = cases.find(session, mado, case_id)
            before = conversations.locked(session, platform, case)
            after = before.answer("contact.phone", "03-1111-2222")
            conversations.save(session, mado, platform.vault, case, before, after, "contact.phone")

    press.happens = change
    assert post(client, f"/counter/{case_id}", f"/counter/{case_id}/show").status_code == 302
    with platform.sessions() as session:
        (application,) = session.scalars(sa.select(Application)).all()
        assert "03-1111-2222" in application.read_record(platform.vault).values()
    assert ["03-1111-2222" in page.html for page in (*press.ahead, *press.late)] == [False, True]


def test_a_case_given_up_meanwhile_is_not_shown(
    platform: Platform, client: FlaskClient, mado: Actor, press: Meanwhile
) -> None:
    case_id = finished_case(platform, mado)

    def close() -> None:
        with platform.sessions.begin() as session:
            cases.close(session, mado, cases.find(session, mado, case_id))

    press.happens = close
    answer = post(client, f"/counter/{case_id}", f"/counter/{case_id}/show")
    assert answer.status_code == 409
    assert "住民に見せられません" in texts_of(answer)
    with platform.sessions() as session:
        (application,) = session.scalars(sa.select(Application)).all()
        assert application.state is ApplicationState.WITHDRAWN


def test_pressed_at_two_desks_it_is_shown_once(
    platform: Platform, app: Flask, client: FlaskClient, mado: Actor, press: Meanwhile
) -> None:
    case_id = finished_case(platform, mado)
    other = signed_in(app, "mado")
    answers: list[int] = []

    def press_too() -> None:
        press.happens = lambda: None
        answers.append(post(other, f"/counter/{case_id}", f"/counter/{case_id}/show").status_code)

    press.happens = press_too
    answers.append(post(client, f"/counter/{case_id}", f"/counter/{case_id}/show").status_code)
    assert answers == [302, 302]
    assert entries(platform, events.CASE_SHOWN.name) == 1
    with platform.sessions() as session:
        assert len(session.scalars(sa.select(Application)).all()) == 1


def handed_over(platform: Platform, client: FlaskClient, mado: Actor) -> tuple[str, dict[str, str]]:
    """A case shown to its resident, and what the signature posts."""
    case_id = finished_case(platform, mado)
    post(client, f"/counter/{case_id}", f"/counter/{case_id}/show")
    nonce = nonce_of(client.get(f"/resident/{case_id}/sign"))
    return case_id, {"nonce": nonce, "strokes": strokes_field(), "sure": "yes"}


def test_documents_are_sealed_while_others_write(
    platform: Platform, client: FlaskClient, mado: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id, signed = handed_over(platform, client, mado)
    others: list[str] = []

    def slowly(*given: Any) -> bytes:
        others.append(finished_case(platform, mado))
        return seal(*given)

    monkeypatch.setattr(signing, "seal", slowly)
    answer = post(client, f"/resident/{case_id}/sign", **signed)
    assert (answer.status_code, len(others)) == (302, 1)
    assert answer.headers["Location"].endswith("/done")
    with platform.sessions() as session:
        assert session.get_one(Case, case_id).state is CaseState.SIGNED


def test_what_is_taken_back_while_it_is_sealed_is_not_filed(
    platform: Platform, client: FlaskClient, mado: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id, signed = handed_over(platform, client, mado)

    def taken_back(*given: Any) -> bytes:
        with platform.sessions.begin() as session:
            cases.reopen(session, mado, cases.find(session, mado, case_id))
        return seal(*given)

    monkeypatch.setattr(signing, "seal", taken_back)
    assert post(client, f"/resident/{case_id}/sign", **signed).status_code == 409
    assert entries(platform, events.CASE_SIGNED.name) == 0
    with platform.sessions() as session:
        (application,) = session.scalars(sa.select(Application)).all()
        assert application.state is ApplicationState.DRAFT
        kinds = session.scalars(sa.select(Document.kind)).all()
        assert kinds == [DocumentKind.SHOWN]


def test_a_pile_of_paper_is_printed_while_others_write(
    platform: Platform, mado: Actor, press: Meanwhile
) -> None:
    with platform.sessions.begin() as session:
        for serial in ("000001", "000002"):
            pages = pages_read(platform, COPY, example(COPY, "family"), {}, serial)
            batch_of(session, mado, platform, pages)
        queue.list_waiting(session, platform)
        settling.settle_all(session, mado, platform)
        for draft in session.scalars(sa.select(PaperDraft)):
            batch = session.get_one(PaperBatch, draft.batch_id)
            approving.approve(session, mado, platform, batch, [draft.id], BOXES)
    press.happens = lambda: finished_case(platform, mado)
    assert run(platform, "file_papers") == {"filed": 2, "back": 0}
    assert (len(press.ahead), press.late) == (2, [])
    with platform.sessions() as session:
        assert {one.state for one in session.scalars(sa.select(Application))} == {ApplicationState.FILED}
        assert len(session.scalars(sa.select(Case)).all()) == 2
