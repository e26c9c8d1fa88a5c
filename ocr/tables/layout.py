"""Where the cells of a table are: by rules where they are printed, by the writing where they are not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.engine import Grey
from ocr.errors import UnknownPage
from ocr.tables.grid import Box, Grid, columns_of, frame_of, headings_of, lines_of
from ocr.tables.rules import Rules, find_rules, of_table, without_rules
from ocr.tables.straighten import PIXELS_PER_MM

INK, HAIRLINE = 190, 225
"""Darker than this is ink; lighter strokes up to the second are, where they go out from it."""
_FEW_COLUMNS, _FEW_LINES = 4, 5
_LETTER = 0.9 * PIXELS_PER_MM
_CLOSE = round(0.5 * PIXELS_PER_MM)
_CORRIDOR = round(0.8 * PIXELS_PER_MM)
_WORD_GAP = round(2.2 * PIXELS_PER_MM)
_LETTERS_APART = 1.8 * PIXELS_PER_MM
_SPECK, _STROKE, _TOGETHER = 14, 10, 19
_ROW, _DOTS = 9, 5
_THIN, _LENGTH, _LETTER_WIDE = 90, 1.5 * PIXELS_PER_MM, 4.5 * PIXELS_PER_MM
_NO_TABLE = "表が見つかりません。表全体が写るようにスキャンし直してください。"


@dataclass(frozen=True, slots=True)
class Layout:
    """A page's table, the page without its rules, and its ink (specks left out)."""

    grid: Grid
    clean: Grey
    ink: NDArray[np.bool_]


def find_layout(image: Grey) -> Layout:
    """The table of a straightened, upright page. Raises `UnknownPage` when there is none."""
    rules, frame, xs, ys = _ruled(image)
    clean = without_rules(image, of_table(rules, xs, ys) if frame else rules)
    ink = ink_of(clean)
    if frame is None:
        frame = _written_frame(ink)
        xs, ys = (frame.left, frame.right), _unruled_lines(ink, frame)
    deep, headings = headings_of(rules, xs, ys)
    ruled_down = len(xs) - 1 >= _FEW_COLUMNS
    body = ys[deep:]
    if not ruled_down:
        xs = _corridors(ink, frame, ys[0], ys[deep], body)
        headings = tuple(
            (Box(left, ys[0], right, ys[deep]), place, place + 1)
            for place, (left, right) in enumerate(pairwise(xs))
        )
    lines, ruled_across = _split(ink, xs, body)
    if len(xs) < 3 or len(lines) < 3:
        raise UnknownPage(_NO_TABLE)
    return Layout(Grid(xs, lines, ys[0], headings, ruled_down, ruled_across), clean, ink)


def has_table(image: Grey) -> bool:
    """Whether rules of a straightened page make a table of several columns and lines."""
    rules = find_rules(image, faint=False)
    frame = frame_of(rules)
    if frame is None:
        return False
    return len(columns_of(rules, frame)) > _FEW_COLUMNS and len(lines_of(rules, frame)) > _FEW_LINES


def _ruled(image: Grey) -> tuple[Rules, Box | None, tuple[float, ...], tuple[float, ...]]:
    """Rules, frame, columns and lines; looked for again, fainter, where there are few."""
    best = None
    for faint in (False, True):
        rules = find_rules(image, faint=faint)
        frame = frame_of(rules)
        xs = columns_of(rules, frame) if frame else ()
        ys = lines_of(rules, frame) if frame else ()
        if best is None or (len(xs) > len(best[2]) and len(ys) >= len(best[3])) or len(ys) > 2 * len(best[3]):
            best = rules, frame, xs, ys
        if len(xs) > _FEW_COLUMNS and len(ys) > _FEW_LINES:
            break
    if best is None:
        raise UnknownPage(_NO_TABLE)
    return best


def ink_of(clean: Grey) -> NDArray[np.bool_]:
    """Ink of a page without rules, lonely specks left out."""
    dark = (clean < INK).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA]
    large = np.asarray((areas >= 3 * _SPECK), bool) | _strokes_together(labels, areas)
    large |= _broken_strokes(labels, areas) | _with_hairlines(clean, labels, areas)
    large[0] = False
    near = cv2.dilate(large[labels].astype(np.uint8), np.ones((15, 25), np.uint8)) > 0
    small = np.zeros(count, bool)
    small[np.unique(labels[near & (dark > 0)])] = True
    kept = large | (small & (areas >= 4))
    kept[0] = False
    return np.asarray(kept[labels], bool)


