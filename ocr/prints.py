"""Whether what is printed on a form is printed on a page too: letter by letter, and rule by rule.

Other editions of a form share most of its print: one label, one digit of its number or one rule may be all
that differs. A letter that somebody wrote or stamped over counts as there while all its ink is; a corner that
was torn off may lack what stood in it, where the tear cuts through the print.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.engine import Grey
from ocr.stages.alignment import REFERENCE_SCALE

FEWEST_LETTERS = 10
"""A blank with less print cannot be told from others."""

_SCALE = REFERENCE_SCALE
_DARK, _INK, _LINE = 190, 205, 45
_LETTER, _LETTER_INK = 20, 18
_REACH = 3
_ALIKE, _BELOW_USUAL, _LEAST_ALIKE = 0.8, 0.18, 0.55
_COVERED = 0.85
_SEGMENT, _SEGMENT_SEEN, _RULE_SEEN = 40, 0.5, 0.6
_LONGEST_TEAR_MM, _TEAR_STEP_MM, _TEAR_EDGE_MM = 75.0, 5.0, 4.0
_BESIDE = 7.0 * _SCALE
_STRAY = 0.004

Box = tuple[int, int, int, int]
"""Top, bottom, left and right in pixels of `REFERENCE_SCALE`."""


@dataclass(frozen=True, slots=True)
class Print:
    """What is printed on a blank (`ocr.stages.alignment.reduced`): its letters, and its rules in segments."""

    picture: Grey
    words: NDArray[np.bool_]
    letters: tuple[Box, ...]
    rules: tuple[tuple[Box, ...], ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """How much of a print is on a page: letters and rules that are not, and the likeness of all others."""

    missing: tuple[Box, ...]
    rules: int
    likeness: float
    torn: bool

    @property
    def same(self) -> bool:
        """Whether the page has everything the blank has, but for what stood in a corner torn off."""
        return (not self.missing and not self.rules) or self.torn


def print_of(picture: Grey) -> Print:
    """The print of a blank, at `REFERENCE_SCALE`."""
    ink = (picture < _DARK).astype(np.uint8)
    ruled = [
        np.asarray(cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(shape, np.uint8)), np.uint8)
        for shape in ((1, _LINE), (_LINE, 1))
    ]
    near = cv2.dilate(ruled[0] | ruled[1], np.ones((3, 3), np.uint8))
    words = np.asarray((ink > 0) & (near == 0))
    rules = [*_rules(ruled[0], 1), *_rules(ruled[1], 0)]
    return Print(picture, words, tuple(_letters(words)), tuple(rules))


def seen_on(wanted: Print, sheet: Grey) -> Seen:
    """How much of a print a page (straightened onto it, at `REFERENCE_SCALE`) shows."""
    inks = [np.asarray(cv2.GaussianBlur(255 - one, (0, 0), 0.8), np.uint8) for one in (wanted.picture, sheet)]
    likeness = np.array([_likeness(box, inks[0], inks[1]) for box in wanted.letters])
    usual = float(np.median(likeness)) if likeness.size else 0.0
    least = max(_LEAST_ALIKE, min(_ALIKE, usual - _BELOW_USUAL))
    doubtful = [box for box, alike in zip(wanted.letters, likeness, strict=True) if alike < least]
    missing = [box for box in doubtful if _share_there(wanted.words, sheet, box) < _COVERED]
    gone = [rule for rule in wanted.rules if _seen_of(rule, sheet) < _RULE_SEEN]
    torn = bool(missing) and _is_torn(wanted, sheet, missing, gone)
    return Seen(tuple(missing), len(gone), usual, torn)


def _letters(words: NDArray[np.bool_]) -> list[Box]:
    """Pieces of print about as large as a letter."""
    joined = cv2.morphologyEx(words.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 9), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    found = []
    for left, top, width, height, _ in stats[1:count].tolist():
        across, down = max(1, round(width / _LETTER)), max(1, round(height / _LETTER))
        for row in range(down):
            for column in range(across):
                box = (
                    top + height * row // down, top + height * (row + 1) // down,
                    left + width * column // across, left + width * (column + 1) // across,
                )  # fmt: skip
                if int(words[_part(box)].sum()) >= _LETTER_INK:
                    found.append(box)
    return found


def _rules(ruled: NDArray[np.uint8], along: int) -> list[tuple[Box, ...]]:
    """The rules of one direction, each as segments of 8 mm."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(ruled, connectivity=8)
    found = []
    for left, top, width, height, _ in stats[1:count].tolist():
        length = width if along else height
        pieces = max(1, length // _SEGMENT)
        edges = [length * number // pieces for number in range(pieces + 1)]
        found.append(
            tuple(
                (top, top + height, left + begin, left + end)
                if along
                else (top + begin, top + end, left, left + width)
                for begin, end in pairwise(edges)
            )
        )
    return found


def _likeness(box: Box, wanted: Grey, page: Grey) -> float:
    """How like a piece of print the page is there, at the best of the places near it."""
    pattern = wanted[_part(_grown(box, 1))]
    around = page[_part(_grown(box, 1 + _REACH))]
    if around.shape[0] < pattern.shape[0] or around.shape[1] < pattern.shape[1]:
        return 0.0
    return float(cv2.matchTemplate(around, pattern, cv2.TM_CCOEFF_NORMED).max())


def _share_there(words: NDArray[np.bool_], sheet: Grey, box: Box) -> float:
    """The share of a letter's ink that is dark on the page, at the best of the places near it."""
    pattern = words[_part(box)].astype(np.float32)
    around = (sheet[_part(_grown(box, _REACH))] < _INK).astype(np.float32)
    if around.shape[0] < pattern.shape[0] or around.shape[1] < pattern.shape[1]:
        return 0.0
    return float(cv2.matchTemplate(around, pattern, cv2.TM_CCORR).max() / pattern.sum())


def _seen_of(rule: Sequence[Box], sheet: Grey) -> float:
    """The share of a rule's segments that are on the page."""
    return float(np.mean([_segment_seen(box, sheet) for box in rule]))


def _segment_seen(box: Box, sheet: Grey) -> bool:
    top, bottom, left, right = box
    around = sheet[_part(_grown(box, _REACH))] < _INK
    profile = around.mean(axis=1) if right - left > bottom - top else around.mean(axis=0)
    return bool(profile.max() >= _SEGMENT_SEEN)


def _is_torn(wanted: Print, sheet: Grey, missing: Sequence[Box], gone: Sequence[Sequence[Box]]) -> bool:
    """Whether all that is missing stood in one corner of which nothing is left, cut through the print."""
    height, width = sheet.shape
    for down, right in ((False, False), (False, True), (True, False), (True, True)):
        away = np.array([_away(box, height, width, down, right) for box in missing])
        if away.max() > _LONGEST_TEAR_MM * _SCALE:
            continue
        corner = _tear(away)
        if corner is None or not all(_cut(rule, corner, height, width, down, right) for rule in gone):
            continue
        if _nothing_left(sheet, corner, down, right) and _cuts_print(wanted, missing):
            return True
    return False


def _away(box: Box, height: int, width: int, down: bool, right: bool) -> tuple[float, float]:
    """How far a letter's middle lies from a corner: across and down."""
    y, x = (box[0] + box[1]) / 2, (box[2] + box[3]) / 2
    return (width - x if right else x, height - y if down else y)


def _tear(away: NDArray[np.float64]) -> tuple[float, float] | None:
    """The legs of the smallest triangle that holds all places, in pixels."""
    steps = np.arange(_TEAR_STEP_MM, _LONGEST_TEAR_MM + 1, _TEAR_STEP_MM) * _SCALE
    held = [(a * b, a, b) for a in steps for b in steps if bool((away[:, 0] / a + away[:, 1] / b <= 1).all())]
    return min(held)[1:] if held else None


def _cut(
    rule: Sequence[Box], corner: tuple[float, float], height: int, width: int, down: bool, right: bool
) -> bool:
    """Whether a rule that is not seen stands in the corner."""
    places = [_away(box, height, width, down, right) for box in rule]
    return all(x / corner[0] + y / corner[1] <= 1.1 for x, y in places)


def _nothing_left(sheet: Grey, corner: tuple[float, float], down: bool, right: bool) -> bool:
    """Whether a corner of a page is empty, but for its very edge."""
    edge = _TEAR_EDGE_MM * _SCALE
    across, deep = (max(2, round(leg - edge)) for leg in corner)
    part = sheet[::-1] if down else sheet
    part = (part[:, ::-1] if right else part)[:deep, :across]
    inside = np.zeros(part.shape, np.uint8)
    cv2.fillPoly(inside, [np.array([(0, 0), (across, 0), (0, deep)], np.int32)], 1)
    return bool(((part < _DARK) & (inside > 0)).sum() <= _STRAY * inside.sum())


def _cuts_print(wanted: Print, missing: Sequence[Box]) -> bool:
    """Whether a letter that is there stands on the line of one that is not, right beside it."""
    there = [box for box in wanted.letters if box not in missing]
    return any(
        min(one[1], other[1]) - max(one[0], other[0]) > 0.5 * min(one[1] - one[0], other[1] - other[0])
        and max(one[2] - other[3], other[2] - one[3]) < _BESIDE
        for one in missing
        for other in there
    )


def _grown(box: Box, by: int) -> Box:
    return max(box[0] - by, 0), box[1] + by, max(box[2] - by, 0), box[3] + by


def _part(box: Box) -> tuple[slice, slice]:
    return slice(box[0], box[1]), slice(box[2], box[3])
