"""吉 is told from 𠮷 and 崎 from 﨑 by their strokes, or not at all."""

from __future__ import annotations

import numpy as np
import pytest

from ocr.stages.form_strokes import plainly_today
from samples.faces import HAND, PRINT, Face
from tests.support.written_names import COMMON, RARE, as_read, name_lines

GOTHIC, KLEE = PRINT[0], HAND[0]


def told(names: tuple[str, ...], face: Face, style: str, way: str) -> int:
    """In how many names, each written twice, the form of today is plain."""
    found = zip(name_lines(names * 2, face, style, way), names * 2, strict=True)
    return sum(bool(plainly_today(line, as_read(name))) for line, name in found)


@pytest.mark.parametrize("way", ["office", "fax", "phone"])
@pytest.mark.parametrize(("face", "style"), [(GOTHIC, "print"), (KLEE, "print"), (KLEE, "hand")])
def test_only_the_form_of_today_is_taken_for_it(face: Face, style: str, way: str) -> None:
    assert told(RARE, face, style, way) == 0
    assert told(COMMON, face, style, way) >= 7, "most of 10"


def test_every_place_of_the_letter_has_to_show_it() -> None:
    image = name_lines(("吉𠮷",), GOTHIC, "print", "clean")[0]
    assert plainly_today(image, "吉吉") == frozenset()
    assert plainly_today(image, "吉田") == {"吉"}


def test_other_letters_and_empty_lines_say_nothing() -> None:
    image = name_lines(("高橋",), GOTHIC, "print", "clean")[0]
    assert plainly_today(image, "高橋") == frozenset()
    assert plainly_today(np.full((40, 90), 255, np.uint8), "吉田") == frozenset()


def test_a_line_of_other_proportions_is_not_cut() -> None:
    image = name_lines(("吉田",), GOTHIC, "print", "clean")[0]
    wide = np.hstack((image, np.full((image.shape[0], 200), 255, np.uint8), image))
    assert plainly_today(wide, "吉田") == frozenset()
