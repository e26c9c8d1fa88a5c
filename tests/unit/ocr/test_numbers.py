"""Numbers read box by box: what a check digit proves, and what it proposes."""

from __future__ import annotations

import numpy as np
import pytest

from forms.values.numbers import check, complete
from ocr.charsets import ANY_DIGIT, KANA
from ocr.ctc import Slices
from ocr.digits.normal import SIDE, normalised, stroke_width
from ocr.digits.numbers import proved, repaired
from ocr.engine import Grey, Reading
from ocr.engines.digits import DIGITS
from ocr.stages.opinions import Opinion, judge
from samples.digits.sources import HAND_FACES, PRINT_FACES, drawn, lettered, ways

NUMBER = complete("my-number", "99000000001")


def box(digit: str, chance: float, other: str) -> Reading:
    """A box that holds one digit or another."""
    row = np.full(11, 1e-4, np.float32)
    row[1 + int(digit)], row[1 + int(other)] = chance, 1 - chance
    return Reading(digit, chance, Slices("0123456789", (row / row.sum())[None, :]))


def opinion(*boxes: Reading) -> Opinion:
    return judge((), {}, lambda text: 0.0, lambda text: (), {"digits": boxes})


def test_a_doubtful_box_is_repaired_for_a_person_and_named() -> None:
    boxes = [box(digit, 0.99, "7") for digit in NUMBER]
    boxes[4] = box("1", 0.55, NUMBER[4])
    found = opinion(*boxes)
    assert not check("my-number", found.text).valid
    repair = repaired(found, "my-number")
    assert repair is not None
    assert (repair.text, repair.cells) == (NUMBER, (4,))
    assert 0.5 < repair.confidence <= 1.0
    assert proved(found, "my-number") == 0.0


def test_a_number_that_holds_is_not_repaired_and_is_surer_for_it() -> None:
    found = opinion(*(box(digit, 0.8, str((int(digit) + 1) % 10)) for digit in NUMBER))
    assert found.text == NUMBER
    assert repaired(found, "my-number") is None
    assert proved(found, "my-number") > found.confidence


def test_the_probability_of_a_text_falls_with_the_doubt_of_its_boxes() -> None:
    sure = opinion(*(box(digit, 0.999, "7") for digit in NUMBER))
    unsure = opinion(*(box(digit, 0.7, "7") for digit in NUMBER))
    assert sure.confidence > 0.9 > unsure.confidence


@pytest.mark.parametrize("width", [3, 6, 12])
def test_thin_and_thick_strokes_come_out_alike(width: int) -> None:
    image = np.full((84, 72), 255, np.uint8)
    image[20:60, 30 : 30 + width] = 40
    found = normalised(image)
    assert found.shape == (SIDE, SIDE)
    assert 1.5 < stroke_width(found > 110) < 4.5


def test_an_empty_box_and_a_speck_are_no_digits() -> None:
    empty = np.full((84, 72), 255, np.uint8)
    speck = empty.copy()
    speck[40:46, 30:37] = 0
    assert not normalised(empty).any()
    (found,) = DIGITS.read([speck], [ANY_DIGIT])
    assert found.slices is not None
    assert found.slices.probabilities[0, 0] > 0.5


def test_every_digit_is_read_in_print_by_hand_and_by_pen() -> None:
    rng = np.random.default_rng(3)
    images, digits = [], []
    for digit in range(10):
        inks = [lettered(str(digit), face) for face in (*PRINT_FACES, *HAND_FACES)]
        inks += [drawn(digit, rng) for _ in ways()[str(digit)] * 3]
        for ink in inks:
            images.append(np.asarray(255 - ink * 220, np.uint8))
            digits.append(str(digit))
    found = DIGITS.read([reduced(image) for image in images], [ANY_DIGIT] * len(images))
    right = [one.text == digit for one, digit in zip(found, digits, strict=True)]
    assert np.mean(right) > 0.97


def reduced(image: Grey) -> Grey:
    """At ten pixels a millimetre, in the middle of a box."""
    small = image[::2, ::2]
    return np.pad(small, ((18, 18), (12, 12)), constant_values=255)


def test_the_digit_reader_reads_digits_only() -> None:
    assert DIGITS.read([], []) == []
    with pytest.raises(ValueError, match="digits only"):
        DIGITS.read([np.full((84, 72), 255, np.uint8)], [KANA])
