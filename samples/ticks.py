"""How people mark check boxes: ticks, crosses, fills, circles, and marks only a person can judge."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from forms.rendering.geometry import Rect
from samples.pen import CROSSES, TICKS, Grey, Points, draw_curves, draw_strokes, smooth

SCALE = 300 / 25.4
"""Pixels a millimetre of the pages that are written on."""

PLAIN = ("tick", "cross", "fill", "circle")
HARD = ("light", "struck", "both", "ring")
"""Marks of a soft pencil, marks struck out again, two options marked, and a ring drawn round a box."""

_PENCIL = (150, 205)


def draw_mark(page: Grey, box: Rect, how: str, pen: tuple[float, int], rng: np.random.Generator) -> None:
    """Mark a check box (mm) in one of `PLAIN` or as `light`, `struck` or `ring`; `pen` is (pixels, level)."""
    _WAYS[how](page, box, pen, rng)


def _tick(page: Grey, box: Rect, pen: tuple[float, int], rng: np.random.Generator) -> None:
    draw_strokes(page, TICKS[int(rng.integers(len(TICKS)))], _place(box, rng, 0.35), pen, rng)


def _cross(page: Grey, box: Rect, pen: tuple[float, int], rng: np.random.Generator) -> None:
    draw_strokes(page, CROSSES[0], _place(box, rng, 0.3), pen, rng)


def _fill(page: Grey, box: Rect, pen: tuple[float, int], rng: np.random.Generator) -> None:
    """Filled by going to and fro."""
    x, y, width, height = _place(box, rng, 0.15)
    turns = int(rng.integers(6, 10))
    ends = [
        (0.1 + 0.8 * (number % 2) + rng.normal(0, 0.05), 0.1 + 0.8 * number / turns)
        for number in range(turns + 1)
    ]
    draw_curves(page, [smooth(np.array(ends)) * (width, height) + (x, y)], (pen[0] * 1.2, pen[1]), rng)


def _circle(page: Grey, box: Rect, pen: tuple[float, int], rng: np.random.Generator) -> None:
    _round(page, box, float(rng.uniform(0.32, 0.46)), pen, rng)


def _ring(page: Grey, box: Rect, pen: tuple[float, int], rng: np.random.Generator) -> None:
    _round(page, box, float(rng.uniform(0.75, 1.0)), pen, rng)


def _round(page: Grey, box: Rect, reach: float, pen: tuple[float, int], rng: np.random.Generator) -> None:
    """A circle of radius `reach` (of the box's side) that does not quite close."""
    x, y, width, height = _place(box, rng, 0.2)
    start = rng.uniform(-2.2, -1.2)
    angles = np.linspace(start, start + 2 * math.pi * rng.uniform(0.95, 1.1), 10)
    radii = reach * (1 + rng.normal(0, 0.05, len(angles)))
    points: Points = np.column_stack((0.5 + radii * np.cos(angles), 0.5 + radii * np.sin(angles)))
    draw_curves(page, [smooth(points) * (width, height) + (x, y)], pen, rng)


def _light(page: Grey, box: Rect, pen: tuple[float, int], rng: np.random.Generator) -> None:
    """A tick or cross of a soft pencil that hardly touched the paper."""
    pencil = (pen[0] * 0.8, int(rng.integers(*_PENCIL)))
    (_cross if rng.random() < 0.25 else _tick)(page, box, pencil, rng)


def _struck(page: Grey, box: Rect, pen: tuple[float, int], rng: np.random.Generator) -> None:
    """A tick taken back: two lines drawn through the box, or the box scribbled over."""
    _tick(page, box, pen, rng)
    if rng.random() < 0.3:
        _fill(page, Rect(box.x - 0.5, box.y - 0.5, box.width + 1, box.height + 1), pen, rng)
        return
    x, y, width, height = _place(box, rng, 0.15)
    for level in (0.4, 0.65):
        ends = np.array([(-0.35, level), (0.5, level), (1.4, level)]) + rng.normal(0, 0.03, (3, 2))
        draw_curves(page, [smooth(ends) * (width, height) + (x, y)], pen, rng)


def faint_dot(page: Grey, box: Rect, rng: np.random.Generator) -> None:
    """A mark nobody can be sure of: a small dot of the pen inside a check box."""
    dot = (((0.45, 0.48), (0.58, 0.56), (0.66, 0.5)),)
    draw_strokes(page, dot, _place(box, rng, 0.1), (0.42 * SCALE, 90), rng)


def _place(box: Rect, rng: np.random.Generator, spread: float) -> tuple[float, float, float, float]:
    """The box in pixels, moved by some tenths of a millimetre."""
    x, y = box.x + rng.normal(0, spread), box.y + rng.normal(0, spread)
    return x * SCALE, y * SCALE, box.width * SCALE, box.height * SCALE


Way = Callable[[NDArray[np.uint8], Rect, tuple[float, int], np.random.Generator], None]
_WAYS: dict[str, Way] = {
    "tick": _tick,
    "cross": _cross,
    "fill": _fill,
    "circle": _circle,
    "ring": _ring,
    "light": _light,
    "struck": _struck,
}
