"""What a person wrote in a zone, without the frame: crops of the straightened sheet for the engines.

Frames are printed in a drop-out tone (grey 176 of 255). Their lines are erased at their known places, all
but what is darker than they are; elsewhere thin and light strokes count as ink too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.rendering.geometry import Rect, Zone
from ocr.engine import Grey
from ocr.stages.registration import PIXELS_PER_MM
from ocr.stages.seals import without_seals

INK = 200
"""Darker than this is ink on an evened sheet, but for the places of printed lines."""

_STROKE = 145
_MOSTLY = 0.7
_FAINT = 230
_FAINT_SHARE = 0.02
_SPECK = 6
_PIECE, _CLOSE = 2, 4
_DOT, _ALONE = 4, 20
_OVERFLOW_MM = 1.2
_SEAL_MM = 5.0
_FRAME_MM = 0.45
_PADDING = 8

_Mask = NDArray[np.bool_]
_Place = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Written:
    """The ink of one zone: `images` one per cell (None for an empty one) or one for a line.

    `faint` says that there is something too light to be taken for ink: such a zone is not simply empty;
    `crossed` that the writing runs through a seal, which was taken off.
    """

    images: tuple[Grey | None, ...]
    faint: bool
    crossed: bool = False

    @property
    def empty(self) -> bool:
        """Whether there is no ink at all."""
        return all(image is None for image in self.images)


def cut(sheet: Grey, rect: Rect, margin: float = 0.0) -> Grey:
    """The part of a sheet in `rect` (mm) and `margin` mm around it, within the sheet."""
    left, top = round((rect.x - margin) * PIXELS_PER_MM), round((rect.y - margin) * PIXELS_PER_MM)
    right = round((rect.right + margin) * PIXELS_PER_MM)
    bottom = round((rect.bottom + margin) * PIXELS_PER_MM)
    return sheet[max(top, 0) : bottom, max(left, 0) : right]


def line_written(sheet: Grey, zone: Zone) -> Written:
    """The ink of a free line, cut close; seals are no writing."""
    sheet, crossed = _without_seals(sheet, zone.rect)
    image = cut(sheet, zone.rect, _OVERFLOW_MM)
    ink = _ink(image, (zone.rect,), zone.rect)
    labels, boxes = _parts(ink)
    inside = round(_OVERFLOW_MM * PIXELS_PER_MM)
    large = [box for box in boxes.values() if not _is_dot(box)]
    kept = [
        n
        for n, box in boxes.items()
        if _within(box, image, inside) and not (_is_dot(box) and _is_alone(box, large))
    ]
    ink = np.isin(labels, kept)
    if ink.any():
        return Written((_tight(image, ink),), False, crossed)
    return Written((None,), _is_faint(cut(sheet, zone.rect, -0.8)), crossed)


def _without_seals(sheet: Grey, rect: Rect) -> tuple[Grey, bool]:
    """The sheet without the seals that reach into a zone, and whether writing runs through one."""
    large = cut(sheet, rect, _SEAL_MM)
    clean, crossed = without_seals(large)
    if clean is large:
        return sheet, False
    changed = sheet.copy()
    cut(changed, rect, _SEAL_MM)[:] = clean
    return changed, crossed


def cells_written(sheet: Grey, zone: Zone) -> Written:
    """The ink of each cell: every connected part goes to the cell its middle lies in."""
    image = cut(sheet, zone.rect, _OVERFLOW_MM)
    ink = _ink(image, zone.cells, zone.rect)
    labels, boxes = _parts(ink, broken=True)
    parts: dict[int, list[int]] = {}
    for number, (x, _, width, _) in boxes.items():
        middle = (x + width / 2) / PIXELS_PER_MM + zone.rect.x - _OVERFLOW_MM
        nearest = min(
            range(len(zone.cells)), key=lambda n: abs(zone.cells[n].x + zone.cells[n].width / 2 - middle)
        )
        parts.setdefault(nearest, []).append(number)
    images = tuple(
        _cell(image, labels, parts[number], zone, number) if number in parts else None
        for number in range(len(zone.cells))
    )
    faint = any(
        _is_faint(cut(sheet, cell, -0.8))
        for cell, found in zip(zone.cells, images, strict=True)
        if found is None
    )
    return Written(images, faint)


def dashes(line: Grey) -> int:
    """How many strokes of a line look like a hyphen: short, flat, at half height, nothing above or below.

    Both engines lose hyphens of house numbers on coarse scans (2-20-3 as 2-203): they have to be counted.
    """
    ink = line < INK
    _, boxes = _parts(ink)
    rows = np.flatnonzero(ink.any(axis=1))
    if not rows.size:
        return 0
    top, height = int(rows[0]), int(rows[-1] - rows[0] + 1)
    found = 0
    for x, y, width, tall in boxes.values():
        flat = tall < 0.25 * height and 0.08 * height < width < 0.8 * height and width > 1.2 * tall
        middle = 0.2 < (y + tall / 2 - top) / height < 0.8
        columns = ink[:, x + width // 4 : x + width - width // 4]
        alone = not np.delete(columns, np.s_[y : y + tall], axis=0).any()
        found += flat and middle and alone
    return found


def _cell(
    image: Grey, labels: NDArray[np.int32], parts: Sequence[int], zone: Zone, number: int
) -> Grey | None:
    """One cell with the ink that belongs to it, its whole height kept: a small kana is known by its size."""
    cell = zone.cells[number]
    left = round((cell.x - zone.rect.x + _OVERFLOW_MM - 0.6) * PIXELS_PER_MM)
    columns = slice(max(left, 0), left + round((cell.width + 1.2) * PIXELS_PER_MM))
    own = np.zeros(int(labels.max()) + 1, bool)
    own[list(parts)] = True
    ink = own[labels[:, columns]]
    if int(ink.sum()) < 3 * _SPECK:
        return None
    whitened = np.where(_grown(ink), image[:, columns], 255).astype(np.uint8)
    return np.ascontiguousarray(whitened)


def _tight(image: Grey, ink: _Mask) -> Grey:
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    whitened = np.where(_grown(ink), image, 255).astype(np.uint8)
    close = whitened[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return np.asarray(
        cv2.copyMakeBorder(close, *(_PADDING,) * 4, cv2.BORDER_CONSTANT, value=255), dtype=np.uint8
    )


def _ink(image: Grey, frames: Sequence[Rect], hull: Rect) -> _Mask:
    """Where ink is: dark enough, and on the printed lines of the frames darker than these."""
    ink = image < INK
    for frame in frames:
        left, top = frame.x - hull.x + _OVERFLOW_MM, frame.y - hull.y + _OVERFLOW_MM
        for y in (top, top + frame.height):
            _erase(ink, image, y, left, left + frame.width)
        for x in (left, left + frame.width):
            _erase(ink.T, image.T, x, top, top + frame.height)
    return ink


def _erase(ink: _Mask, image: Grey, at: float, start: float, end: float) -> None:
    """Erase a printed line at row `at` from column `start` to `end` (mm).

    What is darker than a drop-out line is a stroke and stays. Where the line itself came out dark, only
    what goes through it stays.
    """
    first, last = round((at - _FRAME_MM) * PIXELS_PER_MM), round((at + _FRAME_MM) * PIXELS_PER_MM)
    columns = slice(
        max(0, round((start - _FRAME_MM) * PIXELS_PER_MM)), round((end + _FRAME_MM) * PIXELS_PER_MM)
    )
    band, tones = ink[first : last + 1, columns], image[first : last + 1, columns]
    if band.size == 0:
        return
    if (tones.min(axis=0) < _STROKE).mean() < _MOSTLY:
        band &= tones < _STROKE
        return
    crossing = ink[first - 2, columns] & ink[min(last + 2, ink.shape[0] - 1), columns]
    band[:, ~crossing] = False


def _parts(ink: _Mask, *, broken: bool = False) -> tuple[NDArray[np.int32], dict[int, _Place]]:
    """Connected parts larger than a speck: their labels, and per label x, y, width, height in pixels.

    With `broken` smaller ones close to these are kept as well: a fax leaves a thin stroke in pieces.
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA]
    every: list[_Place] = [(int(x), int(y), int(wide), int(tall)) for x, y, wide, tall in stats[:, :4]]
    kept = [number for number in range(1, count) if areas[number] >= _SPECK]
    large = [every[number] for number in kept]
    if broken:
        small = (number for number in range(1, count) if _PIECE <= areas[number] < _SPECK)
        kept += [number for number in small if not _is_alone(every[number], large, _CLOSE)]
    return np.asarray(labels, np.int32), {number: every[number] for number in sorted(kept)}


def _within(box: _Place, image: Grey, margin: int) -> bool:
    """Whether some of a part lies inside the zone itself, not only in the margin around it."""
    x, y, width, height = box
    across = x + width > margin and x < image.shape[1] - margin
    down = y + height > margin and y < image.shape[0] - margin
    return across and down


def _is_dot(box: _Place) -> bool:
    """Whether a part is as small as a speck of a fax; dots that are written stand close to letters."""
    return max(box[2], box[3]) <= _DOT


def _is_alone(box: _Place, others: Sequence[_Place], far: int = _ALONE) -> bool:
    """Whether no other part is nearer than `far` pixels."""
    x, y, width, height = box
    return all(
        max(left - x - width, x - left - across, top - y - height, y - top - down) > far
        for left, top, across, down in others
    )


def _grown(ink: _Mask) -> _Mask:
    return np.asarray(cv2.dilate(ink.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0)


def _is_faint(image: Grey) -> bool:
    """Whether something light stands in an empty place: pencil, or ink that a copy lost."""
    if image.size == 0:
        return False
    smooth = cv2.GaussianBlur(image, (0, 0), 1.5)
    return float((smooth < _FAINT).mean()) > _FAINT_SHARE
