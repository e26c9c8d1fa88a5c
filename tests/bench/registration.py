"""Registration against the truth: the worst corner of all zones in mm, and which form was read.

Run by hand: `python -m tests.bench.registration [SCANS] [PHOTOS] [ROUGH] [FIRST_SEED] [MINUTES] [KEPT]`. What
has been measured stays in the file KEPT, so that runs of a few CPU minutes add up; prints the tables of
RESULTS.md.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.catalogue import Catalogue, load_catalogue
from forms.definition import Procedure
from forms.rendering.sheet import sheet_of
from ocr.engine import Grey
from ocr.errors import UnknownPage
from ocr.stages.registration import PIXELS_PER_MM, flattened, register
from samples.hands import FILL_DPI, Hand, fill
from samples.handwriting import blank
from samples.records import record_of
from samples.rough import ROUGH_WAYS, rough
from samples.scanner import WAYS, scan

Points = NDArray[np.float64]
PHONES = tuple(way for way in WAYS if way.startswith("phone"))
SCANNERS = tuple(way for way in WAYS if way not in PHONES)
PAGES_A_FORM = 14
GOAL_MM = 0.5


@dataclass(frozen=True, slots=True)
class Found:
    """One page: `error_mm` is None where it was refused (`problem` says why), `form` what the code says."""

    seed: int
    way: str
    form: str
    page: int
    error_mm: float | None
    read: str
    marks: int
    seconds: float
    problem: str


def pages(
    catalogue: Catalogue, ways: tuple[str, ...], count: int, first_seed: int, begin: int = 0
) -> Iterator[Found]:
    """Pages `begin` to `count`, `PAGES_A_FORM` of one procedure after the other, each way in its turn."""
    procedures = sorted(catalogue.versions, key=lambda one: one.number)
    filled: tuple[Grey, ...] = ()
    for number in range(begin, count):
        seed = first_seed + number
        procedure = procedures[number // PAGES_A_FORM % len(procedures)]
        if number % PAGES_A_FORM == 0 or not filled:
            filled = filled_in(procedure, seed)
        page = (number + number // len(ways)) % len(filled)
        yield measured(procedure, filled[page], page + 1, ways[number % len(ways)], seed)


def filled_in(procedure: Procedure, seed: int) -> tuple[Grey, ...]:
    """The sheets of a form written on by a hand: ink stands beside the marks as it does in life."""
    rng = np.random.default_rng(seed)
    sheet, record = sheet_of(procedure), record_of(procedure, f"registration {seed}")
    hand = Hand.of(rng)
    return tuple(
        fill(raster, [zone for zone in sheet.zones if zone.page == number], record, hand, rng)
        for number, raster in enumerate(blank(procedure, serial_of(seed)), start=1)
    )


def serial_of(seed: int) -> str:
    return f"{seed % 1_000_000:06d}"


def measured(procedure: Procedure, page: Grey, number: int, way: str, seed: int) -> Found:
    image, seen_at = taken(page, way, np.random.default_rng(seed))
    begun = time.process_time()
    try:
        registered = register(image)
        if registered.code is not None:
            registered = flattened(registered, image, sheet_of(procedure), registered.code.page)
    except UnknownPage as refused:
        spent = time.process_time() - begun
        return Found(seed, way, procedure.slug, number, None, "", 0, spent, refused.message)
    spent = time.process_time() - begun
    corners = zone_corners(procedure, number)
    seen = seen_at(np.asarray(corners * FILL_DPI / 25.4 - 0.5))
    worst = worst_mm(registered.placement.place, seen, corners)
    code = registered.code
    read = f"{code.number}-{code.version}-{code.page}" if code else ""
    return Found(seed, way, procedure.slug, number, worst, read, registered.marks, spent, "")


def taken(page: Grey, way: str, rng: np.random.Generator) -> tuple[Grey, Callable[[Points], Points]]:
    """The picture of a page, and where points of the page (pixels) are seen on it."""
    if way in ROUGH_WAYS:
        treated = rough(page, way, rng)
        return treated.image, treated.place
    plain = scan(page, way, rng)
    return plain.image, lambda points: np.asarray(
        cv2.perspectiveTransform(points.reshape(-1, 1, 2), plain.from_page).reshape(-1, 2), np.float64
    )


def zone_corners(procedure: Procedure, page: int) -> Points:
    """The corners of every place to write in on a page of the form, in mm."""
    sheet = sheet_of(procedure)
    return np.asarray(
        [
            (x, y)
            for zone in (*sheet.zones, *sheet.own)
            if zone.page == page
            for x in (zone.rect.x, zone.rect.right)
            for y in (zone.rect.y, zone.rect.bottom)
        ],
        np.float64,
    )


def worst_mm(place: Callable[[Points], Points], on_page: Points, wanted: Points) -> float:
    """The largest distance in mm of a point of the picture, brought to the sheet, from its true place."""
    placed = (place(np.asarray(on_page, np.float64)) + 0.5) / PIXELS_PER_MM
    return float(np.linalg.norm(placed - wanted, axis=1).max())


def table(found: list[Found], catalogue: Catalogue) -> None:
    numbers = {one.slug: (one.number, one.version) for one in catalogue.versions}
    say("\n| way | pages | within 0.5 mm | median / p95 / worst mm | code right | wrong form | CPU ms |")
    say("|---|---|---|---|---|---|---|")
    for way in [*dict.fromkeys(one.way for one in found), "all"]:
        group = [one for one in found if way in (one.way, "all")]
        errors = [one.error_mm for one in group if one.error_mm is not None]
        right = sum(one.read == "{}-{}-{}".format(*numbers[one.form], one.page) for one in group)
        read = sum(bool(one.read) for one in group)
        middle, high, worst = (float(np.quantile(errors, share)) for share in (0.5, 0.95, 1.0))
        within = sum(error <= GOAL_MM for error in errors)
        spent = 1000 * float(np.mean([one.seconds for one in group]))
        say(
            f"| {way} | {len(group)} | {within} | {middle:.2f} / {high:.2f} / {worst:.2f} | {right} |"
            f" {read - right} | {spent:.0f} |"
        )
    for one in found:
        if one.error_mm is None or one.error_mm > GOAL_MM:
            say(f"missed: {one.seed} {one.way}, {one.form} {one.page}: {one.error_mm} {one.problem}")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(counts: tuple[int, int, int], first_seed: int, minutes: float, kept: Path) -> None:
    catalogue, until = load_catalogue(), time.process_time() + 60 * minutes
    found = [Found(**json.loads(line)) for line in kept.read_text().splitlines()] if kept.exists() else []
    done = {(one.seed, one.way) for one in found}
    with kept.open("a", encoding="utf-8") as file:
        for group, ways in enumerate((SCANNERS, PHONES, tuple(ROUGH_WAYS))):
            count = counts[group]
            begin = sum(one.way in ways for one in found) // PAGES_A_FORM * PAGES_A_FORM
            for one in pages(catalogue, ways, count, first_seed + 200_000 * group, begin):
                if (one.seed, one.way) not in done:
                    found.append(one)
                    file.write(json.dumps(asdict(one), ensure_ascii=False) + "\n")
                if time.process_time() > until:
                    break
    table(found, catalogue)
    say(f"\n{len(found)} of {sum(counts)} pages measured; kept in {kept}")


if __name__ == "__main__":
    told = dict(enumerate(sys.argv[1:]))
    seed = int(told.get(3, 70_000))
    place = Path(told.get(5, Path(tempfile.gettempdir()) / f"registration-{seed}.jsonl"))
    wanted = (int(told.get(0, 500)), int(told.get(1, 200)), int(told.get(2, 96)))
    main(wanted, seed, float(told.get(4, 4.5)), place)
