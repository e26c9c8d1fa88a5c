"""The chart of measures: every label has room, whatever it is called."""

from __future__ import annotations

import pytest

from office.records.measure_figures import Row
from office.web.measures.chart import FIGURES, LETTER, WIDTH, chart


def row(key: str, median: float | None, ninetieth: float | None) -> Row:
    return Row(key, 1, 0, median, ninetieth, 20.0, 8, 30, 16, 2, 30, 1, 0, None, None)


@pytest.mark.parametrize("title", ["犬", "令和8年11月16日からの週", "国民健康保険 出産育児一時金支給申請書"])
def test_a_label_of_any_length_has_room(title: str) -> None:
    found = chart([row("one", 4.0, 9.0)], {"one": title})
    assert found is not None
    assert found.left >= len(title) * LETTER / 2
    assert found.left >= LETTER * sum(1 for letter in title if ord(letter) > 0x2FFF)
    (bar,) = found.bars
    assert found.left + bar.ninetieth_width + FIGURES <= WIDTH
    assert 0 < bar.median_width < bar.ninetieth_width


def test_rows_nothing_was_measured_in_have_no_bar() -> None:
    assert chart([row("one", None, None)], {}) is None
    found = chart([row("one", None, None), row("two", 1.0, 1.0)], {})
    assert found is not None
    assert [bar.label for bar in found.bars] == ["two"]