def _strokes_together(labels: NDArray[Any], areas: NDArray[Any]) -> NDArray[np.bool_]:
    """Pieces smaller than a letter that stand close together: the strokes of ミ or 〃 and no specks."""
    single = np.asarray((areas >= _STROKE) & (areas < 3 * _SPECK), bool)
    single[0] = False
    close = cv2.dilate(single[labels].astype(np.uint8), np.ones((_TOGETHER, _TOGETHER), np.uint8))
    _, groups = cv2.connectedComponents(close, connectivity=8)
    inside = single[labels]
    mine = np.zeros(len(areas), np.int64)
    mine[labels[inside]] = groups[inside]
    total = np.bincount(mine[single], weights=areas[single], minlength=int(groups.max()) + 1)
    return np.asarray(single & (total[mine] >= 3 * _SPECK), bool)


def _broken_strokes(labels: NDArray[Any], areas: NDArray[Any]) -> NDArray[np.bool_]:
    """Dots in a row: a thin stroke of a fax (△). Specks do not come so many so close."""
    dots = np.asarray((areas >= 4) & (areas < 3 * _SPECK), bool)
    dots[0] = False
    close = cv2.dilate(dots[labels].astype(np.uint8), np.ones((_ROW, _ROW), np.uint8))
    _, groups = cv2.connectedComponents(close, connectivity=8)
    mine = np.zeros(len(areas), np.int64)
    inside = dots[labels]
    mine[labels[inside]] = groups[inside]
    count = np.bincount(mine[dots], minlength=int(groups.max()) + 1)
    return np.asarray(dots & (count[mine] >= _DOTS), bool)


def _with_hairlines(clean: Grey, labels: NDArray[Any], areas: NDArray[Any]) -> NDArray[np.bool_]:
    """Dark ends of strokes too thin to be dark: what a coarse scan of a Mincho face shows of 一 and 二."""
    _, strokes, stats, _ = cv2.connectedComponentsWithStats(
        (clean < HAIRLINE).astype(np.uint8), connectivity=8
    )
    sizes = stats[:, cv2.CC_STAT_WIDTH : cv2.CC_STAT_HEIGHT + 1].max(axis=1)
    letters = (stats[:, cv2.CC_STAT_AREA] >= _THIN) & (sizes >= _LENGTH) & (sizes <= _LETTER_WIDE)
    letters[0] = False
    inside = labels > 0
    part = np.zeros(len(areas), bool)
    part[labels[inside]] = letters[strokes[inside]]
    return np.asarray(part & (areas >= _STROKE), bool)


def segments(profile: Any, gap: int, least: float) -> list[tuple[int, int]]:
    """Runs of a profile, joined over gaps shorter than `gap`, those shorter than `least` left out."""
    changes = np.flatnonzero(np.diff(np.concatenate(([0], np.asarray(profile).astype(np.int8), [0]))))
    runs: list[tuple[int, int]] = []
    for start, end in zip(changes[::2].tolist(), changes[1::2].tolist(), strict=True):
        if runs and start - runs[-1][1] < gap:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    return [run for run in runs if run[1] - run[0] >= least]


def _written_frame(ink: NDArray[np.bool_]) -> Box:
    """The place of a list without any rules: from the first to the last line of several words."""
    found = []
    for top, bottom in segments(ink.sum(axis=1) > 2, _CLOSE, _LETTER):
        words = segments(ink[top:bottom].any(axis=0), _WORD_GAP, _LETTER)
        if len(words) >= 3:
            found.append((top, bottom, words[0][0], words[-1][1]))
    if len(found) < 3:
        raise UnknownPage(_NO_TABLE)
    margin = PIXELS_PER_MM
    return Box(
        min(one[2] for one in found) - margin,
        found[0][0] - margin,
        max(one[3] for one in found) + margin,
        found[-1][1] + margin,
    )


