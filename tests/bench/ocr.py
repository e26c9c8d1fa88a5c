"""Reading paper: fields per second against one pytesseract call a field, and accuracy by style and kind.

Run by hand: `python -m tests.bench.ocr [PAGES_A_STYLE] [FIRST_SEED]`; prints the tables of RESULTS.md.
"""

from __future__ import annotations

import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from forms.catalogue import load_catalogue
from forms.rendering.geometry import Zone
from forms.rendering.sheet import sheet_of
from forms.values.addresses import read_towns
from ocr.batch import ENGINES, PageReading, State, read_image
from ocr.engine import Engine, Grey
from ocr.engines.tesseract import Tesseract
from ocr.page import PageImage
from ocr.stages.crops import cut
from ocr.stages.hints import charset_of
from ocr.stages.registration import register
from ocr.stages.zones import read_zones
from samples.handwriting import FilledPage, Style, filled_pages
from samples.towns import TOWNS_FILE

FORM = "resident-record-copy"
STYLES = ("print", "hand", "pen")
WAYS = ("clean", "office", "coarse", "fax", "phone", "upside-down", "sideways", "torn")
SPEED_PAGES = 4


@dataclass(slots=True)
class Tally:
    """What became of the filled-in fields of one style or kind."""

    fields: int = 0
    exact: int = 0
    accepted: int = 0
    wrong: int = 0

    def row(self, name: str) -> str:
        exact, accepted = (100 * part / max(1, self.fields) for part in (self.exact, self.accepted))
        return f"| {name} | {self.fields} | {exact:.1f} | {accepted:.1f} | {self.wrong} |"


def pages_of(style: str, count: int, first_seed: int) -> Iterator[FilledPage]:
    procedure = load_catalogue().procedure(FORM)
    for number in range(count):
        yield from filled_pages(procedure, first_seed + number, Style(style, WAYS[number % len(WAYS)]))


def tally(page: PageReading, filled: FilledPage, tallies: list[dict[str, Tally]], style: str) -> None:
    kinds = {zone.field: zone.kind for zone in all_zones(filled.page)}
    for one in page.fields:
        wanted = filled.answers[one.name]
        if not wanted:
            wrong = one.state is State.ACCEPTED and bool(one.value)
            tallies[0][style].wrong += wrong
            continue
        for group, name in zip(
            tallies, (style, kinds[one.name], f"{style}, {filled_way(filled)}"), strict=True
        ):
            group[name].fields += 1
            group[name].exact += one.value == wanted
            group[name].accepted += one.state is State.ACCEPTED
            group[name].wrong += one.state is State.ACCEPTED and one.value != wanted


def filled_way(filled: FilledPage) -> str:
    return WAYS[int(filled.serial) % len(WAYS)]


def all_zones(page: int) -> list[Zone]:
    sheet = sheet_of(load_catalogue().procedure(FORM))
    return [zone for zone in (*sheet.zones, *sheet.own) if zone.page == page]


def accuracy(count: int, first_seed: int) -> None:
    catalogue, towns = load_catalogue(), read_towns(TOWNS_FILE)
    tallies: list[dict[str, Tally]] = [defaultdict(Tally), defaultdict(Tally), defaultdict(Tally)]
    problems: Counter[str] = Counter()
    for style in STYLES:
        for filled in pages_of(style, count, first_seed - first_seed % len(WAYS)):
            image = PageImage("bench", filled.page, filled.scan.image, "")
            page = read_image(image, catalogue, towns=towns)
            if page.problem:
                problems[f"{style}: {page.problem}"] += 1
            else:
                tally(page, filled, tallies, style)
    for title, group in zip(("style", "kind", "style, way"), tallies, strict=True):
        say(f"\n| {title} | filled fields | exact % | accepted % | wrong accepted |\n|---|---|---|---|---|")
        for name, found in sorted(group.items()):
            say(found.row(name))
    say(f"\npages that could not be read: {dict(problems) or 'none'}")


def speed(first_seed: int) -> None:
    """Places to write in that hold something, read by both engines in batches, and by one call each."""
    sheets = [
        (register(filled.scan.image).image, filled) for filled in pages_of("pen", SPEED_PAGES, first_seed)
    ]
    places = [
        (sheet, zone)
        for sheet, filled in sheets
        for zone in all_zones(filled.page)
        if zone.role != "check" and zone.kind != "signature" and filled.answers[zone.field]
    ]
    read_zones(*batch(places[:1])[0], ENGINES)
    ours = timed(places, ENGINES)
    stock = one_call_each(places)
    say("\n| reader | places | places/s | ratio |\n|---|---|---|---|")
    say(f"| pytesseract, one call a place | {len(places)} | {len(places) / stock:.1f} | 1.0× |")
    ratio = f"{len(places) / ours:.1f} | {stock / ours:.1f}×"
    say(f"| two engines, all views, batched a page | {len(places)} | {ratio} |")


def batch(places: list[tuple[Grey, Zone]]) -> list[tuple[Grey, list[Zone]]]:
    """The places of each sheet together."""
    sheets: dict[int, tuple[Grey, list[Zone]]] = {}
    for sheet, zone in places:
        sheets.setdefault(id(sheet), (sheet, []))[1].append(zone)
    return list(sheets.values())


def timed(places: list[tuple[Grey, Zone]], engines: tuple[Engine, ...]) -> float:
    begun = time.perf_counter()
    for sheet, zones in batch(places):
        read_zones(sheet, zones, engines)
    return time.perf_counter() - begun


def one_call_each(places: list[tuple[Grey, Zone]]) -> float:
    tesseract = Tesseract()
    begun = time.perf_counter()
    for sheet, zone in places:
        tesseract.read([cut(sheet, zone.rect, -0.5)], [charset_of(zone)])
    return time.perf_counter() - begun


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 24
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 40_000
    speed(seed)
    accuracy(pages, seed)
