"""Pen strokes drawn by the generator itself: digits, ticks and crosses as a hand moves a ball pen.

A glyph is a few strokes through control points in a unit square (x to the right, y down); every drawing moves
the points a little, joins them by a smooth curve (Catmull-Rom) and varies the pen's pressure.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Points = NDArray[np.float64]
Strokes = tuple[tuple[tuple[float, float], ...], ...]

_FINE = 16  # sub-pixel steps of OpenCV's drawing (4 bits)
_PIECE = 6  # points of a curve drawn with one pressure

# Ways Japanese hands write each digit: per stroke its points in hundredths, strokes parted by a slash;
# 1 leaning or upright, 4 open, 7 with and without its first stroke.
_DIGIT_WAYS = {
    "0": ("52,3 20,25 14,60 38,97 75,82 84,40 60,5 50,6",),
    "1": (
        "50,2 49,50 48,98",
        "55,2 50,50 46,98",
    ),
    "2": ("18,24 40,3 75,12 72,42 42,72 15,95 / 15,95 50,93 86,94",),
    "3": ("20,12 50,2 76,20 62,42 40,47 / 40,47 75,55 78,84 48,98 16,86",),
    "4": ("50,3 30,40 14,65 / 14,65 50,64 90,63 / 66,30 65,65 63,98",),
    "5": ("28,6 26,25 23,46 / 23,46 52,36 80,55 74,86 44,98 14,87 / 27,6 52,6 82,5",),
    "6": ("64,2 34,30 18,66 36,96 70,92 78,66 52,52 22,68",),
    "7": (
        "16,8 50,7 84,7 / 84,7 62,45 46,97",
        "17,6 17,17 16,28 / 17,7 50,7 82,7 / 82,7 66,45 56,97",
    ),
    "8": ("70,14 42,3 22,22 45,45 76,68 60,96 28,90 24,66 50,46 76,24 66,10",),
    "9": ("74,28 52,4 22,20 28,46 56,50 76,30 / 76,24 74,60 64,98",),
}
_TICK_WAYS = (
    "10,50 25,68 38,90 / 38,90 60,50 98,0",
    "5,42 20,65 34,86 / 34,86 70,30 110,-20",
)
_CROSS_WAYS = ("12,10 50,50 90,92 / 90,10 50,50 10,90",)


def _strokes(way: str) -> Strokes:
    return tuple(
        tuple((int(x) / 100, int(y) / 100) for x, y in (point.split(",") for point in stroke.split()))
        for stroke in way.split("/")
    )


DIGITS = {digit: tuple(_strokes(way) for way in ways) for digit, ways in _DIGIT_WAYS.items()}
TICKS = tuple(_strokes(way) for way in _TICK_WAYS)
CROSSES = tuple(_strokes(way) for way in _CROSS_WAYS)


def draw_strokes(
    page: Grey,
    strokes: Strokes,
    box: tuple[float, float, float, float],
    pen: tuple[float, int],
    rng: np.random.Generator,
) -> None:
    """Draw into `box` (x, y, width, height in pixels) with a `pen` of (width in pixels, grey level)."""
    x, y, width, height = box
    slant = rng.normal(0.0, 0.06)
    for stroke in strokes:
        points = np.array(stroke) + rng.normal(0.0, 0.022, (len(stroke), 2))
        points[:, 0] += slant * (0.5 - points[:, 1])
        draw_curves(page, [smooth(points) * (width, height) + (x, y)], pen, rng)


def draw_curves(
    page: Grey, curves: Sequence[Points], pen: tuple[float, int], rng: np.random.Generator
) -> None:
    """Draw curves (pixels of the page) with a pen whose pressure comes and goes."""
    width, level = pen
    margin = 1.3 * width + 2.0
    every = np.vstack(curves)
    left, top = np.maximum(np.floor(every.min(axis=0) - margin), 0).astype(int)
    right, bottom = np.ceil(every.max(axis=0) + margin).astype(int)
    place = page[top:bottom, left:right]
    if place.size == 0:
        return
    fine = np.full((place.shape[0] * 2, place.shape[1] * 2), 255, np.uint8)
    for curve in curves:
        _press(fine, (curve - (left, top)) * 2, 2 * width, level, rng)
    ink = cv2.resize(fine, (place.shape[1], place.shape[0]), interpolation=cv2.INTER_AREA)
    np.minimum(place, ink, out=place)


def _press(page: Grey, curve: Points, width: float, level: int, rng: np.random.Generator) -> None:
    """One stroke in pieces, each as thick as the pen presses there."""
    phase, speed = rng.uniform(0.0, 6.0), rng.uniform(2.0, 5.0)
    places = np.round(curve * _FINE).astype(np.int32)
    for start in range(0, max(1, len(places) - 1), _PIECE):
        pressure = 1.0 + 0.18 * math.sin(phase + speed * start / len(places))
        piece = places[start : start + _PIECE + 1]
        cv2.polylines(page, [piece], False, level, max(1, round(width * pressure)), cv2.LINE_AA, 4)


def smooth(points: Points, steps: int = 12) -> Points:
    """A Catmull-Rom curve through the points."""
    ends = np.vstack((2 * points[0] - points[1], points, 2 * points[-1] - points[-2]))
    t = np.linspace(0.0, 1.0, steps)[:, None]
    pieces = []
    for a, b, c, d in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        pieces.append(
            0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        )
    return np.vstack(pieces)
