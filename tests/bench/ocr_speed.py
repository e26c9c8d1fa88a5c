"""How fast paper is read: pages a minute, places a second against two baselines in the same run, memory.

`python -m tests.bench.ocr_speed FOLDER [--pages 40] [--baseline 40] [--memory-pages 150]`; FOLDER holds pages
of `samples.filled`. Pages are read as the suite reads them: in processes of their own, by two engines. Wall
time depends on what else runs; the processor's time and the ratios do not.
"""

from __future__ import annotations

import argparse
import itertools
import json
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from rapidocr import RapidOCR

from forms.catalogue import load_catalogue
from forms.rendering.geometry import Zone
from forms.rendering.sheet import sheet_of
from forms.values.addresses import read_towns
from ocr.batch import ENGINES
from ocr.engine import Grey
from ocr.engines.tesseract import Tesseract
from ocr.reading_process import Reader, Setup
from ocr.stages.crops import cut
from ocr.stages.hints import charset_of
from ocr.stages.registration import register
from ocr.stages.zones import read_zones
from samples.towns import TOWNS_FILE
from tests.bench.paper_machine import processor, resident

_SAMPLES = 10


@dataclass(frozen=True, slots=True)
class Pace:
    """Pages read by `workers` processes: fields with something in them, seconds of wall and of processor."""

    workers: int
    pages: int
    fields: int
    wall: float
    processor: float


def pages_of(folder: Path, count: int) -> list[Path]:
    """The first `count` pages of a folder, over and over when it holds fewer."""
    keys = sorted(folder.glob("*.json"))
    files = [folder / json.loads(key.read_text(encoding="utf-8"))["file"] for key in keys]
    return list(itertools.islice(itertools.cycle(files), count))


def paced(files: Sequence[Path], workers: int) -> Pace:
    """Read files (one page each) by so many processes, each taking the next one."""
    waiting: queue.SimpleQueue[Path | None] = queue.SimpleQueue()
    readers = [Reader(Setup(towns=TOWNS_FILE), niceness=0) for _ in range(workers)]
    for reader in readers:
        _read(reader, files[0])
    for file in [*files, *[None] * workers]:
        waiting.put(file)
    fields: list[int] = []
    spent, begun = _spent(readers), time.perf_counter()
    threads = [threading.Thread(target=_work, args=(reader, waiting, fields)) for reader in readers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall, processor = time.perf_counter() - begun, _spent(readers) - spent
    for reader in readers:
        reader.close()
    return Pace(workers, len(files), sum(fields), wall, processor)


def _spent(readers: Sequence[Reader]) -> float:
    return sum(processor(reader.pid or 0) for reader in readers)


def _work(reader: Reader, waiting: queue.SimpleQueue[Path | None], fields: list[int]) -> None:
    while (file := waiting.get()) is not None:
        fields.append(_read(reader, file))


def _read(reader: Reader, file: Path) -> int:
    """Read a page; gives how many of its fields hold something."""
    reader.open(file, file.name)
    reader.next_page()
    return sum(bool(one.text) for one in reader.read().reading.fields)


def baselines(files: Sequence[Path], places: int) -> list[tuple[str, int, float]]:
    """Name, places, seconds: the same written places by ours, by pytesseract and by bare RapidOCR."""
    written = list(itertools.islice(_written(files), places))
    sheets: dict[int, tuple[Grey, list[Zone]]] = {}
    for sheet, zone in written:
        sheets.setdefault(id(sheet), (sheet, []))[1].append(zone)
    towns, crops = read_towns(TOWNS_FILE), [cut(sheet, zone.rect, -0.5) for sheet, zone in written]
    tesseract, bare, finding = Tesseract(), RapidOCR(), RapidOCR()
    coloured = [cv2.cvtColor(crop, cv2.COLOR_GRAY2BGR) for crop in crops]
    read_zones(written[0][0], [written[0][1]], ENGINES, towns)

    def ours() -> None:
        for sheet, zones in sheets.values():
            read_zones(sheet, zones, ENGINES, towns)

    def stock() -> None:
        for (_, zone), crop in zip(written, crops, strict=True):
            tesseract.read([crop], [charset_of(zone)])

    def recognised() -> None:
        for crop in coloured:
            bare(crop, use_det=False, use_cls=False, use_rec=True)

    def found() -> None:
        for crop in coloured[:_SAMPLES]:
            finding(crop)

    return [
        ("pytesseract, one call a place", len(crops), _timed(stock)),
        ("RapidOCR as it comes, a place", len(coloured[:_SAMPLES]), _timed(found)),
        ("RapidOCR without detection, a place", len(crops), _timed(recognised)),
        ("ours: two engines, corrected and judged", len(crops), _timed(ours)),
    ]


def _written(files: Sequence[Path]) -> itertools.chain[tuple[Grey, Zone]]:
    """The sheets and zones of rows of boxes and lines in which something stands."""
    return itertools.chain.from_iterable(map(_on_page, files))


def _on_page(file: Path) -> list[tuple[Grey, Zone]]:
    key = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    page = np.asarray(cv2.imread(str(file), cv2.IMREAD_GRAYSCALE), np.uint8)
    sheet, form = register(page).image, sheet_of(load_catalogue().procedure(key["form"]))
    zones = [zone for zone in (*form.zones, *form.own) if zone.page == key["page"]]
    return [
        (sheet, zone)
        for zone in zones
        if zone.role in ("cells", "line") and zone.kind != "signature" and key["fields"].get(zone.field)
    ]


def _timed(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def memory(files: Sequence[Path]) -> Iterator[tuple[int, int, int]]:
    """Pages read by one process, its resident memory in megabytes then and at most, ten times on the way."""
    with Reader(Setup(towns=TOWNS_FILE), niceness=0) as reader:
        for number, file in enumerate(files, start=1):
            _read(reader, file)
            pid = reader.pid or 0
            if number % max(1, len(files) // _SAMPLES) == 0:
                yield number, resident(pid, "VmRSS"), resident(pid, "VmHWM")


def main() -> None:
    """Print the tables of RESULTS.md."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, default=40)
    parser.add_argument("--baseline", type=int, default=40)
    parser.add_argument("--memory-pages", type=int, default=150)
    given = parser.parse_args()
    if given.pages:
        say("\n| processes | pages | fields a page | pages a minute | fields/s | processor s a page |")
        say("|---|---|---|---|---|---|")
        for pace in (paced(pages_of(given.folder, given.pages), workers) for workers in (1, 2)):
            minute, second = 60 * pace.pages / pace.wall, pace.fields / pace.wall
            row = f"| {pace.workers} | {pace.pages} | {pace.fields / pace.pages:.1f} | {minute:.0f} |"
            say(f"{row} {second:.1f} | {pace.processor / pace.pages:.2f} |")
    if given.baseline:
        rows = baselines(pages_of(given.folder, given.baseline), given.baseline)
        say("\n| reader | places | places/s | ratio |\n|---|---|---|---|")
        stock = rows[0][2] / rows[0][1]
        for name, places, seconds in rows:
            say(f"| {name} | {places} | {places / seconds:.1f} | {stock / (seconds / places):.1f}× |")
    if given.memory_pages:
        say("\n| pages read | memory MB | at most |\n|---|---|---|")
        for number, now, most in memory(pages_of(given.folder, given.memory_pages)):
            say(f"| {number} | {now} | {most} |")


def say(line: str) -> None:
    """One line to standard output, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
