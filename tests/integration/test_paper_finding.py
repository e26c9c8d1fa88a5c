"""A page found among all batches: by what it is, where it stands, and whose application was made of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.definition import JSON
from office.accounts.actor import Actor
from office.accounts.roles import Role
from office.audit.models import AuditEntry
from office.errors import NotPermitted
from office.jobs.engine import JobEngine
from office.platform import Platform
from office.records import intake
from office.records.models.paper import PaperPage
from office.records.models.paper_batches import BatchPage, PaperBatch, PaperDraft
from office.records.papers import approving, finding
from office.records.papers.finding import Found, Search
from office.records.verification import queue, settling
from office.web.application import create_app
from tests.support.ground import officer, opened
from tests.support.pages import signed_in, texts_of
from tests.support.papers import unread
from tests.support.readings import batch_of, doubtful, example, pages_read

COPY = "resident-record-copy"
BOXES: dict[str, JSON] = {"identity.documents": ["my-number-card"], "identity.method": "one"}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Platform, Actor]]:
    """Forms filed (000001), drafted (000002), in doubt (000003), put aside (000004); a letter."""
    platform = opened(tmp_path_factory.mktemp("finding") / "data")
    clerk = officer(platform.sessions, "jimu", Role.BACK_OFFICE)
    with platform.sessions.begin() as session:
        for serial in ("000001", "000002", "000003", "000004"):
            doubts = {"applicant.phone": doubtful("090-9999-9999")} if serial > "000002" else {}
            batch_of(
                session, clerk, platform, pages_read(platform, COPY, example(COPY, "family"), doubts, serial)
            )
        batch_of(session, clerk, platform, [unread(7)])
        queue.list_waiting(session, platform)
        settling.settle_all(session, clerk, platform)
        for page in session.scalars(select(PaperPage).where(PaperPage.serial == "000004")):
            intake.discard(session, clerk, page, "同じ紙が2回入っている")
        first = session.scalars(select(PaperDraft).order_by(PaperDraft.id)).first()
        assert first is not None
        batch = session.get_one(PaperBatch, first.batch_id)
        approving.approve(session, clerk, platform, batch, [first.id], BOXES)
        assert approving.file_next(session, platform)
    yield platform, clerk
    platform.engine.dispose()


@pytest.fixture
def session(office: tuple[Platform, Actor]) -> Iterator[Session]:
    with office[0].sessions() as session:
        yield session
        session.rollback()


def found(
    session: Session, actor: Actor, text: str = "", procedure: str = "", state: str = ""
) -> list[tuple[str | None, int, Found]]:
    """Serial, page and state of what was found, in a fixed order."""
    hits, total = finding.search(session, actor, Search(text, procedure, state))
    assert total == len(hits)
    return sorted((hit.row.page.serial, hit.row.number, hit.state) for hit in hits)


def test_by_where_a_page_stands(office: tuple[Platform, Actor], session: Session) -> None:
    sheets = {state: found(session, office[1], state=state) for state in Found}
    for state, serial in zip(Found, ("000003", "000002", "000001", None, "000004"), strict=True):
        numbers = [1] if state is Found.UNKNOWN else [1, 2]
        assert sheets[state] == [(serial, number, state) for number in numbers]
    every, total = finding.search(session, office[1], Search())
    assert total == len(every) == len(session.scalars(select(BatchPage)).all())


def test_by_receipt_number_name_serial_and_file(office: tuple[Platform, Actor], session: Session) -> None:
    hits, _ = finding.search(session, office[1], Search(state=Found.FILED))
    one = hits[0].application
    assert one is not None
    filed = [("000001", 1, Found.FILED), ("000001", 2, Found.FILED)]
    named = [*filed, ("000002", 1, Found.DRAFTED), ("000002", 2, Found.DRAFTED)]
    assert found(session, office[1], text=one.receipt_number) == filed
    assert found(session, office[1], text=one.applicant_name) == named
    assert found(session, office[1], text=one.applicant_kana, state=Found.FILED) == filed
    assert [hit[0] for hit in found(session, office[1], text="000003.pdf")] == ["000003"] * 2
    assert [hit[0] for hit in found(session, office[1], text="000004")] == ["000004"] * 2
    assert found(session, office[1], procedure="moving-in") == []
    assert found(session, office[1], text="%") == [], "what is typed is no pattern"


def test_a_search_is_journaled_without_what_was_searched_for(
    office: tuple[Platform, Actor], session: Session
) -> None:
    with office[0].sessions.begin() as searching:
        finding.search(searching, office[1], Search(text="山田"))
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
    assert entry is not None
    assert "paper.searched" in entry.body
    assert "山田" not in entry.body
    with pytest.raises(NotPermitted):
        finding.search(session, Actor.nobody(), Search())


def test_the_page(office: tuple[Platform, Actor]) -> None:
    app: Flask = create_app(office[0], JobEngine(office[0]))
    clerk = signed_in(app, "jimu")
    shown = texts_of(clerk.get("/paper/find/"))
    for word in ("確認待ち", "下書き", "受け付けた", "様式不明", "使わない"):
        assert word in shown
    assert "条件に合う紙はありません" in texts_of(clerk.get("/paper/find/?text=ない"))
    assert clerk.get("/paper/find/?state=other&first=-3").status_code == 200
