"""Older forms without marks: known by their blank, placed within a millimetre, strangers refused."""

from __future__ import annotations

import functools
from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from forms.catalogue import load_catalogue
from ocr.batch import read_image
from ocr.blanks import blank_of, skew_of
from ocr.classify import recognised
from ocr.engine import Grey
from ocr.errors import UnknownPage, UnreadableFile
from ocr.older_forms import OlderForm, zone_from_json, zone_to_json
from ocr.page import PageImage, to_png
from ocr.stages.alignment import PIXELS_PER_MM
from samples.hands import Hand, write_line
from samples.handwriting import FOLDER, letter
from samples.older import DPI, older_sheet
from samples.older_editions import edition
from samples.scanner import Scan, scan

_MM = DPI / 25.4
WRITTEN = ("見本 太郎", "みほん市中央町一丁目2番3号", "昭和45年5月8日")


@functools.cache
def declared(number: int) -> OlderForm:
    """The form as a city declares it: from a scan of its blank."""
    sheet = older_sheet(number)
    blank = scan(sheet.image, "clean", np.random.default_rng(900 + number)).image
    zones = tuple(replace(zone, part="street") if zone.kind == "address" else zone for zone in sheet.zones)
    png = to_png(blank_of(blank, 210.0, 297.0))
    return OlderForm(f"form-{number}", sheet.title, "resident-record-copy", 1, 210.0, 297.0, png, zones)


def filled(number: int, seed: int) -> Grey:
    sheet, rng = older_sheet(number), np.random.default_rng(seed)
    page, hand = sheet.image.copy(), Hand.of(rng)
    for zone, text in zip(sheet.zones, WRITTEN, strict=False):
        write_line(page, zone.rect, text, hand, rng)
    return page


def worst_error_mm(number: int, taken: Scan, forms: list[OlderForm]) -> float:
    found = recognised(taken.image, forms)
    assert found.form.key == f"form-{number}"
    rects = [zone.rect for zone in older_sheet(number).zones]
    corners = np.array([(x, y) for one in rects for x in (one.x, one.right) for y in (one.y, one.bottom)])
    on_page = cv2.perspectiveTransform((corners * _MM - 0.5).reshape(-1, 1, 2), taken.from_page)
    placed = found.placement.place(np.asarray(on_page.reshape(-1, 2), np.float64))
    return float(np.linalg.norm((placed + 0.5) / PIXELS_PER_MM - corners, axis=1).max())


@pytest.mark.parametrize(
    ("number", "way"),
    [(0, "office"), (1, "upside-down"), (2, "fax"), (3, "phone")],
)
def test_a_filled_page_is_known_by_its_blank_and_placed(number: int, way: str) -> None:
    forms = [declared(one) for one in range(4)]
    taken = scan(filled(number, 7 + number), way, np.random.default_rng(number))
    # The blank itself was declared from a scan that lies a little beside the paper.
    assert worst_error_mm(number, taken, forms) < 1.0


@pytest.mark.parametrize("number", [20])
def test_a_form_nobody_declared_is_refused(number: int) -> None:
    taken = scan(filled(number, number), "office", np.random.default_rng(number))
    with pytest.raises(UnknownPage, match="担当者"):
        recognised(taken.image, [declared(one) for one in range(4)])


def test_a_letter_and_nothing_declared_are_refused() -> None:
    with pytest.raises(UnknownPage, match="登録されたどの様式とも違います"):
        recognised(letter(), [declared(0), declared(1)])
    with pytest.raises(UnknownPage):
        recognised(letter(), [])


def test_another_edition_with_other_words_is_refused() -> None:
    page = filled(3, 3)
    row = older_sheet(3).zones[1].rect
    left, top, right, bottom = (
        round(edge * _MM) for edge in (17.5, row.y + 1.5, row.x - 1.2, row.bottom - 1.5)
    )
    page[top:bottom, left:right] = 255
    picture = Image.fromarray(page)
    face = ImageFont.truetype("/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf", round(4 * _MM))
    ImageDraw.Draw(picture).text((left + 30, top + 20), "所在地", 0, font=face)
    taken = scan(np.array(picture), "office", np.random.default_rng(3))
    with pytest.raises(UnknownPage, match="印刷が違うところがあります"):
        recognised(taken.image, [declared(3)])


def test_two_declarations_of_one_form_are_not_guessed_between() -> None:
    twice = replace(declared(0), key="again")
    taken = scan(filled(0, 1), "office", np.random.default_rng(1))
    with pytest.raises(UnknownPage, match="どちらか決められません"):
        recognised(taken.image, [declared(0), twice])


