"""The paper face of every procedure and version keeps the rules of form design (ocr.md §5).

Geometry of all of them is walked (with `test_sheet`); tones, lines, fonts and the QR are measured on pages as
they come out of the printer.
"""

from __future__ import annotations

import io
from itertools import groupby

import numpy as np
import pikepdf
import pytest

from forms.catalogue import load_catalogue
from forms.definition import Field, Procedure
from forms.rendering.codes import code_payload
from forms.rendering.geometry import CODE, ENTRY_X, MARGIN, PAGE_WIDTH, Rect, Zone
from forms.rendering.paper import render_paper
from forms.rendering.sheet import Sheet, sheet_of
from samples.faces import Grey
from samples.filled.sheets import rasters_of
from samples.ticks import SCALE

CATALOGUE = load_catalogue()
VERSIONS = CATALOGUE.versions
EVERY = [pytest.param(sheet_of(one), one, id=f"{one.slug}-{one.version}") for one in VERSIONS]
MEASURED = CATALOGUE.procedure("resident-record-copy")
MODULES, SMALLEST_MODULE, LONGEST_PAYLOAD = 21, 0.6, 14
SMALLEST_LETTER = 2.7
DROP_OUT = range(150, 200)


def every_zone(sheet: Sheet) -> list[Zone]:
    return [*sheet.zones, *sheet.own]


@pytest.mark.parametrize(("sheet", "procedure"), EVERY)
def test_every_page_has_its_marks_its_code_and_letters_large_enough(
    sheet: Sheet, procedure: Procedure
) -> None:
    assert CODE / MODULES >= SMALLEST_MODULE
    for page in range(1, sheet.pages + 1):
        assert sorted(mark.id for mark in sheet.marks if mark.page == page) == [0, 1, 2, 3]
        assert len(code_payload(sheet.number, sheet.version, page, "000000")) <= LONGEST_PAYLOAD
    assert sheet.code.y == MARGIN
    assert sheet.code.x > PAGE_WIDTH / 2
    assert min(text.rect.height for text in sheet.texts) >= SMALLEST_LETTER
    assert (sheet.slug, sheet.number, sheet.version) == (procedure.slug, procedure.number, procedure.version)


@pytest.mark.parametrize(("sheet", "procedure"), EVERY)
def test_items_begin_at_one_left_edge(sheet: Sheet, procedure: Procedure) -> None:
    """JIS Z 8303: what stands in the column of entries begins where the others begin."""
    for field, zones in groupby(every_zone(sheet), key=lambda zone: (zone.page, zone.field)):
        rects = [zone.rect for zone in zones]
        top, bottom = min(rect.y for rect in rects), max(rect.bottom for rect in rects)
        beside = [text.rect for text in sheet.texts if text.page == field[0] and text.tone == "ink"]
        beside += [zone.rect for zone in every_zone(sheet) if zone.page == field[0]]
        beside += [frame.rect for frame in sheet.frames if frame.page == field[0] and frame.look == "border"]
        row = [
            one for one in beside if one.x >= ENTRY_X - 0.01 and one.bottom > top - 1 and one.y < bottom + 1
        ]
        assert min(one.x for one in row) <= ENTRY_X + 0.5, field


@pytest.mark.parametrize(("sheet", "procedure"), EVERY)
def test_every_value_a_field_may_have_has_boxes_enough(sheet: Sheet, procedure: Procedure) -> None:
    columns = [(field, column) for field in procedure.fields for column in (field.fields or (field,))]
    for field, column in columns:
        if column.kind not in ("number", "digits"):
            continue
        for zone in sheet.zones:
            if is_of(zone, field, column) and zone.cells:
                assert len(zone.cells) >= (column.length or len(str(column.most or 9999))), zone.field
                assert not is_money(column) or len(zone.cells) >= 8, zone.field


def is_of(zone: Zone, field: Field, column: Field) -> bool:
    if column is field:
        return zone.field == field.name
    return zone.field.startswith(f"{field.name}.") and zone.field.endswith(f".{column.name}")


def is_money(column: Field) -> bool:
    label = column.label.text("ja")
    return column.kind == "number" and any(word in label for word in ("金額", "単価", "費用", "税額"))


@pytest.mark.parametrize(("sheet", "procedure"), EVERY)
def test_dates_have_eras_to_tick_and_addresses_begin_with_the_postal_code(
    sheet: Sheet, procedure: Procedure
) -> None:
    parts: dict[str, list[str]] = {}
    for zone in sheet.zones:
        parts.setdefault(f"{zone.kind} {zone.field}", []).append(zone.part)
    for name, found in parts.items():
        if name.startswith("date "):
            assert found.count("era") >= 3, name
            assert found[-3:] == ["year", "month", "day"], name
        elif name.startswith("address "):
            assert found[0] == "postal_code", name
        elif name.startswith("name "):
            assert found.index("family_kana") < found.index("family"), name


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return render_paper(MEASURED)


@pytest.fixture(scope="module")
def pages(pdf: bytes) -> tuple[Grey, ...]:
    return rasters_of(pdf)


def part(page: Grey, rect: Rect, grown: float = 0.0) -> Grey:
    left, top = round((rect.x - grown) * SCALE), round((rect.y - grown) * SCALE)
    right, bottom = round((rect.right + grown) * SCALE), round((rect.bottom + grown) * SCALE)
    return page[top:bottom, left:right]


def test_frames_are_printed_in_the_drop_out_tone_about_a_point_wide(pages: tuple[Grey, ...]) -> None:
    for zone in every_zone(sheet_of(MEASURED)):
        for rect in zone.cells or (zone.rect,):
            around = part(pages[zone.page - 1], rect, 0.24)
            middle = around[around.shape[0] // 2]
            line = middle[: round(0.48 * SCALE)]
            assert int(line.min()) in DROP_OUT, zone.field
            width = float((255 - line.astype(int)).sum() / (255 - int(line.min()))) / SCALE
            assert 0.25 <= width <= 0.5, zone.field


def test_places_to_write_are_white(pages: tuple[Grey, ...]) -> None:
    for zone in every_zone(sheet_of(MEASURED)):
        for rect in zone.cells or (zone.rect,):
            assert int(part(pages[zone.page - 1], rect, -0.4).min()) == 255, zone.field


def test_marks_are_black_and_the_margin_is_empty(pages: tuple[Grey, ...]) -> None:
    sheet = sheet_of(MEASURED)
    for mark in sheet.marks:
        assert int(np.median(part(pages[mark.page - 1], mark.rect)[:10])) < 20
    edge = round((MARGIN - 0.3) * SCALE)
    for page in pages:
        inner = page[edge:-edge, edge:-edge]
        assert int(page.astype(np.int64).sum()) - int(inner.astype(np.int64).sum()) == 255 * (
            page.size - inner.size
        )


def test_the_form_is_set_in_a_universal_design_face(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        fonts = {
            str(font.BaseFont).partition("+")[2].replace("-", "")
            for page in opened.pages
            for font in page.Resources.Font.values()
        }
    assert fonts
    assert all(name.startswith("BIZUDGothic") for name in fonts), fonts
