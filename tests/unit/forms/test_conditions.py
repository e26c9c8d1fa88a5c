"""The expression language: what it says, what it refuses, and three-valued logic."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.condition_shapes import DATE, FLAG, NUMBER, TEXT, TEXTS, ConditionFault, Shape
from forms.conditions import Condition, parse_condition, parse_expression

NAME = Shape("record", members={"family": TEXT, "full": TEXT})
PERSON = {"name": NAME, "birth_on": DATE, "relation": TEXT}
SHAPES = {
    "members": Shape("people", members=PERSON),
    "applicant": Shape("record", members=PERSON),
    "moving.moved_on": DATE,
    "moving.from": NAME,
    "household": Shape("text", frozenset(["new", "join"])),
    "who": TEXT,
    "chosen": TEXTS,
    "show": Shape("texts", frozenset(["relation", "honseki"])),
    "count": NUMBER,
    "foreign": FLAG,
    "today": DATE,
}


def member(given: str, birth_on: str | None = None, relation: str = "子") -> dict[str, Any]:
    return {"name": {"family": "見本", "given": given}, "birth_on": birth_on, "relation": relation}


FACTS: dict[str, Any] = {
    "members": [member("太郎", "1985-05-01", "世帯主"), member("桜", "2020-12-25")],
    "moving.moved_on": "2026-04-01",
    "moving.from": {"family": "東京"},
    "household": "new",
    "who": "見本 桜",
    "chosen": ["見本 桜"],
    "show": ["relation"],
    "count": 3,
    "foreign": False,
    "today": "2026-04-10",
}


def value(text: str, **changed: Any) -> Any:
    return parse_expression(text, SHAPES).value({**FACTS, **changed}.get)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("members.any(age_on(moving.moved_on) < 18)", True),
        ("members.all(age_on(moving.moved_on) < 18)", False),
        ("members.count(age_on(today) >= 18)", 1),
        ("size(members.where(relation == '子')) == 1", True),
        ("members.first(relation == '世帯主').name", {"family": "見本", "given": "太郎"}),
        ("members.first(relation == '父').name", None),
        ("members.first(True).birth_on", "1985-05-01"),
        ("members.first(name.full == who).relation", "子"),
        ("members.where(name.full in chosen)", [FACTS["members"][1]]),
        ("members.where(name.full not in chosen)", [FACTS["members"][0]]),
        ("age_on(applicant.birth_on, today)", None),
        ("fiscal_year_start(moving.moved_on) == '2026-04-01'", True),
        ('household == "new" and not foreign', True),
        ("household != 'join' or foreign", True),
        ("household in ['join']", False),
        ("'relation' in show", True),
        ("'honseki' not in show", True),
        ("count >= 3 and count < 4", True),
        ("moving.moved_on <= today", True),
        ("moving.moved_on < '2026-04-01'", False),
        ("moving.from.family", "東京"),
        ("who == 'moving.from'", False),
        ("who if foreign else household", "new"),
        ("who if foreign else None", None),
        ("either(applicant, members.first(relation == '子')).relation", "子"),
        ("known(applicant)", False),
        ("known(who)", True),
        ("size(chosen)", 1),
        ("size(together(members, members))", 2),
        ("together(members.first(name.full == who), members).first(True).relation", "子"),
        ("together(members, applicant)", None),
        ("always", True),
        ("members.any(\n  age_on(today) >= 75\n)", False),
    ],
)
def test_what_can_be_said(text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("moving.moved_off < today", "「moving.moved_off」という事実はありません"),
        ("members.any(birth == today)", "「birth」という事実はありません"),
        ("household == 'nwe'", "「nwe」という選択肢はありません（join、new）"),
        ("household in ['new', 'old']", "「old」という選択肢はありません"),
        ("'salary' in show", "「salary」という選択肢はありません"),
        ("count == 'three'", "「count」は数"),
        ("count == today", "は日付です"),
        ("foreign < True", "比べられません"),
        ("who < 'x'", "比べられません"),
        ("members == members", "比べられません"),
        ("today in chosen", "比べられません"),
        ("today < '2026-13-01'", "日付ではありません"),
        ("count", "成り立つかを言う式"),
        ("not count", "成り立つかを言う式"),
        ("members.any(count)", "成り立つかを言う式"),
        ("who.any(True)", "人の一覧に条件を1つ添えて"),
        ("members.any(True, False)", "人の一覧に条件を1つ添えて"),
        ("members.name == 'x'", "「name」という部分はありません"),
        ("who.first.second == 'x'", "部分はありません"),
        ("age_on(today) < 3", "使い方はできません"),
        ("age_on(who, today) < 3", "使い方はできません"),
        ("size(count) == 3", "使い方はできません"),
        ("either(who) == 'x'", "使い方はできません"),
        ("size(together(members, moving.from)) == 1", "使い方はできません"),
        ("size(together(chosen)) == 1", "使い方はできません"),
        ("members.map(True)", "使い方はできません"),
        ("who == 3.5", "値は使えません"),
        ("who == f'{who}'", "書き方は使えません"),
        ("[1, 2] == count", "引用符で囲んだ文字だけ"),
        ("1 < count < 3", "書き方は使えません"),
        ("count + 1 == 3", "書き方は使えません"),
        ("(lambda: True)()", "使い方はできません"),
        ("__import__('os').system('true')", "使い方はできません"),
        ("who.__class__ == 'x'", "「__class__」という部分はありません"),
        ("[x for x in members]", "書き方は使えません"),
        ("(who := 'x') == 'x'", "書き方は使えません"),
        ("known(who=1)", "書き方は使えません"),
        ("who if foreign else count", "同じ種類の値に"),
        ("None if foreign else None", "同じ種類の値に"),
        ("who ==", "式として読めません"),
        ("who == '\\d'", "式として読めません"),
        ("", "式として読めません"),
        ("foreign) or (foreign", "式として読めません"),
        ("(" * 300, "式として読めません"),
        ("not " * 200 + "foreign", "長すぎます"),
    ],
)
def test_what_is_refused_and_why(text: str, why: str) -> None:
    with pytest.raises(ConditionFault) as refused:
        parse_condition(text, SHAPES)
    assert why in refused.value.message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("foreign and household == 'new'", None),
        ("foreign and household == 'join'", False),
        ("household == 'join' and foreign", False),
        ("foreign or household == 'new'", True),
        ("foreign or household == 'join'", None),
        ("not foreign", None),
        ("foreign == True", None),
        ("who if foreign else who", None),
    ],
)
def test_unknown_facts_leave_open_what_they_decide(text: str, expected: bool | None) -> None:
    assert value(text, foreign=None) is expected


def test_an_unknown_birth_date_leaves_only_undecided_what_hangs_on_it() -> None:
    people = [member("太郎", "1985-05-01"), member("桜", None)]
    assert value("members.any(age_on(today) >= 18)", members=people) is True
    assert value("members.any(age_on(today) < 18)", members=people) is None
    assert value("members.all(age_on(today) < 18)", members=people) is False
    assert value("members.all(age_on(today) >= 18)", members=people) is None
    assert value("members.count(age_on(today) < 18)", members=people) is None
    assert value("members.any(True)", members=None) is None


def test_the_facts_an_expression_reads_are_known() -> None:
    condition = parse_condition("members.any(age_on(today) < 18) and foreign", SHAPES)
    assert condition.facts == ("foreign", "members", "today")
    assert isinstance(condition, Condition)


def test_what_comes_after_an_undecided_part_is_not_demanded() -> None:
    condition = parse_condition("foreign and household == 'new'", SHAPES)
    asked: list[str] = []

    def fact(name: str) -> Any:
        asked.append(name)
        return None

    assert condition.holds(fact, FACTS.get) is None
    assert asked == ["foreign"]


def test_a_child_born_on_2_april_is_a_child_until_the_end_of_the_year_it_turns_18() -> None:
    """18歳に達する日以後の最初の3月31日: the day before the birthday is the day the age is reached."""
    rule = "members.any(age_on(fiscal_year_start(today)) < 18)"
    for birth_on, today, expected in [
        ("2008-04-02", "2026-04-01", True),
        ("2008-04-02", "2027-03-31", True),
        ("2008-04-02", "2027-04-01", False),
        ("2008-04-01", "2026-03-31", True),
        ("2008-04-01", "2026-04-01", False),
    ]:
        assert value(rule, members=[member("桜", birth_on)], today=today) is expected, (birth_on, today)


def is_fault_or_works(text: str) -> bool:
    try:
        parse_expression(text, SHAPES).value(FACTS.get)
    except ConditionFault as fault:
        return bool(fault.message)
    return True


@given(st.text(max_size=60))
def test_any_text_is_an_expression_or_a_fault(text: str) -> None:
    assert is_fault_or_works(text)


PEOPLE = [
    "members",
    ".any(",
    ".first(",
    ".where(",
    "age_on(",
    "size(",
    "either(",
    "known(",
    ")",
    "(",
    ".name",
]
FACT_WORDS = ["household", "who", "chosen", "today", ".full", ".from", "'new'", "18", "None", "[", "]"]
JOINTS = ["and", "or", "not", "if", "else", "in", "==", "<", ",", ":", "=", ".", "-", "lambda"]


@given(st.lists(st.sampled_from(PEOPLE + FACT_WORDS + JOINTS), max_size=14).map(" ".join))
def test_pieces_in_any_order_never_break_the_parser(text: str) -> None:
    assert is_fault_or_works(text)
