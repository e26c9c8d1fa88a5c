"""Scanned pages as sheets of forms: which of them belong to one application.

Sheets belong together by the serial of their code. Blank forms printed in a pile all have the serial of
zeros; there only neighbours in one file are taken together, and anything else is for the officer to join.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from forms.definition import Procedure
from forms.rendering.sheet import Rect, Sheet, sheet_of
from ocr.readings import FieldReading, PartReading, State
from office.platform import Platform
from office.records.models.paper import PaperPage
from office.secrets import Vault


@dataclass(frozen=True, slots=True)
class ScannedSheet:
    """A stored page, opened: `number` is the sheet of the form (from 1), `problem` why nothing was read.

    An `older` form's page holds every field of the procedure that it asks for, wherever ours have it.
    """

    page: PaperPage
    number: int
    problem: str
    fields: tuple[FieldReading, ...]
    older: bool = False


@dataclass(frozen=True, slots=True)
class Bundle:
    """The sheets of one application in their order; a page of no known form stands alone.

    `missing` are the numbers of the form's sheets that are not here.
    """

    procedure: Procedure | None
    sheets: tuple[ScannedSheet, ...]
    total: int

    @property
    def first(self) -> ScannedSheet:
        """The sheet the bundle is opened by."""
        return self.sheets[0]

    @property
    def missing(self) -> tuple[int, ...]:
        """The numbers of the sheets not here."""
        here = {sheet.number for sheet in self.sheets}
        return tuple(number for number in range(1, self.total + 1) if number not in here)

    def holds(self, page_id: str) -> bool:
        """Whether one of the sheets is that page."""
        return any(sheet.page.id == page_id for sheet in self.sheets)

    def takes(self, sheet: ScannedSheet) -> bool:
        """Whether the sheet is one of those missing, of the same version of the form."""
        mine = self.first.page
        same = (sheet.page.procedure, sheet.page.version) == (mine.procedure, mine.version)
        return self.procedure is not None and same and sheet.number in self.missing


@functools.lru_cache(maxsize=64)
def layout_of(procedure: Procedure) -> Sheet:
    """The printed form of a procedure, worked out once: lists of waiting pages ask for it all the time."""
    return sheet_of(procedure)


def open_page(vault: Vault, page: PaperPage) -> ScannedSheet:
    """The page with what was read from it."""
    reading = page.read_reading(vault)
    fields = tuple(_field(one) for one in reading["fields"])
    older = bool(reading.get("older"))
    return ScannedSheet(page, reading["form_page"] or 1, reading["problem"] or "", fields, older)


def _field(stored: Mapping[str, Any]) -> FieldReading:
    """A field as `FieldReading.to_json` gave it."""
    changed = {
        "state": State(stored["state"]),
        "box": Rect(*stored["box"]),
        "candidates": tuple(stored["candidates"]),
        "parts": tuple(PartReading.from_json(one) for one in stored.get("parts", ())),
    }
    return FieldReading(**{**stored, **changed})


def bundles(platform: Platform, pages: Iterable[PaperPage]) -> tuple[Bundle, ...]:
    """The pages (in the order of their arrival) as bundles, in the order of their first sheets."""
    found: list[Bundle] = []
    for page in pages:
        sheet = open_page(platform.vault, page)
        place = next((place for place, one in enumerate(found) if _belongs(one, sheet)), None)
        if place is None:
            found.append(_begun(platform, sheet))
        else:
            found[place] = joined(found[place], (sheet,))
    return tuple(found)


def joined(bundle: Bundle, sheets: Sequence[ScannedSheet]) -> Bundle:
    """The bundle with further sheets, each at its place; those that do not fit are left out."""
    for sheet in sheets:
        if bundle.takes(sheet):
            ordered = sorted((*bundle.sheets, sheet), key=lambda one: one.number)
            bundle = Bundle(bundle.procedure, tuple(ordered), bundle.total)
    return bundle


def _begun(platform: Platform, sheet: ScannedSheet) -> Bundle:
    page = sheet.page
    if page.procedure is None:
        return Bundle(None, (sheet,), 1)
    procedure = platform.catalogue.procedure(page.procedure, version=page.version)
    return Bundle(procedure, (sheet,), 1 if sheet.older else layout_of(procedure).pages)


def _belongs(bundle: Bundle, sheet: ScannedSheet) -> bool:
    if not bundle.takes(sheet):
        return False
    if (sheet.page.serial or "").strip("0"):
        return sheet.page.serial == bundle.first.page.serial
    last = bundle.sheets[-1]
    return (
        not (last.page.serial or "").strip("0")
        and last.page.file_name == sheet.page.file_name
        and sheet.page.page - last.page.page == sheet.number - last.number == 1
    )
