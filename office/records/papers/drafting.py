"""The end of a batch: forms all of whose fields were accepted become drafts of applications by themselves.

A draft is for an officer to confirm; nothing is filed by it. Boxes that only an officer fills in do not keep
a form from becoming a draft: it then says that they are lacking.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, defer

from forms.definition import JSON
from forms.filled import FilledForm
from forms.interview import Source
from office import clock
from office.accounts.actor import Actor, require
from office.accounts.models import Officer
from office.accounts.roles import Act
from office.audit import journal
from office.database import hold, new_id
from office.platform import Platform
from office.records import filing
from office.records.models.applications import Channel
from office.records.models.cases import Case  # noqa: F401 - an application's row refers to its table
from office.records.models.paper import PaperPage, PaperState
from office.records.models.paper_batches import (
    BatchPage,
    BatchState,
    DraftPage,
    DraftState,
    Outcome,
    PaperBatch,
    PaperDraft,
)
from office.records.papers import events
from office.records.papers.approving import approve_unattended
from office.records.papers.batches import subject
from office.records.papers.rescans import twice_scanned
from office.records.papers.step import Step
from office.records.sheets import Bundle, bundles
from office.records.verification.rows import SIGNATURE, Row, rows_of
from office.records.verification.values import record_of


@dataclass(frozen=True, slots=True)
class Plan:
    """A form that can become a draft: its sheets, what it says, how many boxes an officer has to fill in."""

    bundle: Bundle
    record: Mapping[str, JSON]
    lacks: int


def finish(step: Step, batch_id: str) -> Mapping[str, int]:
    """Draft what can be drafted of a batch whose pages are all read, and close it."""
    with step.reading() as look:
        found = plans(look, step.platform, batch_id)
    with step.session() as session:
        batch = session.get_one(PaperBatch, batch_id)
        hold(session, batch)
        if batch.state is not BatchState.READING or _unread(session, batch_id):
            return {}
        drafts = [draft(session, step.actor, step.platform, batch, plan) for plan in found]
        made = [one for one in drafts if one is not None]
        approve_unattended(session, step.actor, step.platform, batch, made)
        _close(session, step.actor, batch)
        return {"drafts": len(made), "batches": 1}


def _unread(session: Session, batch_id: str) -> int:
    again = select(func.count(BatchPage.id)).where(BatchPage.batch_id == batch_id, BatchPage.again.is_(True))
    return session.scalar(again) or 0


def plans(session: Session, platform: Platform, batch_id: str) -> list[Plan]:
    """The forms of a batch that are whole, read without a doubt, and not scanned twice."""
    pages = session.scalars(
        select(PaperPage)
        .where(
            PaperPage.state == PaperState.WAITING,
            PaperPage.procedure.is_not(None),
            PaperPage.id.not_in(select(DraftPage.page_id)),
            PaperPage.id.in_(select(BatchPage.page_id).where(BatchPage.batch_id == batch_id))
            | PaperPage.serial.in_(_serials(batch_id)),
        )
        .options(defer(PaperPage.image_sealed))
        .order_by(PaperPage.arrived_at, PaperPage.id)
    ).all()
    found = (_plan(one) for one in bundles(platform, pages) if not twice_scanned(session, one))
    return [plan for plan in found if plan is not None]


def _serials(batch_id: str) -> Select[str | None]:
    """The serials that came in a batch, but not the zeros of forms printed in a pile."""
    return (
        select(PaperPage.serial)
        .join(BatchPage, BatchPage.page_id == PaperPage.id)
        .where(BatchPage.batch_id == batch_id, PaperPage.serial.is_not(None), PaperPage.serial != "000000")
    )


def _plan(bundle: Bundle) -> Plan | None:
    if bundle.procedure is None or bundle.missing:
        return None
    rows = [row for _, section in rows_of(bundle) for row in section]
    if any(row.doubt and not _officers(row) for row in rows):
        return None
    values: dict[str, JSON] = {
        row.name: row.reading.value
        for row in rows
        if row.reading is not None
        and row.reading.value is not None
        and row.name != SIGNATURE
        and not row.doubt
    }
    values[SIGNATURE] = True
    record, faults = record_of(bundle.procedure, rows, values)
    officers = {row.name for row in rows if _officers(row)}
    if faults.keys() - officers - _hidden_officers(bundle, faults):
        return None
    return Plan(bundle, record, len(faults))


def _officers(row: Row) -> bool:
    return row.field.asked_of == "officer"


def _hidden_officers(bundle: Bundle, faults: Mapping[str, str]) -> set[str]:
    """Boxes of officers that are lacking and have no place on the paper."""
    fields = bundle.procedure.fields if bundle.procedure else ()
    return {field.name for field in fields if field.asked_of == "officer" and field.name in faults}


def draft(
    session: Session, actor: Actor, platform: Platform, batch: PaperBatch, plan: Plan
) -> PaperDraft | None:
    """Make the draft of a form; None when one of its pages was used meanwhile."""
    require(actor, Act.STORE_PAPER)
    pages = [sheet.page.id for sheet in plan.bundle.sheets]
    if plan.bundle.procedure is None or not _free(session, pages):
        return None
    officer = Actor.of(session.get_one(Officer, batch.officer_id))
    form = FilledForm.of(plan.bundle.procedure, plan.record, Source.PAPER)
    application = filing.new_application(session, officer, Channel.PAPER, clock.today())
    filing.write_form(platform, application, form)
    session.add(application)
    session.flush()
    made = PaperDraft(
        id=new_id(),
        batch_id=batch.id,
        application_id=application.id,
        state=DraftState.TO_CONFIRM,
        lacks=plan.lacks,
    )
    session.add(made)
    session.flush()
    session.add_all(DraftPage(page_id=page, draft_id=made.id) for page in pages)
    journal.write(
        session,
        actor,
        events.DRAFT_MADE,
        f"paper_draft:{made.id}",
        application=application.id,
        pages=len(pages),
        lacks=plan.lacks,
    )
    return made


def _free(session: Session, pages: Sequence[str]) -> bool:
    waiting = select(func.count(PaperPage.id)).where(
        PaperPage.id.in_(pages), PaperPage.state == PaperState.WAITING
    )
    drafted = select(func.count(DraftPage.page_id)).where(DraftPage.page_id.in_(pages))
    return session.scalar(waiting) == len(pages) and not session.scalar(drafted)


def _close(session: Session, actor: Actor, batch: PaperBatch) -> None:
    batch.state, batch.ended_at = BatchState.DONE, clock.now()
    rows = session.execute(
        select(
            BatchPage.outcome,
            func.count(BatchPage.id),
            func.sum(BatchPage.accepted),
            func.sum(BatchPage.asked),
            func.sum(BatchPage.rejected),
        )
        .where(BatchPage.batch_id == batch.id)
        .group_by(BatchPage.outcome)
    ).all()
    counts = {outcome: pages for outcome, pages, *_ in rows}
    drafts = select(func.count(PaperDraft.id)).where(PaperDraft.batch_id == batch.id)
    journal.write(
        session,
        actor,
        events.BATCH_READ,
        subject(batch),
        pages=sum(counts.values()),
        unreadable=counts.get(Outcome.UNREADABLE, 0),
        known=counts.get(Outcome.KNOWN, 0),
        accepted=sum(int(row[2]) for row in rows),
        asked=sum(int(row[3]) for row in rows),
        rejected=sum(int(row[4]) for row in rows),
        drafts=session.scalar(drafts) or 0,
    )
