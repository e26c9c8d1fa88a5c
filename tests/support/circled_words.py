"""Sheets of printed words with rings around some of them, by hand: for the bench of circled words.

A manner says what a reader may decide: a ring may be read as chosen, a ring taken back never.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from forms.rendering.geometry import Rect, Zone
from ocr.marks import Mark
from samples.faces import PRINT, Face, Grey, font
from samples.pen import draw_strokes
from samples.scanner import Scan, scan
from tests.support.marked_boxes import OFF, ON, SCALE, Pen, print_corner_marks

Draw = Callable[[Pen, Rect], None]
Stroke = tuple[tuple[float, float], ...]
WORDS = (
    "男",
    "女",
    "有",
    "無",
    "はい",
    "いいえ",
    "同居",
    "別居",
    "本人",
    "代理人",
    "世帯主",
    "普通",
    "当座",
    "新規",
)
ROWS, COLUMNS = 20, 6
_SIZE = 4.0


@dataclass(frozen=True, slots=True)
class CircledSheet:
    """A copied sheet with the words' zones and manners, and the same form with nothing on it, as declared."""

    scan: Scan
    blank: Scan
    zones: tuple[Zone, ...]
    manners: tuple[str, ...]


def _draw(pen: Pen, word: Rect, *strokes: Stroke) -> None:
    """Strokes given in parts of the word, drawn a little beside their place."""
    x, y = (edge + pen.rng.normal(0, pen.miss) for edge in (word.x, word.y))
    place = (x * SCALE, y * SCALE, word.width * SCALE, word.height * SCALE)
    draw_strokes(pen.page, strokes, place, (pen.width * SCALE, pen.level), pen.rng)


def _ring(pen: Pen, word: Rect, around: tuple[float, float] = (0.95, 1.08)) -> None:
    """A ring that does not quite close or runs on a little, wider or closer than the word asks for."""
    wide = word.width / 2 + pen.rng.uniform(0.7, 2.0)
    tall = word.height / 2 + pen.rng.uniform(0.5, 1.6)
    start = pen.rng.uniform(-2.4, -0.9)
    turn = np.linspace(start, start + 2 * np.pi * pen.rng.uniform(*around), 11)
    radii = 1 + pen.rng.normal(0, 0.04, len(turn))
    across, down = (
        0.5 + radii * np.cos(turn) * wide / word.width,
        0.5 + radii * np.sin(turn) * tall / word.height,
    )
    _draw(pen, word, tuple((float(x), float(y)) for x, y in zip(across, down, strict=True)))


def _piece(pen: Pen, word: Rect) -> None:
    """A ring given up half way."""
    _ring(pen, word, (0.3, 0.6))


def _light(pen: Pen, word: Rect) -> None:
    pen.level = int(pen.rng.integers(*((110, 146) if pen.fax else (150, 222))))
    _ring(pen, word)


def _line(pen: Pen, word: Rect) -> None:
    """The word struck out."""
    over = pen.rng.uniform(0.1, 0.5)
    for level in ((0.5,), (0.35, 0.65))[int(pen.rng.integers(2))]:
        _draw(pen, word, ((-over, level), (0.5, level), (1 + over, level)))


def _taken_back(pen: Pen, word: Rect) -> None:
    """A ring and then lines through it: level ones, one aslant, or two that cross."""
    _ring(pen, word)
    way = int(pen.rng.integers(3))
    if way == 0:
        far = 0.2 + 2.5 / word.width
        for level in ((0.5,), (0.3, 0.7))[int(pen.rng.integers(2))]:
            _draw(pen, word, ((-far, level), (0.5, level), (1 + far, level)))
        return
    far, high = 2.0 / word.width, 0.6
    _draw(pen, word, ((-far, -high), (0.5, 0.5), (1 + far, 1 + high)))
    if way == 2:
        _draw(pen, word, ((1 + far, -high), (0.5, 0.5), (-far, 1 + high)))


def _nothing(pen: Pen, word: Rect) -> None:
    return


MANNERS: dict[str, tuple[Draw, frozenset[Mark], float]] = {
    "nothing": (_nothing, OFF, 0.5),
    "ring": (_ring, ON, 0.33),
    "piece of a ring": (_piece, ON, 0.03),
    "light ring": (_light, ON, 0.05),
    "struck out": (_line, OFF, 0.04),
    "ring taken back": (_taken_back, OFF, 0.05),
}
"""Per manner: how it is drawn, what may be decided of it, its share."""


def circled_sheet(seed: int, way: str) -> CircledSheet:
    """A sheet of words, each in a manner of its own, by one person with one pen, copied in one way."""
    rng = np.random.default_rng(seed)
    words = [str(rng.choice(WORDS)) for _ in range(ROWS * COLUMNS)]
    page, rects = _printed(tuple(words), PRINT[int(rng.integers(len(PRINT)))])
    blank = scan(page, "office", np.random.default_rng((seed, 1)))
    written, names = page.copy(), list(MANNERS)
    chances = np.array([MANNERS[name][2] for name in names])
    pen = Pen(written, rng, float(rng.uniform(0.3, 0.6)), int(rng.integers(10, 95)), 0.4, way == "fax")
    level, manners = pen.level, []
    for rect in rects:
        manners.append(names[int(rng.choice(len(names), p=chances / chances.sum()))])
        pen.level = level
        MANNERS[manners[-1]][0](pen, rect)
    zones = tuple(
        Zone("it", "choice", "circle", 1, rect, option=f"{number}-{word}")
        for number, (rect, word) in enumerate(zip(rects, words, strict=True))
    )
    return CircledSheet(scan(written, way, rng), blank, zones, tuple(manners))


@functools.lru_cache(maxsize=4)
def _printed(words: tuple[str, ...], face: Face) -> tuple[Grey, tuple[Rect, ...]]:
    """The form with its words parted by dots, and where each word stands."""
    picture = Image.new("L", (round(210 * SCALE), round(297 * SCALE)), 255)
    drawing, letters = ImageDraw.Draw(picture), font(face, round(_SIZE * SCALE))
    rects = []
    for (x, y), word in zip(_places(), words, strict=True):
        drawing.text((x * SCALE, y * SCALE), word, 0, font=letters)
        left, top, right, bottom = drawing.textbbox((x * SCALE, y * SCALE), word, font=letters)
        rects.append(Rect(*(round(one / SCALE, 2) for one in (left, top, right - left, bottom - top))))
        if x > 40:
            drawing.text(((x - 9.0) * SCALE, y * SCALE), "・", 0, font=letters)
    page = np.array(picture)
    print_corner_marks(page)
    return page, tuple(rects)


def _places() -> Iterator[tuple[float, float]]:
    for row in range(ROWS):
        for column in range(COLUMNS):
            yield 20.0 + column * 29.0, 32.0 + row * 12.0
