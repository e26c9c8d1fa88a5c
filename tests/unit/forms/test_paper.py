"""The printed page is what `Sheet` says: marks, QR and values stand where the OCR will look."""

from __future__ import annotations

import re
from functools import cache

import cv2
import numpy as np
import pypdfium2
import pytest
import zxingcpp

from forms.catalogue import load_catalogue
from forms.definition import JSON, Procedure
from forms.rendering.errors import DoesNotFit, MissingGlyph
from forms.rendering.geometry import Rect, Zone
from forms.rendering.paper import render_paper
from forms.rendering.prefill import is_ticked, text_for, value_at
from forms.rendering.sheet import parse_code, sheet_of
from tests.support.sample_procedure import KATSURAGI, MY_NUMBER, PROCEDURE, RECORD

DPI = 200
CATALOGUE = load_catalogue().procedures(None)
PROCEDURES = [pytest.param(procedure, id=procedure.slug) for procedure in (*CATALOGUE, PROCEDURE)]


def px(mm: float) -> float:
    return mm / 25.4 * DPI


@cache
def pictures(procedure: Procedure, filled: bool = False) -> list[np.ndarray]:
    """The pages as grey pictures at 200 dpi."""
    pdf = render_paper(procedure, RECORD if filled else None, serial="000123")
    with pypdfium2.PdfDocument(pdf) as document:
        return [np.asarray(page.render(scale=DPI / 72).to_pil().convert("L")) for page in document]


def crop(picture: np.ndarray, rect: Rect, inside: float = 0.0) -> np.ndarray:
    left, top = round(px(rect.x + inside)), round(px(rect.y + inside))
    right, bottom = round(px(rect.right - inside)), round(px(rect.bottom - inside))
    return picture[top:bottom, left:right]


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_opencv_finds_the_marks_where_the_sheet_says(procedure: Procedure) -> None:
    sheet = sheet_of(procedure)
    detector = cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50))
    for number, picture in enumerate(pictures(procedure), 1):
        corners, ids, _ = detector.detectMarkers(picture)
        assert sorted(ids.flatten()) == [0, 1, 2, 3]
        places = {mark.id: mark.rect for mark in sheet.marks if mark.page == number}
        for found, square in zip(ids.flatten(), corners, strict=True):
            place = places[int(found)]
            expected = [(place.x, place.y), (place.right, place.y), (place.right, place.bottom),
                        (place.x, place.bottom)]  # fmt: skip
            off = np.abs(square.reshape(4, 2) - np.array([[px(x), px(y)] for x, y in expected])).max()
            assert off / DPI * 25.4 < 0.3, (number, int(found), off)


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_zxing_reads_the_code_where_the_sheet_says(procedure: Procedure) -> None:
    sheet = sheet_of(procedure)
    for number, picture in enumerate(pictures(procedure), 1):
        codes = zxingcpp.read_barcodes(picture)
        assert len(codes) == 1
        code = parse_code(codes[0].text)
        assert (code.number, code.version, code.page, code.serial) == (
            procedure.number, procedure.version, number, "000123",
        )  # fmt: skip
        corner = codes[0].position.top_left
        assert abs(corner.x - px(sheet.code.x)) < px(0.8)
        assert abs(corner.y - px(sheet.code.y)) < px(0.8)


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_a_blank_form_has_no_ink_in_any_zone(procedure: Procedure) -> None:
    sheet = sheet_of(procedure)
    for zone in (*sheet.zones, *sheet.own):
        for place in zone.cells or (zone.rect,):
            assert crop(pictures(procedure)[zone.page - 1], place, 0.4).min() > 250, zone


def test_frames_drop_out_but_can_be_seen() -> None:
    sheet = sheet_of(PROCEDURE)
    zone = next(zone for zone in sheet.zones if zone.role == "line")
    picture = pictures(PROCEDURE)[zone.page - 1]
    row = picture[round(px(zone.rect.y)), round(px(zone.rect.x + 5)) : round(px(zone.rect.right - 5))]
    assert 130 < np.median(row) < 225


def shown_in(picture: np.ndarray, zone: Zone) -> bool:
    """Whether there is dark ink inside a zone."""
    return bool(crop(picture, zone.rect, 0.5).min() < 100)


