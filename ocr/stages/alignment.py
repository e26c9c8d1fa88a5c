"""Fine alignment: what is printed on a straightened sheet is brought to where it has to be.

Marks, or a few hundred points of a form without marks, give a homography. Paper that was bent, pulled by a
feeder or seen through a lens lies beside it by a millimetre: patches of the printed form are looked for near
their places, and a smooth bend (polynomials of the third degree) is fitted to what was found.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.engine import Grey

PIXELS_PER_MM = 10.0
"""Scale of the straightened sheet (254 dpi): a millimetre of the form is ten pixels."""

REFERENCE_SCALE = 5.0
"""Pixels a millimetre of what is printed, as alignment compares it."""

_SCALE = REFERENCE_SCALE
_PATCH_MM, _STEP_MM, _REACH_MM = 16.0, 11.0, 2.2
_BESIDE_MM = 0.8
_PLAIN = 6.0
_GOOD, _CLEAR = 0.5, 0.06
_FEWEST = 16
_LARGEST_MISS_MM = 0.5
_STIFF = 0.35
_GRID = 10
_Points = NDArray[np.float64]
_Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a page lies on a sheet of `width` × `height` mm: a homography, and the bend left after it.

    `to_sheet` takes pixels of the page to pixels of the flat sheet; what belongs to a place of the sheet
    stands `bend` beside it on the flat sheet (10 × 2 coefficients, mm; None where there is no bend).
    """

    to_sheet: _Matrix
    width: float
    height: float
    bend: _Matrix | None = None

    def place(self, points: _Points) -> _Points:
        """Where points of the page (n × 2, pixels) lie on the sheet, in its pixels."""
        flat = np.asarray(cv2.perspectiveTransform(points.reshape(-1, 1, 2), self.to_sheet).reshape(-1, 2))
        placed = flat
        for _ in range(4 if self.bend is not None else 0):
            placed = flat - self._shift(np.asarray(placed, np.float64))
        return np.asarray(placed, np.float64)

    def straightened(self, page: Grey) -> Grey:
        """The page as a flat sheet, ten pixels a millimetre; white where the page shows nothing."""
        size = (round(self.width * PIXELS_PER_MM), round(self.height * PIXELS_PER_MM))
        if self.bend is None:
            return np.asarray(cv2.warpPerspective(page, self.to_sheet, size, borderValue=255), np.uint8)
        across, down = (np.arange(0, length + 2 * _GRID, _GRID, dtype=np.float64) for length in size)
        grid = np.stack(np.meshgrid(across, down), axis=-1)
        flat = grid.reshape(-1, 2) + self._shift(grid.reshape(-1, 2))
        back = np.linalg.inv(self.to_sheet)
        seen = cv2.perspectiveTransform(flat.reshape(-1, 1, 2), back).reshape(grid.shape).astype(np.float32)
        x, y = _spread(seen, size)
        return np.asarray(cv2.remap(page, x, y, cv2.INTER_LINEAR, borderValue=255), np.uint8)

    def _shift(self, points: _Points) -> _Points:
        """How far (pixels) the bend moves points of the sheet."""
        if self.bend is None:
            return np.zeros_like(points)
        return _terms(points / PIXELS_PER_MM, self.width, self.height) @ self.bend * PIXELS_PER_MM


