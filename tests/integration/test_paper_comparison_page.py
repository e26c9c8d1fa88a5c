"""The page of a comparison: what would change, sorted by how it changes; looking changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from office import clock
from office.accounts.actor import Actor
from office.accounts.roles import Role
from office.audit.models import AuditEntry
from office.database import new_id
from office.jobs.engine import JobEngine
from office.platform import Platform
from office.records.models.paper import PaperPage
from office.records.models.paper_batches import BatchPage, ComparedPage, PaperBatch, PaperComparison
from office.records.models.paper_decisions import DecisionKind
from office.records.verification import decisions, queue
from office.web.application import create_app
from tests.support.ground import officer, opened
from tests.support.pages import signed_in, texts_of
from tests.support.readings import batch_of, doubtful, example, pages_read

COPY, PHONE, FORMS = "resident-record-copy", "applicant.phone", 32


def told(name: str, before: str, after: str, *states: str) -> dict[str, Any]:
    old, new = states
    return {"name": name, "before": {"text": before, "state": old}, "after": {"text": after, "state": new}}


CHANGES = [
    told(PHONE, "090-1111-1111", "090-7777-7777", "ask", "accepted"),
    told("copy.purpose", "年金の手続", "年金の手続", "accepted", "ask"),
]


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    return opened(tmp_path_factory.mktemp("comparison") / "data")


@pytest.fixture(scope="module")
def clerk(platform: Platform) -> Actor:
    return officer(platform.sessions, "jimu", Role.BACK_OFFICE)


@pytest.fixture(scope="module")
def client(platform: Platform, clerk: Actor) -> FlaskClient:
    app: Flask = create_app(platform, JobEngine(platform))
    return signed_in(app, clerk.name.removeprefix("職員 "))


@pytest.fixture(scope="module")
def comparison(platform: Platform, clerk: Actor) -> str:
    """A comparison that has ended: the first page of many forms reads otherwise; one doubt is decided."""
    with platform.sessions.begin() as session:
        doubts = {PHONE: doubtful("090-1111-1111")}
        pages = [
            page
            for number in range(FORMS)
            for page in pages_read(platform, COPY, example(COPY, "family"), doubts, f"{number + 1:06d}")
        ]
        batch = batch_of(session, clerk, platform, pages)[0]
        queue.list_waiting(session, platform)
        doubt = queue.take(session, clerk, queue.Scope(), 1)[0]
        decisions.decide(session, clerk, platform, doubt, DecisionKind.TYPED, "090-2222-2222")
        return compared(session, platform, batch, ended=True)


def compared(session: Session, platform: Platform, batch: PaperBatch, *, ended: bool) -> str:
    now = clock.now()
    made = PaperComparison(
        id=new_id(), batch_id=batch.id, officer_id=batch.officer_id, engines="engine-2", made_at=now,
        ended_at=now if ended else None,
    )  # fmt: skip
    session.add(made)
    session.flush()
    for row in session.scalars(select(BatchPage).where(BatchPage.batch_id == batch.id)).all():
        one = ComparedPage(comparison_id=made.id, batch_page_id=row.id)
        one.write_differences(platform.vault, CHANGES if row.page.page == 1 else [])
        session.add(one)
    session.flush()
    return made.id


def entries(platform: Platform) -> int:
    with platform.sessions() as session:
        return session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def stored(platform: Platform) -> list[tuple[str, bytes, str]]:
    with platform.sessions() as session:
        rows = session.scalars(select(PaperPage).order_by(PaperPage.id))
        return [(page.id, page.reading_sealed, page.state.value) for page in rows]


def test_changes_are_counted_parted_and_shown_beside_what_was_decided(
    platform: Platform, client: FlaskClient, comparison: str
) -> None:
    before = stored(platform)
    shown = client.get(f"/paper/batches/comparisons/{comparison}")
    texts = texts_of(shown)
    assert f"変わるのは{FORMS}ページの{2 * FORMS}か所です" in texts.replace(" ", "")
    assert "090-7777-7777" in texts
    assert texts.count("090-2222-2222") == 1, "what a person decided stands beside it"
    assert shown.text.count("今なら</th>") == 30, "thirty pages at a time"
    assert client.get(f"/paper/batches/comparisons/{comparison}?first=30").text.count("今なら</th>") == 2
    values = texts_of(client.get(f"/paper/batches/comparisons/{comparison}?way=value"))
    assert "090-7777-7777" in values
    assert "年金の手続" not in values
    sureness = texts_of(client.get(f"/paper/batches/comparisons/{comparison}?way=sureness"))
    assert "年金の手続" in sureness
    assert "090-7777-7777" not in sureness
    assert client.get(f"/paper/batches/comparisons/{comparison}?way=other&first=-1").status_code == 200
    assert stored(platform) == before, "nothing is changed by looking"


def test_watching_it_go_on_is_no_look_at_what_it_found(
    platform: Platform, client: FlaskClient, comparison: str
) -> None:
    with platform.sessions.begin() as session:
        ended = session.get_one(PaperComparison, comparison)
        batch = session.get_one(PaperBatch, ended.batch_id)
        going_on = compared(session, platform, batch, ended=False)
    before = entries(platform)
    texts = texts_of(client.get(f"/paper/batches/comparisons/{going_on}"))
    assert f"{2 * FORMS}ページ中{2 * FORMS}ページを読み比べました" in texts
    assert "090-7777-7777" not in texts
    assert entries(platform) == before
    client.get(f"/paper/batches/comparisons/{comparison}")
    assert entries(platform) == before + 1
