"""Answers as pages show them: people in a table, secrets masked, columns nobody filled left out."""

from __future__ import annotations

from forms.catalogue import load_catalogue
from forms.definition import Field
from office.web.answers import shown
from tests.support.family import FAMILY, HANAKO, ON, TARO


def field(slug: str, fact: str) -> Field:
    procedure = load_catalogue().procedure(slug, on=ON)
    return next(one for one in procedure.fields if one.fact == fact)


def test_people_are_a_table_without_the_columns_nobody_filled() -> None:
    found = shown(field("moving-in", "members"), [*FAMILY], "ja", "register")
    assert found.text == ""
    assert found.source == "register"
    assert found.table is not None
    assert found.table.headings == ("氏名", "生年月日", "性別", "続柄")
    assert [row[0].split("（")[0] for row in found.table.rows] == [
        "見本 太郎",
        "見本 花子",
        "見本 一郎",
        "見本 桜",
    ]
    assert found.table.rows[0][2:] == ("男", "世帯主")


def test_my_numbers_are_masked_and_missing_ones_stay_empty() -> None:
    number = "123456789018"
    found = shown(field("moving-in", "members"), [{**TARO, "my_number": number}, HANAKO], "ja")
    assert found.table is not None
    assert [row[-1] for row in found.table.rows] == ["********9018", ""]
    assert number not in repr(found)


def test_headings_speak_the_language() -> None:
    for language, first in (("en", "Name"), ("ja-easy", "|")):
        found = shown(field("moving-in", "members"), [*FAMILY], language)
        assert found.table is not None
        assert first in found.table.headings[0]


def test_one_person_is_a_table_of_one_row_and_nobody_is_none() -> None:
    spouse = field("child-allowance", "child.spouse")
    found = shown(spouse, {"name": HANAKO["name"], "birth_on": HANAKO["birth_on"]}, "ja")
    assert found.table is not None
    assert len(found.table.rows) == 1
    assert shown(spouse, {}, "ja").table is None
    assert shown(field("moving-in", "members"), [], "ja").table is None


def test_what_the_officer_made_sure_of_was_not_said_by_the_resident() -> None:
    identity = field("moving-in", "identity.document")
    assert shown(identity, "my-number-card", "ja", "said").source == "officer"
    assert shown(identity, "my-number-card", "ja", "paper").source == "paper"
    assert shown(field("moving-in", "moving.moved_on"), "2026-04-01", "ja", "said").source == "said"


def test_other_answers_are_one_line() -> None:
    found = shown(field("moving-in", "moving.moved_on"), "2026-04-01", "ja")
    assert (found.table, found.source) == (None, "")
    assert "令和8年4月1日" in found.text
