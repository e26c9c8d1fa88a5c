"""What a scanner room and residents' own printers make of a sheet: ten more pages that nobody planned.

Each takes a clean scan of a filled sheet at 300 dpi and gives the picture that arrives.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
_MM = 300 / 25.4
_Rng = np.random.Generator


def fitted(page: Grey, rng: np.random.Generator, share: float = 0.97) -> Grey:
    """Printed at home with "fit to page": everything at 97 %, a little off the middle."""
    height, width = page.shape
    aside = rng.uniform(-2, 2, 2) * _MM
    matrix = np.array(
        [[share, 0, (1 - share) * width / 2 + aside[0]], [0, share, (1 - share) * height / 2 + aside[1]]]
    )
    return _warped(page, matrix, (width, height), 252)


def copied(page: Grey, rng: np.random.Generator) -> Grey:
    """A copy of a copy: hard contrast, letters run, specks, once more askew."""
    for _ in range(2):
        soft = cv2.GaussianBlur(page, (0, 0), 1.6).astype(np.float32)
        page = np.clip((soft - 150) * 2.6 + 150 + rng.normal(0, 9, page.shape), 0, 255).astype(np.uint8)
        page = _warped(
            page, cv2.getRotationMatrix2D((1240, 1754), rng.uniform(-0.8, 0.8), 1.0), page.shape[::-1], 250
        )
    specks = rng.random(page.shape) < 0.0002
    page[specks] = 40
    return page


def black_bordered(page: Grey, rng: np.random.Generator) -> Grey:
    """Copied with the lid open: black all round the sheet."""
    framed = cv2.copyMakeBorder(page, 160, 220, 190, 140, cv2.BORDER_CONSTANT, value=(12,))
    turn = cv2.getRotationMatrix2D((1400, 1900), float(rng.uniform(-1.5, 1.5)), 1.0)
    return _warped(np.asarray(framed, np.uint8), turn, framed.shape[::-1], 12)


def fingered(page: Grey, rng: np.random.Generator) -> Grey:
    """Held by a thumb that covers a lower corner and its mark."""
    held, height = page.copy(), page.shape[0]
    cv2.ellipse(held, (40, height - 40), (330, 190), -35, 0, 360, 150, -1)
    return np.asarray(cv2.GaussianBlur(held, (0, 0), 1.2), np.uint8)


def dog_eared(page: Grey, rng: np.random.Generator) -> Grey:
    """The stapled corner folded over: its mark gone, the grey back of the paper instead."""
    folded = page.copy()
    cv2.fillPoly(folded, [np.array([(0, 0), (460, 0), (0, 420)], np.int32)], 255)
    cv2.fillPoly(folded, [np.array([(460, 0), (0, 420), (455, 412)], np.int32)], 225)
    return folded


def folded_over_code(page: Grey, rng: np.random.Generator) -> Grey:
    """The corner with the code folded over it."""
    folded, width = page.copy(), page.shape[1]
    cv2.fillPoly(folded, [np.array([(width, 0), (width - 900, 0), (width, 800)], np.int32)], 235)
    return folded


def scribbled(page: Grey, rng: np.random.Generator) -> Grey:
    """Somebody has tried out the pen on the code."""
    spoilt, width = page.copy(), page.shape[1]
    points = np.stack((rng.uniform(width - 620, width - 150, 60), rng.uniform(90, 420, 60)), axis=1)
    cv2.polylines(spoilt, [points.astype(np.int32)], False, 30, 14)
    return spoilt


def side_by_side(page: Grey, rng: np.random.Generator) -> Grey:
    """Two sheets of A4 copied onto one of A3."""
    return np.asarray(
        cv2.resize(np.hstack((page, page)), None, fx=0.66, fy=0.66, interpolation=cv2.INTER_AREA), np.uint8
    )


def mirrored(page: Grey, rng: np.random.Generator) -> Grey:
    """Left and right changed over, as some drivers do."""
    return np.ascontiguousarray(page[:, ::-1])


def negative(page: Grey, rng: np.random.Generator) -> Grey:
    """Black and white changed over."""
    return np.asarray(255 - page, np.uint8)


def receipt(page: Grey, rng: np.random.Generator) -> Grey:
    """A slip as narrow as a receipt, cut out of the middle of something."""
    return np.ascontiguousarray(page[900:2300, 1000:1560])


def pencilled(page: Grey, rng: np.random.Generator) -> Grey:
    """Everything written or printed as pale as a hard pencil."""
    return (255 - (255 - page.astype(np.float32)) * 0.28).astype(np.uint8)


READABLE: dict[str, Callable[[Grey, _Rng], Grey]] = {
    "fitted": fitted,
    "copied": copied,
    "black bordered": black_bordered,
    "fingered": fingered,
    "dog-eared": dog_eared,
    "pencilled": pencilled,
}
"""What may be read, or refused; nothing accepted may be wrong."""

REFUSED: dict[str, tuple[Callable[[Grey, _Rng], Grey], str]] = {
    "folded over the code": (folded_over_code, "QRコードが読めず"),
    "scribbled": (scribbled, "QRコードが読めず"),
    "side by side": (side_by_side, "2枚の用紙"),
    "mirrored": (mirrored, "左右が逆"),
    "negative": (negative, "白と黒が逆"),
    "receipt": (receipt, "この市の用紙ではありません"),
}
"""What must be refused, and what is said of it."""


def _warped(page: Grey, matrix: NDArray[Any], size: tuple[int, int], around: int) -> Grey:
    return np.asarray(
        cv2.warpAffine(page, matrix, size, flags=cv2.INTER_LINEAR, borderValue=(around,)), np.uint8
    )
