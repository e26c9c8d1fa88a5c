"""The printed rules of a straightened page: long runs of ink, across and down, solid, dotted or grey."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.engine import Grey
from ocr.tables.straighten import PIXELS_PER_MM

Mask = NDArray[np.uint8]

_DARK, _FAINT, _SMOOTH = 215, 246, 5
_GAP_ACROSS, _GAP_DOWN = round(1.2 * PIXELS_PER_MM), round(0.75 * PIXELS_PER_MM)
_RUN_ACROSS, _RUN_DOWN = round(16 * PIXELS_PER_MM), round(9 * PIXELS_PER_MM)
_THICKEST = round(1.3 * PIXELS_PER_MM)
_SAME = round(1.4 * PIXELS_PER_MM)
_BESIDE = (round(0.55 * PIXELS_PER_MM), round(0.95 * PIXELS_PER_MM))
_CROWDED = 0.34
_ASTRAY = 6
_SOLID = 0.88
_LEAST_DASHES, _REGULAR = 6, 0.75
_SHORT = 0.4
_LONGEST_PERIOD = 2.6 * PIXELS_PER_MM


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its place across it, and from where to where it runs (pixels)."""

    at: float
    start: int
    end: int

    @property
    def length(self) -> int:
        """How long it is, gaps included."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules of a page, those across from top to bottom and those down from left to right.

    `across_mask` and `down_mask` are 255 on their ink, dotted ones closed.
    """

    across: tuple[Rule, ...]
    down: tuple[Rule, ...]
    across_mask: Mask
    down_mask: Mask

    def covered(self, axis: int, at: float, start: float, end: float) -> float:
        """The share of an edge that has a rule: `axis` 0 across at height `at`, 1 down at `at`."""
        mask = self.across_mask if axis == 0 else self.down_mask.T
        low, high = max(0, round(at) - _ASTRAY), round(at) + _ASTRAY + 1
        inset = (end - start) * 0.12
        band = mask[low:high, round(start + inset) : max(round(start + inset) + 1, round(end - inset))]
        return float((band.max(axis=0) > 0).mean()) if band.size else 0.0


def find_rules(image: Grey, *, faint: bool = False) -> Rules:
    """The rules of a straightened page; `faint` looks for light grey ones too, smoothed along their run."""
    across = _mask(_dark(image, faint), _RUN_ACROSS, _GAP_ACROSS, np.zeros_like(image))
    crossing = np.asarray(np.ascontiguousarray(cv2.dilate(across, np.ones((5, 1), np.uint8)).T), np.uint8)
    turned = _dark(np.ascontiguousarray(image.T), faint)
    down = np.ascontiguousarray(_mask(turned, _RUN_DOWN, _GAP_DOWN, crossing).T)
    return Rules(_merged(across), _merged(np.ascontiguousarray(down.T)), across, down)


def _dark(image: Grey, faint: bool) -> Mask:
    """255 where a run across may be; of faint ones noise along the run is evened out."""
    level = cv2.blur(image, (_SMOOTH, 1)) if faint else image
    return np.asarray((level < (_FAINT if faint else _DARK)).astype(np.uint8) * 255, np.uint8)


