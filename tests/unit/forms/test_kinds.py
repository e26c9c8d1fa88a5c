"""Kinds of field: what is taken in, what is stored, what is shown, what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.catalogue import load_catalogue
from forms.definition import Field, Labels, Option
from forms.errors import InvalidValue
from forms.kinds import KINDS, kind
from tests.support.family import ACCOUNT, TARO, TO


def labels(ja: str, easy: str = "", en: str = "") -> Labels:
    return Labels("test", tuple((k, v) for k, v in (("ja", ja), ("ja-easy", easy), ("en", en)) if v))


OPTIONS = (
    Option("dog", labels("犬", "{犬|いぬ}", "dog")),
    Option("cat", labels("猫", "{猫|ねこ}", "cat")),
)
COLUMNS = (
    Field("name", "name", "name", labels("氏名"), reading=True),
    Field("birth_on", "birth_on", "date", labels("生年月日")),
    Field("my_number", "my_number", "my_number", labels("個人番号"), required=False),
)
ITEM = (
    Field("item", "item", "text", labels("品目")),
    Field("count", "count", "number", labels("数量")),
    Field("note", "note", "text", labels("備考"), required=False),
)


def field(key: str, **more: Any) -> Field:
    return Field("test", "test", key, labels("見出し"), **more)


FIELDS = {
    "choice": field("choice", options=OPTIONS),
    "choices": field("choices", options=OPTIONS),
    "person": field("person", fields=COLUMNS),
    "people": field("people", fields=COLUMNS, least=1, most=3),
    "rows": field("rows", fields=ITEM, most=3),
}
PERSON = {"name": TARO["name"], "birth_on": "1985-05-01"}


def field_of(key: str) -> Field:
    return FIELDS.get(key, field(key))


TAKEN: list[tuple[str, Any, Any]] = [
    ("text", " 見本 ", "見本"),
    ("text", "𠮷野家", "𠮷野家"),
    ("text", "葛\U000e0100飾", "葛\U000e0100飾"),
    ("kana", "みほん", "ミホン"),
    ("kana", "ﾐﾎﾝ", "ミホン"),
    ("telephone", "０９０ー９９９９ー９９９９", "090-9999-9999"),
    ("digits", "０１２-３４", "01234"),
    ("my_number", "1234 5678 9018", "123456789018"),
    ("number", "１２", 12),
    ("number", 12, 12),
    ("number", "1,200", 1200),
    ("date", "令和8年4月1日", "2026-04-01"),
    ("date", "2026-04-01", "2026-04-01"),
    ("choice", "dog", "dog"),
    ("choice", "犬", "dog"),
    ("choices", ["猫", "dog", "cat"], ["dog", "cat"]),
    ("choices", [], []),
    ("yes_no", True, True),
    ("yes_no", "いいえ", False),
    ("yes_no", "yes", True),
    ("consent", "はい", True),
    (
        "name",
        {"family": "見本", "given": "太郎", "family_kana": "みほん", "given_kana": "たろう"},
        TARO["name"],
    ),
    ("address", TO, {**TO, "building": ""}),
    ("account", {**ACCOUNT, "number": "123", "bank_name": ""}, {**ACCOUNT, "number": "0000123"}),
    ("person", {**PERSON, "birth_on": "S60.5.1", "my_number": ""}, PERSON),
    (
        "people",
        [PERSON, {**PERSON, "my_number": "123456789018"}],
        [PERSON, {**PERSON, "my_number": "123456789018"}],
    ),
    ("rows", [{"item": " 鉛筆 ", "count": "１０", "note": ""}], [{"item": "鉛筆", "count": 10}]),
    ("rows", [], []),
]


@pytest.mark.parametrize(("key", "raw", "expected"), TAKEN)
def test_what_is_taken(key: str, raw: Any, expected: Any) -> None:
    value = kind(key).parse(field_of(key), raw)
    assert value == expected
    assert kind(key).parse(field_of(key), value) == value
    assert kind(key).parse(field_of(key), json.loads(json.dumps(value))) == value


def test_every_kind_is_tested_and_known() -> None:
    assert {key for key, _, _ in TAKEN} == set(KINDS)
    assert set(KINDS) == {
        "text", "kana", "name", "date", "choice", "choices", "yes_no", "number", "telephone", "address",
        "my_number", "digits", "account", "person", "people", "rows", "consent",
    }  # fmt: skip
    with pytest.raises(KeyError):
        kind("magic")


BAD_TEXTS = ["", "  ", "a\x00b", "a\u202eb", "a\u2066b", "a\u200bb", "\ud800", "a\ufffeb", "x" * 900, "a\nb"]


STRUCTURED = ("choices", "name", "address", "account", "person", "people", "rows")


@pytest.mark.parametrize("key", sorted(set(KINDS) - set(STRUCTURED)))
@pytest.mark.parametrize("raw", [None, 1.5, [], {}, b"x", *BAD_TEXTS])
def test_what_is_no_written_text_is_refused(key: str, raw: Any) -> None:
    with pytest.raises(InvalidValue) as refused:
        kind(key).parse(field_of(key), raw)
    assert refused.value.message.endswith("。")


@pytest.mark.parametrize("key", STRUCTURED)
@pytest.mark.parametrize("raw", [None, 1, True, "x", {"admin": "1"}, [1], [None], {"family": 1}, [[]]])
def test_what_has_another_form_is_refused(key: str, raw: Any) -> None:
    with pytest.raises(InvalidValue):
        kind(key).parse(field_of(key), raw)


@pytest.mark.parametrize("bad", BAD_TEXTS[2:])
def test_parts_are_checked_like_texts(bad: str) -> None:
    with pytest.raises(InvalidValue):
        kind("name").parse(field("name"), {"family": bad, "given": "太郎"})
    with pytest.raises(InvalidValue):
        kind("people").parse(FIELDS["people"], [{**PERSON, "name": {**TARO["name"], "given": bad}}])


@pytest.mark.parametrize(
    ("key", "more", "raw"),
    [
        ("text", {"length": 3}, "みほん市"),
        ("text", {"pattern": "[A-Z]+"}, "abc"),
        ("digits", {"length": 5}, "1234"),
        ("digits", {"length": 5}, "12345a"),
        ("digits", {"number": "insurer-number"}, "06139464"),
        ("number", {"most": 3}, 4),
        ("number", {"least": 1}, 0),
        ("number", {}, -1),
        ("choice", {"options": OPTIONS}, "bird"),
        ("choices", {"options": OPTIONS, "least": 1}, []),
        ("consent", {}, False),
        ("name", {"reading": True}, {"family": "見本", "given": "太郎"}),
        ("person", {"fields": COLUMNS}, {"name": TARO["name"]}),
        ("people", {"fields": COLUMNS, "least": 1}, []),
        ("people", {"fields": COLUMNS, "most": 3}, [PERSON] * 4),
        ("rows", {"fields": ITEM}, [{"count": 1}]),
        ("rows", {"fields": ITEM, "least": 1}, []),
        ("rows", {"fields": ITEM, "most": 3}, [{"item": "鉛筆", "count": 1}] * 4),
    ],
)
def test_limits_of_the_field_hold(key: str, more: dict[str, Any], raw: Any) -> None:
    with pytest.raises(InvalidValue, match=r"。$"):
        kind(key).parse(field(key, **more), raw)


def test_a_consent_that_is_not_required_may_be_refused() -> None:
    assert kind("consent").parse(field("consent", required=False), "いいえ") is False


def test_digits_may_have_several_lengths() -> None:
    several = field("digits", least=6, length=8)
    assert [kind("digits").parse(several, digits) for digits in ("138016", "12345678")] == [
        "138016",
        "12345678",
    ]


def test_a_choice_whose_options_are_not_known_yet_is_kept_as_it_is() -> None:
    later = field("choice", options_from="members")
    assert kind("choice").parse(later, "見本 太郎") == "見本 太郎"


SHOWN: list[tuple[str, Any, str, str, str]] = [
    ("text", "見本", "見本", "見本", "見本"),
    ("my_number", "123456789018", "********9018", "********9018", "********9018"),
    ("number", 1200, "1,200", "1,200", "1,200"),
    ("date", "2026-04-01", "令和8年4月1日", "2026{年|ねん}4{月|がつ}1{日|にち}", "1 April 2026"),
    ("choice", "dog", "犬", "{犬|いぬ}", "dog"),
    ("choices", ["dog", "cat"], "犬、猫", "{犬|いぬ}、{猫|ねこ}", "dog, cat"),
    ("yes_no", False, "いいえ", "いいえ", "No"),
    ("consent", True, "同意します", "いいです", "I agree"),
    ("name", TARO["name"], "見本 太郎", "見本 太郎", "見本 太郎"),
    ("address", TO, "〒999-9001 見本県みほん市中央2-3", "〒999-9001 見本県みほん市中央2-3",
     "〒999-9001 見本県みほん市中央2-3"),
    ("account", ACCOUNT, "9999 001 普通 1234567 ミホン タロウ",
     "9999 001 {普通|ふつう} 1234567 ミホン タロウ",
     "9999 001 ordinary 1234567 ミホン タロウ"),
    ("person", {**PERSON, "my_number": "123456789018"}, "見本 太郎（昭和60年5月1日、********9018）",
     "見本 太郎（1985{年|ねん}5{月|がつ}1{日|にち}、********9018）", "見本 太郎 (1 May 1985, ********9018)"),
    ("people", [PERSON, {"name": TARO["name"]}], "見本 太郎（昭和60年5月1日）、見本 太郎",
     "見本 太郎（1985{年|ねん}5{月|がつ}1{日|にち}）、見本 太郎", "見本 太郎 (1 May 1985); 見本 太郎"),
    ("rows", [{"item": "鉛筆", "count": 1200}, {"item": "紙", "count": 2, "note": "白"}],
     "鉛筆（1,200）／紙（2、白）", "鉛筆（1,200）／紙（2、白）", "鉛筆 (1,200)／紙 (2, 白)"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value", "ja", "easy", "en"), SHOWN)
def test_what_is_shown(key: str, value: Any, ja: str, easy: str, en: str) -> None:
    shown = [kind(key).show(field_of(key), value, language) for language in ("ja", "ja-easy", "en")]
    assert shown == [ja, easy, en]


@pytest.mark.parametrize("key", KINDS)
@pytest.mark.parametrize("language", ["ja", "ja-easy", "en"])
def test_nothing_is_shown_as_nothing(key: str, language: str) -> None:
    assert kind(key).show(field_of(key), None, language) == ""


def test_a_sensitive_number_is_masked_too() -> None:
    code = load_catalogue().facts()["moving.resident_code"].field
    assert kind(code.kind).show(code, "12345678903", "ja") == "*******8903"


def test_my_numbers_are_never_shown_in_full() -> None:
    facts = load_catalogue().facts()
    member: dict[str, Any] = {**TARO, "my_number": "123456789018"}
    values: list[tuple[str, Any]] = [("members", [member]), ("applicant", member), ("children", [member])]
    for name, value in values:
        shown = kind(facts[name].field.kind).show(facts[name].field, value, "ja")
        assert "123456789018" not in shown
        assert "********9018" in shown
        assert facts[name].field.fields[-1].sensitive


@given(st.sampled_from(KINDS), st.text(max_size=30))
def test_any_text_is_taken_for_good_or_refused(key: str, text: str) -> None:
    try:
        value = kind(key).parse(field_of(key), text)
    except InvalidValue:
        return
    assert kind(key).parse(field_of(key), value) == value
    assert isinstance(kind(key).show(field_of(key), value, "ja"), str)
