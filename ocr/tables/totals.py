"""Sums on paper against what was read: page totals, carried totals, sums across a row, running numbers.

A sum that holds proves the cells it is made of; one that does not is asked, with the cells that may be wrong.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from ocr.readings import State
from ocr.tables.columns import Column
from ocr.tables.results import (
    CARRIED_IN,
    CARRIED_OUT,
    ENTRY,
    SUBTOTAL,
    TOTAL,
    CellReading,
    Check,
    RowReading,
)
from ocr.tables.values import meaning

_LABELS = (
    (CARRIED_OUT, r"次(頁|ページ)?(へ|に)?繰越?|次頁繰.*|累計|翌(頁|ページ)繰越"),
    (CARRIED_IN, r"前(頁|ページ)?(より|から)?繰越?|前頁.*繰.*|前(月|年度)?繰越|繰越金?"),
    (SUBTOTAL, r"小計|([頁貞]|ページ)計|計|月計|日計|本([頁貞]|ページ)計"),
    (TOTAL, r"合計|総計|総合計|支給総?計|合計金?額"),
)
_SURE = 0.995


def kind_of_label(text: str) -> str | None:
    """The kind of a row by the words in it; None for other words."""
    plain = re.sub(r"[\s　・()]", "", unicodedata.normalize("NFKC", text))
    return next((kind for kind, words in _LABELS if re.fullmatch(words, plain)), None)


@dataclass(slots=True)
class Sums:
    """The rows of a page while its sums are worked out."""

    rows: list[list[CellReading]]
    kinds: list[str]
    columns: Sequence[Column]
    checks: list[Check] = field(default_factory=list)

    def result(self) -> tuple[tuple[RowReading, ...], tuple[Check, ...]]:
        """The rows as they are now, and what was checked."""
        rows = zip(self.kinds, self.rows, strict=True)
        return tuple(RowReading(kind, tuple(cells)) for kind, cells in rows), tuple(self.checks)


def checked(
    rows: Sequence[RowReading], columns: Sequence[Column], carried: Sequence[int | None] = ()
) -> tuple[tuple[RowReading, ...], tuple[Check, ...]]:
    """The rows with every sum checked. `carried` is what the page before carried over, by column."""
    sums = Sums([list(row.cells) for row in rows], [row.kind for row in rows], columns)
    _across(sums)
    for place, column in enumerate(columns):
        if column.kind == "amount":
            _down(sums, place, carried[place] if place < len(carried) else None)
        if column.kind == "serial":
            _running(sums, place)
    return sums.result()


def _amount(one: CellReading) -> int | None:
    """The amount of a cell; an empty one counts nothing, an unreadable one is not known."""
    if isinstance(one.value, int):
        return one.value
    return 0 if not one.text and one.state is State.ACCEPTED else None


def _down(sums: Sums, column: int, carried: int | None) -> None:
    """One column: subtotals of what stands above them, totals with what was carried in."""
    group: list[int] = []
    page: list[int] = []
    brought: list[int] = []
    for row, kind in enumerate(sums.kinds):
        if kind == ENTRY:
            group.append(row)
            page.append(row)
        elif kind == CARRIED_IN:
            brought = [row]
            if carried is not None:
                _compare(sums, column, row, [], carried)
        elif kind == SUBTOTAL:
            _compare(sums, column, row, group, 0)
            group = []
        elif kind in (TOTAL, CARRIED_OUT):
            _compare(sums, column, row, [*brought, *page], 0 if brought else (carried or 0))


def _compare(sums: Sums, column: int, row: int, parts: Sequence[int], more: int) -> None:
    """One sum on paper; all its cells are proved when it holds."""
    cell = sums.rows[row][column]
    if not cell.text and not any(sums.rows[part][column].text for part in parts):
        return
    values = [_amount(sums.rows[part][column]) for part in parts]
    found = cell.value if isinstance(cell.value, int) else None
    expected = more + sum(value for value in values if value is not None)
    if None in values or found is None:
        sums.checks.append(Check(row, column, found, None if None in values else expected, None))
        _propose(sums, column, row, parts, values, more)
        return
    sums.checks.append(Check(row, column, found, expected, found == expected))
    if found == expected:
        for place in (*parts, row):
            sums.rows[place][column] = _proved(sums.rows[place][column])
        return
    _contradicted(sums, column, row, parts, found - expected)


def _proved(one: CellReading) -> CellReading:
    if not one.text or one.value is None:
        return one
    return replace(one, state=State.ACCEPTED, confidence=max(one.confidence, 0.999), note="", proved=True)


def _propose(
    sums: Sums, column: int, row: int, parts: Sequence[int], values: Sequence[int | None], more: int
) -> None:
    """The one amount that cannot be read, as the sum wants it: shown, never accepted."""
    cell = sums.rows[row][column]
    total = cell.value if isinstance(cell.value, int) else None
    unknown = [part for part, value in zip(parts, values, strict=True) if value is None]
    known = more + sum(value for value in values if value is not None)
    if total is not None and len(unknown) == 1:
        _offer(sums, column, unknown[0], total - known)
    elif total is None and not unknown and cell.text:
        _offer(sums, column, row, known)


def _offer(sums: Sums, column: int, row: int, amount: int) -> None:
    one = sums.rows[row][column]
    shown = f"{'△' if amount < 0 else ''}{abs(amount):,}"
    note = f"合計から考えると {shown} です。画像と見比べてください。"
    state = State.REJECTED if one.value is None else State.ASK
    candidates = (shown, *(other for other in one.candidates if other != shown))
    sums.rows[row][column] = replace(one, state=state, note=note, candidates=candidates, proved=False)


def _contradicted(sums: Sums, column: int, row: int, parts: Sequence[int], off: int) -> None:
    """A sum that does not hold: the cells whose other reading would mend it, or all that are not sure."""
    mending = False
    for part in (*parts, row):
        one = sums.rows[part][column]
        change = -off if part == row else off
        if isinstance(one.value, int) and one.value + change in _others(one):
            _offer(sums, column, part, one.value + change)
            mending = True
    for part in () if mending else parts:
        one = sums.rows[part][column]
        if one.text and not one.proved and one.confidence < _SURE and one.state is State.ACCEPTED:
            note = "合計が合わない列の金額です。画像と見比べてください。"
            sums.rows[part][column] = replace(one, state=State.ASK, note=note)
    one = sums.rows[row][column]
    note = f"読み取った金額の合計と {abs(off):,} 円違います。紙の計算も確かめてください。"
    if one.state is State.ACCEPTED:
        sums.rows[row][column] = replace(one, state=State.ASK, note=note, proved=False)


def _others(one: CellReading) -> set[int]:
    values = (meaning("amount", text)[0] for text in one.candidates)
    return {value for value in values if isinstance(value, int)}


_Rule = Callable[[Sequence[int]], int]


def _across(sums: Sums) -> None:
    """Sums within a row: the last amount of a row from those before it, or a balance from the row above."""
    amounts = [place for place, column in enumerate(sums.columns) if column.kind == "amount"]
    if len(amounts) < 3:
        return
    *parts, whole = amounts
    rules: tuple[_Rule, ...] = (sum, lambda values: values[0] - sum(values[1:]))
    rows = [row for row, kind in enumerate(sums.kinds) if kind == ENTRY]
    for rule in rules:
        found = {row: _row_holds(sums, row, parts, whole, rule) for row in rows}
        known = [holds for holds in found.values() if holds is not None]
        if len(known) >= 3 and sum(known) >= 0.8 * len(known):
            _settle_rows(sums, found, amounts)
            return
    _balance(sums, rows, parts, whole)


def _row_holds(sums: Sums, row: int, parts: Sequence[int], whole: int, rule: _Rule) -> bool | None:
    values = [_amount(sums.rows[row][place]) for place in parts]
    total = _amount(sums.rows[row][whole])
    known = [value for value in values if value is not None]
    return None if total is None or len(known) < len(values) else rule(known) == total


def _settle_rows(sums: Sums, found: dict[int, bool | None], places: Sequence[int]) -> None:
    for row, holds in found.items():
        for place in places:
            one = sums.rows[row][place]
            if holds:
                sums.rows[row][place] = _proved(one)
            elif holds is False and one.text and one.state is State.ACCEPTED:
                note = "この行の金額の計算が合いません。画像と見比べてください。"
                sums.rows[row][place] = replace(one, state=State.ASK, note=note)


def _balance(sums: Sums, rows: Sequence[int], parts: Sequence[int], whole: int) -> None:
    """A running balance (残高): the one above plus income less outgo."""
    if "残" not in sums.columns[whole].label or len(parts) != 2:
        return
    found: dict[int, bool | None] = {}
    for before, row in pairwise(rows):
        values = [_amount(sums.rows[before][whole]), *(_amount(sums.rows[row][place]) for place in parts)]
        total = _amount(sums.rows[row][whole])
        known = [value for value in values if value is not None]
        if total is None or len(known) < 3 or not sums.rows[row][whole].text:
            found[row] = None
        else:
            found[row] = known[0] + known[1] - known[2] == total
    answers = [holds for holds in found.values() if holds is not None]
    if len(answers) >= 3 and sum(answers) >= 0.8 * len(answers):
        _settle_rows(sums, found, (*parts, whole))


def _running(sums: Sums, column: int) -> None:
    """Running numbers: those in line prove each other, others are asked with the number that would be."""
    rows = [row for row, kind in enumerate(sums.kinds) if kind == ENTRY]
    cells = [sums.rows[row][column] for row in rows]
    numbers = [
        int(one.value) if isinstance(one.value, str) and one.value.isdecimal() else None for one in cells
    ]
    starts = [number - place for place, number in enumerate(numbers) if number is not None]
    if len(starts) < 3:
        return
    start = max(set(starts), key=starts.count)
    if starts.count(start) < 0.7 * len(rows):
        return
    for place, (row, number) in enumerate(zip(rows, numbers, strict=True)):
        one = sums.rows[row][column]
        wanted = str(start + place)
        if number == start + place:
            sums.rows[row][column] = _proved(one)
        else:
            note = f"順番から考えると {wanted} です。画像と見比べてください。"
            state = State.ASK if one.value is not None else State.REJECTED
            sums.rows[row][column] = replace(
                one, state=state, note=note, candidates=(wanted, *one.candidates), proved=False
            )
