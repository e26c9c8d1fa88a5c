"""What is cut out of a page for one field: its places to write in and what is printed beside them."""

from __future__ import annotations

from dataclasses import replace

from forms.definition import Procedure
from forms.rendering.sheet import Rect, Text, Zone
from ocr.readings import FieldReading
from office.errors import NotFound
from office.platform import Platform
from office.records.models.paper import PaperPage
from office.records.sheets import layout_of, open_page

# Captions and the labels of check boxes stand up to 4 mm from the place they belong to, those of the next
# field at least 7 mm; left of 40 mm are the headings, which the page shows itself.
_BESIDE, _HEADINGS = 4.5, 40.0


def shown_of(procedure: Procedure | None, reading: FieldReading, page: int) -> FieldReading:
    """The reading with the box that is shown of it, on sheet `page` of the form."""
    if procedure is None:
        return reading
    sheet = layout_of(procedure)
    zones = [zone for zone in (*sheet.zones, *sheet.own) if zone.field == reading.name and zone.page == page]
    printed = [text.rect for text in sheet.texts if text.page == page and _beside(text, zones)]
    return replace(reading, box=_hull([reading.box, *printed]))


def shown_field(platform: Platform, page: PaperPage, index: int) -> FieldReading:
    """A page's field by its place among them, with the box that is shown of it. Raises `NotFound`."""
    sheet = open_page(platform.vault, page)
    if page.procedure is None or index >= len(sheet.fields):
        raise NotFound("この欄の画像はありません。確認の画面を開き直してください。")
    procedure = platform.catalogue.procedure(page.procedure, version=page.version)
    return shown_of(None if sheet.older else procedure, sheet.fields[index], sheet.number)


def _beside(text: Text, zones: list[Zone]) -> bool:
    """Whether the text is the caption or label of one of the places: on its line, right beside it."""
    if text.rect.x < _HEADINGS:
        return False
    middle = text.rect.y + text.rect.height / 2
    return any(
        zone.rect.y <= middle <= zone.rect.bottom and zone.rect.gap(text.rect) <= _BESIDE for zone in zones
    )


def _hull(rects: list[Rect]) -> Rect:
    left, top = min(rect.x for rect in rects), min(rect.y for rect in rects)
    right, bottom = max(rect.right for rect in rects), max(rect.bottom for rect in rects)
    return Rect(left, top, round(right - left, 2), round(bottom - top, 2))
