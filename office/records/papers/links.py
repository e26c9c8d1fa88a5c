"""From a page to the draft made of it, for whoever confirms or discards pages one by one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from office.accounts.actor import Actor
from office.audit import journal
from office.records.models.applications import Application, ApplicationState
from office.records.models.paper import PaperPage
from office.records.models.paper_batches import DraftPage, DraftState, PaperDraft
from office.records.papers import events


def take_draft(session: Session, actor: Actor, pages: Sequence[PaperPage]) -> Application | None:
    """The drafted application these pages are confirmed as, now this officer's; None where there is none.

    Drafts of which only a part is confirmed so are given up.
    """
    found = list(_drafts(session, [page.id for page in pages]))
    for other in found[1:]:
        give_up(session, actor, other)
    if not found:
        return None
    found[0].state = DraftState.FILED
    found[0].application.officer_id = actor.officer
    return found[0].application


def release(session: Session, actor: Actor, page: PaperPage) -> None:
    """A page is put aside: the draft it belonged to is given up."""
    for draft in _drafts(session, [page.id]):
        give_up(session, actor, draft)


def give_up(session: Session, actor: Actor, draft: PaperDraft) -> None:
    """The draft is none any more; its pages are then like any others."""
    draft.state = DraftState.WITHDRAWN
    draft.application.state = ApplicationState.WITHDRAWN
    for link in session.scalars(select(DraftPage).where(DraftPage.draft_id == draft.id)):
        session.delete(link)
    session.flush()
    application = draft.application_id
    journal.write(session, actor, events.DRAFT_WITHDRAWN, f"paper_draft:{draft.id}", application=application)


def _drafts(session: Session, pages: Sequence[str]) -> Sequence[PaperDraft]:
    linked = select(DraftPage.draft_id).where(DraftPage.page_id.in_(pages))
    open_ones = PaperDraft.state.in_((DraftState.TO_CONFIRM, DraftState.APPROVED))
    return session.scalars(select(PaperDraft).where(PaperDraft.id.in_(linked), open_ones)).all()


def drafted_pages(session: Session) -> frozenset[str]:
    """The pages of every draft that waits to be confirmed."""
    open_ones = PaperDraft.state.in_((DraftState.TO_CONFIRM, DraftState.APPROVED))
    pages = select(DraftPage.page_id).join(PaperDraft, PaperDraft.id == DraftPage.draft_id).where(open_ones)
    return frozenset(session.scalars(pages))
