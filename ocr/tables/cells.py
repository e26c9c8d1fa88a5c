"""What is written in each cell: every connected piece of ink goes to the cell its middle lies in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.engine import Grey
from ocr.tables.grid import Box, Grid
from ocr.tables.layout import Layout, segments
from ocr.tables.straighten import PIXELS_PER_MM

_MARGIN = 8
_PIECE = 20
_RESIDUE = 7
_AROUND = round(0.5 * PIXELS_PER_MM)
_LINE_GAP = round(0.35 * PIXELS_PER_MM)
_LINE = 1.3 * PIXELS_PER_MM
_FAINT, _FAINT_SHARE = 222, 0.03


@dataclass(frozen=True, slots=True)
class Written:
    """The ink of one cell as lines of writing; none for an empty cell.

    `faint`: something too light to read stands there; `ditto`: two short strokes that look like 〃.
    """

    lines: tuple[Grey, ...]
    box: Box
    faint: bool = False
    ditto: bool = False


class Pieces:
    """The connected ink of a page."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        _, self._labels, stats, middles = cv2.connectedComponentsWithStats(
            layout.ink.astype(np.uint8), connectivity=8
        )
        self._stats, self._middles = stats, middles

    def within(self, box: Box, share: Box | None = None) -> Written:
        """The ink whose middle lies in a box; `share` is where ink that belongs to several is cut."""
        left, top, right, bottom = box.left, box.top, box.right, box.bottom
        x, y = self._middles[:, 0], self._middles[:, 1]
        inside = (x >= left) & (x < right) & (y >= top) & (y < bottom)
        wide = (self._stats[:, 2] > 1.15 * (right - left)) | (self._stats[:, 3] > 1.3 * (bottom - top))
        inside &= ~wide
        inside[0] = False
        own = np.flatnonzero(inside)
        wide &= self._stats[:, 2:4].min(axis=1) > _RESIDUE
        wide[0] = False
        straddling = np.flatnonzero(wide)
        return self._cut(own, straddling, share or box)

    def _cut(self, own: NDArray[np.int64], straddling: NDArray[np.int64], box: Box) -> Written:
        lefts, tops = self._stats[own, 0], self._stats[own, 1]
        rights, bottoms = lefts + self._stats[own, 2], tops + self._stats[own, 3]
        left, top = min([*lefts, round(box.left)]), min([*tops, round(box.top)])
        right, bottom = max([*rights, round(box.right)]), max([*bottoms, round(box.bottom)])
        labels = self._labels[top:bottom, left:right]
        ink = np.isin(labels, own)
        if straddling.size:
            inner = np.zeros_like(ink)
            inner[
                round(box.top) - top : round(box.bottom) - top,
                round(box.left) - left : round(box.right) - left,
            ] = True
            ink |= np.isin(labels, straddling) & inner
        if int(ink.sum()) < _PIECE:
            return Written((), box, self._is_faint(box))
        page = self._layout.clean[top:bottom, left:right]
        image = np.where(_own_paper(ink, (labels > 0) & ~ink), page, 255).astype(np.uint8)
        return Written(_lines(image, ink), box, False, _is_ditto(self._stats[own], box))

    def _is_faint(self, box: Box) -> bool:
        inset = round(0.9 * PIXELS_PER_MM)
        place = self._layout.clean[
            round(box.top) + inset : round(box.bottom) - inset,
            round(box.left) + inset : round(box.right) - inset,
        ]
        if place.size == 0:
            return False
        smooth = cv2.GaussianBlur(np.ascontiguousarray(place), (0, 0), 2.0)
        return float((smooth < _FAINT).mean()) > _FAINT_SHARE


def _own_paper(ink: NDArray[np.bool_], others: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The paper around ink, so that hairlines too faint to count as ink stay, but not that around others."""
    around = np.zeros_like(ink)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    top, left = max(0, rows[0] - _AROUND), max(0, columns[0] - _AROUND)
    around[top : rows[-1] + _AROUND + 1, left : columns[-1] + _AROUND + 1] = True
    taken = cv2.dilate(others.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    close = cv2.dilate(ink.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    return np.asarray((around & ~taken) | close, bool)


def cells_of(layout: Layout, pieces: Pieces) -> list[list[Written]]:
    """Every cell below the headings, line by line."""
    grid: Grid = layout.grid
    return [
        [pieces.within(grid.cell(row, column)) for column in range(len(grid.xs) - 1)]
        for row in range(len(grid.ys) - 1)
    ]


def _lines(image: Grey, ink: NDArray[np.bool_]) -> tuple[Grey, ...]:
    """The ink cut into lines, each close with a margin."""
    runs = segments(ink.any(axis=1), _LINE_GAP, 0)
    if not all(end - start >= _LINE for start, end in runs):
        runs = [(runs[0][0], runs[-1][1])]
    found = []
    for start, end in runs:
        columns = np.flatnonzero(ink[start:end].any(axis=0))
        close = image[start:end, columns[0] : columns[-1] + 1]
        found.append(
            np.asarray(cv2.copyMakeBorder(close, *(_MARGIN,) * 4, cv2.BORDER_CONSTANT, value=255), np.uint8)
        )
    return tuple(found)


def _is_ditto(stats: NDArray[Any], box: Box) -> bool:
    """Two short slanting strokes side by side, less than 60 % of the line high."""
    strokes: Sequence[NDArray[Any]] = [one for one in stats if one[cv2.CC_STAT_AREA] >= _PIECE]
    if len(strokes) != 2:
        return False
    (x, y, w, h), (x2, y2, w2, h2) = (tuple(int(n) for n in one[:4]) for one in strokes)
    height = max(y + h, y2 + h2) - min(y, y2)
    alike = max(h, h2) < 1.6 * min(h, h2) and max(w, w2) < 2.2 * min(w, w2) + 3
    beside = min(y + h, y2 + h2) - max(y, y2) > 0.6 * min(h, h2)
    near = abs((x + w / 2) - (x2 + w2 / 2)) < 1.5 * height
    short = 0.6 * PIXELS_PER_MM < height < min(0.52 * box.height, 2.0 * PIXELS_PER_MM)
    slanting = all(0.25 * tall <= wide <= 1.1 * tall for wide, tall in ((w, h), (w2, h2)))
    return alike and beside and near and short and slanting
