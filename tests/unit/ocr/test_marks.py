"""Check boxes drawn by hand: clear ones are decided, unclear ones are asked."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from forms.rendering.geometry import Rect, Zone
from ocr.engine import Grey
from ocr.marks import Mark, read_mark, read_marks
from ocr.stages.registration import register
from tests.support.marked_boxes import MANNERS, marked_sheet

BOX = Zone("copy.kind", "choice", "check", 1, Rect(10, 10, 4, 4), option="household")
FRAME = 176


def drawn(*lines: tuple[tuple[int, int], tuple[int, int]], level: int = 30, width: int = 4) -> Grey:
    """A sheet of 24 × 24 mm with one check box and strokes in it."""
    sheet = np.full((240, 240), 255, np.uint8)
    cv2.rectangle(sheet, (100, 100), (140, 140), FRAME, 4)
    for start, end in lines:
        cv2.line(sheet, start, end, level, width, cv2.LINE_AA)
    return sheet


TICK = (((104, 120), (115, 135)), ((115, 135), (142, 95)))
CROSS = (((102, 102), (138, 138)), ((138, 102), (102, 138)))


@pytest.mark.parametrize("strokes", [TICK, CROSS])
@pytest.mark.parametrize("level", [20, 90, 130])
def test_ticks_and_crosses_are_marks(
    strokes: tuple[tuple[tuple[int, int], tuple[int, int]], ...], level: int
) -> None:
    assert read_mark(drawn(*strokes, level=level), BOX).mark is Mark.ON


SHARP = (((108, 108), (116, 134)), ((116, 134), (128, 100)))


@pytest.mark.parametrize("width", [5, 6, 7])
def test_a_thick_tick_with_a_sharp_bend_is_a_mark(width: int) -> None:
    """Thinned, its bend has a stalk that is no stroke; what is drawn on below the bend is one."""
    assert read_mark(drawn(*SHARP, width=width), BOX).mark is Mark.ON
    assert read_mark(drawn(*SHARP, ((104, 124), (138, 121)), width=width), BOX).mark is Mark.DOUBT
    assert read_mark(drawn(*SHARP, ((116, 134), (132, 148)), width=width), BOX).mark is Mark.DOUBT


def test_specks_that_a_fax_left_of_a_pale_tick_are_asked_single_ones_are_dust() -> None:
    sheet = drawn()
    for x, y in ((110, 120), (132, 108)):
        sheet[y : y + 2, x : x + 2] = 0
    assert read_mark(sheet, BOX).mark is Mark.OFF
    for x, y in ((114, 126), (118, 127), (124, 122)):
        sheet[y : y + 2, x : x + 2] = 0
    assert read_mark(sheet, BOX).mark is Mark.DOUBT


def test_a_tick_struck_through_by_an_upright_line_is_asked() -> None:
    thick = (((105, 120), (117, 135)), ((117, 135), (146, 95)))
    assert read_mark(drawn(*thick, width=6), BOX).mark is Mark.ON
    assert read_mark(drawn(*thick, ((113, 94), (111, 144)), width=6), BOX).mark is Mark.DOUBT
    small = (((106, 124), (111, 133)), ((111, 133), (139, 95)))
    assert read_mark(drawn(*small, ((109, 96), (110, 146)), width=7), BOX).mark is Mark.DOUBT


@pytest.mark.parametrize("width", [4, 6])
def test_a_cross_well_inside_its_box_is_a_mark_even_of_a_thick_pen(width: int) -> None:
    small = (((107, 107), (133, 134)), ((132, 106), (108, 133)))
    assert read_mark(drawn(*small, width=width), BOX).mark is Mark.ON
    for line in (((100, 120), (142, 121)), ((120, 98), (121, 144)), ((90, 148), (152, 88))):
        assert read_mark(drawn(*small, line, width=width), BOX).mark is Mark.DOUBT


def test_a_tick_with_a_line_drawn_along_it_is_asked() -> None:
    assert read_mark(drawn(*TICK, ((84, 156), (150, 86))), BOX).mark is Mark.DOUBT


def test_an_empty_box_is_not_marked() -> None:
    assert read_mark(drawn(), BOX).mark is Mark.OFF


def test_a_box_whose_frame_is_a_little_off_its_place_is_still_empty() -> None:
    moved = np.roll(drawn(), (2, -2), axis=(0, 1))
    assert read_mark(moved, BOX).mark is Mark.OFF


def test_dust_is_no_mark() -> None:
    sheet = drawn()
    sheet[110:132:7, 108:134:9] = 0
    assert read_mark(sheet, BOX).mark is Mark.OFF


@pytest.mark.parametrize(
    ("strokes", "level", "width"),
    [
        ((((116, 118), (124, 124)),), 40, 5),
        (TICK, 215, 4),
        (tuple(((102, y), (138, y)) for y in range(102, 140, 3)), 30, 4),
    ],
    ids=["a dot", "faint pencil", "blacked out"],
)
def test_what_is_unclear_is_asked(
    strokes: tuple[tuple[tuple[int, int], tuple[int, int]], ...], level: int, width: int
) -> None:
    assert read_mark(drawn(*strokes, level=level, width=width), BOX).mark is Mark.DOUBT


@pytest.mark.parametrize(("seed", "way"), [(61, "office"), (62, "fax"), (63, "coarse"), (64, "phone")])
def test_no_box_of_any_manner_is_decided_wrong(seed: int, way: str) -> None:
    """A sample of `tests.bench.marks`, which reads 20,000."""
    sheet = marked_sheet(seed, way)
    image = register(sheet.scan.image).image
    read = [one.mark for one in read_marks(image, sheet.zones)]
    wrong = [
        (manner, str(mark))
        for manner, mark in zip(sheet.manners, read, strict=True)
        if mark is not Mark.DOUBT and mark not in MANNERS[manner][1]
    ]
    assert not wrong
    for manner, state in (("tick", Mark.ON), ("empty", Mark.OFF)):
        decided = [mark is state for one, mark in zip(sheet.manners, read, strict=True) if one == manner]
        assert np.mean(decided) > (0.2 if sheet.black else 0.75)


def test_words_printed_close_to_a_box_are_no_marks_where_the_blank_is_known() -> None:
    blank = drawn(((145, 112), (160, 112)), ((152, 105), (152, 135)), level=0)
    assert read_mark(blank, BOX).mark is Mark.DOUBT
    assert read_mark(blank, BOX, blank).mark is Mark.OFF
