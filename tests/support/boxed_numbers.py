"""Sheets full of numbers in boxes, written by many hands and copied in every way: for tests and the bench."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.rendering.geometry import Rect, Zone
from forms.values.numbers import complete
from ocr.digits.normal import stroke_width
from ocr.engine import Grey
from ocr.stages.registration import register
from samples.digits.rows import bent
from samples.digits.sources import SIDE, Ink
from samples.scanner import scan
from tests.support.marked_boxes import SCALE, print_corner_marks

Draw = Callable[[np.random.Generator, int], Ink]

BOXES, NUMBERS = 12, 40
_CELL, _PITCH = 6.0, 6.5
_PIXELS_PER_MM = 18.0
"""Of a digit's picture as it is written, on average."""
THINNEST = 0.25


@dataclass(frozen=True, slots=True)
class NumberSheet:
    """A straightened sheet with the zone and the true number of each row."""

    image: Grey
    zones: tuple[Zone, ...]
    numbers: tuple[str, ...]


def number_sheet(draw: Draw, seed: int, way: str) -> NumberSheet:
    """A sheet of `NUMBERS` valid 個人番号, two beside each other, copied in one way and straightened."""
    rng = np.random.default_rng(seed)
    page = np.full((round(297 * SCALE), round(210 * SCALE)), 255, np.uint8)
    print_corner_marks(page)
    zones, numbers = [], []
    for row in range(NUMBERS):
        zone = _zone(18.0 + row % 2 * 88.0, 30.0 + row // 2 * 11.5)
        number = complete("my-number", "".join(str(digit) for digit in rng.integers(0, 10, 11)))
        _write(page, zone, [draw(rng, int(digit)) for digit in number], rng)
        zones.append(zone)
        numbers.append(number)
    return NumberSheet(register(scan(page, way, rng).image).image, tuple(zones), tuple(numbers))


def _zone(x: float, y: float) -> Zone:
    cells = tuple(Rect(round(x + n * _PITCH, 2), y, _CELL, _CELL) for n in range(BOXES))
    hull = Rect(x, y, round((BOXES - 1) * _PITCH + _CELL, 2), _CELL)
    return Zone("number", "my_number", "cells", 1, hull, cells)


def _write(page: Grey, zone: Zone, inks: Sequence[Ink], rng: np.random.Generator) -> None:
    size, level = float(rng.uniform(3.6, 4.8)), int(rng.integers(10, 90))
    for cell in zone.cells:
        corners = [round(edge * SCALE) for edge in (cell.x, cell.y, cell.right, cell.bottom)]
        cv2.rectangle(page, (corners[0], corners[1]), (corners[2], corners[3]), 176, 4)
    for cell, ink in zip(zone.cells, inks, strict=True):
        side = round(size * float(rng.uniform(0.92, 1.08)) * SIDE / 68 * SCALE)
        small = cv2.resize(ink, (side, side), interpolation=cv2.INTER_AREA)
        x = round((cell.x + cell.width / 2 + rng.normal(0, 0.25)) * SCALE - side / 2)
        y = round((cell.y + cell.height / 2 + rng.normal(0, 0.2)) * SCALE - side / 2)
        place = page[y : y + side, x : x + side]
        np.minimum(place, (255 - small * (255 - level)).astype(np.uint8), out=place)


def by_another_hand(
    draw: Callable[[np.random.Generator, int], NDArray[np.float32]], thinnest: float = THINNEST
) -> Draw:
    """The same digits bent once more, in a pen of `thinnest` mm at least: nobody writes in hairlines."""
    return lambda rng, digit: _of_a_pen(bent(draw(rng, digit), rng), thinnest * _PIXELS_PER_MM)


def _of_a_pen(ink: Ink, thinnest: float) -> Ink:
    missing = round(thinnest - stroke_width(ink > 0.5))
    if missing <= 0:
        return ink
    brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (missing + 1, missing + 1))
    return np.asarray(cv2.dilate(ink, brush), np.float32)
