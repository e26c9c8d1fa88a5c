"""Whatever is written into whichever cells: those cells and no others differ, and it reads back as meant."""

from __future__ import annotations

import datetime
import functools
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from robots.connectors.workbook.cells import Ruby, Value, column_letters, refused_text
from robots.connectors.workbook.edits import CellEdit
from robots.connectors.workbook.package import Package
from robots.connectors.workbook.patch import make_patch
from robots.connectors.workbook.reading import as_read, diff, read_rows, same
from tests.support.workbooks import SHEET, ledger

BOOK = Path("台帳.xlsx")

texts = st.text(max_size=40).filter(lambda text: refused_text(text) is None)
values: st.SearchStrategy[Value] = st.one_of(
    st.none(),
    texts,
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.lists(st.tuples(texts, st.text("アイウガー", max_size=5)), max_size=3).map(lambda p: Ruby(tuple(p))),
)
# Column E is formatted as a date; rows 1 and 3 hold merged headings.
rows = st.sampled_from([2, 4, 5, 7, 8, 20, 21, 40])
cells = st.builds(lambda c, r: f"{c}{r}", st.sampled_from("ABCDGHKZ"), rows)
dates = st.builds(
    lambda r, d: (f"E{r}", d),
    st.integers(5, 20),
    st.dates(datetime.date(1900, 3, 1), datetime.date(2099, 12, 31)),
)


@functools.cache
def original() -> Package:
    return Package.parse(BOOK, ledger())


days = st.lists(dates, max_size=2, unique_by=lambda each: each[0])


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(cells, values, max_size=6), days)
def test_only_what_was_meant_differs(
    wanted: dict[str, Value], dated: list[tuple[str, datetime.date]]
) -> None:
    wanted = {**wanted, **dict(dated)}
    package = original()
    patch = make_patch(package, [CellEdit(SHEET, cell, value) for cell, value in wanted.items()])
    pieces = package.archive.rewritten(patch.parts, patch.removed)
    after = Package.parse(BOOK, b"".join(part for each in pieces for part in each))
    assert {change.cell for change in diff(package, after)} <= set(wanted)
    found = {
        f"{column_letters(place)}{row.number}": value
        for row in read_rows(after, SHEET)
        for place, value in enumerate(row.values, 1)
    }
    for cell, value in wanted.items():
        assert same(found.get(cell), as_read(value)), cell
