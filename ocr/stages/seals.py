"""Seals (印影) on a grey sheet: round, 8 to 19 mm, of one tone; they are no writing and are taken off.

Red ink is a middle grey after scanning, mostly lighter than a pen: what is clearly darker inside stays.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.engine import Grey
from ocr.stages.registration import PIXELS_PER_MM

_INK = 168
_SMALLEST_MM, _LARGEST_MM = 8.0, 19.0
_LARGE_PART_MM = 6.0
_HALF = 0.5
_RAYS, _SUPPORT, _SEEN = 72, 0.88, 0.7
_RING_MM, _EDGE_MM = 0.8, 0.35
_DARKER = 35

_Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Seal:
    """A round seal: its middle and radius in pixels of the picture, and the tone of its ring."""

    x: float
    y: float
    radius: float
    tone: float


def without_seals(image: Grey) -> tuple[Grey, bool]:
    """The picture with seals made white, and whether writing runs through one of them."""
    crossed = False
    clean = image
    for seal in seals_of(image):
        rows, columns = np.ogrid[: image.shape[0], : image.shape[1]]
        disc = np.hypot(rows - seal.y, columns - seal.x) <= seal.radius + _EDGE_MM * PIXELS_PER_MM
        pen = np.asarray(disc & (clean < seal.tone - _DARKER))
        crossed |= int(pen.sum()) > _RAYS
        kept = cv2.dilate(pen.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        clean = np.where(disc & ~kept, 255, clean).astype(np.uint8)
    return clean, crossed


def seals_of(image: Grey) -> list[Seal]:
    """The round seals of a picture (ten pixels a millimetre); at most two."""
    if not _has_large_part(image):
        return []
    ink = image < _INK
    small = cv2.resize(
        np.where(ink, 0, 255).astype(np.uint8), None, fx=_HALF, fy=_HALF, interpolation=cv2.INTER_AREA
    )
    least, most = (round(side / 2 * PIXELS_PER_MM * _HALF) for side in (_SMALLEST_MM, _LARGEST_MM))
    circles = cv2.HoughCircles(
        cv2.GaussianBlur(small, (0, 0), 1.0),
        cv2.HOUGH_GRADIENT,
        1.0,
        minDist=2 * least,
        param1=120,
        param2=18,
        minRadius=least,
        maxRadius=most,
    )
    if circles is None:
        return []
    found = (_sealed(image, ink, *(float(one) / _HALF for one in circle)) for circle in circles[0][:6])
    return [seal for seal in found if seal is not None][:2]


def _has_large_part(image: Grey) -> bool:
    """Whether some part of the ink is as large as a seal: else there is nothing to look for."""
    count, _, stats, _ = cv2.connectedComponentsWithStats((image < _INK).astype(np.uint8), connectivity=8)
    least = _LARGE_PART_MM * PIXELS_PER_MM
    sides = stats[1:count, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    return bool(sides.size and (sides.min(axis=1) >= least).any())


def _sealed(image: Grey, ink: _Mask, x: float, y: float, radius: float) -> Seal | None:
    """The seal at a circle, when nearly all rays from its middle meet a ring near the radius."""
    turn = np.linspace(0, 2 * np.pi, _RAYS, endpoint=False)
    reach = np.arange(-_RING_MM, _RING_MM + 0.01, 0.1) * PIXELS_PER_MM + radius
    rows = np.round(y + np.sin(turn)[:, None] * reach).astype(int)
    columns = np.round(x + np.cos(turn)[:, None] * reach).astype(int)
    within = (rows >= 0) & (rows < ink.shape[0]) & (columns >= 0) & (columns < ink.shape[1])
    rows, columns = rows.clip(0, ink.shape[0] - 1), columns.clip(0, ink.shape[1] - 1)
    met = ink[rows, columns] & within
    seen = within.any(axis=1)
    if seen.mean() < _SEEN or met.any(axis=1)[seen].mean() < _SUPPORT:
        return None
    outermost = np.where(met, reach, 0.0).max(axis=1)
    edge = float(np.percentile(outermost[outermost > 0], 80))
    return Seal(x, y, edge, float(np.median(image[rows, columns][met])))
