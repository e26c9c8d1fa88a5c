"""Appending to a 100,000-row ledger: the workbook connector against openpyxl's load, append, save.

Each way runs in a child process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import openpyxl

from robots.connectors.workbook.cells import Value
from robots.connectors.workbook.edits import RowEdit
from robots.connectors.workbook.package import Package
from robots.connectors.workbook.patch import next_free_row, sheet_xml
from robots.connectors.workbook.reading import read_rows
from robots.connectors.workbook.writing import write
from tests.support.workbooks import SHEET, large_ledger

ROW = (
    "R8-999999",
    "新規　花子",
    "シンキ　ハナコ",
    1,
    7,
    "みほん市南町1",
    "平成元年1月8日",
    "女",
    "世帯主",
    3.5,
)
APPENDED = 4


def patch(path: Path) -> None:
    """Append, read back, keep a backup, swap: all that the robot's write does."""

    def rows(package: Package) -> list[RowEdit]:
        first = next_free_row(sheet_xml(package, SHEET), "A", 1)
        values: dict[str, Value] = dict(zip("ABCDEFGHIJ", ROW, strict=True))
        return [RowEdit(SHEET, first + place, values, first - 1) for place in range(APPENDED)]

    written = write(path, rows, path.parent / "backups")
    assert len(written.changes) == APPENDED * len(ROW)


def patch_and_probe(path: Path) -> None:
    """As `patch`, after looking through every row for people who are there already."""
    package = Package.open(path)
    assert not any(row.at(1) == ROW[0] for row in read_rows(package, SHEET))
    del package
    patch(path)


def load_and_save(path: Path) -> None:
    """What a script without the connector does; no read-back, no backup."""
    book = openpyxl.load_workbook(path)
    for _ in range(APPENDED):
        book[SHEET].append(ROW)
    book.save(path)


WAYS: tuple[tuple[str, Callable[[Path], None]], ...] = (
    ("openpyxl: load, append, save", load_and_save),
    ("connector: append, read back, backup, swap", patch),
    ("connector: the same, after probing every row", patch_and_probe),
)


def _measured(way: Callable[[Path], None], path: Path, pipe: Connection) -> None:
    start, cpu = time.perf_counter(), time.process_time()
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    way(path)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    pipe.send((time.perf_counter() - start, time.process_time() - cpu, base / 1024, peak / 1024))


def measure(way: Callable[[Path], None], path: Path) -> tuple[float, float, float, float]:
    """Seconds, CPU seconds, MB before, peak MB of one way in a fresh process."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=_measured, args=(way, path, there))
    child.start()
    child.join()
    found: tuple[float, float, float, float] = here.recv()
    return found


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Print the table for RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        original = Path(folder) / "ledger.xlsx"
        large_ledger(original, rows)
        _say(f"{rows:,} rows × 10 cells, {original.stat().st_size / 1e6:.1f} MB, {APPENDED} rows appended\n")
        _say("| way | seconds | CPU s | peak MB | times faster (CPU) |\n|---|---|---|---|---|")
        first = 0.0
        for name, way in WAYS:
            path = Path(folder) / "work" / "ledger.xlsx"
            shutil.rmtree(path.parent, ignore_errors=True)
            path.parent.mkdir()
            shutil.copy(original, path)
            seconds, cpu, _, peak = measure(way, path)
            first = first or cpu
            _say(f"| {name} | {seconds:.1f} | {cpu:.1f} | {peak:.0f} | {first / cpu:.1f} |")


if __name__ == "__main__":
    main()
