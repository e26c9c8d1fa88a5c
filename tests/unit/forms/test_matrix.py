"""The determination matrix: every household has a result in every event, every rule is tried."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from forms.catalogue import PACKAGED, load_catalogue
from forms.households import NoTypicalAnswer, load_households
from forms.inventory import inventory, inventory_markdown
from forms.matrix import make_matrix
from forms.rendering.matrix import matrix_markdown
from tests.support.definitions import write

ON = date(2026, 4, 10)
TYPES = """
[typical]
moved_on = "today-1"

[types.owner]
label = "犬のいる人"
people = [{ age = 30, sex = "male", relation = "世帯主" }]
answers = { pet = "dog" }

[types.other]
label = "犬のいない人"
people = [{ age = 30, sex = "male", relation = "世帯主" }]
answers = { pet = "none" }
"""


def types(folder: Path, text: str = TYPES) -> Path:
    file = folder / "households.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_each_type_has_its_result_and_reason(tmp_path: Path) -> None:
    matrix = make_matrix(load_catalogue(write(tmp_path)), load_households(types(tmp_path)), ON)
    (event,) = matrix.events
    told = [one for cell in event.cells if (one := cell.needed("dog"))]
    assert [one.needed for one in told] == [True, False]
    assert [one.reason.text("ja") for one in told] == ["犬がいるからです。", "犬がいないからです。"]
    assert [cell.applications for cell in event.cells] == [1, 0]
    assert matrix.faults() == ()
    text = matrix_markdown(matrix)
    assert "| 26　犬の登録 | ○ | − |" in text
    assert "○ 犬がいるからです。" in text


def test_a_rule_no_type_reaches_is_named(tmp_path: Path) -> None:
    only = TYPES.replace('pet = "none"', 'pet = "dog"')
    matrix = make_matrix(load_catalogue(write(tmp_path)), load_households(types(tmp_path, only)), ON)
    assert matrix.faults() == ("引っ越し・dog/v1：「要らない」になる世帯の型がありません。",)


def test_an_event_a_type_cannot_meet_says_why(tmp_path: Path) -> None:
    text = TYPES + '\n[types.other.not_in]\nmove = "引っ越さない人です。"\n'
    matrix = make_matrix(load_catalogue(write(tmp_path)), load_households(types(tmp_path, text)), ON)
    assert matrix.events[0].cells[1].determinations == ()
    assert "／ 犬のいない人：引っ越さない人です。" in matrix_markdown(matrix)


def test_an_answer_that_is_not_taken_names_household_and_fact(tmp_path: Path) -> None:
    wrong = TYPES.replace('"today-1"', '"today+1"')
    with pytest.raises(NoTypicalAnswer, match=r"犬のいる人：「moved_on」.*今日までの日付"):
        make_matrix(load_catalogue(write(tmp_path)), load_households(types(tmp_path, wrong)), ON)


def test_the_inventory_says_what_is_not_confirmed(tmp_path: Path) -> None:
    (entry,) = inventory(load_catalogue(write(tmp_path)))
    assert entry.unconfirmed == ("見本法【要確認】",)
    assert entry.untranslated["ja-easy"] > entry.untranslated["en"] > 0
    text = inventory_markdown((entry,))
    assert "このうち1件は、根拠に要確認があります。" in text
    assert "「異動日」から30日以内" in text


def test_the_packaged_matrix_is_complete_and_kept_as_a_table() -> None:
    """After a change of definitions: kakazu procedures matrix --on 2026-04-10 --out forms/MATRIX.md"""
    matrix = make_matrix(load_catalogue(), load_households(), ON)
    assert matrix.faults() == ()
    assert len(matrix.events) == 8
    assert matrix_markdown(matrix) == (PACKAGED / "MATRIX.md").read_text(encoding="utf-8")
