"""Ink: strokes drawn as vectors for the screen (SVG) and for paper (PDF), and a gentle look at them.

The curve runs through every recorded point (Catmull-Rom as cubic Béziers); its width follows pressure
where the device measures it, else speed, modestly. The same strokes always give the same bytes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from forms.signing.strokes import Point, Stroke

# Widths in CSS px on the canvas, stepped so that neighbouring segments share one path.
THIN, NORMAL, THICK, STEP = 1.5, 2.5, 3.5, 0.25
# Speed (px per ms) at which the line is thinnest.
FAST = 3.0
# Samples closer than this (px) add bytes but no ink.
NEAR = 0.5

Curve = tuple[float, float, float, float, float, float]
"""A cubic Bézier's two control points and its end."""


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive Bézier segments of one width, starting at `start`; none is a dot."""

    width: float
    start: tuple[float, float]
    curves: tuple[Curve, ...]


def _thinned(points: Sequence[Point]) -> list[Point]:
    kept = [points[0]]
    for point in points[1:]:
        if math.hypot(point.x - kept[-1].x, point.y - kept[-1].y) >= NEAR:
            kept.append(point)
    return kept


def _width(before: Point, after: Point) -> float:
    if after.pressure is not None:
        width = THIN + (THICK - THIN) * after.pressure
    else:
        elapsed = max(after.t - before.t, 1.0)
        speed = math.hypot(after.x - before.x, after.y - before.y) / elapsed
        width = THICK - (THICK - THIN) * min(speed / FAST, 1.0)
    return round(width / STEP) * STEP


def _curve(points: Sequence[Point], index: int) -> Curve:
    """The Bézier from point `index` to the next (Catmull-Rom, uniform)."""
    before, start = points[max(index - 1, 0)], points[index]
    end, after = points[index + 1], points[min(index + 2, len(points) - 1)]
    return (
        start.x + (end.x - before.x) / 6,
        start.y + (end.y - before.y) / 6,
        end.x - (after.x - start.x) / 6,
        end.y - (after.y - start.y) / 6,
        end.x,
        end.y,
    )


def _runs(stroke: Stroke) -> list[Run]:
    points = _thinned(stroke.points)
    if len(points) == 1:
        return [Run(NORMAL, (points[0].x, points[0].y), ())]
    runs: list[tuple[float, Point, list[Curve]]] = []
    for index, (before, after) in enumerate(pairwise(points)):
        width, curve = _width(before, after), _curve(points, index)
        if runs and runs[-1][0] == width:
            runs[-1][2].append(curve)
        else:
            runs.append((width, before, [curve]))
    return [Run(width, (start.x, start.y), tuple(curves)) for width, start, curves in runs]


def draw(strokes: Sequence[Stroke]) -> tuple[Run, ...]:
    """Turn strokes into runs of curves, in canvas coordinates (CSS px, y downwards)."""
    return tuple(run for stroke in strokes for run in _runs(stroke))


def _text(*numbers: float) -> str:
    return " ".join(f"{number:.2f}".rstrip("0").rstrip(".") for number in (n + 0.0 for n in numbers))


def svg_path(run: Run) -> str:
    """The `d` of an SVG path to be stroked with the run's width and round caps."""
    if not run.curves:
        return f"M {_text(*run.start)} L {_text(*run.start)}"
    return f"M {_text(*run.start)} " + " ".join(f"C {_text(*curve)}" for curve in run.curves)


def svg(strokes: Sequence[Stroke], width: float, height: float) -> str:
    """A whole SVG document of a canvas of `width` × `height` CSS px."""
    paths = "".join(f'<path d="{svg_path(run)}" stroke-width="{_text(run.width)}"/>' for run in draw(strokes))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_text(width)} {_text(height)}">'
        f'<g fill="none" stroke="#000" stroke-linecap="round" stroke-linejoin="round">{paths}</g></svg>'
    )


def pdf_path(strokes: Sequence[Stroke]) -> bytes:
    """PDF path operators (`w m c l S` only) in canvas coordinates, one line per run."""
    lines = []
    for run in draw(strokes):
        curves = " ".join(f"{_text(*curve)} c" for curve in run.curves) or f"{_text(*run.start)} l"
        lines.append(f"{_text(run.width)} w {_text(*run.start)} m {curves} S\n")
    return "".join(lines).encode("ascii")


def _extent(points: Sequence[Point]) -> float:
    across = max(p.x for p in points) - min(p.x for p in points)
    down = max(p.y for p in points) - min(p.y for p in points)
    return max(across, down)


def _is_straight(points: Sequence[Point]) -> bool:
    start, end = points[0], points[-1]
    length = math.hypot(end.x - start.x, end.y - start.y)
    if length < 1:
        return False
    across, down = end.x - start.x, end.y - start.y
    bend = max(abs(across * (start.y - p.y) - (start.x - p.x) * down) / length for p in points)
    return bend < max(1.0, length * 0.01)


WARNINGS = {
    "empty": "署名欄に何も書かれていません。",
    "dots-only": "点しか書かれていません。書き終わっているか確認してください。",
    "straight-line": "まっすぐな線が一本だけです。署名かどうか確認してください。",
    "very-short": "とても短い線だけです。書き終わっているか確認してください。",
}
# Less line than this (CSS px, all strokes together) is hardly a letter.
SHORTEST = 40.0


def warnings(strokes: Sequence[Stroke]) -> tuple[str, ...]:
    """Codes of `WARNINGS` that an officer should look at.

    Never a refusal: 一 is a name, and checks that block have rejected real signatures (counter.md §4).
    """
    if not strokes:
        return ("empty",)
    if all(_extent(stroke.points) < 3 for stroke in strokes):
        return ("dots-only",)
    if len(strokes) == 1 and _is_straight(strokes[0].points):
        return ("straight-line",)
    if sum(_length(stroke.points) for stroke in strokes) < SHORTEST:
        return ("very-short",)
    return ()


def _length(points: Sequence[Point]) -> float:
    return sum(math.hypot(b.x - a.x, b.y - a.y) for a, b in pairwise(points))
