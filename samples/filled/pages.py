"""Filling in every page of a form: what is written, and the key that says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from forms.definition import JSON, Procedure
from forms.rendering.geometry import Zone
from forms.rendering.prefill import is_ticked, value_at
from forms.rendering.sheet import Sheet, sheet_of
from samples.faces import Face, Grey
from samples.filled.sheets import blank_page, typed
from samples.hands import fill
from samples.inks import DigitImages, Hand
from samples.records import record_of
from samples.scanner import Scan, scan
from samples.ticks import HARD, faint_dot

_MARKED = ("choice", "yes_no")


@dataclass(frozen=True, slots=True)
class Style:
    """How a form is filled in and scanned.

    `name`: `print` (typed in some print face), `hand` (hand-like faces), `pen` (strokes of a pen) or
    `prefilled` (printed by the suite itself, signed by hand). `way` is one of `samples.scanner.WAYS`.
    `left_out` names fields left empty, `unsure` one with a dot nobody can be sure of in a box. `hard` is the
    share of fields with check boxes that are marked in a way of `samples.ticks.HARD`. `faces` and `digits`
    (`samples.inks.digit_images`) stand in for the generator's own.
    """

    name: str = "hand"
    way: str = "office"
    left_out: tuple[str, ...] = ()
    unsure: str = ""
    hard: float = 0.0
    faces: tuple[Face, ...] = ()
    digits: DigitImages | None = None


@dataclass(frozen=True, slots=True)
class FilledPage:
    """One filled page: the distorted picture, what is on it (field path → value), and its QR.

    `marks` says which fields have check boxes marked in a hard way; of those in `asked` nobody can tell.
    """

    scan: Scan
    form: str
    version: int
    page: int
    serial: str
    answers: dict[str, JSON] = field(repr=False)
    asked: tuple[str, ...] = ()
    marks: Mapping[str, str] = field(default_factory=dict)

    def key(self) -> dict[str, Any]:
        """The page's part of an answer key. Of the fields in `asked` a reader must not accept anything."""
        return {
            "form": self.form,
            "version": self.version,
            "page": self.page,
            "serial": self.serial,
            "fields": self.answers,
            "asked": list(self.asked),
            "marks": dict(self.marks),
        }


def filled_pages(
    procedure: Procedure, seed: int, style: Style, only: Sequence[int] = ()
) -> tuple[FilledPage, ...]:
    """Every page of a form filled in and scanned, or those of the numbers `only`, all from one seed."""
    rng = np.random.default_rng(seed)
    sheet, serial = sheet_of(procedure), f"{seed % 1_000_000:06d}"
    record = _record(procedure, seed, style)
    prefilled = style.name == "prefilled"
    hand = Hand.of(rng, style="" if prefilled else style.name, faces=style.faces, digits=style.digits)
    hard = {} if prefilled else _hard_marks(sheet, record, style.hard, rng)
    prints = typed(procedure, record, serial) if prefilled else ()
    pages = []
    for number in only or range(1, sheet.pages + 1):
        raster = prints[number - 1] if prefilled else blank_page(procedure, serial, number)
        rng = np.random.default_rng((seed, number))
        zones = [zone for zone in (*sheet.zones, *sheet.own) if zone.page == number]
        by_hand = [zone for zone in zones if zone.kind == "signature"] if prefilled else zones
        page = fill(raster, by_hand, record, hand, rng, hard)
        here = {zone.field for zone in zones}
        marks = {name: how for name, how in hard.items() if name in here}
        asked = (
            *_make_unsure(page, sheet, number, style.unsure, rng),
            *(name for name, how in marks.items() if how == "both"),
        )
        answers = {name: None if name in asked else value for name, value in _answers(zones, record).items()}
        if prefilled:  # the suite prints a 個人番号 masked, so there is none to read
            answers |= {zone.field: None for zone in zones if zone.kind == "my_number"}
        taken = scan(page, style.way, rng)
        pages.append(
            FilledPage(taken, procedure.slug, procedure.version, number, serial, answers, asked, marks)
        )
    return tuple(pages)


def _record(procedure: Procedure, seed: int, style: Style) -> dict[str, JSON]:
    """What is written, with what every form has besides its fields: who signs (by hand) and when."""
    record = {
        name: value
        for name, value in record_of(procedure, f"form {seed}").items()
        if name not in style.left_out
    }
    names = [value for name, value in record.items() if name.endswith("name") and isinstance(value, dict)]
    full = f"{names[0]['family']} {names[0]['given']}" if names else "見本 太郎"
    return record | {"paper.signature": full, "paper.filed_on": "2026-05-08"}


def _answers(zones: Sequence[Zone], record: Mapping[str, JSON]) -> dict[str, JSON]:
    answers = {zone.field: value_at(record, zone.field) for zone in zones}
    return answers | {zone.field: True for zone in zones if zone.kind == "signature"}


def _hard_marks(
    sheet: Sheet, record: Mapping[str, JSON], share: float, rng: np.random.Generator
) -> dict[str, str]:
    """Which fields with check boxes are marked in a hard way; two are marked only where one may be."""
    found = {}
    for name in dict.fromkeys(zone.field for zone in sheet.zones if zone.role == "check"):
        zones = [zone for zone in sheet.zones_of(name) if zone.role == "check"]
        ticked = any(is_ticked(zone, value_at(record, name)) for zone in zones)
        if not ticked or rng.random() >= share:
            continue
        ways = HARD if zones[0].kind in _MARKED and len(zones) > 1 else ("light", "ring")
        found[name] = str(rng.choice(ways))
    return found


def _make_unsure(
    page: Grey, sheet: Sheet, number: int, name: str, rng: np.random.Generator
) -> tuple[str, ...]:
    """Put a mark nobody can be sure of into the last check box of a field."""
    boxes = [zone for zone in sheet.zones_of(name) if zone.page == number and zone.role == "check"]
    for zone in boxes[-1:]:
        faint_dot(page, zone.rect, rng)
    return (name,) if boxes else ()
