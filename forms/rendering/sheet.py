"""Where everything stands on the printed form of a procedure, in mm: the paper face and the OCR read this.

A sheet is worked out from the procedure definition alone, so that print and reading cannot drift apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forms.rendering.closing import place_office, place_signature
from forms.rendering.codes import SheetCode, UnknownCode, code_payload, parse_code
from forms.rendering.drawers import Slot
from forms.rendering.geometry import (
    CODE_PLACE,
    MARK_PLACES,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    Frame,
    Mark,
    Rect,
    Text,
    Zone,
)
from forms.rendering.layout import ROOMY, TIGHT, Pages, place_sections
from forms.rendering.lettering import width_of
from forms.values.dates import show_era

if TYPE_CHECKING:
    from forms.definition import Field, Procedure

__all__ = [
    "Frame", "Mark", "Rect", "Sheet", "SheetCode", "Text", "UnknownCode", "Zone",
    "code_payload", "parse_code", "sheet_of",
]  # fmt: skip

INSTRUCTIONS = (
    "黒いボールペンで、わくの中にはっきりと書いてください。□には✓を付けてください。",
    "数字とフリガナは、1ますに1文字ずつ、左から書いてください。",
)


# Where a procedure asks for its filing date itself, the signature is not dated a second time.
FILED_ON = "filing.filed_on"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The printed form of one version of a procedure; pages count from 1.

    `zones` are the places for the procedure's fields; `own` are the places every form has: the signature
    (field `paper.signature`, kind `signature`) and, unless a field asks for it, the date (`paper.filed_on`).
    `code` is the QR without its quiet zone, at the same place on every page.
    """

    slug: str
    number: int
    version: int
    pages: int
    zones: tuple[Zone, ...]
    own: tuple[Zone, ...]
    marks: tuple[Mark, ...]
    code: Rect
    texts: tuple[Text, ...]
    frames: tuple[Frame, ...]

    def zones_of(self, field: str) -> tuple[Zone, ...]:
        """Every zone of one field path (`moved_on`, `members.0.name`)."""
        return tuple(zone for zone in self.zones if zone.field == field)


def sheet_of(procedure: Procedure) -> Sheet:
    """Lay out the form of `procedure`, tighter where that saves a page; the same for the same definition."""
    roomy, tight = _lay_out(procedure, ROOMY), _lay_out(procedure, TIGHT)
    return tight if tight.pages < roomy.pages else roomy


def _lay_out(procedure: Procedure, padding: float) -> Sheet:
    pages = Pages(padding)
    _place(pages, procedure, "resident")
    own = len(pages.zones)
    place_signature(pages, dated=any(field.fact == FILED_ON for field in procedure.fields))
    signed = len(pages.zones)
    _place(pages, procedure, "officer")
    place_office(pages, procedure)
    for page in range(1, pages.page + 1):
        _head_and_foot(pages, procedure, page)
    return Sheet(
        slug=procedure.slug,
        number=procedure.number,
        version=procedure.version,
        pages=pages.page,
        zones=tuple(pages.zones[:own] + pages.zones[signed:]),
        own=tuple(pages.zones[own:signed]),
        marks=tuple(
            Mark(id_, page, place)
            for page in range(1, pages.page + 1)
            for id_, place in enumerate(MARK_PLACES)
        ),
        code=CODE_PLACE,
        texts=tuple(pages.texts),
        frames=tuple(pages.frames),
    )


def _place(pages: Pages, procedure: Procedure, asked_of: str) -> None:
    """Place the sections of the resident, or those only officers fill in."""
    place_sections(
        pages,
        [
            (section.label.text("ja"), _slots(section.fields))
            for section in procedure.sections
            if all(field.asked_of == "officer" for field in section.fields) == (asked_of == "officer")
        ],
    )


def _slots(fields: tuple[Field, ...]) -> tuple[Slot, ...]:
    return tuple(_slot(field) for field in fields)


def _slot(field: Field) -> Slot:
    note = "" if field.required else "（任意）"
    if field.when is not None:
        note = "（該当する方のみ）"
    if field.kind == "consent":
        note = field.question.text("ja")
    options = tuple((option.value, option.label.text("ja")) for option in field.options)
    required = field.required and field.when is None
    label, slots = field.label.text("ja"), _slots(field.fields)
    return Slot(
        field.name, field.kind, label, options, field.length, field.most, required, note, field.box, slots
    )


def _head_and_foot(pages: Pages, procedure: Procedure, page: int) -> None:
    """Title and instructions between the upper marks, form and page between the lower ones."""
    title = procedure.title.text("ja") + (f"　{page}枚目" if page > 1 else "")
    size = min(6.0, 140.0 / max(1.0, width_of(title, 1.0)))
    _line(pages, page, 20.0, 8.5, title, size, bold=True)
    for number, line in enumerate(INSTRUCTIONS):
        _line(pages, page, 20.0, 18.0 + number * 4.4, line, 2.9)
    version = (
        f"様式第{procedure.number}号　第{procedure.version}版（{show_era(procedure.in_force_from)}から）"
    )
    _line(pages, page, 20.0, PAGE_HEIGHT - 13.5, version, 2.7)
    count = f"{page} ／ {pages.page} ページ"
    _line(pages, page, PAGE_WIDTH - 20.0 - width_of(count, 3.2), PAGE_HEIGHT - 13.8, count, 3.2)


def _line(pages: Pages, page: int, x: float, y: float, text: str, size: float, *, bold: bool = False) -> None:
    rect = Rect(round(x, 2), round(y, 2), width_of(text, size), size)
    pages.texts.append(Text(page, rect, text, bold))
