"""Promise against truth as a picture: the share that is wrong, step by step of the probability.

Shares are drawn on a logarithmic scale from .01 % to 100 %; what is less lies on the floor. The table beside
the picture says the same in text.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from office.records.calibration import Step

WIDTH, HEIGHT = 640, 230
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 12, 46
_FLOOR = 1e-4
_LINES = ((1.0, "100%"), (0.1, "10%"), (0.01, "1%"), (0.001, "0.1%"), (_FLOOR, "0.01%"))


@dataclass(frozen=True, slots=True)
class Point:
    """One step: its place across, the heights of the promised and the found share, and what it is called."""

    x: int
    promised: int
    found: int
    label: str


@dataclass(frozen=True, slots=True)
class Curve:
    """The points, the lines of the scale (height, text), and both shares as polylines."""

    points: tuple[Point, ...]
    lines: tuple[tuple[int, str], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    floor: int = HEIGHT - BOTTOM

    @property
    def promised(self) -> str:
        """The promised shares as the points of a polyline."""
        return " ".join(f"{one.x},{one.promised}" for one in self.points)

    @property
    def found(self) -> str:
        """The found shares as the points of a polyline."""
        return " ".join(f"{one.x},{one.found}" for one in self.points)


def curve(steps: Sequence[Step]) -> Curve:
    """The picture of one kind's steps, each in a column of its own."""
    room = (WIDTH - LEFT - RIGHT) / max(1, len(steps))
    points = tuple(
        Point(
            round(LEFT + room * (number + 0.5)),
            _height(1 - step.promised),
            _height(1 - step.found),
            f"{step.low * 100:g}%から",
        )
        for number, step in enumerate(steps)
    )
    return Curve(points, tuple((_height(share), text) for share, text in _LINES))


def _height(share: float) -> int:
    depth = math.log10(max(min(share, 1.0), _FLOOR)) / math.log10(_FLOOR)
    return round(TOP + depth * (HEIGHT - BOTTOM - TOP))
