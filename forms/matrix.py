"""The determination matrix: every life event met by every household type, each result with its reason.

A city reads it and signs it: which procedures are needed by whom, by which rule, from when. What no
type reaches is named, so that no rule stands untried.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from forms.catalogue import Catalogue
from forms.definition import LifeEvent
from forms.households import Household, Households
from forms.interview import Determination, Interview


@dataclass(frozen=True, slots=True)
class Cell:
    """One household type in one event. `not_met` says why the event cannot happen to it."""

    household: Household
    determinations: tuple[Determination, ...] = ()
    applications: int = 0
    questions: int = 0
    not_met: str = ""

    def needed(self, slug: str) -> Determination | None:
        """What was determined about a procedure."""
        return next((one for one in self.determinations if one.procedure.slug == slug), None)


@dataclass(frozen=True, slots=True)
class EventMatrix:
    """One event: a cell for every household type."""

    event: LifeEvent
    cells: tuple[Cell, ...]

    def procedures(self) -> tuple[Determination, ...]:
        """Each procedure that may belong to the event, once, in the order of the catalogue."""
        found = {one.procedure.slug: one for cell in self.cells for one in cell.determinations}
        return tuple(sorted(found.values(), key=lambda one: one.procedure.number))


@dataclass(frozen=True, slots=True)
class Matrix:
    """All events on a day."""

    on: date
    events: tuple[EventMatrix, ...]

    def faults(self) -> tuple[str, ...]:
        """What keeps it from being complete: a result without decision or reason, a rule never tried."""
        return tuple(fault for one in self.events for fault in _faults(one))


def make_matrix(catalogue: Catalogue, households: Households, on: date) -> Matrix:
    """Go through every interview. Raises `NoTypicalAnswer`."""
    events = []
    for event in catalogue.events():
        cells = (_cell(catalogue, households, event, one, on) for one in households.types)
        events.append(EventMatrix(event, tuple(cells)))
    return Matrix(on, tuple(events))


def _cell(
    catalogue: Catalogue, households: Households, event: LifeEvent, household: Household, on: date
) -> Cell:
    if event.slug in household.not_in:
        return Cell(household, not_met=household.not_in[event.slug])
    interview = households.tell(Interview.begin(catalogue, event.slug, on), household)
    return Cell(household, interview.determinations(), len(interview.applications()), interview.prompts())


def _faults(matrix: EventMatrix) -> Iterator[str]:
    title = matrix.event.title.text("ja")
    for cell in matrix.cells:
        who = f"{title}・{cell.household.label}"
        if not cell.not_met and not cell.determinations:
            yield f"{who}：結果がありません。"
        for one in cell.determinations:
            if one.needed is None or not one.reason.text("ja"):
                yield f"{who}・{one.procedure.slug}：決まらないか、理由がありません。"
    for one in matrix.procedures():
        rule = one.procedure.rule(matrix.event.slug)
        met = {found.needed for cell in matrix.cells if (found := cell.needed(one.procedure.slug))}
        wanted = {True} if rule is not None and rule.when.text == "always" else {True, False}
        for missing in sorted(wanted - met):
            word = "要る" if missing else "要らない"
            yield f"{title}・{one.rule_version}：「{word}」になる世帯の型がありません。"