def test_a_page_of_a_declared_form_is_read_as_its_procedure() -> None:
    taken = scan(filled(0, 3), "office", np.random.default_rng(3))
    page = read_image(
        PageImage("it", 1, taken.image, "x"), load_catalogue(), older=[declared(0), declared(1)]
    )
    assert (page.problem, page.form, page.form_page, page.older) == (
        None,
        "resident-record-copy",
        1,
        "form-0",
    )
    read = {one.name: one for one in page.fields}
    assert read["applicant.birth_on"].value == "1970-05-08"
    assert read["applicant.name"].text.replace(" ", "") == "見本太郎"
    assert {one.value for name, one in read.items() if name.startswith("free.")} == {None}


def test_our_own_pages_are_never_taken_for_older_forms() -> None:
    name = FOLDER / "13-unknown.png"
    picture = np.array(Image.open(name).convert("L"))
    page = read_image(PageImage("it", 1, picture, "x"), load_catalogue(), older=[declared(0)])
    assert page.older is None
    assert "登録されたどの様式とも違います" in (page.problem or "")


def test_a_blank_is_made_straight_and_upright() -> None:
    askew = scan(older_sheet(2).image, "upside-down", np.random.default_rng(5)).image
    blank = blank_of(askew, 210.0, 297.0)
    assert blank.shape == (2970, 2100)
    assert abs(skew_of(blank)) < 0.06
    upper, lower = (blank < 128)[:1485].mean(), (blank < 128)[1485:].mean()
    assert upper > lower, "the title stands at the top again"


@pytest.mark.parametrize(
    ("page", "says"),
    [
        (np.full((2339, 1654), 250, np.uint8), "何も印刷されていません"),
        (np.zeros((400, 300), np.uint8), "粗すぎます"),
        (
            np.repeat(np.where(np.arange(1200) % 60 < 4, 0, 250).astype(np.uint8), 2400).reshape(1200, 2400),
            "縦横の比",
        ),
    ],
)
def test_a_blank_that_cannot_be_used_is_named(page: Grey, says: str) -> None:
    with pytest.raises(UnreadableFile, match=says):
        blank_of(page, 210.0, 297.0)


def test_zones_come_back_as_they_were_stored() -> None:
    for zone in older_sheet(1).zones:
        assert zone_from_json(zone_to_json(zone)) == zone


@pytest.mark.parametrize(
    ("change", "way"),
    [
        ("number changed", "coarse"),
        ("line moved", "office"),
        ("divider moved", "fax"),
        ("rows swapped", "torn"),
    ],
)
def test_what_another_edition_has_changed_is_seen(change: str, way: str) -> None:
    sheet, rng = edition(older_sheet(3), change, np.random.default_rng(6)), np.random.default_rng(7)
    with pytest.raises(UnknownPage, match="印刷が違うところがあります"):
        recognised(scan(sheet.image, way, rng).image, [declared(3)])


def test_of_two_declared_editions_a_page_is_its_own() -> None:
    new = edition(older_sheet(3), "label changed", np.random.default_rng(2))
    png = to_png(blank_of(new.image, 210.0, 297.0))
    forms = [declared(3), replace(declared(3), key="new", blank=png)]
    for image, key in ((older_sheet(3).image, "form-3"), (new.image, "new")):
        assert recognised(scan(image, "office", np.random.default_rng(4)).image, forms).form.key == key


def test_a_corner_torn_through_the_print_is_no_other_edition() -> None:
    page = filled(3, 3)
    cv2.fillPoly(page, [np.array([(0, 0), (480, 0), (0, 520)], np.int32)], 255)
    assert (
        recognised(scan(page, "office", np.random.default_rng(4)).image, [declared(3)]).form.key == "form-3"
    )
    whole = older_sheet(3).image.copy()
    whole[: round(18 * _MM)] = 255
    with pytest.raises(UnknownPage, match="印刷が違うところがあります"):
        recognised(scan(whole, "office", np.random.default_rng(4)).image, [declared(3)])


def test_writing_over_the_print_hides_nothing() -> None:
    page = filled(3, 3)
    row = older_sheet(3).rows[1]
    x, y = round((row.x + 9) * _MM), round((row.y + row.height / 2) * _MM)
    cv2.circle(page, (x, y), 90, 60, 5)
    cv2.line(page, (x - 90, y - 30), (x + 110, y + 35), 60, 6)
    assert (
        recognised(scan(page, "office", np.random.default_rng(4)).image, [declared(3)]).form.key == "form-3"
    )