def _mask(dark: Mask, run: int, gap: int, crossing: Mask) -> Mask:
    """Ink of the runs across: not thicker than a rule, and with free paper above or below.

    Where rules that are `crossing` stand, ink says nothing: letters in a column are joined by them.
    """
    thick = cv2.dilate(dark, np.ones((3, 1), np.uint8))
    closed = cv2.morphologyEx(thick, cv2.MORPH_CLOSE, np.ones((1, gap), np.uint8))
    runs = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((1, run), np.uint8))
    thick_ink = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((_THICKEST, 1), np.uint8))
    thin = dark & ~np.asarray(thick_ink, np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    kept = np.zeros(count, np.uint8)
    for number in range(1, count):
        x, y, width, height = (int(stats[number, key]) for key in range(4))
        place = np.s_[y : y + height, x : x + width]
        own = (labels[place] == number) & (thin[place] > 0)
        free = (crossing[place] == 0).any(axis=0)
        thickness = float(stats[number, cv2.CC_STAT_AREA]) / width
        present = own.any(axis=0)[free]
        if thickness <= _THICKEST and _drawn(present):
            sure = width > 3 * run and present.mean() > _SOLID
            kept[number] = 255 * (sure or not _crowded(dark, x, y, width, height))
    return np.asarray(kept[labels], np.uint8)


def _drawn(present: NDArray[np.bool_]) -> bool:
    """Whether ink along a run is a solid or dotted line; letters that stand in a row leave longer dashes."""
    if present.size and present.mean() > _SOLID:
        return True
    starts = np.flatnonzero(np.diff(np.concatenate(([0], present.astype(np.int8)))) == 1)
    periods = np.diff(starts)
    if len(periods) < _LEAST_DASHES:
        return False
    usual = float(np.median(periods))
    regular = float((np.abs(periods - usual) <= 0.3 * usual).mean())
    return usual <= _LONGEST_PERIOD and regular > _REGULAR


def _crowded(dark: Mask, x: int, y: int, width: int, height: int) -> bool:
    """Whether there is writing on both sides: then the run is strokes of letters, not a rule."""
    near, far = _BESIDE
    above = dark[max(0, y - far) : max(1, y - near), x : x + width]
    below = dark[y + height + near : y + height + far, x : x + width]
    shares = [float((band > 0).mean()) if band.size else 0.0 for band in (above, below)]
    return min(shares) > _CROWDED * 0.5 and max(shares) > _CROWDED


def _merged(mask: Mask) -> tuple[Rule, ...]:
    """Pieces of one height as one rule; a double rule is one too."""
    _, _, stats, centres = cv2.connectedComponentsWithStats(mask, connectivity=8)
    pieces = sorted(
        (float(centre[1]), int(stat[0]), int(stat[0] + stat[2]))
        for stat, centre in zip(stats[1:], centres[1:], strict=True)
    )
    groups: list[list[tuple[float, int, int]]] = []
    for piece in pieces:
        if groups and piece[0] - _place(groups[-1]) < _SAME:
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return tuple(
        Rule(_place(group), min(piece[1] for piece in group), max(piece[2] for piece in group))
        for group in groups
    )


def _place(group: list[tuple[float, int, int]]) -> float:
    return float(np.average([one[0] for one in group], weights=[one[2] - one[1] for one in group]))


def of_table(rules: Rules, xs: Sequence[float], ys: Sequence[float]) -> Rules:
    """The rules without short pieces that are no edge of the table: strokes of letters above each other."""
    return replace(
        rules,
        across_mask=_edges_only(rules.across_mask, ys, _SHORT * (xs[-1] - xs[0])),
        down_mask=np.ascontiguousarray(_edges_only(rules.down_mask.T, xs, _SHORT * (ys[-1] - ys[0])).T),
    )


def _edges_only(mask: Mask, edges: Sequence[float], short: float) -> Mask:
    _, labels, stats, centres = cv2.connectedComponentsWithStats(np.ascontiguousarray(mask), connectivity=8)
    at = np.asarray(centres[:, 1])
    astray = np.abs(at[:, None] - np.asarray(edges)[None, :]).min(axis=1)
    kept = (astray < _SAME) | (stats[:, cv2.CC_STAT_WIDTH] > short)
    kept[0] = False
    return np.asarray(np.where(kept[labels], 255, 0), np.uint8)


def without_rules(image: Grey, rules: Rules) -> Grey:
    """The page with its rules whitened; strokes that go through a rule stay whole."""
    clean = image.copy()
    across = cv2.dilate(rules.across_mask, np.ones((7, 3), np.uint8)) > 0
    down = cv2.dilate(rules.down_mask, np.ones((3, 7), np.uint8)) > 0
    ink = (image < 200) & ~across & ~down
    crossing = _through(across, ink) | _through(down.T, ink.T).T
    clean[(across | down) & ~(crossing & ~(across & down))] = 255
    return clean


def _through(rule: NDArray[np.bool_], ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Pixels of a rule with ink right above and right below it: a stroke crosses there."""
    down, up = np.zeros_like(rule), np.zeros_like(rule)
    down[1:] = ink[:-1] & rule[1:]
    up[:-1] = ink[1:] & rule[:-1]
    # Carried through the thickness of the rule from both sides; where both arrive a stroke goes through.
    for _ in range(_THICKEST):
        before = int(down.sum()) + int(up.sum())
        down[1:] |= down[:-1] & rule[1:]
        up[:-1] |= up[1:] & rule[:-1]
        if int(down.sum()) + int(up.sum()) == before:
            break
    return down & up
