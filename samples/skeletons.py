"""The pen strokes of any letter: the centre lines of its outline in some face, traced from end to end.

The glyph is thinned to lines of one pixel; where lines meet, a disc as wide as the stroke is cut out, and of
the lines that end there those going straight on are joined to one stroke.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.faces import Face, glyph

Points = NDArray[np.float64]
Pixel = tuple[int, int]

_EM = 96
_STEP = 0.09  # ems between control points
_AROUND = [(y, x) for y in (-1, 0, 1) for x in (-1, 0, 1) if (y, x) != (0, 0)]
_BY_NEARNESS = sorted(_AROUND, key=lambda step: abs(step[0]) + abs(step[1]))
_STRAIGHT = -0.55  # cosine between two lines that are one stroke


@dataclass(slots=True)
class _Line:
    """A line between two places: `ends` are the numbers of the crossings it comes to, 0 where it is free."""

    points: Points
    ends: list[int]
    next: list[_Line | None] = field(default_factory=lambda: [None, None])


@functools.lru_cache(maxsize=16384)
def strokes_of(letter: str, face: Face) -> tuple[Points, ...]:
    """The strokes of a letter as control points in ems from the top left of its square; none for a space."""
    ink = (glyph(letter, face, _EM) < 128).astype(np.uint8)
    if not ink.any():
        return ()
    thin = cv2.ximgproc.thinning(ink * 255) > 0
    reach = np.asarray(cv2.distanceTransform(ink, cv2.DIST_L2, 3), np.float32)
    width = 2 * float(np.median(reach[thin]))
    lines, places = _lines(thin, width)
    lines = _without_spurs(lines, reach, width)
    _join(lines)
    strokes = [_resampled(_through(chain, places)) for chain in _chains(lines)]
    ordered = sorted(strokes, key=lambda one: float(one[0].sum()))
    return tuple(one / _EM - 0.25 for one in ordered)


def _lines(thin: NDArray[np.bool_], width: float) -> tuple[list[_Line], NDArray[np.float64]]:
    """The lines between crossings, and the middles of the crossings by number (row, column; 0 is none)."""
    knots = _knots(thin)
    side = max(3, round(width * 0.9) | 1)
    discs = cv2.dilate(knots, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)))
    _, discs_of, _, middles = cv2.connectedComponentsWithStats(discs, connectivity=8)
    numbers = np.asarray(discs_of, np.int32)
    count, labels = cv2.connectedComponents((thin & (discs == 0)).astype(np.uint8), connectivity=8)
    lines = []
    for label in range(1, count):
        for path in _walks({(int(y), int(x)) for y, x in np.argwhere(labels == label)}):
            ends = [_crossing(numbers, path[0]), _crossing(numbers, path[-1])]
            lines.append(_Line(np.array(path, np.float64), ends))
    return lines, np.asarray(middles[:, ::-1], np.float64)


def _knots(thin: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """The pixels from which three lines or more go out."""
    ring = [(-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1)]
    around = np.stack([np.roll(thin, (-y, -x), axis=(0, 1)) for y, x in ring]).astype(np.int8)
    lines = np.abs(np.diff(around, axis=0, append=around[:1])).sum(axis=0) // 2
    fours = cv2.erode(thin.astype(np.uint8), np.ones((2, 2), np.uint8)) > 0
    return np.asarray(thin & ((lines >= 3) | fours), np.uint8)


def _walks(pixels: set[Pixel]) -> Iterator[list[Pixel]]:
    """The lines the pixels make: one, or more where a crossing was not seen."""
    while pixels:
        path = _walk(pixels)
        pixels = pixels - set(path)
        yield path


def _walk(pixels: set[Pixel]) -> list[Pixel]:
    """The pixels of a line in order, from an end of it (a ring from its top)."""
    start = min(pixels, key=lambda at: (len(list(_beside(at, pixels))), at))
    path, left = [start], pixels - {start}
    while (at := next(_beside(path[-1], left), None)) is not None:
        path.append(at)
        left.discard(at)
    return path


def _beside(at: Pixel, pixels: set[Pixel]) -> Iterator[Pixel]:
    return (one for y, x in _BY_NEARNESS if (one := (at[0] + y, at[1] + x)) in pixels)


def _crossing(numbers: NDArray[np.int32], at: Pixel) -> int:
    y, x = at
    return int(numbers[max(0, y - 2) : y + 3, max(0, x - 2) : x + 3].max())


def _without_spurs(lines: list[_Line], reach: NDArray[np.float32], width: float) -> list[_Line]:
    """Without the short lines thinning leaves at corners: they run out where the stroke does."""
    return [line for line in lines if not _is_spur(line, reach, width)]


def _is_spur(line: _Line, reach: NDArray[np.float32], width: float) -> bool:
    if (line.ends[0] == 0) == (line.ends[1] == 0) or len(line.points) > 0.8 * width:
        return False
    y, x = line.points[0 if line.ends[0] == 0 else -1].astype(int)
    return bool(reach[y, x] < 2.0)


def _join(lines: list[_Line]) -> None:
    """At every crossing the lines that go straight on become one stroke."""
    crossings: dict[int, list[tuple[_Line, int]]] = {}
    for line in lines:
        for end in (0, 1):
            if line.ends[end]:
                crossings.setdefault(line.ends[end], []).append((line, end))
    for meeting in crossings.values():
        pairs = [
            (float(_away(*a) @ _away(*b)), a, b)
            for number, a in enumerate(meeting)
            for b in meeting[number + 1 :]
            if a[0] is not b[0]
        ]
        for cosine, (one, end), (other, other_end) in sorted(pairs, key=lambda pair: pair[0]):
            if cosine < _STRAIGHT and one.next[end] is None and other.next[other_end] is None:
                one.next[end], other.next[other_end] = other, one


def _away(line: _Line, end: int) -> Points:
    """The direction in which a line leaves its end, of length 1."""
    points = line.points if end == 0 else line.points[::-1]
    step = points[min(len(points) - 1, 9)] - points[0]
    return np.asarray(step / max(1e-9, float(np.linalg.norm(step))), np.float64)


def _chains(lines: list[_Line]) -> Iterator[list[tuple[_Line, bool]]]:
    """Lines joined to strokes, each with whether it is walked backwards."""
    left = {id(line): line for line in lines}
    while left:
        start = next((one for one in left.values() if None in one.next), next(iter(left.values())))
        backwards = start.next[0] is not None and start.next[1] is None
        chain, line = [], start
        while id(line) in left:
            del left[id(line)]
            chain.append((line, backwards))
            following = line.next[0 if backwards else 1]
            if following is None:
                break
            backwards = following.next[1] is line and following.next[0] is not line
            line = following
        yield chain


def _through(chain: list[tuple[_Line, bool]], places: NDArray[np.float64]) -> Points:
    """One path of (x, y) pixels; where it ends at a crossing it goes on to the crossing's middle."""
    pieces = [line.points[::-1] if backwards else line.points for line, backwards in chain]
    first, last = chain[0], chain[-1]
    start, end = first[0].ends[first[1]], last[0].ends[not last[1]]
    if start:
        pieces.insert(0, places[start : start + 1])
    if end:
        pieces.append(places[end : end + 1])
    return np.vstack(pieces)[:, ::-1]


def _resampled(path: Points) -> Points:
    """The path by a few control points at even distances; its direction as a hand writes: right or down."""
    if len(path) < 2 or np.ptp(path, axis=0).max() < 3:
        path = np.vstack((path.mean(axis=0) - 1.5, path.mean(axis=0) + 1.5))
    steps = np.concatenate(([0.0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))))
    count = max(2, round(steps[-1] / (_STEP * _EM)) + 1)
    wanted = np.linspace(0.0, steps[-1], count)
    found = np.column_stack([np.interp(wanted, steps, path[:, axis]) for axis in (0, 1)])
    return found if (found[-1] - found[0]).sum() >= 0 else found[::-1].copy()
