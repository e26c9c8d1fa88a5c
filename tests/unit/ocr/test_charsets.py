"""Charsets: what may stand in a field and which shapes mean the same there."""

from __future__ import annotations

import numpy as np
import pytest

from ocr.charsets import ANY_DIGIT, KANA, NAME, TEXT, as_one_stroke, settle
from ocr.engines.recogniser import confine


@pytest.mark.parametrize(("shape", "digit"), [("l", "1"), ("O", "0"), ("５", "5"), ("8", "8")])
def test_same_strokes_are_digits_in_a_field_of_digits(shape: str, digit: str) -> None:
    assert ANY_DIGIT.meaning(shape) == digit


def test_a_field_of_digits_holds_nothing_else() -> None:
    assert ANY_DIGIT.meaning("漢") is None
    assert ANY_DIGIT.confined("令和８年l月") == "81"


def test_kana_are_katakana_and_keep_their_size() -> None:
    assert KANA.confined("やまだ口ー") == "ヤマダロー"
    assert KANA.meaning("ッ") == "ッ"
    assert KANA.meaning("漢") is None


def test_names_keep_rare_kanji_and_hold_no_digits() -> None:
    assert NAME.meaning("髙") == "髙"
    assert NAME.meaning("﨑") == "﨑"
    assert NAME.meaning("1") is None
    assert TEXT.meaning("1") == "1"


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("二一ナ", "ニーナ"),
        ("工三リ一", "エミリー"),
        ("一郎", "一郎"),
        ("山口", "山口"),
        ("千葉", "千葉"),
        ("3一12", "3-12"),
        ("ハイツ二号", "ハイツ二号"),
    ],
)
def test_twins_are_settled_by_their_neighbours(read: str, meant: str) -> None:
    assert settle(read) == meant


def test_a_settled_text_is_found_again_in_the_symbols_of_its_line() -> None:
    assert as_one_stroke("ニーナ", "二一ナ") == "二一ナ"
    assert as_one_stroke("ニーナ", "ニーナ") == "ニーナ"


def test_masking_merges_same_strokes_and_shares_out_the_rest() -> None:
    output = np.array([[0.1, 0.2, 0.3, 0.4], [0.9, 0.0, 0.1, 0.0]], dtype=np.float32)
    slices = confine(output, "1l漢", ANY_DIGIT)
    assert slices.symbols == "1"
    assert slices.probabilities == pytest.approx(np.array([[1 / 6, 5 / 6], [0.9, 0.1]]), abs=1e-6)
