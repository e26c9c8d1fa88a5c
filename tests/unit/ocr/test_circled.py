"""Words to put a ring around: a ring, nothing, a piece of a ring, a word struck out."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from forms.rendering.geometry import Rect, Zone
from ocr.engine import Grey
from ocr.marks import Mark, read_mark

WORD = Rect(20, 20, 8, 4)


def printed() -> Grey:
    """Two printed words beside each other, as 男・女."""
    page = np.full((450, 600), 255, np.uint8)
    for left in (200, 330):
        for x in range(left, left + 80, 16):
            cv2.line(page, (x, 200), (x + 10, 240), 0, 3)
            cv2.line(page, (x + 10, 200), (x, 240), 0, 3)
    return page


def ringed(page: Grey, start: int = 0, end: int = 360, level: int = 40) -> Grey:
    drawn = page.copy()
    cv2.ellipse(drawn, (240, 220), (58, 36), -5, start, end, level, 4, cv2.LINE_AA)
    return drawn


def state(page: Grey, *, blank: bool) -> Mark:
    zone = Zone("it", "choice", "circle", 1, WORD, option="male")
    return read_mark(page, zone, printed() if blank else None).mark


@pytest.mark.parametrize("blank", [False, True])
def test_a_ring_is_a_mark_and_none_is_none(blank: bool) -> None:
    assert state(ringed(printed()), blank=blank) is Mark.ON
    assert state(ringed(printed(), 20, 350), blank=blank) is Mark.ON
    assert state(printed(), blank=blank) is Mark.OFF


@pytest.mark.parametrize("blank", [False, True])
def test_a_piece_of_a_ring_is_asked(blank: bool) -> None:
    assert state(ringed(printed(), 0, 150), blank=blank) is Mark.DOUBT


def test_a_pale_ring_is_asked() -> None:
    assert state(ringed(printed(), level=222), blank=True) is Mark.DOUBT


def test_a_word_struck_out_is_asked() -> None:
    page = printed()
    cv2.line(page, (190, 222), (295, 218), 40, 4, cv2.LINE_AA)
    assert state(page, blank=True) is Mark.DOUBT


@pytest.mark.parametrize("blank", [False, True])
@pytest.mark.parametrize(
    "line", [((170, 222), (310, 218)), ((180, 175), (300, 268))], ids=["level", "aslant"]
)
def test_a_ring_taken_back_by_a_line_is_asked(line: tuple[tuple[int, int], ...], *, blank: bool) -> None:
    page = ringed(printed())
    cv2.line(page, line[0], line[1], 40, 4, cv2.LINE_AA)
    assert state(page, blank=blank) is Mark.DOUBT
