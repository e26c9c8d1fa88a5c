"""Items of a run: one record each of what a robot works on, from collecting to done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from office.jobs.job import StepContext
from office.jobs.models import ItemState, Run, RunItem
from office.platform import Platform


def new_item(ctx: StepContext, subject: str, label: str, anchor: str) -> RunItem:
    """An item of this run, planned until something is known of it."""
    return RunItem(
        run_id=ctx.run_id, subject=subject, label=label, state=ItemState.PLANNED, message="", anchor=anchor
    )


def items_of(session: Session, run_id: str, *states: ItemState) -> Sequence[RunItem]:
    """The items of a run (in one of the states, if any are given) by label: receipt number, then name."""
    query = select(RunItem).where(RunItem.run_id == run_id)
    if states:
        query = query.where(RunItem.state.in_(states))
    return session.scalars(query.order_by(RunItem.label, RunItem.anchor, RunItem.id)).all()


def settle(item: RunItem, state: ItemState, message: str = "", place: str = "") -> None:
    """What became of the item."""
    item.state, item.message, item.place = state, message, place


def evidence(platform: Platform, item: RunItem, before: str | None, after: str | None) -> None:
    """What stood in the item's place before, and what after."""
    item.write_evidence(platform.vault, before, after)


def counts_of(items: Sequence[RunItem]) -> dict[str, int]:
    """How many items are in each state."""
    return {state.value: count for state, count in sorted(Counter(item.state for item in items).items())}


def settled_before(session: Session, robot: str, run_id: str) -> set[str]:
    """Subjects all of whose items another real run of the robot has dealt with."""
    query = (
        select(RunItem.run_id, RunItem.subject, RunItem.state)
        .join(Run, Run.id == RunItem.run_id)
        .where(Run.robot == robot, Run.dry_run.is_(False), Run.id != run_id)
        .distinct()
    )
    states: dict[tuple[str, str], set[ItemState]] = {}
    for run, subject, state in session.execute(query):
        states.setdefault((run, subject), set()).add(state)
    return {subject for (_, subject), found in states.items() if found <= {ItemState.DONE, ItemState.SKIPPED}}
