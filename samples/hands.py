"""Hands: a printed form is filled by hand-like writing, from a seed.

Letters come from handwriting fonts (Debian packages fonts-klee, fonts-kiloji, fonts-yusei-magic), each glyph
turned, sheared, resized and bent on its own; digits and ticks can be pen strokes drawn by `samples.pen`.
The faces Seto and Hachi Maru Pop are never used: they are kept for checking.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from forms.rendering.geometry import Rect, Zone
from forms.rendering.prefill import is_ticked, text_for, value_at
from samples.pen import CROSSES, DIGITS, TICKS, draw_strokes

Grey = NDArray[np.uint8]

FILL_DPI = 300
FACES = (
    "klee/KleeOne-Regular.ttf",
    "klee/KleeOne-SemiBold.ttf",
    "kiloji/kiloji.ttf",
    "yusei-magic/YuseiMagic-Regular.ttf",
)
_FOLDER = Path("/usr/share/fonts/truetype")
_SCALE = FILL_DPI / 25.4
_BASELINE = 0.87


@dataclass(frozen=True, slots=True)
class Hand:
    """How one person writes: a face, whether digits are pen strokes, pen width in mm, level, unsteadiness."""

    face: str
    strokes: bool
    pen: float
    level: int
    shake: float
    size: float

    @classmethod
    def of(cls, rng: np.random.Generator, *, strokes: bool | None = None) -> Hand:
        """A hand from a seed; `strokes` makes its digits pen strokes or not."""
        drawn = bool(rng.random() < 0.5) if strokes is None else strokes
        return cls(
            face=FACES[int(rng.integers(len(FACES)))],
            strokes=drawn,
            pen=float(rng.uniform(0.3, 0.5)),
            level=int(rng.integers(15, 85)),
            shake=float(rng.uniform(0.6, 1.2)),
            size=float(rng.uniform(0.85, 1.05)),
        )


def fill(
    page: Grey, zones: Sequence[Zone], record: Mapping[str, Any], hand: Hand, rng: np.random.Generator
) -> Grey:
    """Write the values of `record` into the zones of a page raster (300 dpi); gives a new raster."""
    written = page.copy()
    for zone in zones:
        value = value_at(record, zone.field)
        if zone.role == "check":
            if is_ticked(zone, value):
                tick(written, zone.rect, hand, rng)
            continue
        text = str(value or "") if zone.kind == "my_number" else text_for(zone, value)
        if zone.cells:
            _write_cells(written, zone, text, hand, rng)
        elif text:
            _write_line(written, zone.rect, text, hand, rng)
    return written


def tick(page: Grey, box: Rect, hand: Hand, rng: np.random.Generator) -> None:
    """Tick a check box: a tick mostly, now and then a cross."""
    shape = CROSSES if rng.random() < 0.15 else TICKS
    place = _jittered(box, rng, 0.35)
    draw_strokes(page, shape[int(rng.integers(len(shape)))], place, _pen(hand), rng)


def faint_mark(page: Grey, box: Rect, rng: np.random.Generator) -> None:
    """A mark nobody can be sure of: a small dot of the pen inside a check box."""
    dot = (((0.45, 0.48), (0.58, 0.56), (0.66, 0.5)),)
    draw_strokes(page, dot, _jittered(box, rng, 0.1), (0.42 * _SCALE, 90), rng)


def _write_cells(page: Grey, zone: Zone, text: str, hand: Hand, rng: np.random.Generator) -> None:
    """One character a cell; digits of a number shorter than its cells stand at the left as people write."""
    for cell, letter in zip(zone.cells, text, strict=False):
        size = 0.72 * cell.height * hand.size
        if hand.strokes and letter in DIGITS:
            ways = DIGITS[letter]
            width = size * rng.uniform(0.5, 0.66)
            x = cell.x + (cell.width - width) / 2 + rng.normal(0, 0.25)
            y = cell.y + (cell.height - size) / 2 + rng.normal(0, 0.2)
            box = (x * _SCALE, y * _SCALE, width * _SCALE, size * _SCALE)
            draw_strokes(page, ways[int(rng.integers(len(ways)))], box, _pen(hand), rng)
        else:
            width = size * _advance(letter, hand.face)
            x = cell.x + (cell.width - width) / 2 + rng.normal(0, 0.22) * hand.shake
            y = cell.y + (cell.height - size) / 2 + rng.normal(0, 0.18) * hand.shake
            _stamp(page, letter, x, y, size, hand, rng)


def _write_line(page: Grey, rect: Rect, text: str, hand: Hand, rng: np.random.Generator) -> None:
    """A line from the left, letters smaller where the text is long, the baseline drifting a little."""
    widths = [_advance(letter, hand.face) for letter in text]
    room = rect.width - 5.0
    size = min(0.62 * rect.height * hand.size, room / (sum(widths) * 1.06))
    x = rect.x + rng.uniform(1.5, 3.5)
    middle = rect.y + rect.height / 2 + rng.normal(0, 0.3)
    drift = rng.normal(0, 0.004) * hand.shake
    for letter, width in zip(text, widths, strict=True):
        y = middle - size / 2 + drift * (x - rect.x) * size + rng.normal(0, 0.025) * size * hand.shake
        if letter.strip():
            _stamp(page, letter, x, y, size, hand, rng)
        x += size * width * (1.04 + rng.normal(0, 0.02))


def _stamp(
    page: Grey, letter: str, x: float, y: float, size: float, hand: Hand, rng: np.random.Generator
) -> None:
    """Put one letter's ink at (x, y) mm, its em `size` mm, turned, sheared and bent."""
    em = size * _SCALE * (1 + rng.normal(0, 0.04) * hand.shake)
    # Small letters of a font are thinner than a ball pen writes.
    bold = int(hand.pen > 0.38 and em < 80)
    glyph = _bent(_glyph(letter, hand.face, max(8, round(em)), bold), hand, rng)
    left, top = round(x * _SCALE - em * 0.25), round(y * _SCALE - em * 0.25)
    height, width = glyph.shape
    if left < 0 or top < 0 or left + width > page.shape[1] or top + height > page.shape[0]:
        return
    place = page[top : top + height, left : left + width]
    inked = 255 - (255 - glyph.astype(np.float32)) * (255 - hand.level) / 255
    np.minimum(place, inked.astype(np.uint8), out=place)


