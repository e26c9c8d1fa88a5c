"""Blank sheets as pictures: each form is set once, its QR and number are stamped for every serial."""

from __future__ import annotations

import functools
from collections.abc import Mapping

import cv2
import numpy as np
import pypdfium2
import segno
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from forms.definition import JSON, Procedure
from forms.rendering.codes import code_payload
from forms.rendering.geometry import CODE_PLACE, Rect
from forms.rendering.paper import PAYLOAD_PLACE, render_paper
from samples.faces import PRINT, Grey, font
from samples.ticks import SCALE

Packed = NDArray[np.uint8]

FILL_DPI = 300
_UD = PRINT[4]
_SHEETS_KEPT = 160


def blank(procedure: Procedure, serial: str) -> tuple[Grey, ...]:
    """The rasters (300 dpi) of an empty form."""
    return tuple(
        _numbered(packed, procedure, page, serial) for page, packed in enumerate(_sheets(procedure), start=1)
    )


def blank_page(procedure: Procedure, serial: str, page: int) -> Grey:
    """The raster (300 dpi) of one page of an empty form."""
    return _numbered(_sheets(procedure, page)[0], procedure, page, serial)


def typed(procedure: Procedure, record: Mapping[str, JSON], serial: str) -> tuple[Grey, ...]:
    """The rasters of a form as the suite prints it with values in its boxes; the signature stays empty."""
    printed = {name: value for name, value in record.items() if name != "paper.signature"}
    return rasters_of(render_paper(procedure, printed, serial))


def rasters_of(pdf: bytes) -> tuple[Grey, ...]:
    """The pages of a PDF of ours at 300 dpi in grey."""
    document = pypdfium2.PdfDocument(pdf)
    scale = FILL_DPI / 72
    return tuple(
        np.array(page.render(scale=scale, grayscale=True).to_pil().convert("L")) for page in document
    )


@functools.lru_cache(maxsize=_SHEETS_KEPT)
def _sheets(procedure: Procedure, only: int = 0) -> tuple[Packed, ...]:
    """The blank pages as PNG: some hundred kilobytes each instead of nine million."""
    fast = [cv2.IMWRITE_PNG_COMPRESSION, 1]
    return tuple(
        cv2.imencode(".png", page, fast)[1] for page in rasters_of(render_paper(procedure, only=only))
    )


def _numbered(packed: Packed, procedure: Procedure, page: int, serial: str) -> Grey:
    """The sheet with the QR and the printed number of this serial instead of its own."""
    sheet = np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8)
    payload = code_payload(procedure.number, procedure.version, page, serial)
    matrix = segno.make(payload, error="q", version=1, micro=False, boost_error=False).matrix
    modules = np.array([[0 if module else 255 for module in row] for row in matrix], np.uint8)
    left, top, right, bottom = _pixels(CODE_PLACE)
    width, height = right - left, bottom - top
    fine = cv2.resize(modules, (8 * width, 8 * height), interpolation=cv2.INTER_NEAREST)
    sheet[top:bottom, left:right] = cv2.resize(fine, (width, height), interpolation=cv2.INTER_AREA)
    _write_number(sheet, f"用紙番号 {payload}")
    return sheet


def _write_number(sheet: Grey, text: str) -> None:
    left, top, right, bottom = _pixels(PAYLOAD_PLACE)
    strip = Image.new("L", (right - left, bottom - top + 8), 255)
    size = round(PAYLOAD_PLACE.height * SCALE)
    ImageDraw.Draw(strip).text(
        (strip.width / 2, strip.height / 2), text, 17, font=font(_UD, size), anchor="mm"
    )
    sheet[top - 4 : bottom + 4, left:right] = np.array(strip)


def _pixels(rect: Rect) -> tuple[int, int, int, int]:
    return (
        round(rect.x * SCALE),
        round(rect.y * SCALE),
        round(rect.right * SCALE),
        round(rect.bottom * SCALE),
    )
