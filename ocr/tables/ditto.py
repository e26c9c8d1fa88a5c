"""Ditto marks by their shape: two short strokes side by side that lean the same way.

On a coarse scan the two grow together into one blot, which engines name 1, N or 日: so the grey levels are
looked at, along the way the strokes lean.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.engine import Grey
from ocr.tables.straighten import PIXELS_PER_MM

_LOWEST, _HIGHEST, _OF_LINE = 0.6 * PIXELS_PER_MM, 2.0 * PIXELS_PER_MM, 0.52
_NARROWEST, _WIDEST = 0.5, 2.2
_LEANS = np.arange(-0.3, 1.31, 0.1)
_LEAST_LEAN = 0.15
_VALLEY, _ALIKE, _WHOLE = 0.38, 0.6, 0.7
_DARK, _SPECK = 0.3, 0.2
_MOSTLY, _JOINED = 0.85, 0.85


def is_ditto(image: Grey, ink: NDArray[np.bool_], height: float) -> bool:
    """Whether the ink of a cell `height` pixels high is 〃: half as high at most, two alike strokes."""
    ink = _without_specks(ink)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    tall, wide = int(rows[-1] - rows[0]) + 1, int(columns[-1] - columns[0]) + 1
    if not _LOWEST < tall < min(_HIGHEST, _OF_LINE * height) or not _NARROWEST < wide / tall < _WIDEST:
        return False
    close = image[rows[0] : rows[-1] + 1, max(0, columns[0] - 2) : columns[-1] + 3]
    dark = 255.0 - close.astype(np.float64)
    found = [(upright, float(lean)) for lean in _LEANS for upright in [_upright(dark, lean)]]
    upright, lean = max(found, key=lambda one: float((one[0].sum(axis=0) ** 2).sum()))
    return lean > _LEAST_LEAN and _parted(upright) > _VALLEY


def _without_specks(ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The ink without pieces much smaller than a stroke of the largest."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0
    return np.asarray((areas > _SPECK * areas.max())[labels], bool)


def _parted(upright: NDArray[np.float64]) -> float:
    """How clearly strokes are two: how deep the valley between them is, 0 where they are not alike."""
    profile = upright.mean(axis=0)
    first = int(profile.argmax())
    best = 0.0
    for second in np.flatnonzero(profile > _ALIKE * profile[first]).tolist():
        left, right = sorted((first, second))
        if right - left < 3 or not _whole(upright, first, second):
            continue
        if _joined(upright[:, left : right + 1]):
            continue
        valley = float(profile[left : right + 1].min())
        best = max(best, 1.0 - valley / float(profile[second]))
    return best


def _joined(between: NDArray[np.float64]) -> bool:
    """Whether something joins two strokes, as in N, カ or 77: some rows are dark all the way."""
    middle = between[:, 1:-1].min(axis=1)
    sides = np.minimum(between[:, 0], between[:, -1])
    return bool(np.quantile(middle / np.maximum(sides, 1.0), _MOSTLY) > _JOINED)


def _whole(upright: NDArray[np.float64], *places: int) -> bool:
    """Whether strokes run through most of the height."""
    return all(
        float((upright[:, max(0, place - 1) : place + 2].max(axis=1) > _DARK * upright.max()).mean()) > _WHOLE
        for place in places
    )


def _upright(dark: NDArray[np.float64], lean: float) -> NDArray[np.float64]:
    """The strokes set upright: every row moved by the lean."""
    height, width = dark.shape
    room = int(np.ceil(abs(lean) * height / 2)) + 1
    moved = np.zeros((height, width + 2 * room))
    places = np.arange(width)
    for row in range(height):
        shift = room + lean * (row - (height - 1) / 2)
        moved[row] = np.interp(np.arange(width + 2 * room), places + shift, dark[row], left=0.0, right=0.0)
    return moved