def test_ink_stands_in_exactly_the_zones_the_record_fills() -> None:
    sheet = sheet_of(PROCEDURE)
    assert value_at(RECORD, "applicant.name") == KATSURAGI
    for zone in sheet.zones:
        value = value_at(RECORD, zone.field)
        assert value is not None or zone.field.startswith("members.3."), zone.field
        expected = is_ticked(zone, value) if zone.role == "check" else bool(text_for(zone, value))
        assert shown_in(pictures(PROCEDURE, True)[zone.page - 1], zone) is expected, zone


def test_each_cell_holds_its_own_letter() -> None:
    zone = next(z for z in sheet_of(PROCEDURE).zones_of("insurance"))
    picture = pictures(PROCEDURE, True)[zone.page - 1]
    for cell in zone.cells:
        dark = np.argwhere(crop(picture, cell, 0.4) < 100) / DPI * 25.4 + 0.4
        middle = (dark.max(axis=0) + dark.min(axis=0)) / 2
        assert np.abs(middle - 3.0).max() < 0.9, cell


def extracted(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "".join(page.get_textpage().get_text_range() for page in document)


def test_filled_text_can_be_extracted() -> None:
    text = re.sub(r"\s", "", extracted(render_paper(PROCEDURE, RECORD)))
    expected = (
        "葛\U000e0105城",
        "𠮷郎",
        "カツラギ",
        "東京都千代田区千代田1-2-3",
        "見本ハイツ101",
        "ミホンガワ",
    )
    for value in (*expected, "車の登録のため", "みほん銀行", "0123456"):
        assert value in text, value


def test_my_numbers_are_masked() -> None:
    text = re.sub(r"\s", "", extracted(render_paper(PROCEDURE, RECORD)))
    assert MY_NUMBER not in text
    assert text.count("********9018") == 4


def test_the_same_input_gives_the_same_bytes() -> None:
    assert render_paper(PROCEDURE, RECORD, "000007") == render_paper(PROCEDURE, RECORD, "000007")
    assert render_paper(PROCEDURE, RECORD, "000007") != render_paper(PROCEDURE, RECORD, "000008")


def test_letters_no_font_has_are_refused_by_name() -> None:
    record: dict[str, JSON] = {
        "applicant.name": {**KATSURAGI, "family": "葛\U000e01ef城", "given": "\U0001f600"},
        "purpose": "ሀ",
    }
    with pytest.raises(MissingGlyph, match="U\\+845B U\\+E01EF") as refusal:
        render_paper(PROCEDURE, record)
    assert refusal.value.sequences == ("葛\U000e01ef", "\U0001f600", "ሀ")


def test_more_people_than_the_form_holds_are_refused() -> None:
    members = RECORD["members"]
    assert isinstance(members, list)
    with pytest.raises(DoesNotFit, match="5人目からは"):
        render_paper(PROCEDURE, {"members": [members[0]] * 5})


@pytest.mark.parametrize(
    ("born", "era", "year"),
    [("1926-12-24", "大正", "15"), ("1989-01-07", "昭和", "64"), ("2019-05-01", "令和", "01"),
     ("1912-07-29", "西暦", "1912")],
)  # fmt: skip
def test_dates_are_split_into_era_and_boxes(born: str, era: str, year: str) -> None:
    zones = sheet_of(PROCEDURE).zones_of("applicant.birth_on")
    assert [zone.option for zone in zones if zone.role == "check" and is_ticked(zone, born)] == [era]
    assert text_for(next(zone for zone in zones if zone.part == "year"), born) == year


def test_long_values_shrink_and_very_long_ones_are_refused() -> None:
    long = "東京都千代田区千代田一丁目のとても長い名前の建物の敷地の奥の離れ" * 2
    text = extracted(render_paper(PROCEDURE, {"purpose": long}))
    assert long in re.sub(r"\s", "", text)
    with pytest.raises(DoesNotFit, match="入りきりません"):
        render_paper(PROCEDURE, {"purpose": long * 6})


def test_a_name_longer_than_its_boxes_is_still_printed_whole() -> None:
    name = {"family": "スリヤワン", "given": "クリストファー", "family_kana": "スリヤワン",
            "given_kana": "クリストファージョナサン"}  # fmt: skip
    text = re.sub(r"\s", "", extracted(render_paper(PROCEDURE, {"applicant.name": dict(name)})))
    assert "クリストファージョナサン" in text
