"""Surnames written on a sheet with every form of 吉 and 崎, scanned and cut out again as lines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from forms.rendering.geometry import PAGE_HEIGHT, PAGE_WIDTH, Rect, Zone
from ocr.engine import Grey
from ocr.stages.alignment import PIXELS_PER_MM, Placement
from ocr.stages.crops import line_written
from ocr.stages.registration import evened
from samples.faces import Face
from samples.hands import write_line
from samples.inks import Hand
from samples.scanner import scan
from samples.ticks import SCALE

COMMON = ("吉田", "末吉", "宮崎", "崎山", "長谷崎")
RARE = ("𠮷田", "末𠮷", "宮﨑", "﨑山", "長谷﨑")
_TODAY = str.maketrans("𠮷﨑", "吉崎")
_ACROSS, _WIDE, _HIGH = 5, 36.0, 11.0


def as_read(name: str) -> str:
    """A name in the forms that engines know."""
    return name.translate(_TODAY)


def name_lines(names: Sequence[str], face: Face, style: str, way: str, seed: int = 31) -> list[Grey]:
    """The names (at most 115) as they come from a scanned sheet, in order; every row by another hand."""
    rng = np.random.default_rng(seed)
    page = np.full((round(PAGE_HEIGHT * SCALE), round(PAGE_WIDTH * SCALE)), 255, np.uint8)
    places = [divmod(number, _ACROSS) for number in range(len(names))]
    rects = [Rect(15 + _WIDE * column, 20 + _HIGH * row, 32, 8.5) for row, column in places]
    hand = Hand.of(rng, style=style, faces=[face])
    for name, rect, (_, column) in zip(names, rects, places, strict=True):
        hand = hand if column else Hand.of(rng, style=style, faces=[face])
        write_line(page, rect, name, hand, rng)
    taken = scan(page, way, rng)
    to_sheet = np.diag([PIXELS_PER_MM / SCALE] * 2 + [1.0]) @ np.linalg.inv(taken.from_page)
    sheet = evened(Placement(to_sheet, PAGE_WIDTH, PAGE_HEIGHT).straightened(taken.image))
    written = [line_written(sheet, Zone("name", "name", "line", 1, rect)).images[0] for rect in rects]
    return [np.full((8, 8), 255, np.uint8) if image is None else image for image in written]
