"""Ink without frames: lines and cells drawn on a sheet, with frames light, dark and off their place."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from forms.rendering.geometry import Rect, Zone
from ocr.engine import Grey
from ocr.stages.crops import INK, cells_written, dashes, line_written

CELLS = tuple(Rect(10 + 6.5 * number, 10, 6, 6) for number in range(4))
ROW = Zone("it", "digits", "cells", 1, Rect(10, 10, 25.5, 6), CELLS)
LINE = Zone("it", "text", "line", 1, Rect(10, 10, 40, 10))


def sheet(*rects: Rect, frame: int = 176) -> Grey:
    """A sheet of 60 × 30 mm with frames of 0.35 mm."""
    page = np.full((300, 600), 255, np.uint8)
    for rect in rects:
        corners = [round(edge * 10) for edge in (rect.x, rect.y, rect.right, rect.bottom)]
        cv2.rectangle(page, (corners[0], corners[1]), (corners[2], corners[3]), frame, 3)
    return page


def stroke(page: Grey, *points: tuple[int, int], level: int = 40) -> Grey:
    cv2.polylines(page, [np.array(points)], False, level, 5, cv2.LINE_AA)
    return page


def ink(image: Grey | None) -> int:
    return 0 if image is None else int((image < INK).sum())


@pytest.mark.parametrize("frame", [176, 120, 0], ids=["drop-out", "dark", "black"])
@pytest.mark.parametrize("shift", [0, 2, -2])
def test_frames_alone_are_nothing_written(frame: int, shift: int) -> None:
    page = np.roll(sheet(*CELLS, frame=frame), (shift, -shift), axis=(0, 1))
    assert cells_written(page, ROW).empty
    assert not cells_written(page, ROW).faint
    line = np.roll(sheet(LINE.rect, frame=frame), (shift, shift), axis=(0, 1))
    assert line_written(line, LINE).empty


def test_each_stroke_goes_to_its_own_cell_even_where_it_crosses_the_frame() -> None:
    page = stroke(sheet(*CELLS), (130, 95), (130, 150))
    stroke(page, (260, 110), (280, 165))
    found = cells_written(page, ROW)
    assert [image is not None for image in found.images] == [True, False, True, False]
    assert ink(found.images[0]) > 200
    assert ink(found.images[2]) > 200


def test_a_thin_stroke_that_a_fax_left_in_pieces_is_whole_in_its_cell() -> None:
    page = stroke(sheet(*CELLS), (130, 120), (130, 130))
    alone = ink(cells_written(page, ROW).images[0])
    page[136:138, 129:131] = 0
    joined = ink(cells_written(page, ROW).images[0])
    page[145:147, 112:114] = 0
    assert joined == alone + 4
    assert ink(cells_written(page, ROW).images[0]) == joined


def test_what_stands_beside_a_line_is_not_part_of_it() -> None:
    page = stroke(sheet(LINE.rect), (200, 130), (240, 170))
    alone = line_written(page, LINE).images[0]
    stroke(page, (200, 92), (260, 92))
    again = line_written(page, LINE).images[0]
    assert alone is not None
    assert again is not None
    assert alone.shape == again.shape


def test_specks_of_a_fax_far_from_the_writing_are_not_part_of_it() -> None:
    page = stroke(sheet(LINE.rect), (130, 130), (170, 170))
    alone = line_written(page, LINE).images[0]
    page[140:143, 400:403] = 0
    again = line_written(page, LINE).images[0]
    assert alone is not None
    assert again is not None
    assert alone.shape == again.shape
    speck = sheet(LINE.rect)
    speck[140:143, 300:303] = 0
    assert line_written(speck, LINE).empty


@pytest.mark.parametrize("beside", [12, 50])
def test_dots_that_were_written_stay(beside: int) -> None:
    """A small dot close to a letter, a dot of a pen anywhere."""
    page = stroke(sheet(LINE.rect), (130, 130), (170, 170))
    alone = line_written(page, LINE).images[0]
    size = 3 if beside < 20 else 6
    page[150 : 150 + size, 175 + beside : 175 + beside + size] = 0
    dotted = line_written(page, LINE).images[0]
    assert alone is not None
    assert dotted is not None
    assert dotted.shape[1] > alone.shape[1]


def test_pencil_too_light_to_read_is_not_taken_for_an_empty_place() -> None:
    page = sheet(LINE.rect)
    for x in range(130, 400, 14):
        stroke(page, (x, 120), (x + 8, 180), level=222)
    found = line_written(page, LINE)
    assert found.empty
    assert found.faint


def test_hyphens_of_a_house_number_are_counted() -> None:
    page = sheet(LINE.rect)
    for x in (130, 190, 250):
        stroke(page, (x, 115), (x + 10, 185))
    stroke(page, (155, 150), (172, 149))
    stroke(page, (215, 151), (232, 150))
    (image,) = line_written(page, LINE).images
    assert image is not None
    assert dashes(image) == 2
