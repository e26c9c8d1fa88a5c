"""The printable form of a procedure as a PDF: blank, or with what is already known printed in its boxes."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from forms.rendering.codes import code_payload
from forms.rendering.errors import DoesNotFit
from forms.rendering.fonts import MJ, UD, letters_of, refuse_missing, runs_of
from forms.rendering.geometry import PAGE_HEIGHT, Frame, Rect, Text, Zone
from forms.rendering.lettering import lines_of, width_of
from forms.rendering.prefill import is_ticked, text_for, value_at
from forms.rendering.sheet import Sheet, sheet_of
from forms.rendering.symbols import code_path, mark_path

if TYPE_CHECKING:
    from forms.definition import Procedure

# Drop-out green: grey 176 of 255, so that a threshold parts ink from frame; lines of 1 pt (ocr.md §5).
FRAME = "#8cc3ae"
INK = "#111"
PAYLOAD_PLACE = Rect(90.0, PAGE_HEIGHT - 13.5, 50.0, 2.7)
CELL_LETTER, LINE_LETTER, SMALLEST = 4.6, 4.8, 2.4

_LOOKS = {
    "rule": 'fill="none" stroke="#9aa5a0" stroke-width="0.15"',
    "border": 'fill="none" stroke="#4a5550" stroke-width="0.2"',
    "panel": 'fill="#eef5f1" stroke="none"',
    "heading": 'fill="#1d5c47" stroke="none"',
}
_STYLE = f"""
@page {{ size: 210mm 297mm; margin: 0 }}
body {{ margin: 0; color: {INK}; font-family: '{UD.family}'; line-height: 1 }}
section {{ position: relative; width: 210mm; height: 297mm; break-after: page; overflow: hidden }}
section:last-child {{ break-after: auto }}
svg {{ position: absolute; left: 0; top: 0; width: 210mm; height: 297mm }}
p {{ position: absolute; margin: 0; white-space: pre }}
.mj {{ font-family: IPAmjMincho }} .b {{ font-weight: bold }} .h {{ color: white }}
.c {{ text-align: center }}
"""


def render_paper(
    procedure: Procedure, record: Mapping[str, Any] | None = None, serial: str = "000000", only: int = 0
) -> bytes:
    """The form of `procedure` as a PDF of A4 pages; the values of `record` stand in the boxes.

    `only` is the number of the one page wanted, 0 for all.

    A 個人番号 is printed masked only. The same input gives the same bytes. Raises `MissingGlyph` for letters
    no font has, `DoesNotFit` when the form has no room for a value.
    """
    sheet = sheet_of(procedure)
    record = record or {}
    _refuse_overflow(sheet, record)
    written = (zone for zone in sheet.zones if zone.role != "check")
    refuse_missing(text_for(zone, value_at(record, zone.field)) for zone in written)
    numbers = (only,) if only else range(1, sheet.pages + 1)
    pages = "".join(_page(sheet, page, record, serial) for page in numbers)
    title = escape(procedure.title.text("ja"))
    html = f'<!doctype html><html lang="ja"><head><title>{title}</title></head><body>{pages}</body></html>'
    fonts, style = _typesetting()
    pdf: bytes = HTML(string=html).write_pdf(stylesheets=[style], font_config=fonts)
    return pdf


@functools.cache
def _typesetting() -> tuple[FontConfiguration, CSS]:
    fonts = FontConfiguration()
    return fonts, CSS(string=_STYLE, font_config=fonts)


def _refuse_overflow(sheet: Sheet, record: Mapping[str, Any]) -> None:
    for name, value in record.items():
        if isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
            start = f"{name}."
            room = {
                z.field.removeprefix(start).split(".")[0] for z in sheet.zones if z.field.startswith(start)
            }
            if len(value) > len(room):
                raise DoesNotFit(
                    f"この用紙には{len(room)}人まで印刷できます。{len(room) + 1}人目からは、"
                    "もう1枚の用紙に分けて作ってください。"
                )


def _page(sheet: Sheet, page: int, record: Mapping[str, Any], serial: str) -> str:
    payload = code_payload(sheet.number, sheet.version, page, serial)
    zones = [zone for zone in (*sheet.zones, *sheet.own) if zone.page == page]
    drawn = [
        *(_frame(frame) for frame in _panels_first(sheet.frames) if frame.page == page),
        *(mark_path(mark.id, mark.rect) for mark in sheet.marks if mark.page == page),
        code_path(payload, sheet.code),
        *(_outline(zone) for zone in zones),
        *(
            _tick(zone.rect)
            for zone in zones
            if zone.role == "check" and is_ticked(zone, _value(zone, record))
        ),
    ]
    texts = [
        *(_printed(text) for text in sheet.texts if text.page == page),
        _line(PAYLOAD_PLACE, f"用紙番号 {payload}", PAYLOAD_PLACE.height, "c"),
        *(line for zone in zones if zone.role != "check" for line in _filled(zone, _value(zone, record))),
    ]
    svg = f'<svg viewBox="0 0 210 297" xmlns="http://www.w3.org/2000/svg">{"".join(drawn)}</svg>'
    return f"<section>{svg}{''.join(texts)}</section>"


def _panels_first(frames: tuple[Frame, ...]) -> list[Frame]:
    """Rules stay visible over the shaded label column."""
    return sorted(frames, key=lambda frame: frame.look != "panel")


def _value(zone: Zone, record: Mapping[str, Any]) -> Any:
    return value_at(record, zone.field)


def _rect(rect: Rect, look: str) -> str:
    return f'<rect x="{rect.x}" y="{rect.y}" width="{rect.width}" height="{rect.height}" {look}/>'


def _frame(frame: Frame) -> str:
    rect, look = frame.rect, _LOOKS[frame.look]
    if rect.width and rect.height:
        return _rect(rect, look)
    return f'<path d="M{rect.x} {rect.y}L{rect.right} {rect.bottom}" {look}/>'


def _outline(zone: Zone) -> str:
    look = f'fill="white" stroke="{FRAME}" stroke-width="0.35"'
    return "".join(_rect(cell, look) for cell in zone.cells or (zone.rect,))


def _tick(box: Rect) -> str:
    return (
        f'<path d="M{box.x + 0.8} {box.y + 2.1}L{box.x + 1.7} {box.y + 3.1}L{box.x + 3.4} {box.y + 0.8}" '
        f'fill="none" stroke="{INK}" stroke-width="0.6" stroke-linecap="round" stroke-linejoin="round"/>'
    )


def _printed(text: Text) -> str:
    looks = " ".join(look for look, on in (("b", text.bold), ("h", text.tone == "heading")) if on)
    return _line(text.rect, text.text, text.rect.height, looks)


def _line(rect: Rect, text: str, size: float, looks: str = "") -> str:
    place = f"left:{rect.x:g}mm;top:{rect.y:g}mm;font-size:{size:g}mm"
    if "c" in looks:
        place += f";width:{rect.width:g}mm"
    runs = runs_of(text)
    if all(run.face is UD for run in runs):
        return f'<p class="{looks}" style="{place}">{escape(text)}</p>'
    pieces = "".join(f'<span class="{run.face.key}">{escape(run.text)}</span>' for run in runs)
    return f'<p class="{looks}" style="{place}">{pieces}</p>'


def _filled(zone: Zone, value: Any) -> Iterator[str]:
    text = text_for(zone, value)
    letters, looks = letters_of(text), _face(zone, value)
    if zone.cells and len(letters) <= len(zone.cells):
        for cell, letter in zip(zone.cells, letters, strict=False):
            top = round(cell.y + (cell.height - CELL_LETTER) / 2, 2)
            yield _line(Rect(cell.x, top, cell.width, CELL_LETTER), letter, CELL_LETTER, "c")
    elif text:
        yield from _free(zone.rect, text, looks)


def _face(zone: Zone, value: Any) -> str:
    """One face for both parts of a name when either needs the one with the rarer letters."""
    if zone.part not in ("family", "given") or not isinstance(value, Mapping):
        return ""
    faces = {run.face for run in runs_of(f"{value['family']}{value['given']}")}
    return MJ.key if faces == {MJ} else ""


def _free(rect: Rect, text: str, looks: str) -> Iterator[str]:
    """A value on a free line, smaller when it is long, on two lines when it is very long."""
    width = rect.width - 3.0
    size = min(LINE_LETTER, rect.height * 0.8, width / width_of(text, 1.0))
    lines = [text]
    if size < 3.0:
        size = min(3.2, rect.height / 2.4)
        lines = lines_of(text, size, width)
    if len(lines) * size * 1.2 > rect.height:
        raise DoesNotFit(f"「{text[:20]}…」は、用紙の欄に入りきりません。短くしてください。")
    top = rect.y + (rect.height - len(lines) * size * 1.2) / 2 + size * 0.1
    for number, line in enumerate(lines):
        place = Rect(rect.x + 1.5, round(top + number * size * 1.2, 2), width, size)
        yield _line(place, line, round(size, 2), looks)
