"""Registration against the truth: every corner of every zone within half a millimetre, whatever happened."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import segno

from forms.catalogue import load_catalogue
from forms.rendering.sheet import sheet_of
from ocr.batch import read_image
from ocr.engine import Grey
from ocr.errors import UnknownPage
from ocr.page import PageImage
from ocr.stages.registration import PIXELS_PER_MM, register
from samples.handwriting import blank, letter
from samples.scanner import WAYS, Scan, scan

PROCEDURE = load_catalogue().procedure("resident-record-copy")
SERIAL = "004711"


def worst_error_mm(taken: Scan) -> float:
    """The largest distance of a zone's corner on the straightened sheet from its place, in mm."""
    sheet = sheet_of(PROCEDURE)
    corners = np.array(
        [
            (x, y)
            for zone in sheet.zones
            if zone.page == 1
            for x in (zone.rect.x, zone.rect.right)
            for y in (zone.rect.y, zone.rect.bottom)
        ]
    )
    to_sheet = register(taken.image).placement.to_sheet @ taken.from_page
    on_page = corners * 300 / 25.4 - 0.5
    placed = cv2.perspectiveTransform(on_page.reshape(-1, 1, 2), to_sheet).reshape(-1, 2)
    return float(np.linalg.norm((placed + 0.5) / PIXELS_PER_MM - corners, axis=1).max())


@pytest.mark.parametrize("way", sorted(WAYS))
def test_a_page_is_placed_within_half_a_millimetre_and_its_code_read(way: str) -> None:
    taken = scan(blank(PROCEDURE, SERIAL)[0], way, np.random.default_rng(1))
    assert worst_error_mm(taken) <= 0.5
    code = register(taken.image).code
    assert code is not None
    assert (code.number, code.version, code.page, code.serial) == (5, 1, 1, SERIAL)


def test_three_marks_are_enough_and_two_are_not() -> None:
    page = blank(PROCEDURE, SERIAL)[0].copy()
    page[:260, :260] = 255
    assert register(page).marks == 3
    page[-260:, :260] = 255
    with pytest.raises(UnknownPage, match="四すみの印"):
        register(page)


def with_qr(text: str) -> Grey:
    """Our form with another QR in the place of its own."""
    page = blank(PROCEDURE, SERIAL)[0].copy()
    code = sheet_of(PROCEDURE).code
    left, top, side = (round(mm * 300 / 25.4) for mm in (code.x, code.y, code.width))
    modules = np.array(
        [[not module for module in row] for row in segno.make(text, error="q").matrix], np.uint8
    )
    page[top : top + side, left : left + side] = cv2.resize(
        modules * 255, (side, side), interpolation=cv2.INTER_NEAREST
    )
    return page


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("https://example.jp/", "この市の用紙のものではありません"),
        ("99-1-1-000001", "登録されていません"),
        ("05-9-1-000001", "登録されていません"),
        ("05-1-9-000001", "9枚目はありません"),
    ],
)
def test_a_wrong_qr_is_named_and_never_guessed(text: str, says: str) -> None:
    page = read_image(PageImage("it", 1, with_qr(text), ""), load_catalogue())
    assert (page.form, page.fields) == (None, ())
    assert page.problem is not None
    assert says in page.problem
    assert page.image.startswith(b"\x89PNG")


def test_two_sheets_fed_together_are_noticed() -> None:
    sheet = blank(PROCEDURE, SERIAL)[0]
    both = np.hstack((sheet, sheet))
    assert "重なって" in (read_image(PageImage("it", 1, both, ""), load_catalogue()).problem or "")


@pytest.mark.parametrize(
    ("page", "says"),
    [
        (np.full((2000, 1400), 250, np.uint8), "白紙"),
        (letter(), "この市の用紙ではありません"),
        (np.zeros((2000, 1400), np.uint8), "この市の用紙ではありません"),
        (np.zeros((20, 20), np.uint8), "小さすぎて"),
    ],
    ids=["blank", "letter", "black", "tiny"],
)
def test_other_pages_are_refused(page: Grey, says: str) -> None:
    assert says in (read_image(PageImage("it", 1, page, ""), load_catalogue()).problem or "")


def test_another_form_than_the_one_expected_is_refused() -> None:
    page = read_image(PageImage("it", 1, blank(PROCEDURE, SERIAL)[0], ""), load_catalogue(), "moving-in")
    assert "指定した様式と違います" in (page.problem or "")
