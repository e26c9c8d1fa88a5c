"""Words to put a ring around (丸で囲む): is there a ring around the printed word?

Looked for between the word and a little beyond its place: rays from the word's edge outward have to meet one
connected stroke nearly all the way round, once each. A line through the word or its ring, or a piece of a
ring, is asked.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.rendering.geometry import Rect
from ocr.engine import Grey
from ocr.stages.crops import INK, cut
from ocr.stages.registration import PIXELS_PER_MM

_REACH_MM, _BEYOND_MM = 3.0, 4.0
_PRINT_MM = 0.5
_RAYS = 36
_ALL_ROUND, _NOTHING = 0.72, 0.03
_SPECK = 14
_FAINT, _FAINT_SHARE = 236, 0.012
_THICKEST = 0.32
_FINE_RAYS, _LONG, _BLUR = 90, 2.2, 2.0
_OPPOSITE, _BACK, _BACK_OPPOSITE = 8, 0.12, 0.03

_Mask = NDArray[np.bool_]


def ring_state(sheet: Grey, word: Rect, blank: Grey | None = None) -> tuple[bool | None, float]:
    """Whether a ring is around a printed word (None: a person has to say), and the share it covers.

    `word` is the printed word itself in mm. With `blank`, the empty form, everything printed is left out.
    """
    image = cut(sheet, word, _REACH_MM)
    if not image.size:
        return None, 0.0
    printed = _printed(blank, word, _REACH_MM, image)
    ink = (image < INK) & ~printed
    covered, rays = _coverage(ink, word, within=blank is not None)
    if covered > _ALL_ROUND:
        plain = float(ink.mean()) < _THICKEST and not _taken_back(sheet, word, blank)
        return (True if plain else None), covered
    if rays > _NOTHING or _is_faint(image, word, printed) or _struck(image, word, printed, blank):
        return None, covered
    return False, covered


def _printed(blank: Grey | None, word: Rect, reach: float, image: Grey) -> _Mask:
    """What the empty form shows there, and a little around it; nothing where it is not known."""
    if blank is None:
        return np.zeros(image.shape, bool)
    return _grown(cut(blank, word, reach) < INK, _PRINT_MM)


def _coverage(ink: _Mask, word: Rect, *, within: bool) -> tuple[float, float]:
    """The share of rays that meet the one stroke most of them meet, and the share that meet any."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        _closed(_outside(ink, within=within)).astype(np.uint8), connectivity=8
    )
    kept = [n for n in range(1, count) if stats[n, cv2.CC_STAT_AREA] >= _SPECK]
    if not kept:
        return 0.0, 0.0
    places = np.asarray(labels, np.int32)
    met = [_met(places, kept, angle) for angle in np.linspace(0, 2 * np.pi, _RAYS, endpoint=False)]
    met_any = sum(bool(found) for found in met) / _RAYS
    if within:  # print taken off leaves gaps: pieces count together
        return met_any, met_any
    return max(sum(number in found for found in met) for number in kept) / _RAYS, met_any


def _outside(ink: _Mask, *, within: bool) -> _Mask:
    """The ink less the word itself; where the print is known, what was written over the word stays."""
    if within:
        return ink
    kept = ink.copy()
    inset = round((_REACH_MM - 0.2) * PIXELS_PER_MM)
    kept[inset : ink.shape[0] - inset, inset : ink.shape[1] - inset] = False
    return kept


def _met(labels: NDArray[np.int32], kept: list[int], angle: float) -> set[int]:
    """The strokes a ray from the middle meets."""
    height, width = labels.shape
    steps = np.linspace(0.35, 1.0, 60)
    y = np.clip(((1 + steps * np.sin(angle)) * (height - 1) / 2).round().astype(int), 0, height - 1)
    x = np.clip(((1 + steps * np.cos(angle)) * (width - 1) / 2).round().astype(int), 0, width - 1)
    return set(labels[y, x].tolist()) & set(kept)


def _taken_back(sheet: Grey, word: Rect, blank: Grey | None) -> bool:
    """Whether lines run through a ring: they are met beside it, or along them, on opposite sides."""
    reach = _REACH_MM if blank is None else _BEYOND_MM
    image = cut(sheet, word, reach)
    ink = (image < INK) & ~_printed(blank, word, reach, image)
    if blank is None:
        ink = _outside(ink, within=False)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    large = np.flatnonzero(stats[:, cv2.CC_STAT_AREA] >= _SPECK)
    strokes = np.isin(labels, large[large > 0])
    angles = np.linspace(0, 2 * np.pi, _FINE_RAYS, endpoint=False)
    runs, inked = np.array([_along(strokes, float(angle)) for angle in angles]).T
    usual = float(np.median(inked[inked > 0])) if inked.any() else 0.0
    more = (runs >= 2) | (inked > _LONG * usual + _BLUR)
    half = _FINE_RAYS // 2
    across = [
        more[np.arange(n + half - _OPPOSITE, n + half + _OPPOSITE + 1) % _FINE_RAYS].any()
        for n in range(_FINE_RAYS)
    ]
    return bool(more.mean() >= _BACK or (more & np.array(across)).mean() >= _BACK_OPPOSITE)


def _along(ink: _Mask, angle: float) -> tuple[int, float]:
    """How many strokes a ray from the middle meets, and how long (in pixels) it runs in ink."""
    tall, wide = (ink.shape[0] - 1) / 2, (ink.shape[1] - 1) / 2
    steps = np.linspace(0.0, 1.0, 2 * round(np.hypot(wide * np.cos(angle), tall * np.sin(angle))))
    y, x = (
        (middle * (1 + steps * part)).round().astype(int)
        for middle, part in ((tall, np.sin(angle)), (wide, np.cos(angle)))
    )
    met = ink[y, x].astype(np.int8)
    turns = np.flatnonzero(np.diff(np.concatenate(([0], met, [0]))))
    lengths = turns[1::2] - turns[::2]
    return int((lengths >= 2).sum()), float(lengths[lengths >= 2].sum()) / 2


def _struck(image: Grey, word: Rect, printed: _Mask, blank: Grey | None) -> bool:
    """Whether there is ink over the word that was not printed: told only where the blank is known."""
    if blank is None:
        return False
    inset = round(_REACH_MM * PIXELS_PER_MM)
    over = (image < INK) & ~printed
    middle = over[inset : image.shape[0] - inset, inset : image.shape[1] - inset]
    return float(middle.mean()) > 0.03 if middle.size else False


def _is_faint(image: Grey, word: Rect, printed: _Mask) -> bool:
    """Whether something light stands around the word: pencil that cannot be read as a ring."""
    inset = round((_REACH_MM - 0.4) * PIXELS_PER_MM)
    ring = np.ones(image.shape, bool)
    ring[inset : image.shape[0] - inset, inset : image.shape[1] - inset] = False
    ring &= ~printed & ~_grown(image < INK, 0.3)
    smooth = cv2.GaussianBlur(image, (0, 0), 1.5)
    return bool(ring.any()) and float((smooth[ring] < _FAINT).mean()) > _FAINT_SHARE


def _grown(ink: _Mask, by: float) -> _Mask:
    size = 2 * round(by * PIXELS_PER_MM) + 1
    return np.asarray(cv2.dilate(ink.astype(np.uint8), np.ones((size, size), np.uint8)) > 0)


def _closed(ink: _Mask) -> _Mask:
    """Small gaps of a ring bridged."""
    brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7))
    return np.asarray(cv2.morphologyEx(ink.astype(np.uint8), cv2.MORPH_CLOSE, brush) > 0)
