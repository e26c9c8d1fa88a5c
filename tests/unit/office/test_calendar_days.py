"""Closed and business days: national holidays from two sources, the year's end, the city's amendments."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from office.calendar.amendments import Amendments, CalendarFault, load_amendments
from office.calendar.business import bank_calendar, city_calendar, days_of_month, last_of_month
from office.calendar.holidays import national_holiday, national_holidays

YEARS = range(1990, 2051)
CITY = city_calendar()
BANK = bank_calendar()
DAYS = st.dates(date(1990, 1, 1), date(2050, 12, 31))


@pytest.mark.parametrize("year", YEARS)
def test_two_sources_agree_on_the_national_holidays(year: int) -> None:
    other = holidays.country_holidays("JP", years=year)
    assert set(national_holidays(year)) == {day for day in other if day.year == year}


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (
            2026,
            "0101 0112 0211 0223 0320 0429 0503 0504 0505 0506 0720 0811 0921 0922 0923 1012 1103 1123",
        ),
        (2027, "0101 0111 0211 0223 0321 0322 0429 0503 0504 0505 0719 0811 0920 0923 1011 1103 1123"),
    ],
)
def test_holidays_of_the_specification(year: int, days: str) -> None:
    """record-layouts §16.1."""
    expected = {date(year, int(each[:2]), int(each[2:])) for each in days.split()}
    assert set(national_holidays(year)) == expected


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 5, 6), "振替休日"),
        (date(2026, 9, 22), "国民の休日"),
        (date(2027, 3, 22), "振替休日"),
        (date(2026, 11, 3), "文化の日"),
        (date(2026, 11, 4), None),
    ],
)
def test_holidays_have_their_names(day: date, name: str | None) -> None:
    assert national_holiday(day) == name


# record-layouts §16.1: nominal date and the open day on or after it.
VECTORS = [
    ("2026-03-01", "2026-03-02"),
    ("2026-06-01", "2026-06-01"),
    ("2026-09-01", "2026-09-01"),
    ("2026-12-01", "2026-12-01"),
    ("2027-03-01", "2027-03-01"),
    ("2026-10-15", "2026-10-15"),
    ("2026-10-31", "2026-11-02"),
    ("2026-11-30", "2026-11-30"),
    ("2027-01-31", "2027-02-01"),
    ("2026-05-31", "2026-06-01"),
    ("2026-08-31", "2026-08-31"),
    ("2026-09-20", "2026-09-24"),
    ("2026-12-29", "2027-01-04"),
]


@pytest.mark.parametrize(("nominal", "fell"), VECTORS)
def test_open_day_on_or_after(nominal: str, fell: str) -> None:
    assert CITY.on_or_after(date.fromisoformat(nominal)) == date.fromisoformat(fell)


@pytest.mark.parametrize(
    ("day", "city", "bank"),
    [
        (date(2026, 12, 28), None, None),
        (date(2026, 12, 29), "年末年始の休み", None),
        (date(2026, 12, 30), "年末年始の休み", None),
        (date(2026, 12, 31), "年末年始の休み", "年末年始の休み"),
        (date(2027, 1, 1), "祝日（元日）", "祝日（元日）"),
        (date(2025, 1, 3), "年末年始の休み", "年末年始の休み"),
        (date(2027, 1, 4), None, None),
        (date(2026, 10, 10), "土曜日", "土曜日"),
        (date(2026, 10, 11), "日曜日", "日曜日"),
    ],
)
def test_why_a_day_is_closed(day: date, city: str | None, bank: str | None) -> None:
    assert (CITY.closed(day), BANK.closed(day)) == (city, bank)


def test_shift_counts_business_days_both_ways() -> None:
    golden_week = date(2026, 4, 30)
    assert CITY.shift(golden_week, 1) == date(2026, 5, 1)
    assert CITY.shift(golden_week, 2) == date(2026, 5, 7)
    assert CITY.shift(date(2026, 5, 7), -2) == golden_week
    assert CITY.shift(date(2027, 1, 4), -1) == date(2026, 12, 28)
    assert CITY.shift(date(2026, 5, 3), 0) == date(2026, 5, 3)


def test_nth_business_day_from_either_end() -> None:
    assert CITY.nth(2026, 5, 1) == date(2026, 5, 1)
    assert CITY.nth(2026, 5, 2) == date(2026, 5, 7)
    assert CITY.nth(2026, 12, -1) == date(2026, 12, 28)
    assert BANK.nth(2026, 12, -1) == date(2026, 12, 30)
    assert CITY.nth(2026, 2, 25) is None
    with pytest.raises(ValueError, match="counted from 1"):
        CITY.nth(2026, 2, 0)


@given(DAYS)
def test_neighbours_are_the_nearest_business_days(day: date) -> None:
    after, before = CITY.on_or_after(day), CITY.on_or_before(day)
    assert before <= day <= after
    assert CITY.is_business_day(after)
    assert CITY.is_business_day(before)
    between = (before + timedelta(days=n) for n in range(1, (after - before).days))
    assert not any(CITY.is_business_day(each) for each in between)


@given(DAYS.filter(CITY.is_business_day), st.integers(-30, 30))
def test_shifting_there_and_back(day: date, count: int) -> None:
    assert CITY.shift(CITY.shift(day, count), -count) == day


@given(st.integers(1990, 2050), st.integers(1, 12))
def test_every_business_day_has_its_number(year: int, month: int) -> None:
    open_days = [day for day in days_of_month(year, month) if CITY.is_business_day(day)]
    assert open_days == [CITY.nth(year, month, n + 1) for n in range(len(open_days))]
    assert days_of_month(year, month)[-1] == last_of_month(year, month)


def test_amendments_close_and_open_days(tmp_path: Path) -> None:
    (tmp_path / "calendar.toml").write_text(
        '[[closed]]\non = 2026-06-23\nreason = "慰霊の日"\n'
        '[[open]]\non = 2027-03-27\nreason = "年度末の土曜開庁"\n',
        encoding="utf-8",
    )
    calendar = city_calendar(load_amendments(tmp_path))
    assert calendar.closed(date(2026, 6, 23)) == "慰霊の日"
    assert calendar.on_or_after(date(2026, 6, 23)) == date(2026, 6, 24)
    assert calendar.is_business_day(date(2027, 3, 27))
    assert not CITY.is_business_day(date(2027, 3, 27))


def test_no_file_means_no_amendments(tmp_path: Path) -> None:
    assert load_amendments(tmp_path) == Amendments()


def test_every_fault_of_the_amendments_is_named(tmp_path: Path) -> None:
    (tmp_path / "calendar.toml").write_text(
        '[[closed]]\non = "2026-06-23"\nreason = "慰霊の日"\n'
        "[[closed]]\non = 2026-06-24\n"
        '[[open]]\non = 2026-06-25\nreason = " "\n'
        '[[open]]\non = 2026-06-26\nreason = "a"\n[[open]]\non = 2026-06-26\nreason = "b"\n'
        '[[closed]]\non = 2026-06-26\nreason = "c"\n'
        "[shut]\n",
        encoding="utf-8",
    )
    with pytest.raises(CalendarFault) as refused:
        load_amendments(tmp_path)
    for word in (
        "「shut」",
        "closed の1件目",
        "closed の2件目",
        "open の1件目",
        "open の3件目は同じ日が2回",
        "2026-06-26 が closed と open の両方",
    ):
        assert word in refused.value.message


def test_a_file_that_is_not_toml_is_refused(tmp_path: Path) -> None:
    (tmp_path / "calendar.toml").write_text("closed = [", encoding="utf-8")
    with pytest.raises(CalendarFault, match=r"calendar\.toml を読めません"):
        load_amendments(tmp_path)
