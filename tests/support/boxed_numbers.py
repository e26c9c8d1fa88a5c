"""Sheets full of numbers in boxes, written by many hands and copied in every way: for tests and the bench."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from forms.rendering.geometry import Rect, Zone
from forms.values.numbers import complete
from ocr.engine import Grey
from ocr.stages.registration import register
from samples.digits.rows import bent
from samples.digits.sources import SIDE, Ink
from samples.scanner import scan
from tests.support.marked_boxes import SCALE, print_corner_marks

Draw = Callable[[np.random.Generator, int], Ink]

BOXES, NUMBERS = 12, 40
_CELL, _PITCH = 6.0, 6.5
_TALL = 68
"""Pixels of a digit's height in its picture."""
_FAINTEST, _FINE = 0.15, 2
THINNEST = 0.25
"""The line of a ball of 0.5 mm; no pen writes thinner ones to speak of."""


@dataclass(frozen=True, slots=True)
class NumberSheet:
    """A straightened sheet with the zone and the true number of each row."""

    image: Grey
    zones: tuple[Zone, ...]
    numbers: tuple[str, ...]


def number_sheet(draw: Draw, seed: int, way: str, pen: float = 0.0) -> NumberSheet:
    """A sheet of `NUMBERS` valid 個人番号, two beside each other, copied in one way and straightened.

    No stroke is thinner than `pen` mm or paler than the pen.
    """
    rng = np.random.default_rng(seed)
    page = np.full((round(297 * SCALE), round(210 * SCALE)), 255, np.uint8)
    print_corner_marks(page)
    zones, numbers = [], []
    for row in range(NUMBERS):
        zone = _zone(18.0 + row % 2 * 88.0, 30.0 + row // 2 * 11.5)
        number = complete("my-number", "".join(str(digit) for digit in rng.integers(0, 10, 11)))
        _write(page, zone, [draw(rng, int(digit)) for digit in number], pen, rng)
        zones.append(zone)
        numbers.append(number)
    return NumberSheet(register(scan(page, way, rng).image).image, tuple(zones), tuple(numbers))


def _zone(x: float, y: float) -> Zone:
    cells = tuple(Rect(round(x + n * _PITCH, 2), y, _CELL, _CELL) for n in range(BOXES))
    hull = Rect(x, y, round((BOXES - 1) * _PITCH + _CELL, 2), _CELL)
    return Zone("number", "my_number", "cells", 1, hull, cells)


def _write(page: Grey, zone: Zone, inks: Sequence[Ink], pen: float, rng: np.random.Generator) -> None:
    size, level = float(rng.uniform(3.6, 4.8)), int(rng.integers(10, 90))
    for cell in zone.cells:
        corners = [round(edge * SCALE) for edge in (cell.x, cell.y, cell.right, cell.bottom)]
        cv2.rectangle(page, (corners[0], corners[1]), (corners[2], corners[3]), 176, 4)
    for cell, ink in zip(zone.cells, inks, strict=True):
        tall = size * float(rng.uniform(0.92, 1.08))
        side = round(tall * SIDE / _TALL * SCALE)
        small = cv2.resize(of_a_pen(ink, pen * _TALL / tall), (side, side), interpolation=cv2.INTER_AREA)
        x = round((cell.x + cell.width / 2 + rng.normal(0, 0.25)) * SCALE - side / 2)
        y = round((cell.y + cell.height / 2 + rng.normal(0, 0.2)) * SCALE - side / 2)
        place = page[y : y + side, x : x + side]
        np.minimum(place, (255 - small * (255 - level)).astype(np.uint8), out=place)


def by_another_hand(draw: Draw) -> Draw:
    """The same digits bent once more."""
    return lambda rng, digit: bent(draw(rng, digit), rng)


def of_a_pen(ink: Ink, width: float) -> Ink:
    """The ink with a line of `width` pixels and full tone along its middle: a pen has one width.

    Letters of a face in small sizes, and strokes made thinner, are hairlines in grey otherwise.
    """
    if width <= 0:
        return ink
    fine = cv2.resize(ink, None, fx=_FINE, fy=_FINE, interpolation=cv2.INTER_CUBIC)
    body = np.asarray(fine > _FAINTEST, np.uint8) * 255
    middle = cv2.ximgproc.thinning(body, thinningType=cv2.ximgproc.THINNING_GUOHALL)
    nib = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (round(_FINE * width),) * 2)
    line = cv2.resize(cv2.dilate(middle, nib), ink.shape[::-1], interpolation=cv2.INTER_AREA)
    return np.asarray(np.maximum(ink, line.astype(np.float32) / 255), np.float32)
