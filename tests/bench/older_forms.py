"""Older forms: pages classified among declared blanks, worst corner of places in mm, strangers refused.

Run by hand: `python -m tests.bench.older_forms [DECLARED] [STRANGERS] [FIRST_SEED] [MINUTES] [KEPT]`. What
has been measured stays in the file KEPT, so that runs of a few CPU minutes add up; prints the table of
RESULTS.md.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator
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
from samples.older import DPI, older_sheet
from samples.rough import ROUGH_WAYS, rough
from samples.scanner import WAYS, scan

SCANNED = tuple(way for way in WAYS if way != "torn")
_TEXTS = (
    "見本 太郎",
    "みほん市中央町一丁目2番3号",
    "昭和45年5月8日",
    "長男",
    "090-1234-5678",
    "墓地の移転のため",
)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of form `number`: what it was taken for (empty: refused), how well it was placed."""

    number: int
    way: str
    known: bool
    taken_for: str
    error_mm: float
    points: int
    next_points: int
    seconds: float
    problem: str


def declared(number: int, seed: int) -> OlderForm:
    """The form as a city declares it, from a scan of the blank."""
    sheet = older_sheet(number)
    picture = scan(sheet.image, "clean", np.random.default_rng(seed)).image
    png = to_png(blank_of(picture, 210.0, 297.0))
    return OlderForm(str(number), sheet.title, "resident-record-copy", 1, 210.0, 297.0, png, sheet.zones)


def filled(number: int, rng: np.random.Generator) -> Grey:
    sheet, hand = older_sheet(number), Hand.of(rng)
    page = sheet.image.copy()
    for zone in sheet.zones:
        if zone.role == "line" and rng.random() < 0.8:
            write_line(page, zone.rect, _TEXTS[int(rng.integers(len(_TEXTS)))], hand, rng)
    return page


def measured(number: int, way: str, known: bool, forms: list[OlderForm], seed: int) -> Found:
    rng = np.random.default_rng([seed, number, len(way)])
    page = filled(number, rng)
    if way in ROUGH_WAYS:
        treated = rough(page, way, rng)
        image, seen = treated.image, treated.place(np.asarray(corners_of(number) * DPI / 25.4 - 0.5))
    else:
        plain = scan(page, way, rng)
        on_page = (corners_of(number) * DPI / 25.4 - 0.5).reshape(-1, 1, 2)
        image = plain.image
        seen = np.asarray(cv2.perspectiveTransform(on_page, plain.from_page), np.float64).reshape(-1, 2)
    begun = time.process_time()
    try:
        found = recognised(image, forms)
    except UnknownPage as refused:
        return Found(number, way, known, "", 0.0, 0, 0, time.process_time() - begun, refused.message)
    spent = time.process_time() - begun
    placed = (found.placement.place(np.asarray(seen, np.float64)) + 0.5) / PIXELS_PER_MM
    error = float(np.linalg.norm(placed - corners_of(number), axis=1).max())
    return Found(number, way, known, found.form.key, error, found.points, found.next_points, spent, "")


def corners_of(number: int) -> NDArray[np.float64]:
    rects = [zone.rect for zone in older_sheet(number).zones]
    return np.array(
        [(x, y) for one in rects for x in (one.x, one.right) for y in (one.y, one.bottom)], np.float64
    )


def wanted(count: int, strangers: int) -> Iterator[tuple[int, str, bool]]:
    ways = (*SCANNED, "bent-phone", "stretched")
    yield from ((number, way, True) for way in ways for number in range(count))
    yield from ((100 + n, ways[n % len(ways)], False) for n in range(strangers))


def table(found: list[Found]) -> None:
    say("\n| way | pages | right | wrong form | refused | worst corner, median / p95 / worst mm | CPU ms |")
    say("|---|---|---|---|---|---|---|")
    for way in [*dict.fromkeys(one.way for one in found if one.known), "all", "not declared"]:
        group = [
            one
            for one in found
            if one.known == (way != "not declared") and way in (one.way, "all", "not declared")
        ]
        right = [one for one in group if one.taken_for == str(one.number)]
        refused = sum(not one.taken_for for one in group)
        errors = [one.error_mm for one in right] or [0.0]
        middle, high, worst = (float(np.quantile(errors, share)) for share in (0.5, 0.95, 1.0))
        spent = 1000 * float(np.mean([one.seconds for one in group] or [0.0]))
        placed = f"{middle:.2f} / {high:.2f} / {worst:.2f}" if right else ""
        counts = f"{len(group)} | {len(right)} | {len(group) - len(right) - refused} | {refused}"
        say(f"| {way} | {counts} | {placed} | {spent:.0f} |")
    for one in found:
        if one.known and one.taken_for != str(one.number):
            say(f"missed: {one.number} {one.way}: {one.taken_for} {one.problem}")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(count: int, strangers: int, seed: int, minutes: float, kept: Path) -> None:
    until = time.process_time() + 60 * minutes
    found = [Found(**json.loads(line)) for line in kept.read_text().splitlines()] if kept.exists() else []
    done = {(one.number, one.way) for one in found}
    forms = [declared(number, seed + number) for number in range(count)]
    with kept.open("a", encoding="utf-8") as file:
        for number, way, known in wanted(count, strangers):
            if (number, way) not in done and time.process_time() < until:
                found.append(measured(number, way, known, forms, seed))
                file.write(json.dumps(asdict(found[-1]), ensure_ascii=False) + "\n")
    table(found)
    say(f"\n{len(found)} of {sum(1 for _ in wanted(count, strangers))} pages measured; kept in {kept}")


if __name__ == "__main__":
    told = dict(enumerate(sys.argv[1:]))
    first = int(told.get(2, 80_000))
    place = Path(told.get(4, Path(tempfile.gettempdir()) / f"older-forms-{first}.jsonl"))
    main(int(told.get(0, 12)), int(told.get(1, 24)), first, float(told.get(3, 4.5)), place)
