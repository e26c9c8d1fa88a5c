"""Other editions of the older forms of the sample city: a row more, a line moved, other words.

Each is drawn on the raster of a form, so that everything else is the same to the pixel.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from forms.rendering.geometry import Rect, Zone
from samples.older import DPI, GOTHIC, MINCHO, Grey, OlderSheet

_MM = DPI / 25.4
_LABELS = ("所在地", "申出人", "屋号", "通学先", "保護者", "届出先", "旧姓", "車両番号", "地番", "区分")
_NOTE = "申請には写真付きの証明書の提示を求めます。"
_Rng = np.random.Generator


def edition(sheet: OlderSheet, change: str, rng: _Rng) -> OlderSheet:
    """The form after one of `CHANGES`; its places are where they are now."""
    return CHANGES[change](sheet, rng)


def _row_added(sheet: OlderSheet, rng: _Rng) -> OlderSheet:
    """A row with a label of its own in the middle of the table; all below moves down."""
    return _one_more(sheet, int(rng.integers(2, len(sheet.rows) - 1)), rng)


def _last_row_added(sheet: OlderSheet, rng: _Rng) -> OlderSheet:
    return _one_more(sheet, len(sheet.rows) - 1, rng)


def _one_more(sheet: OlderSheet, after: int, rng: _Rng) -> OlderSheet:
    row = sheet.rows[after]
    page = _shifted(sheet.image, row.bottom, row.height)
    left, right = _px(row.x - 1.5), _px(row.right + 1.5)
    begin, end = _px(row.y), _px(row.bottom)
    page[end : end + (end - begin), left:right] = sheet.image[begin:end, left:right]
    _relabelled(page, _at(row, row.bottom), sheet.label_width, str(rng.choice(_LABELS)))
    inside = Rect(row.x + sheet.label_width, row.bottom, row.width - sheet.label_width, row.height)
    page[_px(inside.y) + 6 : _px(inside.bottom) - 6, _px(inside.x) + 6 : _px(inside.right) - 6] = 255
    zones = tuple(_moved(zone, row.bottom - 0.5, row.height) for zone in sheet.zones)
    return replace(sheet, image=page, zones=zones)


def _row_removed(sheet: OlderSheet, rng: _Rng) -> OlderSheet:
    at = int(rng.integers(3, len(sheet.rows) - 1))
    row = sheet.rows[at]
    page = sheet.image.copy()
    begin, end = _px(row.y), _px(row.bottom)
    page[begin : page.shape[0] - (end - begin)] = sheet.image[end:]
    page[page.shape[0] - (end - begin) :] = 255
    kept = [zone for zone in sheet.zones if not row.y - 0.5 <= zone.rect.y < row.bottom - 0.5]
    zones = tuple(_moved(zone, row.bottom - 0.5, -row.height) for zone in kept)
    return replace(sheet, image=page, zones=zones)


def _rows_swapped(sheet: OlderSheet, rng: _Rng) -> OlderSheet:
    """Two rows below each other change places, with all that stands in them."""
    at = int(rng.integers(0, 2))
    first, second = sheet.rows[at], sheet.rows[at + 1]
    page = sheet.image.copy()
    top, middle, bottom = (_px(edge) for edge in (first.y, second.y, second.bottom))
    page[top : top + bottom - middle] = sheet.image[middle:bottom]
    page[top + bottom - middle : bottom] = sheet.image[top:middle]
    return replace(sheet, image=page)


def _line_moved(sheet: OlderSheet, rng: _Rng) -> OlderSheet:
    """The rule between two rows lies 3 mm lower; labels stay."""
    at = int(rng.integers(0, len(sheet.rows) - 2))
    row = sheet.rows[at]
    page, y, down = sheet.image.copy(), _px(row.bottom), _px(3.0)
    left, right = _px(row.x) + 8, _px(row.right) - 8
    line = page[y - 4 : y + 5, left:right].copy()
    clear = np.median(np.stack((page[y - 9, left:right], page[y + 10, left:right])), axis=0)
    page[y - 4 : y + 5, left:right] = clear.astype(np.uint8)
    place = page[y + down - 4 : y + down + 5, left:right]
    place[:] = np.minimum(place, line)
    return replace(sheet, image=page)


def _divider_moved(sheet: OlderSheet, rng: _Rng) -> OlderSheet:
    """The rule between labels and places lies 4 mm to the right."""
    row, last = sheet.rows[0], sheet.rows[-1]
    page, x, across = sheet.image.copy(), _px(row.x + sheet.label_width), _px(4.0)
    for one in sheet.rows:
        top, bottom = _px(one.y) + 6, _px(one.bottom) - 6
        page[top:bottom, x - 3 : x + 4] = 255
    page[_px(row.y) : _px(last.bottom), x + across - 1 : x + across + 2] = 0
    return replace(sheet, image=page)


def _label_changed(sheet: OlderSheet, rng: _Rng) -> OlderSheet:
    page = sheet.image.copy()
    _relabelled(
        page, sheet.rows[int(rng.integers(len(sheet.rows)))], sheet.label_width, str(rng.choice(_LABELS))
    )
    return replace(sheet, image=page)


def _title_changed(sheet: OlderSheet, rng: _Rng) -> OlderSheet:
    """One word more behind the title: （改）."""
    ink = np.flatnonzero((sheet.image[_px(21) : _px(37), _px(60) : _px(206)] < 128).any(axis=0))
    page = sheet.image.copy()
    begin = _px(60) + int(ink.max()) - _px(19)
    page[_px(21) : _px(36.5), begin:] = 255
    return replace(sheet, image=_written(page, begin / _MM + 2, 25, "届書", 6.4, GOTHIC))


def _note_changed(sheet: OlderSheet, rng: _Rng) -> OlderSheet:
    page = sheet.image.copy()
    page[_px(sheet.notes - 0.6) : _px(sheet.notes + 5), _px(24) : _px(180)] = 255
    return replace(sheet, image=_written(page, 24, sheet.notes, _NOTE, 3.4, MINCHO))


def _number_changed(sheet: OlderSheet, rng: _Rng) -> OlderSheet:
    """Another number of the form: three characters of the page."""
    page = sheet.image.copy()
    page[_px(11.5) : _px(17), _px(13) : _px(70)] = 255
    text = f"様式第{int(rng.integers(40, 99))}号（第{int(rng.integers(31, 60))}条関係）"
    return replace(sheet, image=_written(page, 14, 12, text, 3.4, MINCHO))


def _other_city(sheet: OlderSheet, rng: _Rng) -> OlderSheet:
    """The same form as a neighbouring town prints it."""
    page = sheet.image.copy()
    page[_px(43) : _px(50), _px(15) : _px(60)] = 255
    return replace(sheet, image=_written(page, 16, 44, "となり町長　様", 4.6, MINCHO))


def _table_moved(sheet: OlderSheet, rng: _Rng) -> OlderSheet:
    """The table stands 5 mm lower under the same heading."""
    page = _shifted(sheet.image, 51.0, 5.0)
    return replace(sheet, image=page, zones=tuple(_moved(zone, 51.0, 5.0) for zone in sheet.zones))


def _row_narrowed(sheet: OlderSheet, rng: _Rng) -> OlderSheet:
    """One row is 2.5 mm less high, what stands in it squeezed; all below moves up."""
    at = int(rng.integers(1, len(sheet.rows) - 3))
    row = sheet.rows[at]
    cut, page = _px(2.5), sheet.image.copy()
    free = _px(row.y + 1.0)
    page[free : page.shape[0] - cut] = sheet.image[free + cut :]
    zones = tuple(_moved(zone, row.bottom - 0.5, -2.5) for zone in sheet.zones)
    return replace(sheet, image=page, zones=zones)


CHANGES: dict[str, Callable[[OlderSheet, _Rng], OlderSheet]] = {
    "row added": _row_added,
    "last row added": _last_row_added,
    "row removed": _row_removed,
    "rows swapped": _rows_swapped,
    "row narrowed": _row_narrowed,
    "table moved": _table_moved,
    "line moved": _line_moved,
    "divider moved": _divider_moved,
    "label changed": _label_changed,
    "title changed": _title_changed,
    "note changed": _note_changed,
    "number changed": _number_changed,
    "other city": _other_city,
}


def _shifted(image: Grey, below: float, down: float) -> Grey:
    """All below a height moved down by so many mm."""
    page, y, step = image.copy(), _px(below), _px(down)
    page[y + step :] = image[y : image.shape[0] - step]
    page[y : y + step] = 255
    return page


def _relabelled(page: Grey, row: Rect, label_width: float, label: str) -> None:
    left, right = _px(row.x) + 10, _px(row.x + label_width) - 4
    top, bottom = _px(row.y) + 10, _px(row.bottom) - 10
    page[top:bottom, left:right] = 255
    page[:] = _written(page, row.x + 4, row.y + row.height / 2 - 2, label, 4.0, GOTHIC)


def _written(page: Grey, x: float, y: float, text: str, size: float, face: Path) -> Grey:
    picture, font = Image.fromarray(page), ImageFont.truetype(str(face), round(size * _MM))
    ImageDraw.Draw(picture).text((x * _MM, y * _MM), text, 0, font=font)
    return np.array(picture)


def _at(row: Rect, y: float) -> Rect:
    return Rect(row.x, y, row.width, row.height)


def _moved(zone: Zone, below: float, down: float) -> Zone:
    """A place that stands below a height, moved down."""
    if zone.rect.y < below:
        return zone
    cells = tuple(Rect(cell.x, cell.y + down, cell.width, cell.height) for cell in zone.cells)
    rect = Rect(zone.rect.x, zone.rect.y + down, zone.rect.width, zone.rect.height)
    return replace(zone, rect=rect, cells=cells)


def _px(mm: float) -> int:
    return round(mm * _MM)
