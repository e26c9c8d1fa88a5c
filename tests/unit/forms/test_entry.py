"""Inputs made from definitions: what a browser sends becomes values, and faults stand at their field."""

from __future__ import annotations

from typing import Any

import pytest
import wtforms
from werkzeug.datastructures import MultiDict

from forms.catalogue import load_catalogue
from forms.definition import LANGUAGES, Field
from forms.entry import EntryForm, form_class, raw
from forms.interview import InvalidAnswer
from tests.support.family import ACCOUNT, ALL, FAMILY, TARO, TO, begin, converse, everything

FACTS = load_catalogue().facts()


def flat(prefix: str, value: Any) -> list[tuple[str, str]]:
    """What a browser sends for a value."""
    if isinstance(value, dict):
        return [pair for key, part in value.items() for pair in flat(f"{prefix}-{key}", part)]
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [pair for n, part in enumerate(value) for pair in flat(f"{prefix}-{n}", part)]
    if isinstance(value, list):
        return [(prefix, part) for part in value]
    if isinstance(value, bool):
        return [(prefix, "yes" if value else "no")]
    return [(prefix, str(value))]


def entered(names: list[str], sent: dict[str, Any], language: str = "ja") -> EntryForm:
    data = MultiDict([pair for name, value in sent.items() for pair in flat(name, value)])
    return form_class([FACTS[name].field for name in names], language)(data)


def test_a_whole_conversation_can_be_entered_through_inputs() -> None:
    interview, _ = converse(begin(), everything())
    for question in interview.questions():
        if question.answer is None:
            continue
        sent = MultiDict(flat(question.fact, question.answer.value))
        form = form_class([question.field], "ja")(sent)
        assert form.validate(), (question.fact, form.errors)
        assert form.values() == {question.fact: question.answer.value}


def test_what_is_known_is_shown_in_the_inputs() -> None:
    interview, _ = converse(begin(), everything())
    known = {one.fact: one.answer.value for one in interview.questions() if one.answer}
    fields = [one.field for one in interview.questions()]
    form = form_class(fields, "ja")(data=known)
    page = "".join(str(form[field.name]()) for field in fields)
    for text in ("太郎", "ミホン", "千代田区", "1234567", "090-9999-9999"):
        assert text in page
    assert 'checked id="account.public-1"' in str(form["account.public"]())
    assert form.validate(), form.errors
    assert form.values() == known


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_and_options_are_in_the_language(language: str) -> None:
    form = form_class([FACTS["foreign.who"].field], language)()
    choice = form["foreign.who"]
    assert isinstance(choice, wtforms.RadioField)
    assert choice.label.text == FACTS["foreign.who"].field.label.text(language)
    options = FACTS["foreign.who"].field.options
    assert [label for _, label, *_ in choice.iter_choices()] == [
        option.label.text(language) for option in options
    ]


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("moving.moved_on", "", "「異動日」を入力してください。"),
        ("moving.moved_on", "2月31日", "日付として読めません"),
        ("contact.phone", "12", "電話番号"),
        ("foreign.who", "maybe", "示されたものの中から"),
        ("account", {**ACCOUNT, "number": "x"}, "口座番号は7桁まで"),
        ("members", [{**TARO, "birth_on": ""}], "「生年月日」を入力"),
        ("moving.honseki", "東京\u202e都", "使えない文字"),
        ("consent.public_books", False, "同意がないと"),
    ],
)
def test_a_fault_stands_at_its_field_in_japanese(name: str, value: Any, says: str) -> None:
    form = entered([name, "copy.purpose"], {name: value})
    assert not form.validate()
    assert list(form.errors) == [name]
    assert says in str(form.errors[name])
    if value:
        with pytest.raises(InvalidAnswer):
            form.values()


def test_optional_fields_may_be_left_empty() -> None:
    form = entered(["copy.purpose", "child.elsewhere"], {})
    assert form.validate()
    assert form.values() == {}


def test_nobody_chosen_is_an_answer() -> None:
    field = begin(known=True).answer("moving.moved_on", "2026-04-01")
    question = next(one for one in field.questions() if one.fact == "insurance.members")
    form = form_class([question.field], "ja")(MultiDict())
    assert form.validate()
    assert form.values() == {"insurance.members": []}


def test_more_people_than_allowed_and_rows_left_blank() -> None:
    sent = {"members": [*FAMILY, {"name": {"family": " ", "given": ""}, "sex": ""}]}
    form = entered(["members"], sent)
    assert len(raw(form, FACTS["members"].field)) == len(FAMILY)
    assert form.validate(), form.errors
    data = MultiDict(pair for n in range(40) for pair in flat(f"members-{n}", TARO))
    many = form_class([FACTS["members"].field], "ja")(data)
    assert len(raw(many, FACTS["members"].field)) <= 30


def test_inputs_nobody_asked_for_are_not_read() -> None:
    form = entered(["moving.to"], {"moving.to": {**TO, "admin": "1"}, "copy.count": "99"})
    assert form.validate()
    assert set(form.values()) == {"moving.to"}
    assert set(raw(form, FACTS["moving.to"].field)) == set(TO) | {"building"}


def test_a_text_with_suggestions_is_chosen_not_typed() -> None:
    column = next(one for one in FACTS["members"].field.fields if one.name == "relation")
    form = form_class([column], "ja")(MultiDict({"relation": "妻の子"}))
    assert isinstance(form["relation"], wtforms.SelectField)
    assert form.validate()
    assert not form_class([column], "ja")(MultiDict({"relation": "親分"})).validate()


def test_numbers_get_a_numeric_keyboard() -> None:
    fields: list[Field] = [
        FACTS[name].field for name in ("copy.count", "contact.phone", "insurance.insurer_number")
    ]
    form = form_class(fields, "ja")()
    assert [form[field.name].render_kw["inputmode"] for field in fields] == ["numeric", "tel", "numeric"]
    assert set(ALL) <= set(FACTS)