def _unruled_lines(ink: NDArray[np.bool_], frame: Box) -> tuple[float, ...]:
    """The headings' strip and all below it as another, for a list without rules."""
    part = ink[round(frame.top) : round(frame.bottom), round(frame.left) : round(frame.right)]
    lines = segments(part.sum(axis=1) > 1, _CLOSE, _LETTER)
    if len(lines) < 2:
        raise UnknownPage(_NO_TABLE)
    return (frame.top, frame.top + (lines[0][1] + lines[1][0]) / 2, frame.bottom)


def _corridors(
    ink: NDArray[np.bool_], frame: Box, top: float, below: float, body: Sequence[float]
) -> tuple[float, ...]:
    """Edges of columns by white corridors through headings and lines; each column has a heading."""
    left, right = round(frame.left), round(frame.right)
    rows = []
    for start, end in pairwise(body):
        part = ink[round(start) : round(end), left:right]
        rows += [part[a:b].any(axis=0) for a, b in segments(part.any(axis=1), _CLOSE, _LETTER)]
    heading = ink[round(top) : round(below), left:right].any(axis=0)
    if not rows or not heading.any():
        raise UnknownPage(_NO_TABLE)
    filled = np.sum(rows, axis=0) > max(0.5, 0.03 * len(rows))
    regions = segments(filled | heading, _CORRIDOR, 0)
    joined = _headed(regions, filled, heading)
    inner = [left + (one[1] + other[0]) / 2 for one, other in pairwise(joined)]
    return (frame.left, *inner, frame.right)


def _headed(regions: Sequence[tuple[int, int]], filled: Any, heading: Any) -> list[tuple[int, int]]:
    """Regions as columns: each has a heading, one without joins its nearer neighbour."""
    found = list(regions)
    while len(found) > 1:
        gaps = [other[0] - one[1] for one, other in pairwise(found)]
        likely = [
            (gap, place)
            for place, gap in enumerate(gaps)
            if _one_column(found[place], found[place + 1], filled, heading)
        ]
        if not likely:
            break
        _, place = min(likely)
        found[place : place + 2] = [(found[place][0], found[place + 1][1])]
    return found


def _one_column(one: tuple[int, int], other: tuple[int, int], filled: Any, heading: Any) -> bool:
    """Whether two regions are one column: one has no heading, or is only a part of the other's."""
    headed = [np.flatnonzero(heading[start:end]) + start for start, end in (one, other)]
    if not all(places.size for places in headed):
        return True
    letters_apart = headed[1][0] - headed[0][-1] < _LETTERS_APART
    return bool(letters_apart and not all(filled[start:end].any() for start, end in (one, other)))


def _split(
    ink: NDArray[np.bool_], xs: Sequence[float], ys: Sequence[float]
) -> tuple[tuple[float, ...], bool]:
    """The lines of the body: strips between rules, parted further where several lines stand in one."""
    strips = [_written_lines(ink, xs, top, bottom) for top, bottom in pairwise(ys)]
    count = sum(max(1, len(lines)) for lines in strips)
    if len(strips) >= _FEW_LINES and count <= 1.3 * len(strips):
        return tuple(ys), True
    edges = [ys[0]]
    for lines, bottom in zip(strips, ys[1:], strict=True):
        edges += [(one[1] + other[0]) / 2 for one, other in pairwise(lines)]
        edges.append(bottom)
    return tuple(edges), False


def _written_lines(
    ink: NDArray[np.bool_], xs: Sequence[float], top: float, bottom: float
) -> list[tuple[float, float]]:
    """The lines of writing in a strip (top, bottom), those of different columns at one height together."""
    found: list[tuple[float, float]] = []
    inset = 0.15 * PIXELS_PER_MM
    for left, right in pairwise(xs):
        part = ink[round(top) : round(bottom), round(left + inset) : round(right - inset)]
        found += [(top + a, top + b) for a, b in segments(part.any(axis=1), _CLOSE, _LETTER)]
    if not found:
        return []
    height = float(np.median([b - a for a, b in found]))
    found = [one for one in found if one[1] - one[0] < 1.9 * height]
    groups: list[list[tuple[float, float]]] = []
    for one in sorted(found, key=sum):
        middle = sum(one) / 2
        if groups and middle - float(np.mean([sum(two) / 2 for two in groups[-1]])) < 0.55 * height:
            groups[-1].append(one)
        else:
            groups.append([one])
    return [
        (float(np.median([one[0] for one in group])), float(np.median([one[1] for one in group])))
        for group in groups
    ]
