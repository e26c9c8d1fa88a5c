"""Reading paper ledgers of 40 lines × 8 columns: structure, exact cells, cells asked, wrong ones accepted.

Run by hand: `python -m tests.bench.tables [FIRST_SEED] [RULES] [WAYS] [LAYOUTS] [STYLE]`, lists parted by
commas; prints the table of RESULTS.md. A page takes about ten CPU seconds.
"""

from __future__ import annotations

import sys
import time
from collections import Counter

from ocr.page import PageImage
from ocr.readings import State
from ocr.tables.results import BLANK, TableReading
from ocr.tables.table import read_table
from samples.ledger_pages import LedgerPage, ledger_pages
from samples.paper_ledgers import LAYOUTS


def plain(value: object) -> str:
    """A value without the spaces of names."""
    return "" if value is None else str(value).replace(" ", "")


def compared(found: TableReading, page: LedgerPage) -> Counter[str]:
    """How the cells of a page came out; `structure` counts pages whose lines and columns are all there."""
    rows = [row for row in found.rows if row.kind != BLANK]
    wanted = [row for row in page.rows if row.kind != BLANK]
    tally: Counter[str] = Counter(pages=1)
    tally["filled"] = sum(bool(cell.text) for row in wanted for cell in row.cells)
    if len(rows) != len(wanted) or len(found.columns) != len(page.layout.columns):
        return tally
    tally["structure"] = 1
    tally["sums"] = len(found.checks)
    tally["held"] = sum(check.holds is True for check in found.checks)
    tally["row kinds wrong"] = sum(one.kind != other.kind for one, other in zip(rows, wanted, strict=True))
    for one, other in zip(rows, wanted, strict=True):
        for cell, true in zip(one.cells, other.cells, strict=True):
            exact = plain(cell.value) == plain(true.value)
            tally["exact"] += exact and bool(true.text)
            tally["asked"] += cell.state is not State.ACCEPTED
            tally["wrong"] += cell.state is State.ACCEPTED and not exact
    return tally


def say(line: str) -> None:
    """One line of the report."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def row(name: str, tally: Counter[str], seconds: float) -> str:
    """A line of the table."""
    exact, asked = (100 * tally[key] / max(1, tally["filled"]) for key in ("exact", "asked"))
    return (
        f"| {name} | {tally['structure']}/{tally['pages']} | {tally['filled']} | {exact:.2f} | {asked:.1f} "
        f"| {tally['wrong']} | {tally['held']}/{tally['sums']} | {seconds / tally['pages']:.1f} |"
    )


def main(seed: int, rules: str, ways: str, layouts: str, style: str) -> None:
    """Print the table."""
    say("| ruled, way | structure | filled cells | exact % | asked % | wrong accepted | sums held | CPU s |")
    say("|---|---|---|---|---|---|---|---|")
    every, spent = Counter[str](), 0.0
    for ruling in rules.split(","):
        for way in ways.split(","):
            tally, begun = Counter[str](), time.process_time()
            for layout in layouts.split(","):
                seed += 1
                page = ledger_pages(seed, layout=layout, rules=ruling, way=way, style=style)[0]
                image = PageImage("bench", 1, page.scan.image, "")
                tally += compared(read_table(image), page)
            took = time.process_time() - begun
            say(row(f"{ruling}, {way}", tally, took))
            every, spent = every + tally, spent + took
    say(row("all", every, spent))


if __name__ == "__main__":
    given = sys.argv[1:]
    main(
        int(given[0]) if given else 70_000,
        given[1] if len(given) > 1 else "full,dotted",
        given[2] if len(given) > 2 else "clean,office,fax",
        given[3] if len(given) > 3 else ",".join(LAYOUTS),
        given[4] if len(given) > 4 else "print",
    )
