"""Tables as if read from paper: the rows of an invented ledger, some of their cells in doubt."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np

from ocr.page import to_png
from ocr.readings import State
from ocr.tables.columns import Column
from ocr.tables.lists import TableList, joined
from ocr.tables.results import CellReading, RowReading, TableReading
from office.accounts.actor import Actor
from office.platform import Platform
from office.records import list_postings, paper_list_intake, paper_tables
from office.records.models.paper_postings import PostingKind
from office.records.models.paper_tables import PaperTable
from office.records.papers.incoming import Incoming
from samples.paper_ledgers import LAYOUTS, Cell, Layout, pages_of_rows

_UNSURE = "読み取りに確信がありません。画像と見比べてください。"
_LINE, _WIDTH = 48, 160


def read_page(
    number: int = 1,
    *,
    pages: int = 1,
    lines: int = 8,
    doubts: int = 2,
    seed: int = 5,
    layout: Layout = LAYOUTS["payments"],
    sha256: str = "",
) -> TableReading:
    """A page of a payment list as read without a fault; the first `doubts` amounts are in doubt."""
    columns = tuple(Column(one.key, one.heading, one.kind) for one in layout.columns)
    rows = []
    for line, row in enumerate(pages_of_rows(layout, seed, pages, lines)[number - 1]):
        cells = [_cell(cell, line, place) for place, cell in enumerate(row.cells)]
        if line < doubts:
            amount = layout.place("amount")
            cells[amount] = replace(cells[amount], state=State.ASK, confidence=0.6, note=_UNSURE)
        serial = layout.place("number")
        cells[serial] = replace(cells[serial], proved=True)
        rows.append(RowReading(row.kind, tuple(cells)))
    image = np.full((_LINE * (lines + 2), _WIDTH * len(columns)), 255, np.uint8)
    own = sha256 or f"{number:064x}"
    return TableReading("台帳.pdf", number, own, None, columns, tuple(rows), (), to_png(image))


def _cell(cell: Cell, line: int, place: int) -> CellReading:
    box = (place * _WIDTH, (line + 1) * _LINE, (place + 1) * _WIDTH, (line + 2) * _LINE)
    return CellReading(cell.text, cell.value, 1.0, State.ACCEPTED, box, ditto=cell.ditto)


def as_read(page: TableReading) -> TableList:
    """The page as a list of its own, nothing checked yet."""
    return TableList((page,), ())


def list_of(*pages: TableReading) -> TableList:
    """The one list the pages are."""
    (found,) = joined(pages)
    return found


def tables_at_work(platform: Platform, actor: Actor) -> dict[str, str]:
    """One table with doubts and one that is settled."""
    with platform.sessions.begin() as session:
        open_one = paper_tables.store(session, actor, platform.vault, as_read(read_page()))
        done = paper_tables.store(session, actor, platform.vault, as_read(read_page(doubts=0, seed=6)))
        paper_tables.take(session, actor, platform.vault, done)
        sent = [Incoming("台帳の続き.pdf", io.BytesIO(b"%PDF-"))]
        waiting = paper_list_intake.take_in(session, actor, platform.vault, sent)
        going = paper_tables.store(session, actor, platform.vault, as_read(read_page(doubts=0, seed=7)))
        paper_tables.take(session, actor, platform.vault, going)
        target = PostingKind.LEDGER, "benefit-ledger"
        posting = list_postings.ask(session, actor, platform.vault, going, *target)
        found = {"table": open_one.id, "table_taken": done.id}
        return found | {"list_reading": waiting.id, "posting": posting.id}


def stored(platform: Platform, actor: Actor, page: TableReading | None = None) -> PaperTable:
    """A table with doubts, kept."""
    with platform.sessions.begin() as session:
        return paper_tables.store(session, actor, platform.vault, as_read(page or read_page()))
