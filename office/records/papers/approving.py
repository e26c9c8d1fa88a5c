"""Confirming drafts: an officer approves a list in one go, and a robot files each of them in their name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, defer, joinedload

from forms.definition import JSON, Field
from forms.filled import FilledForm
from forms.interview import Source
from forms.rendering.application import Typeset
from office import clock
from office.accounts.actor import Actor, require
from office.accounts.models import Officer
from office.accounts.roles import Act
from office.audit import journal
from office.database import hold
from office.errors import NotNow, NotPermitted
from office.platform import Platform
from office.records import filing, intake
from office.records.models.paper import PaperPage, PaperState
from office.records.models.paper_batches import DraftPage, DraftState, PaperBatch, PaperDraft
from office.records.papers import events
from office.records.papers.batches import subject
from office.records.papers.links import give_up


def drafts_of(session: Session, actor: Actor, batch: PaperBatch) -> Sequence[PaperDraft]:
    """The drafts of a batch, the oldest first."""
    require(actor, Act.CONFIRM_PAPER)
    query = select(PaperDraft).where(PaperDraft.batch_id == batch.id)
    whole = joinedload(PaperDraft.application, innerjoin=True)  # a row held FOR UPDATE takes no outer join
    return session.scalars(query.options(whole).order_by(PaperDraft.id)).all()


def lacking(platform: Platform, drafts: Sequence[PaperDraft]) -> tuple[Field, ...]:
    """The officer's boxes that are still empty in one or another of the drafts (of one procedure)."""
    found: dict[str, Field] = {}
    for draft in drafts:
        form = _form(platform, draft, {})
        empty = {problem.field for problem in form.problems}
        for box in form.boxes:
            if box.field.name in empty and box.field.asked_of == "officer":
                found.setdefault(box.field.name, box.field)
    return tuple(found.values())


def approve(
    session: Session,
    actor: Actor,
    platform: Platform,
    batch: PaperBatch,
    chosen: Sequence[str],
    entered: Mapping[str, JSON],
) -> int:
    """Approve the chosen drafts with what the officer `entered` into boxes of theirs; how many.

    The caller requests the run that files them. Raises `Incomplete`, `NotNow`: then none is approved.
    """
    require(actor, Act.CONFIRM_PAPER)
    drafts = [one for one in drafts_of(session, actor, batch) if one.id in set(chosen)]
    if not drafts:
        raise NotNow("確認する申請を選んでください。")
    for draft in drafts:
        _approve(session, actor, platform, draft, entered)
    _written(session, actor, batch, len(drafts), unattended=False)
    return len(drafts)


def approve_unattended(
    session: Session, actor: Actor, platform: Platform, batch: PaperBatch, drafts: Sequence[PaperDraft]
) -> int:
    """Approve what lacks nothing without a person, where the city has set it so; in the name of the
    officer who answers for the batch.
    """
    require(actor, Act.STORE_PAPER)
    whole = [one for one in drafts if not one.lacks]
    if not platform.settings.paper_files_by_itself or not whole:
        return 0
    officer = Actor.of(session.get_one(Officer, batch.officer_id))
    for draft in whole:
        _approve(session, officer, platform, draft, {})
    _written(session, actor, batch, len(whole), unattended=True)
    return len(whole)


def _written(session: Session, actor: Actor, batch: PaperBatch, drafts: int, *, unattended: bool) -> None:
    journal.write(
        session, actor, events.DRAFTS_APPROVED, subject(batch), drafts=drafts, unattended=unattended
    )


def _approve(
    session: Session, actor: Actor, platform: Platform, draft: PaperDraft, entered: Mapping[str, JSON]
) -> None:
    hold(session, draft)
    if draft.state is not DraftState.TO_CONFIRM:
        raise NotNow("ほかの職員が先に確認しました。画面を開き直してください。")
    form = _form(platform, draft, entered)
    filing.refuse_incomplete([form])
    filing.write_form(platform, draft.application, form)
    draft.state, draft.lacks = DraftState.APPROVED, 0
    draft.approved_by, draft.approved_at = actor.officer, clock.now()


def _form(platform: Platform, draft: PaperDraft, entered: Mapping[str, JSON]) -> FilledForm:
    """The draft's form with the officer's boxes that were empty."""
    application = draft.application
    procedure = platform.catalogue.procedure(application.procedure, version=application.version)
    record = application.read_record(platform.vault)
    fields = {field.name for field in procedure.fields if field.asked_of == "officer"}
    more = {name: value for name, value in entered.items() if name in fields and name not in record}
    return FilledForm.of(procedure, {**record, **more}, Source.PAPER)


def typeset_next(session: Session, platform: Platform) -> list[Typeset]:
    """What `file_next` will print: for the press, while nothing is locked. Nothing without a draft."""
    draft = _next(session)
    pages = pages_of(session, draft) if draft is not None else ()
    if draft is None or not pages:
        return []
    officer = Actor.of(session.get_one(Officer, draft.approved_by))
    record = draft.application.read_record(platform.vault)
    try:
        return [intake.typeset_draft(platform, officer, draft.application, pages, record)]
    except (NotNow, filing.Incomplete):  # `file_next` gives it back
        return []


def file_next(session: Session, platform: Platform) -> bool | None:
    """File the next approved draft in the name of whoever approved it; None when there is none.

    False where a page of it was used otherwise meanwhile: the draft is given up.
    """
    draft = _next(session)
    if draft is None:
        return None
    hold(session, draft)
    officer = Actor.of(session.get_one(Officer, draft.approved_by))
    pages = pages_of(session, draft)
    if not pages or any(page.state is not PaperState.WAITING for page in pages):
        give_up(session, officer, draft)
        return False
    record = draft.application.read_record(platform.vault)
    try:
        intake.confirm(session, officer, platform, pages[0], record, pages[1:])
    except (NotPermitted, NotNow, filing.Incomplete):  # before anything was written: a person looks again
        draft.state, draft.approved_by, draft.approved_at = DraftState.TO_CONFIRM, None, None
        return False
    return True


def _next(session: Session) -> PaperDraft | None:
    query = select(PaperDraft).where(PaperDraft.state == DraftState.APPROVED)
    return session.scalar(query.order_by(PaperDraft.approved_at, PaperDraft.id).limit(1))


def pages_of(session: Session, draft: PaperDraft) -> Sequence[PaperPage]:
    """The pages a draft was made from."""
    mine = select(DraftPage.page_id).where(DraftPage.draft_id == draft.id)
    query = select(PaperPage).where(PaperPage.id.in_(mine)).options(defer(PaperPage.image_sealed))
    return session.scalars(query.order_by(PaperPage.arrived_at, PaperPage.id)).all()
