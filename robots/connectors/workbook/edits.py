"""What a caller asks of a workbook, and what a patch would change in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from robots.connectors.workbook.archive import Pieces
from robots.connectors.workbook.cells import Value


@dataclass(frozen=True, slots=True)
class CellEdit:
    """Set one cell (`B5`), its style kept."""

    sheet: str
    cell: str
    value: Value


@dataclass(frozen=True, slots=True)
class RowEdit:
    """Write one row that holds nothing yet: column letters → values, its look taken from row `like`.

    Columns without a value take style and formula of row `like`.
    """

    sheet: str
    row: int
    values: Mapping[str, Value]
    like: int | None


Edit = CellEdit | RowEdit


@dataclass(frozen=True, slots=True)
class Change:
    """One cell before and after, as a reader sees it (None: empty)."""

    sheet: str
    cell: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class SheetPatch:
    """One sheet: the bytes around its rows, and each touched row before (b"" when new) and after."""

    name: str
    part: str
    head: memoryview
    tail: memoryview
    rows: Mapping[int, tuple[bytes, bytes]]
    values: Mapping[int, Mapping[str, Value]]


@dataclass(frozen=True, slots=True)
class Patch:
    """The parts of the zip that take new content, those that go, and what is meant to change."""

    parts: Mapping[str, Pieces]
    removed: frozenset[str]
    sheets: tuple[SheetPatch, ...]


def spliced(content: bytes, cuts: Sequence[tuple[int, int, bytes]]) -> Pieces:
    """`content` with each `(start, end, new)` put in place, without copying the rest."""
    view, at = memoryview(content), 0
    pieces: list[bytes | memoryview] = []
    for start, end, new in sorted(cuts, key=lambda cut: (cut[0], cut[1])):
        pieces += [view[at:start], new]
        at = end
    return [*pieces, view[at:]]
