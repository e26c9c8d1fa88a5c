"""高 and 髙 are told apart by what both engines nearly saw."""

from __future__ import annotations

import numpy as np
import pytest

from ocr.ctc import Slices
from ocr.engine import Reading
from ocr.stages.kanji_forms import told
from ocr.stages.opinions import Opinion

OPINION = Opinion("高橋", 0.99, {"a": "高橋", "b": "高橋"}, (("高橋", 0.99), ("髙橋", 1e-4)), read="高橋")


def readings(*rests: float) -> dict[str, list[Reading]]:
    """What engines say of 高橋, each with so much left for 髙."""
    found = {}
    for number, rest in enumerate(rests):
        rows = np.array([[0.01, 0.99 - rest, rest, 0.0], [0.01, 0.0, 0.0, 0.99]], np.float32)
        found[f"engine {number}"] = [Reading("高橋", 0.99, Slices("高髙橋", rows))]
    return found


@pytest.mark.parametrize(
    ("rests", "text", "open_"),
    [
        ((1e-5, 1e-4), "高橋", False),
        ((5e-3, 8e-4), "高橋", True),
        ((5e-3, 5e-3), "髙橋", True),
        ((5e-2, 1e-2), "髙橋", False),
    ],
)
def test_the_rest_that_engines_leave_tells_the_form(
    rests: tuple[float, float], text: str, open_: bool
) -> None:
    found = told(OPINION, readings(*rests), "family")
    assert found.text == text
    assert found.agreed
    chances = dict(found.candidates)
    assert found.confidence == pytest.approx(chances[text])
    assert (min(chances["高橋"], chances["髙橋"]) > 0.02) is open_


def test_other_names_stay_as_they_are() -> None:
    other = Opinion("山本", 0.99, {"a": "山本"}, (("山本", 0.99),))
    assert told(other, readings(1e-2, 1e-2), "family") is other
