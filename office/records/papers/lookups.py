"""Applicants of drafts that were not yet looked up in the register: whether a batch made them or a clerk.

The register is read once for all that wait, by the robot that reads paper: nobody's page waits for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from forms.definition import JSON
from ocr.readings import FieldReading
from office.database import hold
from office.platform import Platform
from office.records.models.paper_batches import DraftState, PaperDraft
from office.records.papers import matching
from office.records.papers.approving import pages_of
from office.records.papers.step import Step
from office.records.sheets import open_page
from office.records.verification.settling import decided_on

AT_ONCE = 100


def look_up_next(step: Step) -> Mapping[str, int] | None:
    """Look up the applicants of all drafts that wait for it; counts, or None when there is none."""
    with step.reading() as look:
        ids = look.scalars(select(PaperDraft.id).where(_open()).order_by(PaperDraft.id).limit(AT_ONCE)).all()
        if not ids:
            return None
        register = matching.register_of(look)
    found = 0
    with step.session() as session:
        for draft_id in ids:
            draft = session.get_one(PaperDraft, draft_id)
            hold(session, draft)
            if draft.looked_up_at is None:
                readings, decided = _read(session, step.platform, draft)
                matching.match(session, step.actor, draft, register, readings, decided)
                found += draft.resident_id is not None
    return {"looked_up": len(ids), "found": found}


def waiting(session: Session) -> bool:
    """Whether there is a draft whose applicant was not looked up yet."""
    return session.scalar(select(PaperDraft.id).where(_open()).limit(1)) is not None


def _open() -> ColumnElement[bool]:
    alive = PaperDraft.state.in_((DraftState.TO_CONFIRM, DraftState.APPROVED))
    return and_(alive, PaperDraft.looked_up_at.is_(None))


def _read(
    session: Session, platform: Platform, draft: PaperDraft
) -> tuple[Sequence[FieldReading], Mapping[str, JSON]]:
    """What was read on the sheets of a draft, and what was decided there."""
    pages = pages_of(session, draft)
    sheets = sorted((open_page(platform.vault, page) for page in pages), key=lambda one: one.number)
    decided = decided_on(session, platform, [page.id for page in pages])
    readings = [field for sheet in sheets for field in sheet.fields]
    return readings, {path: value for (_, path), value in decided.items()}