def _bent(glyph: Grey, hand: Hand, rng: np.random.Generator) -> Grey:
    """Turn (up to about 6°), shear and warp a glyph on its own square."""
    size = glyph.shape[0]
    turn = cv2.getRotationMatrix2D((size / 2, size / 2), float(rng.normal(0, 2.4) * hand.shake), 1.0)
    turn[0, 1] += rng.normal(0, 0.05) * hand.shake
    turned = cv2.warpAffine(glyph, turn, (size, size), flags=cv2.INTER_LINEAR, borderValue=255)
    field = rng.normal(0, 1, (2, 4, 4)).astype(np.float32) * size * 0.009 * hand.shake
    waves = [cv2.resize(one, (size, size), interpolation=cv2.INTER_CUBIC) for one in field]
    grid = np.meshgrid(np.arange(size, dtype=np.float32), np.arange(size, dtype=np.float32))
    bent = cv2.remap(turned, grid[0] + waves[0], grid[1] + waves[1], cv2.INTER_LINEAR, borderValue=255)
    return np.asarray(bent, dtype=np.uint8)


@functools.lru_cache(maxsize=64)
def _font(face: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_FOLDER / face), size)


@functools.lru_cache(maxsize=4096)
def _glyph(letter: str, face: str, em: int, bold: int) -> Grey:
    """A letter on a white square of 1.5 em, `bold` pixels thicker on each side than the font has it."""
    picture = Image.new("L", (round(em * 1.5),) * 2, 255)
    font = _font(_able(letter, face), em)
    place = (em * 0.25, em * (0.25 + _BASELINE))
    ImageDraw.Draw(picture).text(place, letter, 0, font=font, anchor="ls", stroke_width=bold)
    return np.array(picture)


@functools.lru_cache(maxsize=4096)
def _advance(letter: str, face: str) -> float:
    return float(_font(_able(letter, face), 100).getlength(letter)) / 100


@functools.lru_cache(maxsize=4096)
def _able(letter: str, face: str) -> str:
    """The face, or Klee where the face draws the letter as its missing glyph."""
    missing = _font(face, 32).getmask("\U0010fffd")
    mask = _font(face, 32).getmask(letter)
    return FACES[0] if mask.size == missing.size and bytes(mask) == bytes(missing) else face


def _jittered(box: Rect, rng: np.random.Generator, spread: float) -> tuple[float, float, float, float]:
    x = box.x + rng.normal(0, spread)
    y = box.y + rng.normal(0, spread)
    return (x * _SCALE, y * _SCALE, box.width * _SCALE, box.height * _SCALE)


def _pen(hand: Hand) -> tuple[float, int]:
    return hand.pen * _SCALE, hand.level
