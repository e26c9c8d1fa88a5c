"""From rules to a table: its place, columns, lines, and headings that span several columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ocr.tables.rules import Rule, Rules
from ocr.tables.straighten import PIXELS_PER_MM

_ALIKE = 4 * PIXELS_PER_MM
_LEAST_WIDTH = 50 * PIXELS_PER_MM
_NARROWEST = 2.5 * PIXELS_PER_MM
_LOWEST = 2.2 * PIXELS_PER_MM
_LEAST_HEADING = 12 * PIXELS_PER_MM
_HAS_RULE, _IN_HEADINGS = 0.6, 0.25
_CLEAR = 0.5 * PIXELS_PER_MM


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the straightened page."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Pixels across."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Pixels down."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: edges of its columns, edges of the lines below the headings, the cells of the headings.

    `headings` are boxes with the columns each spans (first, after the last). `ruled_down` says whether rules
    part the columns, `ruled_across` whether they part all lines.
    """

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    top: float
    headings: tuple[tuple[Box, int, int], ...]
    ruled_down: bool
    ruled_across: bool

    def cell(self, row: int, column: int) -> Box:
        """The box of a cell below the headings."""
        return Box(self.xs[column], self.ys[row], self.xs[column + 1], self.ys[row + 1])


def frame_of(rules: Rules) -> Box | None:
    """The place of the largest table: most rules across of one and the same extent. None without one."""
    long = [rule for rule in rules.across if rule.length >= _LEAST_WIDTH]
    best: list[Rule] = []
    for one in long:
        alike = [r for r in long if abs(r.start - one.start) < _ALIKE and abs(r.end - one.end) < _ALIKE]
        if len(alike) >= 2 and _weight(alike) > _weight(best):
            best = alike
    if not best:
        return None
    left, right = float(np.median([r.start for r in best])), float(np.median([r.end for r in best]))
    return Box(left, best[0].at, right, best[-1].at)


def _weight(alike: Sequence[Rule]) -> float:
    return len(alike) * (alike[-1].at - alike[0].at) * alike[0].length if alike else 0.0


def columns_of(rules: Rules, frame: Box) -> tuple[float, ...]:
    """Edges of the columns that rules part: those that run through most of the table; frame edges added."""
    inside = [
        rule.at
        for rule in rules.down
        if frame.left - _ALIKE < rule.at < frame.right + _ALIKE
        and rules.covered(1, rule.at, frame.top, frame.bottom) > _HAS_RULE
        and not _is_digits(rules, frame, rule)
    ]
    return _edges(inside, frame.left, frame.right, _NARROWEST)


def _is_digits(rules: Rules, frame: Box, rule: Rule) -> bool:
    """Whether a rule down is digits above each other: it begins below the headings, ends above the frame."""
    wide = [one.at for one in rules.across if rules.covered(0, one.at, frame.left, frame.right) > _HAS_RULE]
    body = next((at for at in wide if at - frame.top > _LOWEST), None)
    if body is None or rule.end > frame.bottom - _CLEAR:
        return False
    return rules.covered(1, rule.at, frame.top, body) < _IN_HEADINGS


def lines_of(rules: Rules, frame: Box) -> tuple[float, ...]:
    """Edges of the lines that rules part; above the first full rule those within the headings too."""
    near = [rule for rule in rules.across if frame.top - 2 <= rule.at <= frame.bottom + 2]
    shares = [rules.covered(0, rule.at, frame.left, frame.right) for rule in near]
    full = [rule.at for rule, share in zip(near, shares, strict=True) if share > _HAS_RULE]
    body = next((at for at in full if at - frame.top > _LOWEST), frame.bottom)
    inside = [
        rule.at for rule in near if rule.at in full or (rule.at < body and rule.length > _LEAST_HEADING)
    ]
    return _edges(inside, frame.top, frame.bottom, _LOWEST)


def _edges(inside: Sequence[float], first: float, last: float, least: float) -> tuple[float, ...]:
    """Edges in order from the first to the last, none closer together than `least`."""
    edges = [first]
    for at in sorted(inside):
        if at - edges[-1] >= least:
            edges.append(at)
        elif abs(at - first) < least and len(edges) == 1:
            edges[0] = at
    if last - edges[-1] >= least or len(edges) == 1:
        edges.append(last)
    return tuple(edges)


def headings_of(
    rules: Rules, xs: Sequence[float], ys: Sequence[float]
) -> tuple[int, tuple[tuple[Box, int, int], ...]]:
    """How many strips the headings take, and their cells: strips joined where no rule parts them.

    A strip without any rule down it is a caption and has no cells.
    """
    first = 0
    while first < len(ys) - 2 and len(xs) > 3 and not _parted(rules, xs, ys, first).any():
        first += 1
    deep = first + 1
    while deep < len(ys) - 1 and not _ruled(rules, xs, ys[deep]).all():
        deep += 1
    if deep - first > 3:  # no rule below the headings of all columns: they are one strip
        deep = first + 1
    return deep, tuple(_cells(rules, xs, ys[first : deep + 1]))


def _parted(rules: Rules, xs: Sequence[float], ys: Sequence[float], strip: int) -> NDArray[np.bool_]:
    """Per inner edge between columns whether a rule stands in a strip."""
    return np.array([rules.covered(1, x, ys[strip], ys[strip + 1]) > _HAS_RULE for x in xs[1:-1]])


def _ruled(rules: Rules, xs: Sequence[float], y: float) -> NDArray[np.bool_]:
    """Per column whether a rule runs across it at `y`."""
    return np.array([rules.covered(0, y, left, right) > _HAS_RULE for left, right in pairwise(xs)])


def _cells(rules: Rules, xs: Sequence[float], ys: Sequence[float]) -> list[tuple[Box, int, int]]:
    """Cells of the headings: runs of columns without a rule between, each down to the next rule."""
    cells: list[tuple[Box, int, int]] = []
    taken = np.zeros((len(ys) - 1, len(xs) - 1), bool)
    for strip in range(len(ys) - 1):
        walls = _parted(rules, xs, ys, strip)
        for column in range(len(xs) - 1):
            if taken[strip, column]:
                continue
            after = column + 1
            while after < len(xs) - 1 and not walls[after - 1] and not taken[strip, after]:
                after += 1
            below = strip + 1
            span = xs[column : after + 1]
            while below < len(ys) - 1 and not _ruled(rules, span, ys[below]).any():
                below += 1
            taken[strip:below, column:after] = True
            # A heading that reaches the lines belongs to one column, whether its side rule was found or not.
            spans = [(column, after)] if below < len(ys) - 1 else [(n, n + 1) for n in range(column, after)]
            cells += [(Box(xs[first], ys[strip], xs[last], ys[below]), first, last) for first, last in spans]
    return cells
