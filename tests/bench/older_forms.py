"""Older forms: pages classified among declared blanks, worst corner of places in mm, strangers refused.

Run by hand: `python -m tests.bench.older_forms [FIRST_SEED] [MINUTES] [KEPT]`. What has been measured stays
in the file KEPT, so that runs of a few CPU minutes add up; prints the tables of RESULTS.md. `python -m
tests.bench.older_forms scale SEED COUNT` measures a page's time among COUNT declared forms instead.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.blanks import blank_of
from ocr.classify import recognised
from ocr.engine import Grey
from ocr.errors import UnknownPage
from ocr.older_forms import OlderForm
from ocr.page import to_png
from ocr.stages.alignment import PIXELS_PER_MM
from samples.hands import Hand, write_line
from samples.handwriting import letter
from samples.ledger_pages import ledger_pages
from samples.older import DPI, OlderSheet, older_sheet, older_slip
from samples.older_editions import CHANGES, edition
from samples.rough import ROUGH_WAYS, rough
from samples.scanner import scan

SHEETS, SLIPS = 9, 3
WAYS = ("office", "coarse", "fax", "upside-down", "sideways", "torn", "phone")
HARD = ("bleeding", "phone-tilted", "bent-phone", "stretched", "faded", "tilted-phone")
STYLES = ("hand", "print", "pen")
EDITIONS, OTHERS = 8, 36
_TEXTS = (
    "見本 太郎", "みほん市中央町一丁目2番3号", "昭和45年5月8日", "長男", "090-1234-5678", "墓地の移転のため",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """A page to be classified: `form` is the number declared (-1: none), `what` it is, how it was scanned."""

    form: int
    what: str
    way: str
    number: int


@dataclass(frozen=True, slots=True)
class Found:
    """What a page was taken for (empty: refused), and how well it was placed."""

    form: int
    what: str
    way: str
    number: int
    taken_for: str
    error_mm: float
    points: int
    seconds: float
    problem: str


def sheet_of(number: int) -> OlderSheet:
    """The declared form of a number: tables of A4, then slips of A5."""
    return older_sheet(number) if number < SHEETS else older_slip(number - SHEETS)


def declared(sheet: OlderSheet, key: str, seed: int) -> OlderForm:
    """The form as a city declares it, from a scan of the blank; kept, since finding its top takes seconds."""
    kept = (
        Path(tempfile.gettempdir()) / "older-forms-blanks" / f"{seed}-{zlib.crc32(sheet.image.tobytes())}.png"
    )
    if kept.exists():
        png = kept.read_bytes()
    else:
        picture = scan(sheet.image, "clean", np.random.default_rng(seed)).image
        png = to_png(blank_of(picture, sheet.width, sheet.height))
        kept.parent.mkdir(exist_ok=True)
        kept.write_bytes(png)
    return OlderForm(key, sheet.title, "resident-record-copy", 1, sheet.width, sheet.height, png, sheet.zones)


def filled(sheet: OlderSheet, rng: np.random.Generator) -> Grey:
    hand = Hand.of(rng, style=STYLES[int(rng.integers(len(STYLES)))])
    page = sheet.image.copy()
    for zone in sheet.zones:
        if zone.role == "line" and rng.random() < 0.8:
            write_line(page, zone.rect, _TEXTS[int(rng.integers(len(_TEXTS)))], hand, rng)
    return page


def wanted() -> Iterator[Page]:
    """All pages: every declared form in every way, every change of an edition, forms and papers unknown."""
    for number, way in enumerate((*WAYS, *HARD)):
        yield from (Page(form, "declared", way, number) for form in range(SHEETS + SLIPS))
    for place, change in enumerate(CHANGES):
        for number in range(EDITIONS):
            way = WAYS[(place + 3 * number) % len(WAYS)]
            yield Page((place * EDITIONS + number) % SHEETS, change, way, number)
    for number in range(OTHERS):
        yield Page(-1, "another form", WAYS[number % len(WAYS)], number)
    for what in ("another slip", "letter", "ledger", "empty"):
        yield from (Page(-1, what, WAYS[number % len(WAYS)], number) for number in range(7))


def picture_of(page: Page, rng: np.random.Generator) -> Grey:
    """What is scanned."""
    makers: dict[str, Callable[[], Grey]] = {
        "declared": lambda: filled(sheet_of(page.form), rng),
        "another form": lambda: filled(older_sheet(100 + page.number), rng),
        "another slip": lambda: filled(older_slip(100 + page.number), rng),
        "letter": letter,
        "ledger": lambda: ledger_pages(page.number, way="clean")[0].scan.image,
        "empty": lambda: np.full((3508, 2480), 255, np.uint8),
    }
    if page.what in CHANGES:
        return filled(edition(sheet_of(page.form), page.what, rng), rng)
    return makers[page.what]()


def measured(page: Page, forms: list[OlderForm], seed: int) -> Found:
    rng = np.random.default_rng([seed, page.form + 1, page.number, *page.what.encode(), *page.way.encode()])
    clean = picture_of(page, rng)
    corners = corners_of(page.form) if page.what == "declared" else np.zeros((1, 2))
    on_page = np.asarray(corners * DPI / 25.4 - 0.5, np.float64)
    if clean.shape[1] > clean.shape[0] and "phone" in page.way:  # the telephone is held as the paper lies
        on_page = np.stack((on_page[:, 1], clean.shape[1] - 1 - on_page[:, 0]), axis=1)
        clean = np.ascontiguousarray(np.rot90(clean))
    if page.way in ROUGH_WAYS:
        treated = rough(clean, page.way, rng)
        image, seen = treated.image, treated.place(on_page)
    else:
        plain = scan(clean, page.way, rng)
        image = plain.image
        seen = np.asarray(cv2.perspectiveTransform(on_page.reshape(-1, 1, 2), plain.from_page).reshape(-1, 2))
    begun = time.process_time()
    told = (page.form, page.what, page.way, page.number)
    try:
        found = recognised(image, forms)
    except UnknownPage as refused:
        return Found(*told, "", 0.0, 0, time.process_time() - begun, refused.message)
    spent = time.process_time() - begun
    placed = (found.placement.place(np.asarray(seen, np.float64)) + 0.5) / PIXELS_PER_MM
    error = float(np.linalg.norm(placed - corners, axis=1).max())
    return Found(*told, found.form.key, error, found.points, spent, "")


def corners_of(number: int) -> NDArray[np.float64]:
    rects = [zone.rect for zone in sheet_of(number).zones]
    return np.array(
        [(x, y) for one in rects for x in (one.x, one.right) for y in (one.y, one.bottom)], np.float64
    )


def tables(found: list[Found]) -> None:
    say("\n| way | pages | right | wrong form | refused | worst corner, median / p95 / worst mm | CPU ms |")
    say("|---|---|---|---|---|---|---|")
    known = [one for one in found if one.what == "declared"]
    for way in [*dict.fromkeys(one.way for one in known), "all"]:
        group = [one for one in known if way in (one.way, "all")]
        right = [one for one in group if one.taken_for == str(one.form)]
        refused = sum(not one.taken_for for one in group)
        middle, high, worst = (
            float(np.quantile([one.error_mm for one in right] or [0.0], share)) for share in (0.5, 0.95, 1.0)
        )
        spent = 1000 * float(np.mean([one.seconds for one in group]))
        counts = f"{len(group)} | {len(right)} | {len(group) - len(right) - refused} | {refused}"
        say(f"| {way} | {counts} | {middle:.2f} / {high:.2f} / {worst:.2f} | {spent:.0f} |")
    say("\n| unknown pages | pages | taken for a declared form | CPU ms |")
    say("|---|---|---|---|")
    strangers = [one for one in found if one.what != "declared"]
    for what in [*dict.fromkeys(one.what for one in strangers), "all"]:
        group = [one for one in strangers if what in (one.what, "all")]
        spent = 1000 * float(np.mean([one.seconds for one in group]))
        say(f"| {what} | {len(group)} | {sum(bool(one.taken_for) for one in group)} | {spent:.0f} |")
    for one in found:
        if one.taken_for != (str(one.form) if one.what == "declared" else ""):
            say(f"missed: {one.form} {one.what} {one.way} {one.number}: {one.taken_for} {one.problem}")


def scaling(seed: int, count: int) -> None:
    """A page of each of six forms among `count` declared from clean rasters, and of three strangers."""
    forms = [_drawn(older_sheet(number), str(number)) for number in range(count)]
    numbers = [round(at * (count - 1) / 5) for at in range(6)]
    right, taken, spent = 0, [], []
    for at, number in enumerate((*numbers, 200, 201, 202)):
        rng = np.random.default_rng([seed, number])
        image = scan(filled(older_sheet(number), rng), WAYS[at % len(WAYS)], rng).image
        if at == 0:
            _taken(image, forms)  # the looks of the blanks are kept from the first page on
        begun = time.process_time()
        found = _taken(image, forms)
        spent.append(time.process_time() - begun)
        right += found == str(number)
        taken += [found] if found and found != str(number) else []
    say(f"| {count} | 6 | {right} | 3 | {len(taken)} | {1000 * float(np.mean(spent)):.0f} |")


def _drawn(sheet: OlderSheet, key: str) -> OlderForm:
    size = (round(sheet.width * PIXELS_PER_MM), round(sheet.height * PIXELS_PER_MM))
    png = to_png(np.asarray(cv2.resize(sheet.image, size, interpolation=cv2.INTER_AREA), np.uint8))
    return OlderForm(key, sheet.title, "resident-record-copy", 1, sheet.width, sheet.height, png, sheet.zones)


def _taken(image: Grey, forms: list[OlderForm]) -> str:
    try:
        return recognised(image, forms).form.key
    except UnknownPage:
        return ""


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(seed: int, minutes: float, kept: Path) -> None:
    until = time.process_time() + 60 * minutes
    found = [Found(**json.loads(line)) for line in kept.read_text().splitlines()] if kept.exists() else []
    done = {(one.form, one.what, one.way, one.number) for one in found}
    left = [page for page in wanted() if (page.form, page.what, page.way, page.number) not in done]
    np.random.default_rng(seed).shuffle(left)
    forms = [declared(sheet_of(number), str(number), seed + number) for number in range(SHEETS + SLIPS)]
    with kept.open("a", encoding="utf-8") as file:
        for page in left:
            if time.process_time() > until:
                break
            found.append(measured(page, forms, seed))
            file.write(json.dumps(asdict(found[-1]), ensure_ascii=False) + "\n")
            file.flush()
    tables(found)
    say(f"\n{len(found)} of {sum(1 for _ in wanted())} pages measured; kept in {kept}")


if __name__ == "__main__":
    told = dict(enumerate(sys.argv[1:]))
    if told.get(0) == "scale":
        scaling(int(told[1]), int(told[2]))
    else:
        first = int(told.get(0, 80_000))
        place = Path(told.get(2, Path(tempfile.gettempdir()) / f"older-forms-{first}.jsonl"))
        main(first, float(told.get(1, 4.5)), place)
