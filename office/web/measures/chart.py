"""A bar chart as numbers for inline SVG; the table beside it says the same in text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from forms.rendering.lettering import width_of
from office.records.measure_figures import Row

WIDTH, BAR, GAP, FIGURES = 720, 16, 14, 90
LETTER = 13
"""The size of the labels (measures.css), in units of the picture as all of these."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of the chart: two bars, of the median and of the 90th percentile."""

    label: str
    y: int
    median: float
    ninetieth: float
    median_width: int
    ninetieth_width: int


@dataclass(frozen=True, slots=True)
class Chart:
    """The bars and the size of the picture."""

    bars: tuple[Bar, ...]
    height: int
    left: int
    width: int = WIDTH
    thickness: int = BAR


def chart(rows: Sequence[Row], titles: dict[str, str], *, waits: bool = False) -> Chart | None:
    """Minutes per case (or of waiting) of each row that has any; None when there are none."""
    found = [
        (titles.get(row.key, row.key), *((row.median_wait, row.ninetieth_wait) if waits else _minutes(row)))
        for row in rows
    ]
    measured = [(label, mid, high) for label, mid, high in found if mid is not None and high is not None]
    if not measured:
        return None
    left = math.ceil(1.15 * max(width_of(label, LETTER) for label, _, _ in measured)) + GAP  # digits run wide
    scale = (WIDTH - left - FIGURES) / max(1.0, max(high for _, _, high in measured))
    step = 2 * BAR + GAP
    bars = tuple(
        Bar(label, number * step + GAP, mid, high, round(mid * scale), round(high * scale))
        for number, (label, mid, high) in enumerate(measured)
    )
    return Chart(bars, len(bars) * step + GAP, left)


def _minutes(row: Row) -> tuple[float | None, float | None]:
    return row.median_minutes, row.ninetieth_minutes
