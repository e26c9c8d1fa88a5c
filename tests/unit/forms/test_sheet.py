"""The printed form's geometry keeps the rules of ocr.md §5 for every zone of every procedure."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.catalogue import load_catalogue
from forms.definition import Procedure
from forms.rendering.geometry import (
    CELL,
    CHECK,
    CHECK_PITCH,
    CLEAR,
    MARGIN,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    PITCH,
    Rect,
    Zone,
)
from forms.rendering.lettering import label_lines, lines_of, width_of
from forms.rendering.sheet import Sheet, UnknownCode, code_payload, parse_code, sheet_of
from tests.support.sample_procedure import PROCEDURE

CATALOGUE = load_catalogue()
PROCEDURES = (*CATALOGUE.procedures(None), PROCEDURE)
SHEETS = [
    pytest.param(sheet_of(procedure), id=f"{procedure.slug}-{procedure.version}")
    for procedure in (*CATALOGUE.versions, PROCEDURE)
]
DUST = 1e-6


def zones_by_page(sheet: Sheet) -> list[list[Zone]]:
    zones = (*sheet.zones, *sheet.own)
    return [[zone for zone in zones if zone.page == page] for page in range(1, sheet.pages + 1)]


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_place_to_write_is_inside_the_page(sheet: Sheet) -> None:
    inside = Rect(MARGIN, MARGIN, PAGE_WIDTH - 2 * MARGIN, PAGE_HEIGHT - 2 * MARGIN)
    rects = [zone.rect for zone in (*sheet.zones, *sheet.own)]
    rects += [mark.rect for mark in sheet.marks]
    rects += [text.rect for text in sheet.texts]
    rects += [frame.rect for frame in sheet.frames]
    for rect in rects:
        assert rect.x >= inside.x - DUST, rect
        assert rect.y >= inside.y - DUST, rect
        assert rect.right <= inside.right + DUST, rect
        assert rect.bottom <= inside.bottom + DUST, rect


@pytest.mark.parametrize("sheet", SHEETS)
def test_round_every_zone_two_millimetres_are_clear(sheet: Sheet) -> None:
    for page, zones in enumerate(zones_by_page(sheet), 1):
        for one, other in combinations(zones, 2):
            assert one.rect.gap(other.rect) >= CLEAR - DUST, (one, other)
        texts = [text for text in sheet.texts if text.page == page]
        rules = [frame for frame in sheet.frames if frame.page == page and frame.look != "panel"]
        marks = [mark.rect for mark in sheet.marks if mark.page == page]
        for zone in zones:
            for place in (*(t.rect for t in texts), *(r.rect for r in rules), *marks, sheet.code):
                assert zone.rect.gap(place) >= CLEAR - DUST, (zone, place)


@pytest.mark.parametrize("sheet", SHEETS)
def test_printed_texts_do_not_run_into_each_other(sheet: Sheet) -> None:
    for one, other in combinations(sheet.texts, 2):
        if one.page == other.page:
            assert one.rect.gap(other.rect) > 0.2, (one, other)


@pytest.mark.parametrize("sheet", SHEETS)
def test_lines_to_write_on_stand_three_millimetres_apart(sheet: Sheet) -> None:
    for zones in zones_by_page(sheet):
        written = [zone.rect for zone in zones if zone.role != "check"]
        for one, other in combinations(written, 2):
            beside = max(other.x - one.right, one.x - other.right) >= CLEAR - DUST
            assert beside or max(other.y - one.bottom, one.y - other.bottom) >= 2.5 - DUST, (one, other)


@pytest.mark.parametrize("sheet", SHEETS)
def test_cells_and_check_boxes_have_their_size_and_pitch(sheet: Sheet) -> None:
    for zones in zones_by_page(sheet):
        for zone in zones:
            if zone.role == "cells":
                assert {(cell.width, cell.height) for cell in zone.cells} == {(CELL, CELL)}
                steps = [b.x - a.x for a, b in zip(zone.cells, zone.cells[1:], strict=False)]
                assert all(step >= PITCH - DUST for step in steps), zone
                assert zone.rect == Rect(
                    zone.cells[0].x, zone.cells[0].y, round(zone.cells[-1].right - zone.cells[0].x, 2), CELL
                )
            elif zone.role == "check":
                assert (zone.rect.width, zone.rect.height) == (CHECK, CHECK)
                assert zone.option is not None
            else:
                assert zone.rect.height >= 10.0
                assert zone.rect.width >= 25.0
        checks = [zone.rect for zone in zones if zone.role == "check"]
        for one, other in combinations(checks, 2):
            assert max(abs(one.x - other.x), abs(one.y - other.y)) >= CHECK_PITCH - DUST, (one, other)


@pytest.mark.parametrize("sheet", SHEETS)
def test_marks_and_code_keep_their_quiet_zones(sheet: Sheet) -> None:
    assert len(sheet.marks) == 4 * sheet.pages
    for mark in sheet.marks:
        assert (mark.rect.width, mark.rect.height) == (8.0, 8.0)
        assert mark.rect.gap(sheet.code) >= 4 * sheet.code.width / 21
        printed = [text.rect for text in sheet.texts if text.page == mark.page]
        printed += [frame.rect for frame in sheet.frames if frame.page == mark.page]
        assert all(mark.rect.gap(rect) >= 2.0 for rect in printed)
        assert all(sheet.code.gap(rect) >= 4 * sheet.code.width / 21 for rect in printed)
    assert sheet.code.width / 21 >= 0.6


def test_every_field_of_the_catalogue_has_its_place() -> None:
    for procedure in PROCEDURES:
        sheet = sheet_of(procedure)
        placed = {zone.field.split(".0.")[0] for zone in sheet.zones}
        placed |= {zone.field for zone in sheet.zones}
        for field in procedure.fields:
            if field.kind == "person":
                assert any(zone.field.startswith(f"{field.name}.") for zone in sheet.zones), field.name
            else:
                assert field.name in placed, (procedure.slug, field.name)


def test_the_same_definition_gives_the_same_sheet() -> None:
    for procedure in PROCEDURES:
        assert sheet_of(procedure) == sheet_of(procedure)


def test_every_option_has_one_check_box() -> None:
    sheet = sheet_of(PROCEDURE)
    assert [zone.option for zone in sheet.zones_of("kind")] == ["all", "part", "removed", "items"]
    assert [zone.option for zone in sheet.zones_of("card")] == ["yes", "no"]
    eras = [zone.option for zone in sheet.zones_of("applicant.birth_on") if zone.role == "check"]
    assert eras == ["大正", "昭和", "平成", "令和", "西暦"]


def test_the_postal_code_stands_before_the_address() -> None:
    parts = [zone.part for zone in sheet_of(PROCEDURE).zones_of("applicant.address")]
    assert parts == ["postal_code", "street", "building"]


def test_signature_and_filing_date_are_the_papers_own() -> None:
    own = sheet_of(PROCEDURE).own
    assert {zone.field for zone in own} == {"paper.filed_on", "paper.signature"}
    assert [zone.rect.width for zone in own if zone.kind == "signature"] == [110.0]


@given(
    st.integers(1, 99),
    st.integers(1, 99),
    st.integers(1, 9),
    st.integers(0, 999_999).map(lambda n: f"{n:06d}"),
)
def test_a_code_is_read_back_and_short(number: int, version: int, page: int, serial: str) -> None:
    payload = code_payload(number, version, page, serial)
    code = parse_code(payload)
    assert (code.number, code.version, code.page, code.serial) == (number, version, page, serial)
    assert len(payload) <= 14


@pytest.mark.parametrize("text", ["", "05-1-1-00012", "https://example.jp", "05-1-1-000123x", "5-1-1-000123"])
def test_a_foreign_code_is_refused(text: str) -> None:
    with pytest.raises(UnknownCode, match="用紙のものではありません"):
        parse_code(text)


def test_a_serial_that_is_no_number_is_refused() -> None:
    with pytest.raises(UnknownCode, match="6けた"):
        code_payload(5, 1, 1, "12345")


LETTERS = (*"引越しを届け出る（世帯主）、氏名。ヴァー abc", "葛\U000e0105")


@given(st.lists(st.sampled_from(LETTERS), min_size=1, max_size=60).map("".join), st.floats(12, 80))
def test_broken_lines_lose_nothing_and_fit(text: str, width: float) -> None:
    for lines in (lines_of(text, 3.0, width), label_lines(text, 3.0, width)):
        assert "".join("".join(lines).split()) == "".join(text.split())
        assert all(width_of(line, 3.0) <= width + DUST for line in lines)
        assert not any(line.startswith("\U000e0105") for line in lines)


def test_a_label_breaks_where_a_reader_pauses() -> None:
    assert label_lines("これまでの世帯主", 3.5, 25.0) == ["これまでの", "世帯主"]
    assert label_lines("昼間の電話番号", 3.5, 24.0) == ["昼間の", "電話番号"]


def test_procedures_have_numbers_of_their_own() -> None:
    numbers = [procedure.number for procedure in PROCEDURES if isinstance(procedure, Procedure)]
    assert len(numbers) == len(set(numbers))
