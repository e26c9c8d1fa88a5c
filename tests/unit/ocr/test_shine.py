"""Boxes over a back that shines through: letters of the back are no marks, pencil is asked."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from forms.rendering.geometry import Rect, Zone
from ocr.engine import Grey
from ocr.marks import Mark, read_mark, read_marks
from ocr.shine import shining

BOX = Zone("copy.kind", "choice", "check", 1, Rect(40, 40, 4, 4), option="household")
SHARE = 0.08


def paper(*letters: tuple[int, int]) -> Grey:
    """An empty sheet of 100 × 80 mm with its box, the back's letters shining through at some places."""
    back = np.full((800, 1000), 255, np.uint8)
    for x, y in letters:
        cv2.putText(back, "7", (x, y), cv2.FONT_HERSHEY_SIMPLEX, 1.1, 0, 3)
    soft = cv2.blur(cv2.flip(back, 1), (9, 9)).astype(np.float32)
    grain = np.random.default_rng(1).normal(0, 2, back.shape)
    sheet = np.clip(252 - SHARE * (255 - soft) + grain, 0, 255).astype(np.uint8)
    cv2.rectangle(sheet, (400, 400), (440, 440), 176, 4)
    return sheet


IN_BOX = (568, 431)
TEXT = tuple((x, y) for y in range(71, 760, 60) for x in range(48, 960, 40) if (x, y) != IN_BOX)


def with_tick(sheet: Grey, level: int) -> Grey:
    drawn = np.full_like(sheet, 255)
    cv2.polylines(drawn, [np.array([(408, 418), (416, 432), (434, 406)])], False, level, 4, cv2.LINE_AA)
    return np.minimum(sheet, drawn)


def mark(sheet: Grey) -> Mark:
    return read_marks(sheet, [BOX])[0].mark


def test_letters_of_the_back_are_no_mark() -> None:
    sheet = paper(*TEXT, IN_BOX)
    assert read_mark(sheet, BOX).mark is Mark.DOUBT
    assert mark(sheet) is Mark.OFF


def test_what_is_faint_in_the_box_alone_is_asked() -> None:
    sheet = paper(IN_BOX)
    assert shining(sheet, [BOX]) == 0
    assert mark(sheet) is Mark.DOUBT


@pytest.mark.parametrize("level", [170, 200, 226])
def test_pencil_is_asked_on_thin_paper_too(level: int) -> None:
    assert shining(paper(*TEXT), [BOX]) > 0
    assert mark(with_tick(paper(*TEXT), level)) is Mark.DOUBT
    assert mark(with_tick(paper(*TEXT, IN_BOX), level)) is Mark.DOUBT


def test_a_box_shaded_with_pencil_is_asked() -> None:
    sheet = paper(*TEXT)
    sheet[403:438, 403:438] = np.minimum(sheet[403:438, 403:438], 236)
    assert mark(sheet) is Mark.DOUBT


def test_clean_paper_shows_no_back() -> None:
    assert shining(paper(), [BOX]) == 0
