"""Reading an old batch with the engines of now: what would change field by field; nothing else is changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from ocr.batch import ENGINES
from ocr.readings import PageReading
from ocr.versions import engine_versions
from office import clock
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import journal
from office.database import hold, new_id
from office.errors import NotFound, NotNow
from office.records.models.paper_batches import (
    BatchPage,
    BatchState,
    ComparedPage,
    PaperBatch,
    PaperComparison,
    PaperFile,
)
from office.records.papers import events
from office.records.papers.batches import page_rows, subject
from office.records.papers.reading import told_of
from office.records.papers.room import Room
from office.records.papers.step import Step

_SHOWN = ("text", "state")


def ask(session: Session, actor: Actor, batch: PaperBatch) -> PaperComparison:
    """Ask for a comparison of every page of a batch. Raises `NotNow` while it, or one before, goes on."""
    require(actor, Act.CONFIRM_PAPER)
    hold(session, batch)
    open_ones = select(PaperComparison).where(
        PaperComparison.batch_id == batch.id, PaperComparison.ended_at.is_(None)
    )
    if batch.state is BatchState.READING or session.scalar(open_ones) is not None:
        raise NotNow("まだ読み取っているところです。終わってから読み比べてください。")
    made = PaperComparison(
        id=new_id(),
        batch_id=batch.id,
        officer_id=actor.officer,
        engines=engine_versions(ENGINES),
        made_at=clock.now(),
    )
    session.add(made)
    pages = session.scalar(select(func.count(BatchPage.id)).where(BatchPage.batch_id == batch.id)) or 0
    journal.write(session, actor, events.COMPARISON_WANTED, subject(batch), pages=pages)
    session.flush()
    return made


def comparisons_of(session: Session, actor: Actor, batch: PaperBatch) -> Sequence[PaperComparison]:
    """The comparisons of a batch, the newest first."""
    require(actor, Act.CONFIRM_PAPER)
    query = select(PaperComparison).where(PaperComparison.batch_id == batch.id)
    return session.scalars(query.order_by(PaperComparison.id.desc())).all()


def find(session: Session, actor: Actor, comparison_id: str) -> PaperComparison:
    """The comparison of an id; raises `NotFound`."""
    require(actor, Act.CONFIRM_PAPER)
    found = session.get(PaperComparison, comparison_id)
    if found is None:
        raise NotFound("この読み比べは見つかりません。まとまりの画面から選び直してください。")
    return found


def compared(session: Session, actor: Actor, comparison: PaperComparison) -> Sequence[ComparedPage]:
    """The pages compared so far in their order; that they were looked at stands in the journal."""
    require(actor, Act.CONFIRM_PAPER)
    query = select(ComparedPage).join(BatchPage).where(ComparedPage.comparison_id == comparison.id)
    rows = query.options(joinedload(ComparedPage.batch_page).joinedload(BatchPage.file))
    found = session.scalars(rows.order_by(BatchPage.position)).all()
    changed = sum(one.changed for one in found)
    subject_ = f"paper_comparison:{comparison.id}"
    journal.write(session, actor, events.COMPARISON_READ, subject_, changed=changed)
    return found


def count_compared(session: Session, actor: Actor, comparison: PaperComparison) -> int:
    """How many pages were compared so far."""
    require(actor, Act.CONFIRM_PAPER)
    rows = select(func.count(ComparedPage.id)).where(ComparedPage.comparison_id == comparison.id)
    return session.scalar(rows) or 0


def compare_next(step: Step, room: Room) -> Mapping[str, int] | None:
    """Compare the next page; counts of what was done, None when nothing is asked for."""
    with step.reading() as look:
        open_ones = select(PaperComparison).where(PaperComparison.ended_at.is_(None))
        comparison = look.scalar(open_ones.order_by(PaperComparison.id).limit(1))
        if comparison is None:
            return None
        page = _next_page(look, comparison)
        if page is not None:
            differences = _read_anew(step, room, look, page)
    with step.session() as session:
        if page is None:
            session.get_one(PaperComparison, comparison.id).ended_at = clock.now()
            return {}
        row = ComparedPage(comparison_id=comparison.id, batch_page_id=page.id)
        row.write_differences(step.platform.vault, differences)
        session.add(row)
    return {"compared": 1, "changed": len(differences)}


def _next_page(session: Session, comparison: PaperComparison) -> BatchPage | None:
    done = select(ComparedPage.batch_page_id).where(ComparedPage.comparison_id == comparison.id)
    wanted = page_rows().where(BatchPage.batch_id == comparison.batch_id, BatchPage.id.not_in(done))
    return session.scalars(wanted.limit(1)).first()


def _read_anew(step: Step, room: Room, look: Session, page: BatchPage) -> list[dict[str, Any]]:
    file = look.get_one(PaperFile, page.file_id)
    seen = room.page(look, file, page.number)
    if seen is None:
        return []
    now = room.read(look, file, seen, told_of(step.platform, page)).reading
    return differences_of(page.page.read_reading(step.platform.vault), now)


def differences_of(before: Mapping[str, Any], now: PageReading) -> list[dict[str, Any]]:
    """The fields that read otherwise, and with an empty name what became of the page as a whole."""
    after = now.to_json()
    found = []
    whole = {"name": "", "before": _whole(before), "after": _whole(after)}
    if whole["before"] != whole["after"]:
        found.append(whole)
    old = {one["name"]: one for one in before["fields"]}
    new = {one["name"]: one for one in after["fields"]}
    for name in [*old, *(name for name in new if name not in old)]:
        change = {"name": name, "before": _field(old.get(name)), "after": _field(new.get(name))}
        if change["before"] != change["after"]:
            found.append(change)
    return found


def _whole(reading: Mapping[str, Any]) -> dict[str, Any]:
    keys = ("form", "version", "form_page", "serial", "problem")
    return {key: reading.get(key) for key in keys}


def _field(reading: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if reading is None else {key: reading[key] for key in _SHOWN}
