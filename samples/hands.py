"""Filling in a printed form: what is written where, character by character, by one hand (`samples.inks`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from forms.rendering.geometry import Rect, Zone
from forms.rendering.prefill import is_ticked, text_for, value_at
from samples.inks import Hand, put, width_of
from samples.pen import Grey
from samples.ticks import draw_mark

__all__ = ["FILL_DPI", "Hand", "fill", "write_line"]

FILL_DPI = 300
_PRINTED = 4.4
_DRIFT = 1.3  # mm that a line may climb or fall from its beginning to its end
_WESTERN = "西暦"
_UNPADDED = ("month", "day", "year")


def fill(
    page: Grey,
    zones: Sequence[Zone],
    record: Mapping[str, Any],
    hand: Hand,
    rng: np.random.Generator,
    hard: Mapping[str, str] | None = None,
) -> Grey:
    """Write the values of `record` into the zones of a page raster (300 dpi); gives a new raster.

    `hard` says in which fields check boxes are marked in a way of `samples.ticks.HARD`.
    """
    written = page.copy()
    hard = hard or {}
    western = _in_western_years(zones, hand)
    for zone in zones:
        value = value_at(record, zone.field)
        if zone.role == "check":
            if zone.option == _WESTERN if zone.field in western and value else is_ticked(zone, value):
                how = hard.get(zone.field, hand.mark)
                draw_mark(written, zone.rect, hand.mark if how in ("both", "struck") else how, hand.nib, rng)
            continue
        text = str(value or "") if zone.kind == "my_number" else text_for(zone, value)
        if value and zone.field in western and zone.part == "year":
            text = value[:4]
        if zone.cells:
            _write_cells(written, zone, text, hand, rng)
        elif text:
            write_line(written, zone.rect, text, hand, rng)
    _mark_others(written, zones, record, hand, rng, hard)
    return written


def _in_western_years(zones: Sequence[Zone], hand: Hand) -> set[str]:
    """The fields in which this hand writes years as 西暦: none for most, births for some."""
    return {zone.field for zone in zones if zone.option == _WESTERN} if hand.own % 6 == 0 else set()


def _mark_others(
    page: Grey,
    zones: Sequence[Zone],
    record: Mapping[str, Any],
    hand: Hand,
    rng: np.random.Generator,
    hard: Mapping[str, str],
) -> None:
    """Besides the box meant, another one of a field is marked, or was marked and struck out."""
    for field, how in hard.items():
        others = [
            zone
            for zone in zones
            if zone.field == field and zone.role == "check" and not is_ticked(zone, value_at(record, field))
        ]
        if others and how in ("both", "struck"):
            other = others[int(rng.integers(len(others)))]
            draw_mark(page, other.rect, hand.mark if how == "both" else how, hand.nib, rng)


def _write_cells(page: Grey, zone: Zone, text: str, hand: Hand, rng: np.random.Generator) -> None:
    """One character a cell from the left; who pads no zeros may leave a first cell empty."""
    cells = zone.cells
    if zone.kind == "date" and zone.part in _UNPADDED and not hand.padded:
        text = text.lstrip("0")
        cells = cells[1:] if len(text) < len(cells) == 2 and hand.own % 4 == 0 else cells
    for cell, letter in zip(cells, text, strict=False):
        size = _PRINTED if hand.style == "print" else 0.74 * cell.height * hand.size
        width = size * width_of(letter, hand)
        shake = 0.0 if hand.style == "print" else hand.shake
        x = cell.x + (cell.width - width) / 2 + rng.normal(0, 0.22) * shake
        y = cell.y + (cell.height - size) / 2 + rng.normal(0, 0.18) * shake
        put(page, letter, (x, y), size, hand, rng)


def write_line(page: Grey, rect: Rect, text: str, hand: Hand, rng: np.random.Generator) -> None:
    """A line from the left, letters smaller where the text is long, the baseline drifting a little."""
    widths = [width_of(letter, hand) for letter in text]
    room, printed = rect.width - 5.0, hand.style == "print"
    size = min(_PRINTED if printed else 0.62 * rect.height * hand.size, room / (sum(widths) * 1.06))
    x = rect.x + (1.8 if printed else rng.uniform(1.5, 3.5))
    middle = rect.y + rect.height / 2 + rng.normal(0, 0.3)
    most = _DRIFT / max(1.0, sum(widths) * size * size)
    drift = 0.0 if printed else float(np.clip(rng.normal(0, 0.004) * hand.shake, -most, most))
    for letter, width in zip(text, widths, strict=True):
        shake = 0.0 if printed else rng.normal(0, 0.025) * size * hand.shake
        y = middle - size / 2 + drift * (x - rect.x) * size + shake
        if letter.strip():
            put(page, letter, (x, y), size, hand, rng)
        x += size * width * (1.0 if printed else 1.04 + rng.normal(0, 0.02))
