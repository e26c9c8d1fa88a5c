"""What people decided against what the machine thought: the ground for calibrating the machine's doubt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.records.models.paper_batches import BatchPage
from office.records.models.paper_decisions import (
    DecisionKind,
    DoubtCause,
    DoubtState,
    PaperDecision,
    PaperDoubt,
)


@dataclass(frozen=True, slots=True)
class Verified:
    """One field somebody has looked at: its kind, the machine's probability, and whether that was right.

    `doubted` is false where the machine had no doubt and a person looked all the same (two people enter
    it, or an officer corrected it): among those a wrong one is an error that was accepted.
    """

    kind: str
    probability: float
    right: bool
    doubted: bool
    decided_at: datetime
    page_id: str
    field: str


def verified(
    session: Session, actor: Actor, batch: str = "", since: datetime | None = None
) -> Iterator[Verified]:
    """Every field decided for good for which the machine had proposed a value (of a batch, or from an
    instant on), the oldest first.
    """
    require(actor, Act.CONFIRM_PAPER)
    query = (
        select(PaperDoubt, PaperDecision)
        .join(PaperDecision, PaperDecision.doubt_id == PaperDoubt.id)
        .where(
            PaperDoubt.state == DoubtState.DECIDED,
            PaperDecision.withdrawn_at.is_(None),
            PaperDecision.kind != DecisionKind.UNREADABLE,
            PaperDecision.right.is_not(None),
        )
        .order_by(PaperDecision.decided_at, PaperDecision.id)
    )
    if batch:
        pages = select(BatchPage.page_id).where(BatchPage.batch_id == batch)
        query = query.where(PaperDoubt.page_id.in_(pages))
    if since is not None:
        query = query.where(PaperDecision.decided_at >= since)
    last = {doubt.id: (doubt, decision) for doubt, decision in session.execute(query)}
    for doubt, decision in last.values():
        yield Verified(
            doubt.field_kind,
            doubt.probability,
            bool(decision.right),
            doubt.cause in (DoubtCause.ASK, DoubtCause.ENTER),
            decision.decided_at,
            doubt.page_id,
            doubt.field,
        )
