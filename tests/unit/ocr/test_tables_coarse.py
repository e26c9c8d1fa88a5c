"""Coarse scans of lists: hairlines, ditto marks grown together, digits and letters that readers pass over."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from ocr.ctc import Slices
from ocr.engine import Grey, Reading
from ocr.lexicon.towns import same_named, towns_of_letters
from ocr.lexicon.words import words_prior
from ocr.tables.aspect import widening
from ocr.tables.cells import MARGIN, Pieces, widened
from ocr.tables.ditto import is_ditto
from ocr.tables.grid import Box, Grid
from ocr.tables.ink import miscounted, shared, stand_apart, too_short, triangle_before, unread, with_twins
from ocr.tables.layout import INK, Layout, ink_of
from ocr.tables.results import TableReading
from ocr.tables.straighten import COARSE, straightened
from tests.support.paper_tables import list_of, read_page

Stroke = tuple[tuple[int, int], tuple[int, int]]


def paper(strokes: tuple[Stroke, ...], width: int = 4, soft: float = 2.0) -> Grey:
    """Strokes on paper, softened as a coarse scan does."""
    picture = np.full((60, 200), 255, np.uint8)
    for start, end in strokes:
        cv2.line(picture, start, end, 60, width, cv2.LINE_AA)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), soft), np.uint8)


@pytest.mark.parametrize(
    ("strokes", "ditto"),
    [
        ((((106, 22), (101, 37)), ((115, 22), (110, 37))), True),
        ((((104, 22), (104, 37)), ((113, 22), (113, 37))), False),  # 11 in small print
        ((((100, 37), (100, 22)), ((100, 22), (112, 37)), ((112, 37), (112, 22))), False),  # N
        ((((106, 22), (101, 37)),), False),
        ((((116, 10), (101, 50)), ((130, 10), (115, 50))), False),  # as high as the cell
    ],
)
def test_two_short_strokes_that_lean_are_a_ditto_mark(strokes: tuple[Stroke, ...], ditto: bool) -> None:
    picture = paper(strokes)
    assert is_ditto(picture, picture < INK, 60.0) is ditto


def digits(text: str) -> Grey:
    picture = np.full((64, 22 * len(text) + 20), 255, np.uint8)
    for place, letter in enumerate(text):
        cv2.putText(picture, letter, (10 + 22 * place, 48), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 0, 3, cv2.LINE_AA)
    return picture


def reading(text: str, places: tuple[int, ...], count: int) -> Reading:
    symbols = "".join(dict.fromkeys(text))
    chances = np.full((count, len(symbols) + 1), 1e-4, np.float32)
    chances[:, 0] = 1.0
    for letter, place in zip(text, places, strict=True):
        chances[place] = 1e-4
        chances[place, symbols.index(letter) + 1] = 0.99
    return Reading(text, 0.99, Slices(symbols, chances))


def test_digits_that_stand_apart_are_counted() -> None:
    picture = digits("090-4633")
    assert stand_apart(picture) == 7
    assert too_short("090-463", 7) < -5 < too_short("090-4633", 7) == 0.0
    assert "090-4633" in with_twins("090-463", 7)
    assert with_twins("090-4633", 7) == []
    assert with_twins("四六三三", 9) == []
    assert miscounted("090-463", [Reading("090-463", 1.0)], picture)
    assert miscounted("090-4633", [Reading("090-463", 1.0)], picture)
    assert not miscounted("090-4633", [Reading("090-4633", 1.0)], picture)


def test_ink_without_a_letter_is_noticed() -> None:
    picture = digits("123456")
    count = picture.shape[1] * 48 // 64 // 8
    places = tuple(int((21 + 22 * n) * 48 / 64 / 8) for n in range(6))
    assert not unread("123456", [reading("123456", places, count)], picture)
    assert unread("3456", [reading("3456", places[2:], count)], picture)


@pytest.mark.parametrize(
    ("legs", "found"), [(((34, 16), (14, 46), (54, 46)), True), (((14, 16), (14, 46)), False)]
)
def test_a_triangle_without_its_base_is_seen(legs: tuple[tuple[int, int], ...], found: bool) -> None:
    picture = np.full((64, 200), 255, np.uint8)
    picture[:, 60:] = digits("123456")[:, 3:143]
    for end in legs[1:]:
        cv2.line(picture, legs[0], end, 0, 2)
    places = tuple(int((68 + 22 * n) * 48 / 64 / 8) for n in range(6))
    one = reading("123456", places, picture.shape[1] * 48 // 64 // 8)
    assert triangle_before("123456", [one], picture) is found


@pytest.mark.parametrize(("width", "times"), [(180, 1.0), (90, 2.0)])
def test_narrow_letters_are_widened(width: int, times: float) -> None:
    line = np.full((60 + 2 * MARGIN, width + 2 * MARGIN), 255, np.uint8)
    assert widening([line] * 3, ["支給額"] * 3) == pytest.approx(times, rel=0.1)
    assert widening([line] * 3, ["R8.6"] * 3) == 1.0
    assert widened(line, times).shape == (line.shape[0], round(line.shape[1] * times))


def test_letters_of_one_shape_are_told_by_words() -> None:
    both = shared(reading("人", (2,), 5).slices or Slices("", np.zeros((1, 1), np.float32)), "人入")
    assert [both.probabilities[2, both.column(letter)] for letter in "人入"] == pytest.approx([0.99, 0.99])
    assert words_prior("転入") > words_prior("転人") == 0.0
    assert words_prior("駐車料金") > words_prior("駐中料金")
    assert words_prior("コピー代") > words_prior("コビー代")


def test_hairlines_of_a_letter_are_kept_with_it() -> None:
    clean = np.full((80, 300), 255, np.uint8)
    clean[38:44, 100:112] = 120
    clean[40:42, 40:100] = 212  # too light for ink, but goes out from it
    clean[10:12, 200:260] = 212  # lies by itself
    grid = Grid((0.0, 300.0), (0.0, 80.0), 0.0, (), True, True)
    (line,) = Pieces(Layout(grid, clean, ink_of(clean))).within(Box(0, 0, 300, 80)).lines
    assert line.shape[1] - 2 * MARGIN == 72


def test_the_dark_end_of_a_thin_stroke_is_no_speck() -> None:
    clean = np.full((80, 300), 255, np.uint8)
    clean[40:43, 150:184] = 212
    clean[38:43, 184:189] = 150
    clean[20:25, 250:255] = 150
    ink = ink_of(clean)
    assert ink[40, 186]
    assert not ink[22, 252]


def test_towns_are_known_by_how_many_there_are() -> None:
    assert same_named("本町") > 100 > same_named("若葉") > 1
    assert same_named("本旧") == same_named("") == 0
    assert {"本町", "港町"} <= set(towns_of_letters(frozenset("本港町田")))


def test_the_detail_of_a_scan_is_known() -> None:
    page = np.full((1754, 1240), 240, np.uint8)
    for top in range(200, 1600, 60):
        page[top : top + 3, 100:1140] = 30
    page[200:1600, 100:1140:160] = 30
    grey = cv2.GaussianBlur(page, (0, 0), 1.0)
    assert straightened(np.asarray(grey, np.uint8)).detail == pytest.approx(0.5, abs=0.01)
    assert straightened(np.where(page < 128, 0, 255).astype(np.uint8)).detail < 0.4 < COARSE


def test_a_coarse_page_says_what_helps() -> None:
    page = replace(read_page(1, doubts=0), coarse=True)
    (problem,) = list_of(page).problems
    assert "粗い画像" in problem
    assert "200dpi以上" in problem
    assert TableReading.from_json(page.to_json(), b"").coarse
    old = {key: value for key, value in page.to_json().items() if key != "coarse"}
    assert not TableReading.from_json(old, b"").coarse
