"""Properties of Japanese values: round trips, and what check digits promise."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import TypeVar

from hypothesis import given
from hypothesis import strategies as st

from forms.errors import InvalidValue
from forms.values.accounts import BankAccount
from forms.values.addresses import Address
from forms.values.dates import EraDate, parse_date, show_both, show_era, show_short
from forms.values.eras import ERAS
from forms.values.kana import is_katakana, parse_kana, to_hiragana, to_katakana
from forms.values.names import PersonalName
from forms.values.numbers import KINDS, check, complete
from forms.values.periods import last_day
from forms.values.telephones import parse_telephone

T = TypeVar("T")
days = st.dates(datetime.date(1868, 1, 25), datetime.date(2100, 12, 31))
BODIES = {
    "my-number": 11,
    "corporate-number": 12,
    "municipality-code": 5,
    "resident-code": 10,
    "insurer-number": 7,
    "medical-institution": 9,
}
# Modulus 11 takes remainders 0 and 1 both to 0, modulus 9 takes 0 and 9 as equal, and the 団体コード
# folds 10 and 0 together: only modulus 10 with digit sums promises every single-digit error.
PROMISED = ("insurer-number", "medical-institution")
full_width = str.maketrans("0123456789-", "０１２３４５６７８９－")
hiragana = st.text(st.sampled_from([chr(code) for code in range(0x3041, 0x3097)]), min_size=1, max_size=12)


def read(parse: Callable[[str], T], text: str) -> T | None:
    """What was read, or None when it was refused in a Japanese sentence."""
    try:
        return parse(text)
    except InvalidValue as refusal:
        if not refusal.message.endswith(("。", "。）")):
            raise AssertionError(refusal.message) from refusal
        return None


@given(days)
def test_an_era_date_reads_back(day: datetime.date) -> None:
    for text in (
        show_era(day),
        show_both(day),
        show_short(day),
        day.isoformat(),
        f"{day:%Y%m%d}",
        str(EraDate.of(day)),
    ):
        assert parse_date(text) == day
        assert parse_date(text.translate(full_width)) == day
    era = EraDate.of(day)
    assert era.date == day
    letter = next(known.letter for known in ERAS if known.name == era.era)
    assert parse_date(f"{letter}{era.year}.{era.month}.{era.day}") == day
    assert parse_date(f"{letter}{era.year:02}{era.month:02}{era.day:02}") == day


def test_every_day_has_exactly_one_era_and_reads_back() -> None:
    day, seen = datetime.date(1868, 1, 25), 0
    while day.year <= 2100:
        assert parse_date(show_era(day)) == day
        seen, day = seen + 1, day + datetime.timedelta(days=7)
    assert seen > 12_000


@given(st.text(max_size=20))
def test_any_text_is_a_date_or_refused_in_japanese(text: str) -> None:
    day = read(parse_date, text)
    assert day is None or day >= datetime.date(1868, 1, 25)


@given(st.sampled_from(sorted(BODIES)), st.data())
def test_a_completed_number_is_valid_in_any_writing(kind: str, data: st.DataObject) -> None:
    length = BODIES[kind]
    body = data.draw(st.text("0123456789", min_size=length, max_size=length))
    number = complete(kind, body)
    assert check(kind, number).valid
    assert check(kind, f"{number[:4]}-{number[4:]}".translate(full_width)).valid


@given(st.sampled_from(PROMISED), st.data())
def test_modulus_10_detects_every_single_digit_error(kind: str, data: st.DataObject) -> None:
    length = BODIES[kind]
    number = complete(kind, data.draw(st.text("0123456789", min_size=length, max_size=length)))
    for place, digit in enumerate(number):
        for other in set("0123456789") - {digit}:
            assert not check(kind, number[:place] + other + number[place + 1 :]).valid


@given(st.text("0123456789", min_size=11, max_size=11))
def test_modulus_11_detects_every_single_digit_error_while_the_digit_is_not_0(body: str) -> None:
    number = complete("my-number", body)
    for place, digit in enumerate(number):
        for other in set("0123456789") - {digit}:
            wrong = number[:place] + other + number[place + 1 :]
            if check("my-number", wrong).valid:
                assert number[-1] == wrong[-1] == "0"


@given(st.text("0123456789", min_size=12, max_size=12))
def test_a_corporate_number_misses_only_0_against_9(body: str) -> None:
    number = complete("corporate-number", body)
    for place, digit in enumerate(number):
        for other in set("0123456789") - {digit}:
            wrong = number[:place] + other + number[place + 1 :]
            if check("corporate-number", wrong).valid:
                assert {digit, other} == {"0", "9"}


@given(st.text("0123456789", min_size=5, max_size=5))
def test_a_municipality_code_misses_a_digit_only_where_two_remainders_share_it(body: str) -> None:
    number = complete("municipality-code", body)
    for place, digit in enumerate(number):
        for other in set("0123456789") - {digit}:
            if check("municipality-code", number[:place] + other + number[place + 1 :]).valid:
                assert number[-1] in "01"


@given(st.sampled_from(KINDS), st.text(max_size=16))
def test_any_text_is_checked_or_refused(kind: str, text: str) -> None:
    found = read(lambda written: check(kind, written), text)
    assert found is None or (found.digits.isascii() and found.digits.isdigit())


@given(hiragana)
def test_kana_go_there_and_back(text: str) -> None:
    katakana = to_katakana(text)
    assert is_katakana(katakana)
    assert to_hiragana(katakana) == text
    assert to_katakana(katakana) == katakana
    assert parse_kana(katakana) == katakana == parse_kana(text)


# What people write names with: CJK in both planes, compatibility ideographs, glyph variants.
letters = st.one_of(
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
    st.characters(min_codepoint=0x20000, max_codepoint=0x2A6DF),
    st.sampled_from(["髙", "﨑", "𠮷", "邉", "葛\U000e0100", "葛\U000e0101", "\ufa19", "𠮷\U000e0101"]),
)
spellings = st.lists(letters, min_size=1, max_size=5).map("".join)


@given(spellings, spellings, hiragana, hiragana)
def test_names_keep_every_code_point(family: str, given_name: str, first: str, second: str) -> None:
    name = PersonalName(family, given_name, first, second)
    assert (name.family, name.given) == (family, given_name)
    assert PersonalName.from_json(name.to_json()) == name
    assert PersonalName.of(name.full, name.full_kana) == name


@given(
    st.text("0123456789", min_size=7, max_size=7), spellings, spellings, st.text("0123456789-", max_size=8)
)
def test_addresses_go_through_json(code: str, city: str, town: str, block: str) -> None:
    address = Address(code, "見本県", city, town, block)
    assert Address.from_json(address.to_json()) == address


@given(st.text("0123456789", min_size=1, max_size=7), hiragana)
def test_accounts_go_through_json(number: str, holder: str) -> None:
    account = BankAccount("9999", "001", "ordinary", number, holder)
    assert len(account.number) == 7
    assert BankAccount.from_json(account.to_json()) == account


@given(st.text("0123456789-()－ー（） ", max_size=16))
def test_a_telephone_read_twice_is_the_same(text: str) -> None:
    number = read(parse_telephone, text)
    assert number is None or (parse_telephone(number) == number and number.isascii())


@given(days, st.integers(1, 120))
def test_a_period_of_months_ends_in_the_right_month(event: datetime.date, months: int) -> None:
    last = last_day(event, months=months)
    assert abs((last.year - event.year) * 12 + last.month - event.month - months) == 0
    assert last.day == event.day or (last + datetime.timedelta(days=1)).day == 1
