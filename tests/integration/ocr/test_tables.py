"""A ledger of 40 lines × 8 columns, printed, scanned and read by both engines."""

from __future__ import annotations

from ocr.page import PageImage
from ocr.tables.table import read_table
from samples.ledger_pages import ledger_pages
from tests.bench.tables import compared


def test_a_ruled_ledger_is_read_and_its_totals_checked() -> None:
    page = ledger_pages(20_003, layout="allowances", rules="full", way="upside-down")[0]
    found = read_table(PageImage("ledger.png", 1, page.scan.image, "0" * 64))
    assert found.problem is None
    assert [column.kind for column in found.columns] == [column.kind for column in page.layout.columns]
    tally = compared(found, page)
    assert tally["structure"] == 1
    assert tally["exact"] >= 0.99 * tally["filled"]
    assert tally["wrong"] == 0
    assert (tally["held"], tally["row kinds wrong"]) == (8, 0)
