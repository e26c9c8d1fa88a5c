"""When no doubt is left: what the whole form says is wrong is asked next, and else it is filed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, defer

from forms.definition import JSON
from ocr.readings import State
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.errors import NotNow
from office.platform import Platform
from office.records import intake
from office.records.models.applications import Application
from office.records.models.paper import PaperPage, PaperState
from office.records.models.paper_batches import DraftPage
from office.records.models.paper_decisions import (
    DoubtCause,
    DoubtState,
    PaperDecision,
    PaperDoubt,
    PaperVerification,
)
from office.records.sheets import Bundle, bundles
from office.records.verification import decisions, queue
from office.records.verification.rows import SIGNATURE, Row, rows_of
from office.records.verification.values import record_of


@dataclass(frozen=True, slots=True)
class Settled:
    """A form whose doubts are all decided: its record, and what is wrong with it by the path of a row."""

    bundle: Bundle
    record: Mapping[str, JSON]
    faults: Mapping[str, str]


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


def settled(session: Session, platform: Platform, page: PaperPage) -> Settled | None:
    """The form a page belongs to, once all its sheets are there and nothing on them is asked any more."""
    bundle = bundle_of(session, platform, page)
    if bundle.procedure is None or bundle.missing or not _all_decided(session, bundle):
        return None
    rows = [row for _, section in rows_of(bundle) for row in section]
    record, faults = record_of(bundle.procedure, rows, values_of(session, platform, bundle, rows))
    return Settled(bundle, record, faults)


def check(session: Session, actor: Actor, platform: Platform, page: PaperPage) -> Settled | None:
    """See whether the form of a page is settled; what is wrong with it becomes doubts of this officer."""
    require(actor, Act.CONFIRM_PAPER)
    found = settled(session, platform, page)
    if found is None or not found.faults:
        return found
    for number, sheet in enumerate(found.bundle.sheets):
        rows = queue.rows_of_page(platform, sheet.page)
        known = {one.field: one for one in _doubts(session, [sheet.page.id])}
        for position, row in enumerate(rows):
            if row.name in found.faults and (row.name != SIGNATURE or number == 0 or row.reading):
                _ask_again(session, actor, sheet.page, row, position, known.get(row.name))
    session.flush()
    return found


def faults_of(session: Session, platform: Platform, doubt: PaperDoubt) -> str:
    """What is wrong at a doubt whose cause is the form as a whole, as if everything else were decided."""
    bundle = bundle_of(session, platform, doubt.page)
    if bundle.procedure is None:
        return ""
    rows = [row for _, section in rows_of(bundle) for row in section]
    _, faults = record_of(bundle.procedure, rows, values_of(session, platform, bundle, rows))
    return faults.get(doubt.field, "")


def ready(session: Session, actor: Actor, platform: Platform, *, last_too: bool) -> list[Settled]:
    """Verified forms to be filed; the one of the officer's last decision, which can still be taken back,
    only with `last_too`.
    """
    require(actor, Act.CONFIRM_PAPER)
    last = None if last_too else decisions.last_decision(session, actor)
    held = session.get_one(PaperDoubt, last.doubt_id).page_id if last is not None else ""
    found: dict[str, Settled] = {}
    for page in session.scalars(_candidates()).all():
        if any(one.bundle.holds(page.id) for one in found.values()):
            continue
        form = settled(session, platform, page)
        if form is not None and not form.faults and not form.bundle.holds(held):
            found[page.id] = form
    return list(found.values())


def file(session: Session, actor: Actor, platform: Platform, form: Settled) -> Application:
    """File a verified form. Raises `NotNow` where it is not whole any more."""
    require(actor, Act.CONFIRM_PAPER)
    if form.faults:
        raise NotNow("確かめる欄が残っています。一覧から開き直してください。")
    pages = [sheet.page for sheet in form.bundle.sheets]
    return intake.confirm(session, actor, platform, pages[0], form.record, pages[1:])


def values_of(session: Session, platform: Platform, bundle: Bundle, rows: Sequence[Row]) -> dict[str, JSON]:
    """Path → value: what was decided, and what was accepted as read where nobody was asked."""
    found: dict[str, JSON] = {}
    decided = {
        (one.page_id, one.field): decisions.decided_value(platform, one)
        for one in _doubts(session, [sheet.page.id for sheet in bundle.sheets])
        if one.state is DoubtState.DECIDED and one.standing
    }
    for row in rows:
        place = (row.sheet.page.id if row.sheet else "", row.name)
        reading = row.reading
        accepted = reading is not None and reading.state is State.ACCEPTED
        value = decided.get(place, reading.value if reading and accepted else None)
        if value is not None:
            found[row.name] = value
    return found


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


def _candidates() -> Select[PaperPage]:
    """Waiting pages on which somebody has decided something and nothing is asked any more."""
    asked = select(PaperDoubt.page_id).where(PaperDoubt.state != DoubtState.DECIDED)
    decided = select(PaperDoubt.page_id).join(PaperDecision).where(PaperDecision.withdrawn_at.is_(None))
    return (
        select(PaperPage)
        .where(
            PaperPage.state == PaperState.WAITING,
            PaperPage.id.in_(decided),
            PaperPage.id.not_in(asked),
            PaperPage.id.not_in(select(DraftPage.page_id)),
        )
        .options(defer(PaperPage.image_sealed))
        .order_by(PaperPage.arrived_at, PaperPage.id)
    )
