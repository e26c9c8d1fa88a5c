"""When no doubt is left on a form: what it says as a whole is asked next, or else it becomes a draft.

An officer approves drafts and fills in their own boxes there; a page that came in no batch is filed at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, defer

from forms.definition import JSON
from ocr.readings import State
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.platform import Platform
from office.records import intake
from office.records.models.applications import Application
from office.records.models.paper import PaperPage, PaperState
from office.records.models.paper_batches import BatchPage, BatchState, DraftPage, Outcome, PaperBatch
from office.records.models.paper_decisions import (
    DoubtCause,
    DoubtState,
    PaperDecision,
    PaperDoubt,
    PaperVerification,
)
from office.records.papers.drafting import Plan, draft
from office.records.papers.rescans import twice_scanned
from office.records.sheets import Bundle, bundles
from office.records.verification import decisions, queue
from office.records.verification.rows import Row, rows_of
from office.records.verification.values import record_of


@dataclass(frozen=True, slots=True)
class Settled:
    """A form whose doubts are all decided: its record, and what is wrong with it by the path of a row.

    `lacks` counts the boxes an officer still has to fill in; they keep no form from being drafted.
    """

    bundle: Bundle
    record: Mapping[str, JSON]
    faults: Mapping[str, str]
    lacks: int


def bundle_of(session: Session, platform: Platform, page: PaperPage) -> Bundle:
    """The waiting sheets that belong to one application with this page."""
    near = select(PaperPage).where(
        PaperPage.state == PaperState.WAITING,
        PaperPage.procedure == page.procedure,
        PaperPage.version == page.version,
    )
    if (page.serial or "").strip("0"):
        near = near.where(PaperPage.serial == page.serial)
    else:
        near = near.where(PaperPage.file_name == page.file_name)
    pages = session.scalars(
        near.options(defer(PaperPage.image_sealed)).order_by(PaperPage.arrived_at, PaperPage.id)
    )
    return next(one for one in bundles(platform, pages) if one.holds(page.id))


def settle(session: Session, actor: Actor, platform: Platform, page: PaperPage) -> Application | None:
    """See whether nothing is asked any more of the form a page belongs to.

    What is wrong with it as a whole becomes doubts of this officer, and None is returned; a form that is
    whole is drafted (or filed) and its application returned. Of a form scanned twice a person has to choose
    one first.
    """
    require(actor, Act.CONFIRM_PAPER)
    found = _settled(session, platform, page)
    if found is None:
        return None
    if found.faults:
        _ask(session, actor, platform, found)
        return None
    pages = [sheet.page for sheet in found.bundle.sheets]
    if twice_scanned(session, found.bundle):
        return None
    batch = queue.batch_of(session, pages[0])
    if batch is None:
        return intake.confirm(session, actor, platform, pages[0], found.record, pages[1:])
    made = draft(session, actor, platform, batch, Plan(found.bundle, found.record, found.lacks))
    return made.application if made is not None else None


def settle_all(session: Session, actor: Actor, platform: Platform) -> None:
    """Settle every form that nobody is asked about (any more): sheets may have come late, and a form without
    a doubt in any field may be wrong as a whole.
    """
    # Of a form with a serial one sheet tells enough, and none while another is still asked about.
    seen = _forms_asked(session)
    for page in session.scalars(_candidates()).all():
        form = (page.procedure, page.version, page.serial or "")
        if form in seen or session.get(DraftPage, page.id) is not None:
            continue
        if form[2].strip("0"):
            seen.add(form)
        if page.state is PaperState.WAITING:
            settle(session, actor, platform, page)


def _settled(session: Session, platform: Platform, page: PaperPage) -> Settled | None:
    """The form of a page, once all its sheets are there and nothing on them is asked any more."""
    bundle = bundle_of(session, platform, page)
    if bundle.procedure is None or bundle.missing or not _all_decided(session, bundle):
        return None
    rows = [row for _, section in rows_of(bundle) for row in section]
    record, faults = record_of(bundle.procedure, rows, values_of(session, platform, bundle, rows))
    mine = _officers_boxes(bundle, rows) if queue.batch_of(session, bundle.first.page) else set()
    told = {path: message for path, message in faults.items() if path not in mine}
    return Settled(bundle, record, told, len(faults) - len(told))


def _ask(session: Session, actor: Actor, platform: Platform, form: Settled) -> None:
    for sheet in form.bundle.sheets:
        known = {one.field: one for one in _doubts(session, [sheet.page.id])}
        for position, row in enumerate(queue.rows_of_page(platform, sheet.page)):
            if row.name in form.faults:
                _ask_again(session, actor, sheet.page, row, position, known.get(row.name))
    session.flush()


def _officers_boxes(bundle: Bundle, rows: Sequence[Row]) -> set[str]:
    """The places only an officer fills in, on the paper or not."""
    fields = bundle.procedure.fields if bundle.procedure else ()
    hidden = {field.name for field in fields if field.asked_of == "officer"}
    return hidden | {row.name for row in rows if row.field.asked_of == "officer"}


def faults_of(session: Session, platform: Platform, doubt: PaperDoubt) -> str:
    """What is wrong at a doubt whose cause is the form as a whole, as if everything else were decided."""
    bundle = bundle_of(session, platform, doubt.page)
    if bundle.procedure is None:
        return ""
    rows = [row for _, section in rows_of(bundle) for row in section]
    _, faults = record_of(bundle.procedure, rows, values_of(session, platform, bundle, rows))
    return faults.get(doubt.field, "")


def values_of(session: Session, platform: Platform, bundle: Bundle, rows: Sequence[Row]) -> dict[str, JSON]:
    """Path → value: what was decided, and what was accepted as read where nobody was asked."""
    found: dict[str, JSON] = {}
    decided = decided_on(session, platform, [sheet.page.id for sheet in bundle.sheets])
    for row in rows:
        place = (row.sheet.page.id if row.sheet else "", row.name)
        reading = row.reading
        accepted = reading is not None and reading.state is State.ACCEPTED
        value = decided.get(place, reading.value if reading and accepted else None)
        if value is not None:
            found[row.name] = value
    return found


def decided_on(session: Session, platform: Platform, pages: Sequence[str]) -> dict[tuple[str, str], JSON]:
    """(page, path) → what was decided there."""
    return {
        (one.page_id, one.field): decisions.decided_value(platform, one)
        for one in _doubts(session, pages)
        if one.state is DoubtState.DECIDED and one.standing
    }


def _ask_again(
    session: Session, actor: Actor, page: PaperPage, row: Row, position: int, known: PaperDoubt | None
) -> None:
    doubt = known
    if doubt is None:
        doubt = queue.doubt_of(page, row, position, DoubtCause.FAULT)
        session.add(doubt)
    else:
        decisions.reopen(session, actor, doubt)
        doubt.cause = DoubtCause.FAULT
    queue.lease(doubt, actor)


def _all_decided(session: Session, bundle: Bundle) -> bool:
    pages = [sheet.page.id for sheet in bundle.sheets]
    listed = select(PaperVerification.page_id).where(PaperVerification.page_id.in_(pages))
    if len(session.scalars(listed).all()) < len(pages):
        return False
    return all(one.state is DoubtState.DECIDED for one in _doubts(session, pages))


def _doubts(session: Session, pages: Sequence[str]) -> Sequence[PaperDoubt]:
    return session.scalars(select(PaperDoubt).where(PaperDoubt.page_id.in_(pages))).all()


def _forms_asked(session: Session) -> set[tuple[str | None, int | None, str]]:
    """The forms with a serial that wait and of which something is asked."""
    asked = select(PaperPage.procedure, PaperPage.version, PaperPage.serial).join(
        PaperDoubt, PaperDoubt.page_id == PaperPage.id
    )
    open_ones = asked.where(PaperPage.state == PaperState.WAITING, PaperDoubt.state != DoubtState.DECIDED)
    rows = session.execute(open_ones.distinct()).all()
    return {(row[0], row[1], row[2] or "") for row in rows if (row[2] or "").strip("0")}


def _candidates() -> Select[PaperPage]:
    """Waiting pages on which nothing is asked (any more): somebody has decided something, or all of their
    batch was read and no draft could be made.
    """
    asked = select(PaperDoubt.page_id).where(PaperDoubt.state != DoubtState.DECIDED)
    finished = select(BatchPage.page_id).join(PaperBatch, PaperBatch.id == BatchPage.batch_id)
    finished = finished.where(PaperBatch.state == BatchState.DONE, BatchPage.outcome == Outcome.READ)
    decided = select(PaperDoubt.page_id).join(PaperDecision).where(PaperDecision.withdrawn_at.is_(None))
    return (
        select(PaperPage)
        .where(
            PaperPage.state == PaperState.WAITING,
            PaperPage.id.in_(decided) | PaperPage.id.in_(finished),
            PaperPage.id.not_in(asked),
            PaperPage.id.not_in(select(DraftPage.page_id)),
        )
        .options(defer(PaperPage.image_sealed))
        .order_by(PaperPage.arrived_at, PaperPage.id)
    )
