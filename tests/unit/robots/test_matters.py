"""What robots read out of the records that a real interview makes."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from forms.catalogue import load_catalogue
from robots.connectors.workbook.cells import Ruby
from robots.matters.child_allowance import Amounts
from robots.matters.moving_in import Filing, movers
from tests.support.moving_in import family_interview, known_family

ON = date(2026, 4, 6)
_DATA = Path(__file__).parents[3] / "robots/catalogue"


@pytest.fixture(scope="module")
def records() -> dict[str, dict[str, Any]]:
    """The record of each application of the sample family of four, by procedure."""
    interview = family_interview(load_catalogue(), ON, known_family(ON))
    return {form.procedure.slug: form.record() for form in interview.applications()}


def test_a_family_of_four_is_four_complete_entries(records: dict[str, dict[str, Any]]) -> None:
    columns = tomllib.loads((_DATA / "file_move_ins.toml").read_text(encoding="utf-8"))["columns"]
    found = movers(records["moving-in"], Filing("R8-000001", ON, "ロボット"), columns)
    assert [mover.anchor for mover in found] == [
        "R8-000001 タカハシ ケンタ 1984-05-12",
        "R8-000001 タカハシ ミサキ 1990-11-03",
        "R8-000001 タカハシ ヒナ 2018-06-21",
        "R8-000001 タカハシ ミナト 2024-08-30",
    ]
    for mover in found:
        assert mover.entry is not None
        assert list(mover.entry.values) == list(columns)
        assert all(mover.entry.values.values())
    first = found[0].entry
    assert first is not None
    assert first.values["氏名"] == Ruby((("髙橋", "タカハシ"), (" ", ""), ("健太", "ケンタ")))
    assert first.values["世帯主"] == "髙橋 健太"
    assert str(first.values["新住所"]).startswith("見本県みほん市")


def test_the_allowance_of_the_family_has_months_and_an_account(records: dict[str, dict[str, Any]]) -> None:
    record = records["child-allowance"]
    amounts = tomllib.loads((_DATA / "child_allowance_amounts.toml").read_text(encoding="utf-8"))
    assert Amounts.of(amounts).months(record, ON, "2026-06") == {"2026-05": 25000, "2026-06": 25000}
    assert record["account"]["holder_kana"] == "タカハシ ケンタ"
