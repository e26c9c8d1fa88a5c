"""吉 is told from 𠮷 and 崎 from 﨑 by their strokes, or not at all."""

from __future__ import annotations

import numpy as np
import pytest

from forms.rendering.geometry import PAGE_HEIGHT, PAGE_WIDTH, Rect, Zone
from ocr.engine import Grey
from ocr.stages.alignment import PIXELS_PER_MM, Placement
from ocr.stages.crops import line_written
from ocr.stages.form_strokes import plainly_today
from ocr.stages.registration import evened
from samples.faces import HAND, PRINT, Face
from samples.hands import write_line
from samples.inks import Hand
from samples.scanner import scan
from samples.ticks import SCALE

TODAY = str.maketrans("𠮷﨑", "吉崎")
GOTHIC, KLEE = PRINT[0], HAND[0]
COMMON = ("吉田", "末吉", "宮崎", "崎山", "長谷崎")
RARE = ("𠮷田", "末𠮷", "宮﨑", "﨑山", "長谷﨑")


def lines(names: tuple[str, ...], face: Face, style: str, way: str) -> list[Grey]:
    """The names as they come from a scanned sheet."""
    rng = np.random.default_rng(31)
    page = np.full((round(PAGE_HEIGHT * SCALE), round(PAGE_WIDTH * SCALE)), 255, np.uint8)
    rects = [Rect(15 + 36 * (n % 5), 20 + 12 * (n // 5), 32, 8.5) for n in range(len(names))]
    for name, rect in zip(names, rects, strict=True):
        write_line(page, rect, name, Hand.of(rng, style=style, faces=[face]), rng)
    taken = scan(page, way, rng)
    to_sheet = np.diag([PIXELS_PER_MM / SCALE] * 2 + [1.0]) @ np.linalg.inv(taken.from_page)
    sheet = evened(Placement(to_sheet, PAGE_WIDTH, PAGE_HEIGHT).straightened(taken.image))
    written = [line_written(sheet, Zone("name", "name", "line", 1, rect)).images[0] for rect in rects]
    return [image for image in written if image is not None]


def told(names: tuple[str, ...], *how: object) -> int:
    """In how many names, each written twice, the form of today is plain."""
    many = names * 2
    found = zip(lines(many, *how), many, strict=True)  # type: ignore[arg-type]
    return sum(bool(plainly_today(line, name.translate(TODAY))) for line, name in found)


@pytest.mark.parametrize("way", ["office", "fax", "phone"])
@pytest.mark.parametrize(("face", "style"), [(GOTHIC, "print"), (KLEE, "print"), (KLEE, "hand")])
def test_only_the_form_of_today_is_taken_for_it(face: Face, style: str, way: str) -> None:
    assert told(RARE, face, style, way) == 0
    assert told(COMMON, face, style, way) >= 7, "most of 10"


def test_every_place_of_the_letter_has_to_show_it() -> None:
    image = lines(("吉𠮷",), GOTHIC, "print", "clean")[0]
    assert plainly_today(image, "吉吉") == frozenset()
    assert plainly_today(image, "吉田") == {"吉"}


def test_other_letters_and_empty_lines_say_nothing() -> None:
    image = lines(("高橋",), GOTHIC, "print", "clean")[0]
    assert plainly_today(image, "高橋") == frozenset()
    assert plainly_today(np.full((40, 90), 255, np.uint8), "吉田") == frozenset()


def test_a_line_of_other_proportions_is_not_cut() -> None:
    image = lines(("吉田",), GOTHIC, "print", "clean")[0]
    wide = np.hstack((image, np.full((image.shape[0], 200), 255, np.uint8), image))
    assert plainly_today(wide, "吉田") == frozenset()
