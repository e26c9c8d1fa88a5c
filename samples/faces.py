"""Faces that letters are taken from: print faces, hand-like ones, and those whose centre lines a pen follows.

All are Debian packages that `kakazu` installs. The faces Seto and Hachi Maru Pop are never used: they are
kept for checking; whoever checks hands other font files to the command `python -m samples.filled`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from fontTools.ttLib import TTFont
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Grey = NDArray[np.uint8]

_FOLDER = Path("/usr/share/fonts")
_ENDINGS = (".ttf", ".otf", ".ttc", ".woff", ".woff2")
_KANJI, _WHOLE = range(0x4E00, 0xA000), 1500
BASELINE = 0.87
"""The distance of the baseline from the top of a letter's square."""


@dataclass(frozen=True, slots=True)
class Face:
    """One font file; `number` is its place in a collection."""

    path: Path
    number: int = 0


def _debian(*names: str) -> tuple[Face, ...]:
    return tuple(Face(_FOLDER / name) for name in names)


PRINT = _debian(
    "opentype/noto/NotoSansCJK-Regular.ttc",
    "opentype/noto/NotoSerifCJK-Regular.ttc",
    "opentype/ipaexfont-gothic/ipaexg.ttf",
    "opentype/ipaexfont-mincho/ipaexm.ttf",
    "truetype/bizud-gothic/BIZUDGothic-Regular.ttf",
)
HAND = _debian(
    "truetype/klee/KleeOne-Regular.ttf",
    "truetype/klee/KleeOne-SemiBold.ttf",
    "truetype/kiloji/kiloji.ttf",
    "truetype/yusei-magic/YuseiMagic-Regular.ttf",
)
# A pen follows the centre lines of these: school-book strokes, a quick hand, and plain block letters.
PEN = (*HAND[:1], *HAND[2:], PRINT[2], PRINT[4])

# Letters that a face has not are taken from the first of these that has them.
_OTHERS = (HAND[0], PRINT[2], PRINT[3], Face(_FOLDER / "truetype/fonts-ipamj-mincho/ipamjm.ttf"))


def faces_in(places: Iterable[Path]) -> tuple[Face, ...]:
    """The font files named or in the folders named, of a folder those that are whole Japanese faces.

    Packages for the web hold a face in a hundred parts beside the whole, and each in two formats. Raises
    `FileNotFoundError` where there is none.
    """
    found: list[Face] = []
    for place in places:
        files = sorted(place.rglob("*")) if place.is_dir() else [place]
        fonts = {file.stem: Face(file) for file in files if file.suffix.lower() in _ENDINGS}
        whole = [one for one in fonts.values() if not place.is_dir() or _is_whole(one)]
        if not whole:
            raise FileNotFoundError(f"no font file: {place}")
        found += whole
    return tuple(found)


def _is_whole(face: Face) -> bool:
    return sum(code in _KANJI for code in letters_in(face)) >= _WHOLE


@functools.cache
def letters_in(face: Face) -> frozenset[int]:
    """The code points a face has."""
    with TTFont(face.path, fontNumber=face.number, lazy=True) as font:
        return frozenset(font.getBestCmap())


@functools.lru_cache(maxsize=8192)
def able(letter: str, face: Face) -> Face:
    """The face, or the first of others that has the letter."""
    code = ord(letter[0])
    if code in letters_in(face):
        return face
    return next((one for one in _OTHERS if one.path.exists() and code in letters_in(one)), face)


@functools.lru_cache(maxsize=256)
def font(face: Face, size: int) -> ImageFont.FreeTypeFont:
    """The face at `size` pixels an em."""
    return ImageFont.truetype(str(face.path), size, index=face.number)


@functools.lru_cache(maxsize=8192)
def advance(letter: str, face: Face) -> float:
    """How wide a letter is, in ems."""
    return float(font(able(letter, face), 100).getlength(letter)) / 100


@functools.lru_cache(maxsize=8192)
def glyph(letter: str, face: Face, em: int, bold: int = 0) -> Grey:
    """A letter black on a white square of 1.5 em, `bold` pixels thicker on each side than the font has it."""
    picture = Image.new("L", (round(em * 1.5),) * 2, 255)
    place = (em * 0.25, em * (0.25 + BASELINE))
    ImageDraw.Draw(picture).text(
        place, letter, 0, font=font(able(letter, face), em), anchor="ls", stroke_width=bold
    )
    return np.array(picture)
