"""What is still asked of pages: the same figures wherever a page, a form or a batch is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from office.platform import Platform
from office.records.models.paper import PaperPage, PaperState
from office.records.models.paper_decisions import DoubtState, PaperDoubt, PaperVerification
from office.records.verification import queue

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Remaining:
    """Fields that wait for officers, fields only the applicant can tell, fields that were decided."""

    asked: int = 0
    unreadable: int = 0
    decided: int = 0

    def __add__(self, other: Remaining) -> Remaining:
        """Of both together."""
        return Remaining(
            self.asked + other.asked, self.unreadable + other.unreadable, self.decided + other.decided
        )


def remaining(session: Session, platform: Platform, pages: Iterable[PaperPage]) -> dict[str, Remaining]:
    """What remains on waiting pages of known forms, by page; their doubts are listed if they were not."""
    known = {
        page.id: page for page in pages if page.state is PaperState.WAITING and page.procedure is not None
    }
    ids = list(known)
    counts: dict[str, dict[DoubtState, int]] = {one: {} for one in ids}
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        listed = select(PaperVerification.page_id).where(PaperVerification.page_id.in_(some))
        seen = set(session.scalars(listed))
        for one in some:
            if one not in seen:
                queue.list_page(session, platform, known[one])
        for page_id, state, fields in session.execute(
            select(PaperDoubt.page_id, PaperDoubt.state, func.count(PaperDoubt.id))
            .where(PaperDoubt.page_id.in_(some))
            .group_by(PaperDoubt.page_id, PaperDoubt.state)
        ):
            counts[page_id][state] = fields
    return {one: _told(found) for one, found in counts.items()}


def together(found: Mapping[str, Remaining], pages: Sequence[str]) -> Remaining:
    """What remains on several pages."""
    return sum((found.get(one, Remaining()) for one in pages), Remaining())


def _told(counts: Mapping[DoubtState, int]) -> Remaining:
    return Remaining(
        counts.get(DoubtState.OPEN, 0) + counts.get(DoubtState.DIFFERS, 0),
        counts.get(DoubtState.UNREADABLE, 0),
        counts.get(DoubtState.DECIDED, 0),
    )
