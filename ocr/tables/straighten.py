"""A page without marks laid straight: by the lines on it, or by its lines of writing where there are none.

The slope of near-horizontal lines changes evenly from top to bottom of a photographed page, that of
near-vertical ones from left to right. Both slopes are fitted robustly over all line segments that are found;
they give the four corners that make the page a rectangle.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.engine import Grey
from ocr.errors import UnknownPage
from ocr.stages.registration import evened, ink_share

LONG_SIDE = 3508
"""Pixels of the long side of a straightened page: A4 at 300 dpi."""

PIXELS_PER_MM = LONG_SIDE / 297.0

_SMALLEST = 600
_WORKING = 1200
_STEEPEST = 0.21  # 12 degrees: more than any feeder, less than what tells lines across from lines down
_LEAST_SEGMENTS = 6
_BLANK = 0.0005
_LONGEST = 24
_INK = 170
_BANDS = 8
_OF_BLACK_AND_WHITE, _TONES, _FEW = 0.75, slice(30, 226), 0.001
COARSE = 0.6
"""The detail of a page (`Straight.detail`) below which a better scan saves looks: 180 dpi of A4, a fax."""

Segments = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Straight:
    """A straightened, evenly lit page and the homography from pixels of the page as it came.

    `detail`: how many pixels of the scan stand behind one of these, less for black and white ones. 1 or more
    at 300 dpi of A4, 0.5 at 150 dpi.
    """

    image: Grey
    to_page: NDArray[np.float64]
    detail: float = 1.0


def straightened(page: Grey) -> Straight:
    """Lay a page straight, whichever way up it is. Raises `UnknownPage` for a blank or tiny one."""
    if min(page.shape) < _SMALLEST:
        raise UnknownPage("画像が小さすぎて表を読み取れません。200dpi以上でスキャンし直してください。")
    if ink_share(page) < _BLANK:
        raise UnknownPage("白紙です。裏面でなければスキャンし直してください。")
    scale = _WORKING / max(page.shape)
    small = evened(_resized(page, scale))
    across, down = _slopes(small)
    corners = _corners(small.shape[1], small.shape[0], across, down) / scale
    width, height = _size(corners)
    grown = LONG_SIDE / max(width, height)
    target = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64) * grown
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), target.astype(np.float32))
    size = (round(width * grown), round(height * grown))
    mode = cv2.INTER_CUBIC if grown > 1 else cv2.INTER_AREA
    warped = cv2.warpPerspective(page, matrix, size, flags=mode, borderMode=cv2.BORDER_REPLICATE)
    detail = (_OF_BLACK_AND_WHITE if _is_black_and_white(page) else 1.0) / grown
    return Straight(evened(np.asarray(warped, np.uint8)), np.asarray(matrix, np.float64), detail)


def _is_black_and_white(page: Grey) -> bool:
    counts = np.bincount(page.ravel()[::7], minlength=256)
    return float(counts[_TONES].sum()) < _FEW * float(counts.sum())


def _resized(page: Grey, scale: float) -> Grey:
    return np.asarray(cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def _slopes(small: Grey) -> tuple[tuple[float, float], tuple[float, float]]:
    """Slopes of lines across (by y) and of lines down (by x): each as value in the middle and change."""
    segments = _segments(small)
    found = []
    for axis, picture in ((0, small), (1, np.ascontiguousarray(small.T))):
        family = _family(segments, axis)
        if len(family) < _LEAST_SEGMENTS:
            family = _by_projection(picture)
        found.append(_fitted(family, picture.shape[0]))
    return found[0], found[1]


def _segments(small: Grey) -> Segments:
    """Straight segments (x1, y1, x2, y2), sub-pixel, longer than a word."""
    detector = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD)
    found = detector.detect(small)[0]
    segments = np.zeros((0, 4)) if found is None else np.asarray(found, np.float64).reshape(-1, 4)
    lengths = np.hypot(segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1])
    return np.asarray(segments[lengths > _WORKING / 30])


def _family(segments: Segments, axis: int) -> NDArray[np.float64]:
    """Of the segments near one axis: position across it, slope, length."""
    along = segments[:, 2 + axis] - segments[:, axis]
    aside = segments[:, 3 - axis] - segments[:, 1 - axis]
    near = np.abs(aside) < _STEEPEST * np.abs(along)
    middle = (segments[near, 1 - axis] + segments[near, 3 - axis]) / 2
    return np.stack([middle, aside[near] / along[near], np.abs(along[near])], axis=1)


def _fitted(family: NDArray[np.float64], extent: int) -> tuple[float, float]:
    """Slope in the middle and its change per pixel: the two long lines most others agree with, refined."""
    places, slopes, weights = family[:, 0] - extent / 2, family[:, 1], family[:, 2]
    longest = np.argsort(-weights)[:_LONGEST]
    guesses = [(float(slopes[one]), 0.0) for one in longest]
    for one in longest:
        for other in longest:
            if places[other] - places[one] > 0.15 * extent:
                change = float((slopes[other] - slopes[one]) / (places[other] - places[one]))
                guesses.append((float(slopes[one] - change * places[one]), change))

    def agreed(value: tuple[float, float], width: float) -> NDArray[np.bool_]:
        return np.asarray(np.abs(slopes - value[0] - value[1] * places) < width)

    value = max(guesses, key=lambda guess: float(weights[agreed(guess, 0.004)].sum()))
    for width in (0.008, 0.004):
        kept = agreed(value, width)
        if kept.sum() >= 2:
            degree = 1 if np.ptp(places[kept]) > 0.15 * extent else 0
            fitted = np.polyfit(places[kept], slopes[kept], degree, w=weights[kept])
            value = (float(fitted[-1]), float(fitted[0]) if degree else 0.0)
    return value


def _by_projection(small: Grey) -> NDArray[np.float64]:
    """Per band of the page the slope at which its ink falls into lines best: place, slope, how clearly."""
    ink = (small < _INK).astype(np.float32)
    edges = np.linspace(0, ink.shape[0], _BANDS + 1).astype(int)
    return np.array([_clearest(ink, int(top), int(end)) for top, end in pairwise(edges)])


def _clearest(ink: NDArray[np.float32], top: int, end: int) -> tuple[float, float, float]:
    width, around = ink.shape[1], round(_STEEPEST * ink.shape[1] / 2)
    band = ink[max(0, top - around) : end + around]
    first = top - max(0, top - around)

    def clearness(slope: float) -> float:
        shear = np.array([[1, 0, 0], [-slope, 1, slope * width / 2]], np.float64)
        sums = cv2.warpAffine(band, shear, (width, band.shape[0])).sum(axis=1)[first : first + end - top]
        return float((np.diff(sums) ** 2).mean())

    coarse = np.arange(-0.14, 0.141, 0.005)
    values = [clearness(slope) for slope in coarse]
    best = float(coarse[int(np.argmax(values))])
    fine = max(best + np.arange(-0.005, 0.0051, 0.001), key=clearness)
    return (top + end) / 2, float(fine), max(values) / max(1e-6, float(np.median(values)))


def _corners(
    width: int, height: int, across: tuple[float, float], down: tuple[float, float]
) -> NDArray[np.float64]:
    """Corners of the page as it lies: two lines across cut by two lines down, through the picture's edges."""
    rows = [(0.0, across[0] - across[1] * height / 2), (float(height), across[0] + across[1] * height / 2)]
    columns = [(0.0, down[0] - down[1] * width / 2), (float(width), down[0] + down[1] * width / 2)]

    def crossing(row: tuple[float, float], column: tuple[float, float]) -> tuple[float, float]:
        (y0, slope), (x0, lean) = row, column
        x = (x0 + lean * (y0 - slope * width / 2 - height / 2)) / (1 - lean * slope)
        return x, y0 + slope * (x - width / 2)

    (top, bottom), (left, right) = rows, columns
    order = ((top, left), (top, right), (bottom, right), (bottom, left))
    return np.array([crossing(row, column) for row, column in order], np.float64)


def _size(corners: NDArray[np.float64]) -> tuple[float, float]:
    """Width and height of the rectangle: the mean of the sides that face each other."""
    sides = [float(np.linalg.norm(corners[n] - corners[(n + 1) % 4])) for n in range(4)]
    return (sides[0] + sides[2]) / 2, (sides[1] + sides[3]) / 2