def _spread(
    coarse: NDArray[np.float32], size: tuple[int, int]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The two maps of a remap from their values at every `_GRID`-th pixel."""
    across, down = np.meshgrid(
        np.arange(size[0], dtype=np.float32) / _GRID, np.arange(size[1], dtype=np.float32) / _GRID
    )
    x, y = (
        np.asarray(
            cv2.remap(np.ascontiguousarray(coarse[..., axis]), across, down, cv2.INTER_LINEAR), np.float32
        )
        for axis in (0, 1)
    )
    return x, y


def settled(placement: Placement, sheet: Grey, reference: Grey, least: float = 0.0) -> Placement:
    """The placement with the bend that brings a straightened sheet onto the printed form.

    `reference` is what is printed (`reduced`, lines alone will do). Where too little of it is found again, or
    what is found lies less than `least` mm beside its place, the same placement is returned.
    """
    patches = _patches(reference, reduced(sheet))
    bend = np.stack([_fit(patches, axis, placement) for axis in (0, 1)], axis=1)
    if not bend.any() or _usual_shift(patches, bend, placement) < least:
        return placement
    if placement.bend is not None:
        bend = bend + placement.bend
    return Placement(placement.to_sheet, placement.width, placement.height, bend)


def _usual_shift(patches: list[_Patch], bend: _Matrix, placement: Placement) -> float:
    """How far (mm) the bend moves the patches it was found by: more than a quarter of them lie farther."""
    middles = np.array([one.middle for one in patches])
    moved = _terms(middles, placement.width, placement.height) @ bend
    return float(np.quantile(np.linalg.norm(moved, axis=1), 0.75))


def reduced(sheet: Grey) -> Grey:
    """A straightened sheet at `REFERENCE_SCALE`."""
    factor = _SCALE / PIXELS_PER_MM
    return np.asarray(cv2.resize(sheet, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)


@dataclass(frozen=True, slots=True)
class _Patch:
    """A patch found again: its middle, its shift (both mm) and how clear that is, in both directions."""

    middle: tuple[float, float]
    shift: tuple[float, float]
    clear: tuple[float, float]


def _patches(reference: Grey, sheet: Grey) -> list[_Patch]:
    side, step, reach = (round(mm * _SCALE) for mm in (_PATCH_MM, _STEP_MM, _REACH_MM))
    height, width = reference.shape
    found = []
    for top in range(reach, height - side - reach, step):
        for left in range(reach, width - side - reach, step):
            wanted = reference[top : top + side, left : left + side]
            if float(wanted.std()) < _PLAIN:
                continue
            around = sheet[top - reach : top + side + reach, left - reach : left + side + reach]
            patch = _found(around, wanted, left + side / 2, top + side / 2, reach)
            if patch is not None:
                found.append(patch)
    return found


def _found(around: Grey, wanted: Grey, x: float, y: float, reach: int) -> _Patch | None:
    """The patch in what is around its place; None where it is not seen again, or at the edge of the reach."""
    likeness = np.asarray(cv2.matchTemplate(around, wanted, cv2.TM_CCOEFF_NORMED), np.float32)
    _, best, _, (column, row) = cv2.minMaxLoc(likeness)
    if best < _GOOD:
        return None
    shifts, clear = [], []
    for line, at in ((likeness[row, :], column), (likeness[:, column], row)):
        beside = round(_BESIDE_MM * _SCALE)
        sides = [float(line[at + way]) for way in (-beside, beside) if 0 <= at + way < line.size]
        inside = 0 < at < line.size - 1
        clear.append(best - max(sides) if inside and len(sides) == 2 else 0.0)
        shifts.append((at - reach + (_vertex(line, at) if inside else 0.0)) / _SCALE)
    return _Patch((x / _SCALE, y / _SCALE), (shifts[0], shifts[1]), (clear[0], clear[1]))


def _vertex(line: NDArray[np.float32], at: int) -> float:
    """The top of the parabola through a peak and its neighbours, as a part of a pixel."""
    before, top, after = (float(line[at + way]) for way in (-1, 0, 1))
    bow = before - 2 * top + after
    return 0.0 if bow >= 0 else float(np.clip(0.5 * (before - after) / bow, -0.5, 0.5))


def _fit(patches: list[_Patch], axis: int, placement: Placement) -> _Points:
    """The coefficients of one direction's shift; zeros where too few patches say it clearly."""
    clear = [one for one in patches if one.clear[axis] > _CLEAR]
    none = np.zeros(10)
    if len(clear) < _FEWEST:
        return none
    terms = _terms(np.array([one.middle for one in clear]), placement.width, placement.height)
    shifts = np.array([one.shift[axis] for one in clear])
    stiff = np.diag([0.01] + [_STIFF] * 2 + [_STIFF * 2] * 3 + [_STIFF * 3] * 4)
    weights, bend = np.ones(len(clear)), none
    for _ in range(6):
        weighted = terms * weights[:, None]
        bend = np.linalg.solve(weighted.T @ terms + stiff, weighted.T @ shifts)
        missed = np.abs(shifts - terms @ bend)
        weights = 1.0 / (1.0 + (missed / 0.15) ** 2)
    agreeing = int((missed < _LARGEST_MISS_MM / 2).sum())
    return bend if agreeing >= max(_FEWEST, 0.5 * len(clear)) else none


def _terms(points: _Points, width: float, height: float) -> _Matrix:
    """Polynomials up to the third degree of places in mm, each within about -1 … 1."""
    x, y = 2 * points[:, 0] / width - 1, 2 * points[:, 1] / height - 1
    return np.stack(
        (np.ones_like(x), x, y, x * x, x * y, y * y, x * x * x, x * x * y, x * y * y, y * y * y), axis=1
    )
