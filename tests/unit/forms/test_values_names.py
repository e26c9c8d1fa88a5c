"""Names and kana: spelling is kept, readings are katakana."""

from __future__ import annotations

import pytest

from forms.errors import InvalidValue
from forms.values.kana import is_katakana, parse_kana, to_hiragana, to_katakana
from forms.values.names import PersonalName

UNUSUAL = [
    "髙橋",
    "山﨑",
    "𠮷田",
    "渡邉",
    "渡邊",
    "葛\U000e0100城",
    "葛\U000e0101城",
    "神\ufe00",
    "\ufa19谷",
    "彅",
]


@pytest.mark.parametrize("family", UNUSUAL)
def test_spelling_is_kept_code_point_by_code_point(family: str) -> None:
    name = PersonalName(family, "花子", "みほん", "ﾊﾅｺ")
    assert name.family == family
    assert PersonalName.from_json(name.to_json()) == name
    assert name.full == f"{family} 花子"
    assert name.full_kana == "ミホン ハナコ"


def test_a_name_in_one_line_is_parted_at_its_space() -> None:
    assert PersonalName.of("見本　太郎", "ミホン　タロウ") == PersonalName("見本", "太郎", "ミホン", "タロウ")


def test_a_foreign_name_in_latin_letters_may_have_no_reading_and_one_part() -> None:
    assert PersonalName.of("ＳＭＩＴＨ ＪＯＨＮ ＰＡＵＬ").full == "SMITH JOHN PAUL"
    assert PersonalName("SURYA", "").full == "SURYA"


@pytest.mark.parametrize(
    ("family", "given", "kana", "says"),
    [
        ("", "太郎", "", "氏を入力"),
        ("見\ue000", "太郎", "", "外字（U+E000）"),
        ("見本", "太\n郎", "", "読めない文字"),
        ("見本", "太郎", "見本", "「見」は使えません"),
        ("見本", "太郎", "MIHON", "「M」は使えません"),
    ],
)
def test_what_is_wrong_with_a_name_is_said(family: str, given: str, kana: str, says: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        PersonalName(family, given, kana, "")
    assert says in refusal.value.message


@pytest.mark.parametrize("data", [None, [], {"family": "見本"}, {"family": "見本", "given": 1}])
def test_a_wrong_shape_is_refused(data: object) -> None:
    with pytest.raises(InvalidValue):
        PersonalName.from_json(data)


@pytest.mark.parametrize(
    ("text", "kana"),
    [
        ("みほん", "ミホン"),
        ("ﾐﾎﾝ ﾀﾛｳ", "ミホン タロウ"),
        ("ｶﾞｯｷｭｳ", "ガッキュウ"),
        ("か゛", "ガ"),
        ("は゜", "パ"),
        ("ウ゛ァ", "ヴァ"),
        ("ｳﾞｧ", "ヴァ"),
        ("さーや", "サーヤ"),
        ("ジョン－ポール", "ジョンーポール"),
        ("ミホン　　タロウ", "ミホン タロウ"),
        (" マリー・アンヌ ", "マリー・アンヌ"),
    ],
)
def test_readings_become_full_width_katakana(text: str, kana: str) -> None:
    assert parse_kana(text) == kana
    assert is_katakana(kana)


def test_what_is_katakana() -> None:
    assert not any(map(is_katakana, ["", " ", "みほん", "ﾐﾎﾝ", "ミホン  タロウ", " ミホン", "ABC", "見本"]))


def test_hiragana_for_rubies() -> None:
    assert to_hiragana("ミホン ガッキュー") == "みほん がっきゅー"
    assert to_katakana("漢字とABC") == "漢字トABC"
