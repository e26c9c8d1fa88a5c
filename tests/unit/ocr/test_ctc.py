"""CTC decoding: texts and their probabilities from slices, against a count of every path."""

from __future__ import annotations

import itertools
import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr.ctc import Slices, beam, best_path, log_probabilities, log_probability

SYMBOLS = "12"


@st.composite
def lines(draw: st.DrawFn) -> Slices:
    """Four slices over a blank and two symbols, every entry possible."""
    rows = draw(st.lists(st.lists(st.floats(0.05, 1.0), min_size=3, max_size=3), min_size=4, max_size=4))
    chances = np.array(rows, dtype=np.float32)
    return Slices(SYMBOLS, chances / chances.sum(axis=1, keepdims=True))


def folded(path: tuple[int, ...]) -> str:
    return "".join(SYMBOLS[symbol - 1] for symbol, _ in itertools.groupby(path) if symbol)


def counted(line: Slices) -> dict[str, float]:
    """The probability of every text, by walking every path."""
    texts: dict[str, float] = {}
    for path in itertools.product(range(3), repeat=len(line.probabilities)):
        chance = math.prod(float(line.probabilities[place, symbol]) for place, symbol in enumerate(path))
        texts[folded(path)] = texts.get(folded(path), 0.0) + chance
    return texts


@settings(max_examples=60, deadline=None)
@given(lines())
def test_probability_of_every_text_is_the_sum_over_its_paths(line: Slices) -> None:
    texts = counted(line)
    for text, chance in texts.items():
        assert math.isclose(math.exp(log_probability(line, text)), chance, rel_tol=1e-4)
    assert math.isclose(sum(texts.values()), 1.0, rel_tol=1e-4)


@settings(max_examples=60, deadline=None)
@given(lines())
def test_a_wide_beam_finds_the_likeliest_text_and_its_probability(line: Slices) -> None:
    texts = counted(line)
    best, chance = beam(line, width=64)[0]
    assert math.isclose(texts[best], max(texts.values()), rel_tol=1e-4)
    assert math.isclose(math.exp(chance), texts[best], rel_tol=1e-3)


@settings(max_examples=60, deadline=None)
@given(lines())
def test_the_best_path_is_one_of_the_paths_and_names_a_place_for_each_character(line: Slices) -> None:
    text, chances, places = best_path(line)
    assert text in counted(line)
    assert len(text) == len(chances) == len(places)
    assert list(places) == sorted(places)


def certain(path: str) -> Slices:
    """Slices that surely hold `path`, where - is the blank."""
    rows = [[float(symbol == column) for column in "-12"] for symbol in path]
    return Slices(SYMBOLS, np.array(rows, dtype=np.float32))


def test_repeats_fold_and_a_blank_parts_the_same_character() -> None:
    assert best_path(certain("11-12"))[0] == "112"
    assert best_path(certain("1112-"))[0] == "12"
    assert log_probability(certain("1-1--"), "11") > log_probability(certain("1-1--"), "1")


def test_a_character_the_line_never_saw_is_unlikely_but_not_impossible() -> None:
    assert -40 < log_probability(certain("1-2--"), "1漢") < -5


def test_an_empty_text_is_all_blanks() -> None:
    assert log_probability(certain("-----"), "") == 0.0


@settings(max_examples=30, deadline=None)
@given(lines())
def test_many_texts_at_once_are_as_probable_as_each_alone(line: Slices) -> None:
    texts = ["", "1", "12", "1121", "22"]
    alone = [log_probability(line, text) for text in texts]
    assert np.allclose(log_probabilities(line, texts), alone)


def test_a_letter_the_engine_cannot_name_stands_where_something_was_seen() -> None:
    seen = Slices("1", np.array([[0.98, 0.02], [0.02, 0.98], [0.98, 0.02]], np.float32))
    nothing = Slices("1", np.array([[0.98, 0.02]] * 3, np.float32))
    assert log_probability(seen, "竈", 0.003) > log_probability(nothing, "竈", 0.003) + 1
    assert log_probability(seen, "竈", 0.003) > log_probability(seen, "竈") + 3
