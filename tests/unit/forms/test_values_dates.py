"""Dates: every vector of record-layouts §17 and §17.1, and the writings people use."""

from __future__ import annotations

from datetime import date

import pytest

from forms.errors import InvalidValue
from forms.values.dates import (
    EraDate,
    age_on,
    fiscal_year,
    parse_date,
    show_both,
    show_era,
    show_fiscal_year,
    show_short,
)
from forms.values.periods import last_day


@pytest.mark.parametrize(
    ("day", "shown", "fiscal"),
    [
        ("1868-01-25", "明治元年1月25日", None),
        ("1912-07-29", "明治45年7月29日", None),
        ("1912-07-30", "大正元年7月30日", None),
        ("1926-12-24", "大正15年12月24日", None),
        ("1926-12-25", "昭和元年12月25日", None),
        ("1989-01-07", "昭和64年1月7日", None),
        ("1989-01-08", "平成元年1月8日", None),
        ("2019-04-30", "平成31年4月30日", None),
        ("2019-05-01", "令和元年5月1日", None),
        ("2026-03-31", "令和8年3月31日", ("令和7年度", 2025)),
        ("2026-04-01", "令和8年4月1日", ("令和8年度", 2026)),
    ],
)
def test_eras_begin_and_end_on_their_day(day: str, shown: str, fiscal: tuple[str, int] | None) -> None:
    found = date.fromisoformat(day)
    assert show_era(found) == shown
    assert str(EraDate.of(found)) == shown
    assert parse_date(shown) == parse_date(show_short(found)) == found
    if fiscal:
        assert (show_fiscal_year(found), fiscal_year(found)) == fiscal


WRITINGS = """
令和8年4月1日 | 令和８年４月１日 | 令和 8年 4月 1日 | 令和八年四月一日 | 令8.4.1 | ㋿8年4月1日 | 令和8・4・1
R8.4.1 | Ｒ８．４．１ | r8/4/1 | R.8.4.1 | R08-04-01 | 　令和8年4月1日　 | R080401
2026-04-01 | 2026/4/1 | 2026.4.1 | 20260401 | ２０２６０４０１ | 2026ー04ー01 | ２０２６−０４−０１
2026年4月1日 | 西暦2026年4月1日 | 二〇二六年四月一日 | 二千二十六年四月一日
令和8年4月1日（水） | 令和8年4月1日(水曜日) | 令和8年4月1日（2026年） | 令和8年（2026年）4月1日
"""


@pytest.mark.parametrize("text", [text for line in WRITINGS.split("\n") for text in line.split("|") if text])
def test_usual_writings_are_the_same_day(text: str) -> None:
    assert parse_date(text) == date(2026, 4, 1)


def test_vector_of_the_data_part_rules() -> None:
    assert parse_date("2017年9月1日").isoformat() == "2017-09-01"


@pytest.mark.parametrize(
    ("text", "day"),
    [("明治45年7月30日", date(1912, 7, 30)), ("大正15年12月25日", date(1926, 12, 25))],
)
def test_last_days_of_two_eras_stay_as_written(text: str, day: date) -> None:
    written = EraDate.parse(text)
    assert (str(written), written.date) == (text, day)
    assert EraDate.from_json(written.to_json()) == written


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "入力してください"),
        ("昭和64年1月8日", "平成元年1月8日ではないか"),
        ("平成31年5月1日", "令和元年5月1日ではないか"),
        ("大正元年7月29日", "大正元年7月30日から"),
        ("令和0年5月1日", "令和元年5月1日から"),
        ("明治元年1月24日", "から"),
        ("1868-01-24", "より前"),
        ("8年4月1日", "元号か西暦4桁"),
        ("26-04-01", "元号か西暦4桁"),
        ("260401", "8桁"),
        ("2026-13-01", "13月はありません"),
        ("2026-02-29", "ありません"),
        ("令和8年4月31日", "ありません"),
        ("慶応3年1月1日", "読めません"),
        ("令和8年4月1日（火）", "水曜日"),
        ("令和8年4月1日（2025年）", "西暦が合いません"),
        ("あした", "読めません"),
        ("9" * 5000, "長すぎます"),
        ("令和十〇十年4月1日", "読めません"),
        ("令和8元年4月1日", "読めません"),
    ],
)
def test_what_is_wrong_with_a_date_is_said(text: str, says: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        parse_date(text)
    assert says in refusal.value.message


def test_both_calendars_are_shown() -> None:
    assert show_both(date(2026, 4, 1)) == "令和8年4月1日（2026年）"


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        ("2000-04-02", "2026-04-01", 25),
        ("2000-04-02", "2026-04-02", 26),
        ("2004-02-29", "2026-02-28", 21),
        ("2004-02-29", "2026-03-01", 22),
        ("2026-04-01", "2026-04-01", 0),
    ],
)
def test_age(born: str, on: str, age: int) -> None:
    assert age_on(date.fromisoformat(born), date.fromisoformat(on)) == age


@pytest.mark.parametrize(
    ("event", "days", "months", "last"),
    [
        ("2026-04-01", 14, 0, "2026-04-15"),
        ("2026-12-19", 14, 0, "2027-01-02"),
        ("2026-06-30", 20, 0, "2026-07-20"),
        ("2026-02-02", 0, 1, "2026-03-02"),
        ("2026-06-30", 0, 1, "2026-07-31"),
        ("2026-01-31", 0, 1, "2026-02-28"),
        ("2026-01-30", 0, 1, "2026-02-28"),
        ("2026-03-30", 0, 1, "2026-04-30"),
        ("2024-01-30", 0, 1, "2024-02-29"),
        ("2026-03-10", 0, 4, "2026-07-10"),
    ],
)
def test_periods_end_as_the_civil_code_says(event: str, days: int, months: int, last: str) -> None:
    assert last_day(date.fromisoformat(event), days=days, months=months) == date.fromisoformat(last)
