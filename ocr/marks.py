"""Check boxes: marked, not marked, or for a person to say.

A box is *off* only when its paper is as clean as the paper around it, *on* only when what stands in it is
one plain mark of a pen (a tick, a cross, a ring) and nothing more: a mark struck out, scribbled over, too
light or too small, or a box blackened is asked. Share of ink, extent, tone against the paper around and shape
of the strokes all have to agree (ocr.md §2; SDAPS likewise weighs several measures).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.rendering.geometry import Rect, Zone
from ocr.circled import ring_state
from ocr.engine import Grey
from ocr.shine import Strip, ends_with_box, faint_of, is_shine, shining
from ocr.stages.crops import cut
from ocr.stages.registration import PIXELS_PER_MM
from ocr.strokes import is_plain_mark

MARK_ROLES = ("check", "circle")
"""Roles of zones whose state is a mark: a box to tick, a printed word to put a ring around."""

_AROUND_MM = 2.0
_INSET_MM = 0.42
_SHIFT = 5
_FRAME_PIXELS = 4
_ON_FRAME, _FRAME_DARK, _FRAME_SEEN = 0.3, 0.08, 0.3
_STRIPS = (6, 10)
_STRAY = 12
_INK, _FAINT = 0.78, 0.955
_LIGHTEST_PEN = 0.62
_SPECK, _STREWN = 6, 4
_OFF_SHARE, _ON_SHARE, _FULL_SHARE = 0.012, 0.085, 0.68
_OFF_TONE, _OFF_PALE = 0.009, 0.012
_BESIDE_MM, _BESIDE_SHARE = 1.5, 0.002
_TALL, _WIDE = 0.42, 0.3
_FRAME_APART = 0.15
_DARK_PRINT = 200
_CORE = 3
_PROPOSED_SHARE = 0.06
_CROSS_BEYOND = 0

_Light = NDArray[np.float32]
_Mask = NDArray[np.bool_]


class Mark(StrEnum):
    """What a check box says."""

    ON = "on"
    OFF = "off"
    DOUBT = "doubt"


@dataclass(frozen=True, slots=True)
class _Box:
    """A box in its cutting, in pixels along the middle of its frame."""

    top: int
    left: int
    tall: int
    wide: int

    def grown(self, by: int) -> tuple[slice, slice]:
        """The rows and columns of the box and `by` pixels more on each side (fewer where negative)."""
        rows = slice(max(0, self.top - by), max(0, self.top + self.tall + by))
        return rows, slice(max(0, self.left - by), max(0, self.left + self.wide + by))

    @property
    def inner(self) -> tuple[slice, slice]:
        """The inside without the frame."""
        return self.grown(-round(_INSET_MM * PIXELS_PER_MM))

    @property
    def near(self) -> tuple[slice, slice]:
        """The box and what stands so close beside it that it may be meant for it."""
        return self.grown(round((_BESIDE_MM + _INSET_MM) * PIXELS_PER_MM))


@dataclass(frozen=True, slots=True)
class MarkReading:
    """One check box: its state, the share of ink inside (0 to 1), and how far it is from doubt (0 to 1)."""

    zone: Zone
    mark: Mark
    share: float
    clear: float = 1.0

    @property
    def proposed(self) -> bool:
        """Whether a person is shown it as marked: it is, or is in doubt with as much ink as a mark."""
        return self.mark is Mark.ON or (self.mark is Mark.DOUBT and self.share >= _PROPOSED_SHARE)


def read_marks(sheet: Grey, zones: Sequence[Zone], blank: Grey | None = None) -> list[MarkReading]:
    """Read every check box and ringed word among the zones of a sheet, see `read_mark`.

    Boxes in doubt without ink are looked at again where the back of the sheet shines through.
    """
    marks = [read_mark(sheet, zone, blank) for zone in zones if zone.role in MARK_ROLES]
    if not any(_may_shine(one) for one in marks):
        return marks
    through = shining(sheet, zones)
    if not through:
        return marks
    return [read_mark(sheet, one.zone, blank, through) if _may_shine(one) else one for one in marks]


def _may_shine(one: MarkReading) -> bool:
    return one.mark is Mark.DOUBT and one.zone.role == "check" and one.share <= _OFF_SHARE


def read_mark(sheet: Grey, zone: Zone, blank: Grey | None = None, through: float = 0.0) -> MarkReading:
    """Read one check box, or one word to put a ring around, of a straightened, evenly lit sheet.

    `blank` is the same sheet of an empty form, where there is one: words printed near a box or a ring are
    told by it. `through` is how dark the back shines through (`ocr.shine.shining`).
    """
    if zone.role == "circle":
        on, covered = ring_state(sheet, zone.rect, blank)
        mark = Mark.DOUBT if on is None else Mark.ON if on else Mark.OFF
        return MarkReading(zone, mark, covered, 0.0 if on is None else 1.0)
    light = _evened(cut(sheet, zone.rect, _AROUND_MM))
    box = _box(light, zone.rect)
    if box is None:
        return MarkReading(zone, Mark.DOUBT, 0.0, 0.0)
    inside = light[box.inner]
    ink = _without_specks(inside < _INK)
    share = float(ink.mean())
    around = _around(light, box)
    if blank is not None:
        printed = cut(blank, zone.rect, _AROUND_MM)[: light.shape[0], : light.shape[1]] < _DARK_PRINT
        around[cv2.dilate(printed.astype(np.uint8), np.ones((7, 7), np.uint8))[box.near] > 0] = np.nan
    clean = share <= _OFF_SHARE and not ink.any() and not _is_strewn(inside) and _nothing_beside(around)
    if clean and (_is_off(inside, around) or (through > 0 and _is_back(light, box, around, through))):
        return MarkReading(zone, Mark.OFF, share, 1.0 - share / _OFF_SHARE)
    if _ON_SHARE <= share <= _FULL_SHARE and _is_on(light, box, ink):
        return MarkReading(zone, Mark.ON, share, min(1.0, (share - _ON_SHARE) / _ON_SHARE))
    return MarkReading(zone, Mark.DOUBT, share, 0.0)


def _evened(image: Grey) -> _Light:
    """Light from 0 to 1, 1 being the paper round the box."""
    if not image.size:
        return np.zeros((0, 0), np.float32)
    paper = max(float(np.percentile(image, 70)), 1.0)
    return np.asarray(np.clip(image.astype(np.float32) / paper, 0, 1), np.float32)


def _box(light: _Light, rect: Rect) -> _Box | None:
    """Where the box really is in its cutting; None at the edge of the sheet."""
    side, tall = round(rect.width * PIXELS_PER_MM), round(rect.height * PIXELS_PER_MM)
    margin = round(_AROUND_MM * PIXELS_PER_MM)
    if min(light.shape, default=0) < min(side, tall) + 2 * margin - 1:
        return None
    top, left = _frame_place(light, (tall, side), margin)
    return _Box(top, left, tall, side)


def _around(light: _Light, box: _Box) -> _Light:
    """The paper close around the box; what is not of it is not a number."""
    around = light.copy()
    around[box.grown(round(_INSET_MM * PIXELS_PER_MM))] = np.nan
    return around[box.near]


def _frame_place(light: _Light, size: tuple[int, int], margin: int) -> tuple[int, int]:
    """Where the frame's top left corner is: a printed frame may lie some tenths of a millimetre off."""
    frame = np.zeros((size[0] + 1, size[1] + 1), np.float32)
    cv2.rectangle(frame, (0, 0), (size[1], size[0]), 1.0, 1)
    frame = np.pad(frame, _FRAME_PIXELS // 2)
    frame = np.asarray(cv2.blur(frame, (3, 3)), np.float32)
    # Strokes are darker than frames: beyond a frame's tone they must not count more.
    dark = np.pad(np.minimum(1 - light, 0.3), 2 * _SHIFT)
    at = margin + 2 * _SHIFT - _FRAME_PIXELS // 2
    field = dark[at - _SHIFT : at + frame.shape[0] + _SHIFT, at - _SHIFT : at + frame.shape[1] + _SHIFT]
    scores = cv2.matchTemplate(np.ascontiguousarray(field), frame, cv2.TM_CCORR)
    if not scores.size:
        return margin, margin
    y, x = np.unravel_index(int(scores.argmax()), scores.shape)
    found = field[y : y + frame.shape[0], x : x + frame.shape[1]][frame > _ON_FRAME]
    # Specks are no frame: a fax leaves out a printed one.
    if scores[y, x] < 1.05 * scores[_SHIFT, _SHIFT] or (found > _FRAME_DARK).mean() < _FRAME_SEEN:
        return margin, margin
    return margin + int(y) - _SHIFT, margin + int(x) - _SHIFT


def _is_strewn(inside: _Light) -> bool:
    """Whether specks stand together in the box: what a fax leaves of a pale mark; dust comes singly."""
    count, _, stats, _ = cv2.connectedComponentsWithStats((inside < _INK).astype(np.uint8), connectivity=8)
    return sum(int(stats[n, cv2.CC_STAT_AREA]) > 1 for n in range(1, count)) >= _STREWN


def _nothing_beside(around: _Light) -> bool:
    """Whether nothing stands close beside the box."""
    beside = np.nan_to_num(around, nan=1.0) < _INK
    return float(_without_specks(beside).mean()) <= _BESIDE_SHARE


def _is_back(light: _Light, box: _Box, around: _Light, through: float) -> bool:
    """Whether what is faint in the box is the back of the sheet shining through."""
    paper = np.float32(np.nanpercentile(around, 70))
    dark = np.asarray(paper - light, np.float32)
    faint = faint_of(dark[box.inner])
    if not is_shine(faint, through):
        return False
    seen = cv2.dilate((light < _INK).astype(np.uint8), np.ones((5, 5), np.uint8)) == 0
    seen[box.grown(_FRAME_PIXELS)] = False
    seen[box.inner] = True
    return not ends_with_box(dark, seen, _sides(box), faint.dark)


def _sides(box: _Box) -> list[tuple[Strip, Strip]]:
    """Strips inside and outside each side of the frame, clear of its blur."""
    rows, columns = box.inner
    first, last = _STRIPS
    beside = []
    for inner in (slice(first, last), slice(-last + 1, -first + 1)):
        outer = slice(1 - inner.stop, 1 - inner.start)
        start = (box.top, box.left) if inner.start > 0 else (box.top + box.tall, box.left + box.wide)
        y, x = ([slice(at + one.start, at + one.stop) for one in (inner, outer)] for at in start)
        beside += [((y[0], columns), (y[1], columns)), ((rows, x[0]), (rows, x[1]))]
    return beside


def _is_off(inside: _Light, around: _Light) -> bool:
    """Whether the paper in the box is as clean as the paper around it."""
    # The blur of a frame reaches into the box: tone is compared in its middle.
    middle = inside[_CORE:-_CORE, _CORE:-_CORE]
    specks = cv2.dilate((middle < _INK).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    paper = float(np.nanmean(np.where(around < _INK, np.nan, around)))
    tone = paper - float(middle[~specks].mean()) if not specks.all() else 1.0
    smooth = cv2.GaussianBlur(np.where(specks, np.float32(paper), middle), (0, 0), 1.8)
    pale = float((smooth < paper - (1 - _FAINT)).mean())
    return tone < _OFF_TONE and pale < _OFF_PALE


def _is_on(light: _Light, box: _Box, ink: _Mask) -> bool:
    """Whether one plain mark of a pen stands in the box."""
    core = float(np.percentile(light[box.inner][ink], 30))
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    tall = (rows[-1] - rows[0] + 1) / ink.shape[0]
    wide = (columns[-1] - columns[0] + 1) / ink.shape[1]
    if core > _LIGHTEST_PEN or tall < _TALL or wide < _WIDE:
        return False
    frame = _frame_tone(light, box)
    bound = min((1 + core) / 2, (core + 2 * frame) / 3)
    if frame < core + _FRAME_APART:
        bound = (1 + core) / 2
        # The frame is as dark as the ink: what goes on beyond it is only seen outside.
        seen = _without_specks(light[box.inner] < bound)
        beyond = (seen[0].any() and seen[-1].any()) or (seen[:, 0].any() and seen[:, -1].any())
        return _leaves_as_a_tick(light, box) and is_plain_mark(seen, 0 if beyond else min(seen.shape))
    mark = _mark_of(light, box, bound)
    return not _strays(mark, box) and is_plain_mark(mark, box.wide + _CROSS_BEYOND)


def _strays(mark: _Mask, box: _Box) -> bool:
    """Whether ink goes on far below the box or to its left: that is a line through it, no tick."""
    below, left = mark[box.top + box.tall + _STRAY :], mark[:, : max(box.left - _STRAY, 0)]
    return bool(below.any() or left.any())


def _leaves_as_a_tick(light: _Light, box: _Box) -> bool:
    """Whether at most the end of a tick stands outside the box: one, above its middle, not at its left."""
    outside = light < _INK
    outside[box.grown(round(_INSET_MM * PIXELS_PER_MM))] = False
    near = box.grown(round(_BESIDE_MM * PIXELS_PER_MM))
    count, _, stats, centres = cv2.connectedComponentsWithStats(outside[near].astype(np.uint8))
    middle = box.top + box.tall / 2 - near[0].start, box.left - near[1].start
    large = [n for n in range(1, count) if stats[n, cv2.CC_STAT_AREA] >= _SPECK]
    return len(large) <= 1 and all(centres[n][1] < middle[0] and centres[n][0] > middle[1] for n in large)


def _frame_tone(light: _Light, box: _Box) -> float:
    """The usual tone along the four sides of the frame."""
    rows, columns = box.grown(0)
    sides = (
        light[box.top, columns],
        light[rows.stop, columns],
        light[rows, box.left],
        light[rows, columns.stop],
    )
    return float(np.median(np.concatenate(sides)))


def _mark_of(light: _Light, box: _Box, bound: float) -> _Mask:
    """The ink below `bound` that is inside the box or touches what is."""
    _, labels = cv2.connectedComponents((light < bound).astype(np.uint8), connectivity=8)
    within = np.unique(labels[box.inner])
    return _without_specks(np.isin(labels, within[within > 0]))


def _without_specks(ink: _Mask) -> _Mask:
    """Ink without dots of a fax or of dust (under six pixels, .06 mm²)."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    kept = [number for number in range(1, count) if stats[number, cv2.CC_STAT_AREA] >= _SPECK]
    return np.isin(labels, kept)
