"""Pages of one list joined: in the order of their running numbers, missing and double pages named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ocr.tables.columns import Column
from ocr.tables.judging import with_dittos
from ocr.tables.results import CARRIED_OUT, ENTRY, CellReading, RowReading, TableReading
from ocr.tables.totals import checked

_BETTER = "紙が手元にあれば、200dpi以上のグレーかカラーでスキャンし直すと、確かめる欄が減ります。"


@dataclass(frozen=True, slots=True)
class TableList:
    """The pages of one list in order, and what is wrong between them (Japanese)."""

    pages: tuple[TableReading, ...]
    problems: tuple[str, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns all pages share."""
        return self.pages[0].columns


def joined(pages: Sequence[TableReading]) -> tuple[TableList, ...]:
    """Readable pages as lists: those with the same kinds of columns belong together."""
    groups: dict[tuple[str, ...], list[TableReading]] = {}
    for page in pages:
        if page.problem is None:
            groups.setdefault(tuple(column.kind for column in page.columns), []).append(page)
    return tuple(_list(group) for group in groups.values())


def _list(pages: Sequence[TableReading]) -> TableList:
    problems: list[str] = []
    once: dict[str, TableReading] = {}
    for page in pages:
        if page.sha256 and page.sha256 in once:
            problems.append(f"{_place(page)}は同じ画像が2回入っているため、1回だけ数えます。")
        else:
            once[page.sha256 or f"{page.source} {page.page}"] = page
    # Pages without running numbers stay where they came.
    ordered = sorted(once.values(), key=lambda page: (_numbers(page) or (0, 0))[0])
    problems += _gaps(ordered)
    problems += [f"{_place(page)}は粗い画像です。{_BETTER}" for page in ordered if page.coarse]
    done: list[TableReading] = []
    carried: list[int | None] = []
    above: RowReading | None = None
    for page in ordered:
        rows, checks = checked(with_dittos(page.rows, above), page.columns, carried)
        done.append(replace(page, rows=rows, checks=checks))
        above = next((row for row in reversed(rows) if row.kind == ENTRY), above)
        out = next((row for row in reversed(rows) if row.kind == CARRIED_OUT), None)
        carried = [_sum(cell) for cell in out.cells] if out else []
    return TableList(tuple(done), tuple(problems))


def _sum(cell: CellReading) -> int | None:
    return cell.value if isinstance(cell.value, int) else None


def _gaps(pages: Sequence[TableReading]) -> list[str]:
    """Where running numbers of one page do not go on from those of the page before."""
    found = []
    for before, page in pairwise(pages):
        numbers, last = _numbers(page), _numbers(before)
        if numbers is None or last is None:
            continue
        if numbers[0] <= last[1]:
            found.append(
                f"{_place(page)}の番号は{_place(before)}と重なります。同じページが2回ないか確かめてください。"
            )
        elif numbers[0] > last[1] + 1:
            missing = f"{last[1] + 1}～{numbers[0] - 1}"
            found.append(f"{_place(page)}の前に、番号{missing}のページがありません。紙を確かめてください。")
    return found


def _place(page: TableReading) -> str:
    return f"「{page.source}」の{page.page}ページ"


def _numbers(page: TableReading) -> tuple[int, int] | None:
    """The first and the last running number of a page, of those that are sure."""
    place = next((n for n, column in enumerate(page.columns) if column.kind == "serial"), None)
    if place is None:
        return None
    cells = [row.cells[place] for row in page.rows if row.kind == ENTRY]
    values = [one.value for one in cells if one.proved]
    sure = [int(value) for value in values if isinstance(value, str) and value.isdecimal()]
    return (min(sure), max(sure)) if sure else None
