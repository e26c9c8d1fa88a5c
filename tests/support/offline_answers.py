"""Answers to any interview, drawn at random: for comparing the tablet's engine with the server's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from forms.catalogue import Catalogue
from forms.definition import Field
from forms.interview import Interview, InvalidAnswer

NAMES = ("髙橋 健太", "髙橋 美咲", "𠮷田 湊", "NGUYEN VAN AN")
Said = tuple[str, Any]


def _name(index: int) -> dict[str, str]:
    family, _, given = NAMES[index].partition(" ")
    return {"family": family, "given": given, "family_kana": "たかはし", "given_kana": "ｹﾝﾀ"}


def _date(on: date) -> st.SearchStrategy[str]:
    days = st.integers(-40_000, 60).map(lambda n: on + timedelta(days=n))
    near = st.sampled_from([0, 1, 3, 14, 15, 30]).map(lambda n: on - timedelta(days=n))
    return st.one_of(near, days).map(date.isoformat)


_ADDRESS = {
    "postal_code": "〒999-9001",
    "prefecture": "見本県",
    "city": "みほん市",
    "town": "中央",
    "block": "２－３",
}
_ACCOUNT = {
    "bank_code": "9999",
    "branch_code": "001",
    "kind": "ordinary",
    "number": "１２３４",
    "holder_kana": "ﾀｶﾊｼ",
}
_PLAIN: dict[str, list[Any]] = {
    "text": ["犬のポチ", "A-1", "12", "B棟 3号"],
    "kana": ["みほん", "ﾐﾎﾝ ﾀﾛｳ"],
    "telephone": ["０９０－１２３４－５６７８", "(03)1234-5678", "0312345678"],
    "my_number": ["123456789018", "１２３４－５６７８－９０１８"],
    "yes_no": ["はい", "no", True, False],
    "consent": ["はい", True],
    "address": [_ADDRESS, {**_ADDRESS, "building": "みほん荘 101", "postal_code": ""}],
    "account": [
        _ACCOUNT,
        {**_ACCOUNT, "kind": "savings", "bank_name": "見本銀行", "branch_name": "中央支店"},
    ],
}
_DIGITS = {
    "my-number": "123456789018", "insurer-number": "06139992", "corporate-number": "7000012050002",
    "medical-institution": "1311234561", "municipality-code": "999997", "resident-code": "12345678901",
}  # fmt: skip


def value_of(field: Field, on: date) -> st.SearchStrategy[Any]:
    """A raw answer that the field's kind mostly takes."""
    made: dict[str, Callable[[], st.SearchStrategy[Any]]] = {
        "date": lambda: _date(on),
        "name": lambda: st.integers(0, len(NAMES) - 1).map(_name),
        "number": lambda: st.integers(field.least or 0, field.most or 9),
        "person": lambda: _person(field, on),
        "people": lambda: st.lists(_person(field, on), min_size=max(field.least or 0, 0), max_size=4),
        "rows": lambda: st.lists(_person(field, on), max_size=3),
        "digits": lambda: st.just(_DIGITS.get(field.number, "1234567890123456"[: field.length or 8])),
        "choices": lambda: st.lists(
            st.sampled_from([one.value for one in field.options] or ["x"]), max_size=3
        ),
    }
    if field.kind in made:
        return made[field.kind]()
    if field.options:
        return st.sampled_from([one.value for one in field.options])
    return st.sampled_from(_PLAIN.get(field.kind, ["x"]))


def _person(field: Field, on: date) -> st.SearchStrategy[dict[str, Any]]:
    needed = {one.name: value_of(one, on) for one in field.fields if one.required}
    spare = {one.name: value_of(one, on) for one in field.fields if not one.required}
    return st.fixed_dictionaries(needed, optional=spare)


@st.composite
def conversations(draw: st.DrawFn, catalogue: Catalogue, on: date, most: int = 45) -> tuple[str, list[Said]]:
    """A life event and answers in the order given: mostly what is asked next, some early, some twice."""
    event = draw(st.sampled_from([one.slug for one in catalogue.events()]))
    interview, said = Interview.begin(catalogue, event, on), []
    for _ in range(draw(st.integers(0, most))):
        questions = interview.questions()
        waiting = [one for one in questions if one.answer is None] or list(questions)
        if not waiting:
            break
        question = waiting[0] if draw(st.integers(0, 5)) else draw(st.sampled_from(list(questions)))
        value = draw(value_of(question.field, on))
        said.append((question.fact, value))
        try:
            interview = interview.answer(question.fact, value)
        except InvalidAnswer:
            continue
    return event, said
