"""The back of a sheet shining through: told from faint pencil, so that empty boxes need no look.

Light is scattered by the paper, so what shines through has no sharp edges; it is letters, not an even shade;
it does not end where a box ends; and it stands just as dark where nobody writes. Only what is all of that is
taken for the back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.rendering.geometry import Zone
from ocr.engine import Grey
from ocr.stages.crops import cut
from ocr.stages.registration import PIXELS_PER_MM

_EDGE_MM, _BESIDE_ZONES_MM, _BESIDE_PRINT_MM = 5.0, 2.0, 0.7
_PRINT = 205
_SIDE_MM, _STEP_MM, _PLACES = 3.1, 3.6, 160
_CORE = 2
_BLUR = 1.8
_FAINTEST, _DARKEST = 0.03, 0.1
_SHARPEST, _SHARPEST_THROUGH, _STEEPEST, _EVENEST = 0.0185, 0.026, 0.0135, 0.55
_LEAST_PLACES, _USUAL = 4, 0.96
_OVER_NOISE, _NOISIEST = 2.2, 0.05
_MOST_ENDING = 0.31

_Light = NDArray[np.float32]
_Mask = NDArray[np.bool_]
Strip = tuple[slice, slice]
"""Rows and columns of a strip along a line."""


@dataclass(frozen=True, slots=True)
class Faint:
    """What stands in a small place without ink, 0 to 1: how dark, how sharp its strokes, how steep its edges.

    `even` is how dark it is on the whole against its darkest.
    """

    dark: float
    sharp: float
    steep: float
    even: float


def faint_of(dark: _Light) -> Faint:
    """What stands in a place; `dark` is 0 for its paper. Its outermost pixels do not count."""
    seen = np.ones(dark.shape, bool)
    seen[:_CORE], seen[-_CORE:], seen[:, :_CORE], seen[:, -_CORE:] = False, False, False, False
    core = cv2.erode(seen.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    down, across = np.gradient(smoothed(dark, seen, 1.2))
    sharp = smoothed(dark, seen, 1.0) - smoothed(dark, seen, 3.5)
    darkest = float(smoothed(dark, seen, _BLUR)[core].max())
    return Faint(
        darkest,
        float(np.percentile(sharp[core], 99)),
        float(np.percentile(np.hypot(down, across)[core], 98)),
        float(dark[core].mean()) / max(darkest, 1e-3),
    )


def smoothed(dark: _Light, seen: _Mask, by: float) -> _Light:
    """Darkness blurred over `by` pixels, only what is `seen` counting."""
    weight = cv2.GaussianBlur(seen.astype(np.float32), (0, 0), by)
    total = cv2.GaussianBlur(np.where(seen, dark, np.float32(0)), (0, 0), by)
    return np.asarray(total / np.maximum(weight, 1e-3), np.float32)


def shining(sheet: Grey, zones: Sequence[Zone]) -> float:
    """How dark the back shines through where nobody writes; 0 where it does not.

    `zones` are all places to write in of an evenly lit sheet.
    """
    places = list(_unwritten(sheet, zones))
    if not places:
        return 0.0
    # Where all places are as dark it is the noise of a camera.
    noise = _OVER_NOISE * float(np.median([faint.dark for faint in places]))
    least = max(_FAINTEST, min(noise, _NOISIEST))
    soft = [faint for faint in places if faint.sharp <= _SHARPEST_THROUGH and faint.steep <= _STEEPEST]
    found = [faint.dark for faint in soft if least < faint.dark < _DARKEST]
    return float(np.percentile(found, 100 * _USUAL)) if len(found) >= _LEAST_PLACES else 0.0


def is_shine(box: Faint, through: float) -> bool:
    """Whether what stands in a box is no darker than the back shines `through`, as blurred, and no shade.

    The faintest stroke of a pencil that can be told from paper is sharper.
    """
    soft = box.sharp <= _SHARPEST and box.steep <= _STEEPEST
    return soft and box.even <= _EVENEST and box.dark <= through


def ends_with_box(dark: _Light, seen: _Mask, sides: Sequence[tuple[Strip, Strip]], tone: float) -> bool:
    """Whether what is faint in a box ends along much of its frame, as a shade of pencil in it does.

    `sides` are the strips inside and outside each side of the frame, `seen` leaves out frame and print.
    """
    faint = smoothed(dark, seen, _BLUR)
    along = [_profiles(faint, seen, inner, outer) for inner, outer in sides]
    inside, outside = (np.concatenate([one[n] for one in along]) for n in range(2))
    if not inside.size:
        return True
    return float(((inside > tone / 2) & (outside <= tone / 4)).mean()) > _MOST_ENDING


def _profiles(faint: _Light, seen: _Mask, inner: Strip, outer: Strip) -> tuple[_Light, _Light]:
    """How dark it is along one side of a frame, inside and outside, where the outside can be seen."""
    across = 0 if inner[0].stop - inner[0].start < inner[1].stop - inner[1].start else 1
    open_ = seen[outer].all(axis=across)
    return faint[inner].max(axis=across)[open_], faint[outer].max(axis=across)[open_]


def _unwritten(sheet: Grey, zones: Sequence[Zone]) -> Iterator[Faint]:
    """What stands in places that are free of print and away from all zones."""
    side, step = round(_SIDE_MM * PIXELS_PER_MM), round(_STEP_MM * PIXELS_PER_MM)
    taken = _taken(sheet, zones)
    sums = cv2.integral(taken.astype(np.uint8))
    rows, columns = range(0, sheet.shape[0] - side, step), range(0, sheet.shape[1] - side, step)
    free = [
        (y, x)
        for y in rows
        for x in columns
        if sums[y + side, x + side] - sums[y, x + side] - sums[y + side, x] + sums[y, x] == 0
    ]
    for y, x in free[:: max(1, len(free) // _PLACES)]:
        place = 1 - sheet[y : y + side, x : x + side].astype(np.float32) / 255
        dark = np.asarray(place - np.percentile(place, 30), np.float32)
        yield faint_of(dark)


def _taken(sheet: Grey, zones: Sequence[Zone]) -> _Mask:
    """Where print, writing or the place for it is, and the edge of the sheet."""
    around = 2 * round(_BESIDE_PRINT_MM * PIXELS_PER_MM) + 1
    taken = cv2.dilate((sheet < _PRINT).astype(np.uint8), np.ones((around, around), np.uint8)) > 0
    for zone in zones:
        cut(taken.view(np.uint8), zone.rect, _BESIDE_ZONES_MM)[:] = 1
    edge = round(_EDGE_MM * PIXELS_PER_MM)
    taken[:edge], taken[-edge:], taken[:, :edge], taken[:, -edge:] = True, True, True, True
    return np.asarray(taken, np.bool_)
