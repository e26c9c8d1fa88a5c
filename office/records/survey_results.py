"""What the answers of a survey say: counts, shares, cross tables, free texts; small numbers hidden."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from office.records.survey_questions import Question

Answers = Mapping[str, object]
SMALL = 3
"""Cells below this can be hidden, so that nobody is recognised in them."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One group: how many, and the share of those who answered in percent. Both are None where hidden."""

    label: str
    count: int | None
    share: float | None


@dataclass(frozen=True, slots=True)
class Result:
    """The result of one question; `answered` of those to whom it was `put`."""

    question: Question
    put: int
    answered: int
    bars: tuple[Bar, ...] = ()
    mean: float | None = None
    median: float | None = None
    texts: tuple[str, ...] = ()

    @property
    def largest(self) -> int:
        """The longest bar."""
        return max((bar.count or 0 for bar in self.bars), default=0)


@dataclass(frozen=True, slots=True)
class Cross:
    """Two questions against each other: one row for each group of the first."""

    first: Question
    second: Question
    rows: tuple[tuple[str, tuple[Bar, ...], int | None], ...]
    answered: int


def results(questions: Sequence[Question], sheets: Sequence[Answers], least_cell: int = 0) -> list[Result]:
    """The result of each question in order."""
    return [_result(question, sheets, least_cell) for question in questions]


def _result(question: Question, sheets: Sequence[Answers], least: int) -> Result:
    put = sum(question.holds(sheet) for sheet in sheets)  # type: ignore[arg-type]
    given = [sheet[question.key] for sheet in sheets if question.key in sheet]
    if question.counted:
        bars = _bars(question, given, least)
        numbers = [int(str(one)) for one in given] if question.kind == "scale" else []
        return Result(question, put, len(given), bars, *_middle(numbers, least))
    if question.kind == "number":
        numbers = [int(str(one)) for one in given]
        return Result(question, put, len(given), _ranges(numbers, least), *_middle(numbers, least))
    return Result(question, put, len(given), texts=tuple(sorted(str(one) for one in given)))


def _middle(numbers: Sequence[int], least: int) -> tuple[float | None, float | None]:
    if not numbers or len(numbers) < least:
        return None, None
    return round(statistics.fmean(numbers), 2), float(statistics.median(numbers))


def _bars(question: Question, given: Sequence[object], least: int) -> tuple[Bar, ...]:
    counts = Counter(value for one in given for value in values_of(one))
    found = [(label, counts[value]) for value, label in question.groups()]
    return hidden(found, len(given), least, adds_up=question.kind != "choices")


def _ranges(numbers: Sequence[int], least: int) -> tuple[Bar, ...]:
    """At most eight ranges of the same width that begin at round numbers."""
    if not numbers:
        return ()
    low, high = min(numbers), max(numbers)
    width = next(
        step * 10**power
        for power in range(9)
        for step in (1, 2, 5)
        if high // (step * 10**power) - low // (step * 10**power) < 8
    )
    counts = Counter(number // width for number in numbers)
    found = [
        (_range(place * width, width), counts[place]) for place in range(low // width, high // width + 1)
    ]
    return hidden(found, len(numbers), least)


def _range(first: int, width: int) -> str:
    return f"{first:,}" if width == 1 else f"{first:,}～{first + width - 1:,}"


def hidden(
    found: Sequence[tuple[str, int]], total: int, least: int, *, adds_up: bool = True
) -> tuple[Bar, ...]:
    """Bars with those of 1 to `least`-1 hidden. Where the groups add up to the total a single hidden one
    could be worked out, so the next smallest is hidden with it.
    """
    small = {index for index, (_, count) in enumerate(found) if 0 < count < least}
    if adds_up and len(small) == 1:
        others = [index for index, (_, count) in enumerate(found) if index not in small and count]
        if others:
            small.add(min(others, key=lambda index: found[index][1]))
    return tuple(
        Bar(label, None, None)
        if index in small
        else Bar(label, count, round(100 * count / total, 1) if total else 0.0)
        for index, (label, count) in enumerate(found)
    )


def cross(first: Question, second: Question, sheets: Sequence[Answers], least_cell: int = 0) -> Cross:
    """The second question's groups for each group of the first; shares are of the row.

    In a cross table with hidden cells the rows' totals are hidden too: rows and columns would give them away.
    """
    both = [sheet for sheet in sheets if first.key in sheet and second.key in sheet]
    rows = []
    for value, label in first.groups():
        inside = [sheet[second.key] for sheet in both if value in values_of(sheet[first.key])]
        bars = _bars(second, inside, least_cell)
        gone = any(bar.count is None for bar in bars) or 0 < len(inside) < least_cell
        shown = tuple(Bar(bar.label, bar.count, None if gone else bar.share) for bar in bars)
        rows.append((label, shown, None if gone else len(inside)))
    return Cross(first, second, tuple(rows), len(both))


def values_of(answer: object) -> list[str]:
    """The groups an answer falls into."""
    return [str(one) for one in answer] if isinstance(answer, list) else [str(answer)]


def searched(texts: Sequence[str], piece: str) -> list[str]:
    """The free texts that hold a piece, whatever its letter case."""
    wanted = piece.strip().casefold()
    return [text for text in texts if wanted in text.casefold()]
