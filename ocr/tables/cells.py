"""What is written in each cell: every connected piece of ink goes to the cell its middle lies in."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.engine import Grey
from ocr.tables.ditto import is_ditto
from ocr.tables.grid import Box, Grid
from ocr.tables.layout import HAIRLINE, Layout, segments
from ocr.tables.straighten import PIXELS_PER_MM

MARGIN = 8
"""Pixels of white around the writing of a line."""

_PIECE = 20
_RESIDUE = 7
_AROUND = round(0.5 * PIXELS_PER_MM)
_LINE_GAP = round(0.35 * PIXELS_PER_MM)
_LINE = 1.3 * PIXELS_PER_MM
_FAINT, _FAINT_SHARE = 222, 0.03
_EDGE = 4
_DITTO = 0.68


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

    def within(self, box: Box, times: float = 1.0) -> Written:
        """The ink whose middle lies in a box, its lines so many times as wide (`ocr.tables.aspect`)."""
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
        return self._cut(own, straddling, box, times)

    def _cut(self, own: NDArray[np.int64], straddling: NDArray[np.int64], box: Box, times: float) -> Written:
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
        others = (labels > 0) & ~ink
        inner = np.zeros_like(ink)
        inner[
            round(box.top) - top + _EDGE : round(box.bottom) - top - _EDGE,
            round(box.left) - left + _EDGE : round(box.right) - left - _EDGE,
        ] = True
        seen = _with_hairlines(ink, page, inner & ~others)
        image = np.where(_own_paper(seen, others), page, 255).astype(np.uint8)
        image, ink, seen = widened(image, times), _wide(ink, times), _wide(seen, times)
        return Written(_lines(image, ink, seen), box, False, is_ditto(image, ink, box.height))

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


def _with_hairlines(ink: NDArray[np.bool_], page: Grey, place: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Ink with the strokes too thin to count as ink on a coarse scan that go out from it."""
    fainter = (ink | ((page < HAIRLINE) & place)).astype(np.uint8)
    count, labels = cv2.connectedComponents(fainter, connectivity=8)
    kept = np.zeros(count, bool)
    kept[labels[ink]] = True
    return np.asarray(kept[labels], bool)


def _own_paper(ink: NDArray[np.bool_], others: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The paper around ink, so that hairlines too faint to count as ink stay, but not that around others."""
    around = np.zeros_like(ink)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    top, left = max(0, rows[0] - _AROUND), max(0, columns[0] - _AROUND)
    around[top : rows[-1] + _AROUND + 1, left : columns[-1] + _AROUND + 1] = True
    taken = cv2.dilate(others.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    close = cv2.dilate(ink.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    return np.asarray((around & ~taken) | close, bool)


def widened(image: Grey, times: float) -> Grey:
    """A picture so many times as wide."""
    if times == 1.0:
        return image
    return np.asarray(cv2.resize(image, None, fx=times, fy=1.0, interpolation=cv2.INTER_CUBIC), np.uint8)


def _wide(ink: NDArray[np.bool_], times: float) -> NDArray[np.bool_]:
    return ink if times == 1.0 else widened(np.where(ink, 255, 0).astype(np.uint8), times) > 127


def cells_of(layout: Layout, pieces: Pieces, times: float = 1.0) -> list[list[Written]]:
    """Every cell below the headings, line by line. A ditto mark is lower than other writing."""
    grid: Grid = layout.grid
    found = [
        [pieces.within(grid.cell(row, column), times) for column in range(len(grid.xs) - 1)]
        for row in range(len(grid.ys) - 1)
    ]
    tall = [_height(line) for row in found for one in row for line in one.lines if _is_long(line)]
    highest = _DITTO * float(np.median(tall)) if tall else 0.0
    return [
        [replace(one, ditto=one.ditto and _height(one.lines[0]) < highest) for one in row] for row in found
    ]


def _height(line: Grey) -> int:
    return int(line.shape[0]) - 2 * MARGIN


def _is_long(line: Grey) -> bool:
    """Whether a line holds several letters, so that its height is that of the writing."""
    return bool(line.shape[1] - 2 * MARGIN > 2 * _height(line))


def _lines(image: Grey, ink: NDArray[np.bool_], seen: NDArray[np.bool_]) -> tuple[Grey, ...]:
    """The ink cut into lines, each close with a margin; `seen` is the ink with its hairlines."""
    runs = segments(ink.any(axis=1), _LINE_GAP, 0)
    if len(runs) < 2 or not all(end - start >= _LINE for start, end in runs):
        rows = np.flatnonzero(seen.any(axis=1))
        runs = [(int(rows[0]), int(rows[-1]) + 1)]
    found = []
    for start, end in runs:
        columns = np.flatnonzero(seen[start:end].any(axis=0))
        close = image[start:end, columns[0] : columns[-1] + 1]
        found.append(
            np.asarray(cv2.copyMakeBorder(close, *(MARGIN,) * 4, cv2.BORDER_CONSTANT, value=255), np.uint8)
        )
    return tuple(found)
