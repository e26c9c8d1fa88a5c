"""What stands around the questions: what can be undone, who waits, what is there already, since when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from office.extensions import card_readers
from office.records import conversations, duplicates, handovers
from office.records.conversations import Undoable
from office.records.models.cases import Case, CaseState
from office.records.models.counter import Handover
from office.web import world
from office.web.staff import officer_names


@dataclass(frozen=True, slots=True)
class Passed:
    """A hand-over of the case: from whom, to whom or which desk, what was written, when it was taken."""

    sender: str
    receiver: str
    note: str
    handed_at: datetime
    taken: bool


@dataclass(frozen=True, slots=True)
class Surroundings:
    """All that; `step` goes with every answer, to tell whether somebody else was first."""

    step: int
    undo: Undoable | None
    handovers: Sequence[Passed]
    waits: bool
    other_cases: int
    has_reader: bool


def surroundings(case: Case) -> Surroundings:
    """What stands around the questions of a case."""
    session, actor = world.session(), world.actor()
    passed = [_passed(one) for one in handovers.history(session, case.id)]
    going_on = case.state in (CaseState.OPEN, CaseState.SHOWN)
    return Surroundings(
        step=conversations.latest(session, case),
        undo=conversations.undoable(session, case),
        handovers=passed,
        waits=any(not one.taken for one in passed),
        other_cases=duplicates.how_many_other_cases(session, actor, case) if going_on else 0,
        has_reader=world.platform().settings.card_reader in card_readers(),
    )


def _passed(row: Handover) -> Passed:
    names = officer_names(world.session())
    to = row.taken_by_id or row.to_officer_id
    receiver = names[to] if to else row.desk or "どの職員でも"
    note = row.read_note(world.platform().vault)
    return Passed(names[row.from_officer_id], receiver, note, row.handed_at, row.taken_at is not None)
