"""Rolls, deadlines, periods, schedules and the preview."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office.calendar.business import bank_calendar, city_calendar
from office.calendar.periods import Period, Unit
from office.calendar.preview import calendars, preview
from office.calendar.rolls import Roll, Whose, deadline, roll
from office.calendar.schedules import (
    BusinessDaily,
    Monthly,
    NthBusinessDay,
    Schedule,
    fiscal_year_end,
    fiscal_year_start,
    month_end,
    yearly,
)

CITY = city_calendar()
SUNDAY = date(2026, 5, 31)


@pytest.mark.parametrize(
    ("rule", "fell", "reason"),
    [
        (Roll.NONE, SUNDAY, "5月31日（日）は日曜日ですが、日を動かしません。"),
        (Roll.SKIP, None, "5月31日（日）は日曜日のため、この回は行いません。"),
        (
            Roll.PRECEDING,
            date(2026, 5, 29),
            "5月31日（日）は日曜日のため、前の開庁日の5月29日（金）にしました。",
        ),
        (
            Roll.FOLLOWING,
            date(2026, 6, 1),
            "5月31日（日）は日曜日のため、次の開庁日の6月1日（月）にしました。",
        ),
        (
            Roll.MODIFIED_FOLLOWING,
            date(2026, 5, 29),
            "5月31日（日）は日曜日のため、月をまたがないように、前の開庁日の5月29日（金）にしました。",
        ),
    ],
)
def test_each_roll_and_its_reason(rule: Roll, fell: date | None, reason: str) -> None:
    rolled = roll(CITY, SUNDAY, rule)
    assert (rolled.due_on, rolled.reason) == (fell, reason)


@pytest.mark.parametrize("rule", list(Roll))
def test_a_business_day_never_moves(rule: Roll) -> None:
    rolled = roll(CITY, date(2026, 6, 1), rule)
    assert (rolled.due_on, rolled.reason) == (date(2026, 6, 1), "")


def test_modified_following_rolls_forward_within_the_month() -> None:
    assert roll(CITY, date(2026, 5, 3), Roll.MODIFIED_FOLLOWING).due_on == date(2026, 5, 7)


def test_the_law_moves_the_public_forward_and_the_city_backward() -> None:
    """robots.md §5: 31 May 2026 is a Sunday — taxpayers 1 June, the city 29 May."""
    public, city = deadline(CITY, SUNDAY, Whose.PUBLIC), deadline(CITY, SUNDAY, Whose.CITY)
    assert (public.ends_on, public.act_by_on) == (date(2026, 6, 1), date(2026, 6, 1))
    assert (city.ends_on, city.act_by_on) == (SUNDAY, date(2026, 5, 29))
    assert "動きません" in city.reason
    assert deadline(CITY, date(2026, 6, 1), Whose.CITY).reason == ""


# record-layouts §17.1.
PERIODS = [
    (Period(14, Unit.DAYS), "2026-04-01", "2026-04-15"),
    (Period(14, Unit.DAYS), "2026-12-19", "2027-01-02"),
    (Period(20, Unit.DAYS), "2026-06-30", "2026-07-20"),
    (Period(1, Unit.MONTHS), "2026-02-02", "2026-03-02"),
    (Period(1, Unit.MONTHS), "2026-06-30", "2026-07-31"),
    (Period(1, Unit.MONTHS), "2026-01-31", "2026-02-28"),
    (Period(1, Unit.MONTHS), "2026-01-30", "2026-02-28"),
    (Period(1, Unit.MONTHS), "2026-03-30", "2026-04-30"),
    (Period(1, Unit.MONTHS), "2024-01-30", "2024-02-29"),
    (Period(4, Unit.MONTHS), "2026-03-10", "2026-07-10"),
]


@pytest.mark.parametrize(("period", "event", "last"), PERIODS)
def test_periods_of_the_civil_code(period: Period, event: str, last: str) -> None:
    assert period.last_day(date.fromisoformat(event)) == date.fromisoformat(last)


def test_a_period_that_starts_at_midnight_counts_its_first_day() -> None:
    assert Period(14, Unit.DAYS).last_day(date(2026, 4, 1), first_day_counts=True) == date(2026, 4, 14)
    assert Period(1, Unit.YEARS).last_day(date(2026, 4, 1), first_day_counts=True) == date(2027, 3, 31)


@given(st.dates(date(1990, 1, 1), date(2049, 1, 1)), st.integers(1, 50))
def test_weeks_are_seven_days_and_years_twelve_months(event: date, number: int) -> None:
    assert Period(number, Unit.WEEKS).last_day(event) == Period(number * 7, Unit.DAYS).last_day(event)
    assert Period(number, Unit.YEARS).last_day(event) == Period(number * 12, Unit.MONTHS).last_day(event)


def _fell(schedule: Schedule, first: str, last: str) -> list[str]:
    found = schedule.occurrences(calendars(), date.fromisoformat(first), date.fromisoformat(last))
    return [str(each.due_on) for each in found]


def test_previous_business_day_of_the_25th() -> None:
    """robots.md §5 gives 1/23, 2/25, 3/25, 4/24 of 2026."""
    schedule = Schedule(Monthly(25), Roll.PRECEDING)
    assert _fell(schedule, "2026-01-01", "2026-04-30") == [
        "2026-01-23",
        "2026-02-25",
        "2026-03-25",
        "2026-04-24",
    ]


def test_child_allowance_falls_on_the_tenth_of_even_months_or_before() -> None:
    schedule = Schedule(Monthly(10, (2, 4, 6, 8, 10, 12)), Roll.PRECEDING, calendar="bank", lead=5)
    found = list(schedule.occurrences(calendars(), date(2026, 9, 1), date(2026, 12, 31)))
    assert [(str(each.nominal_on), str(each.due_on), str(each.starts_on)) for each in found] == [
        ("2026-10-10", "2026-10-09", "2026-10-02"),
        ("2026-12-10", "2026-12-10", "2026-12-03"),
    ]
    assert found[0].reason == (
        "10月10日（土）は土曜日のため、前の銀行営業日の10月9日（金）にしました。5営業日前の10月2日（金）に始めます。"
    )
    assert (found[0].moved, found[1].moved) == (True, False)


def test_every_rule_gives_its_dates() -> None:
    none = {"first": "2026-01-01", "last": "2026-12-31"}
    assert len(_fell(Schedule(BusinessDaily()), "2026-05-01", "2026-05-31")) == 18
    assert _fell(Schedule(month_end((2, 4))), **none) == ["2026-02-28", "2026-04-30"]
    assert _fell(Schedule(yearly(5, 31)), **none) == ["2026-05-31"]
    assert _fell(Schedule(fiscal_year_start()), **none) == ["2026-04-01"]
    assert _fell(Schedule(fiscal_year_end(), Roll.FOLLOWING), "2029-01-01", "2029-12-31") == ["2029-04-02"]
    assert _fell(Schedule(NthBusinessDay(-1, (12,))), **none) == ["2026-12-28"]
    assert _fell(Schedule(Monthly(29, (2,))), "2026-01-01", "2028-12-31") == [
        "2026-02-28",
        "2027-02-28",
        "2028-02-29",
    ]


def test_rules_say_themselves_in_japanese() -> None:
    assert [
        rule.words for rule in (Monthly(10, (2, 4)), month_end(), NthBusinessDay(3), NthBusinessDay(-1))
    ] == [
        "2月・4月 10日",
        "毎月末日",
        "毎月第3営業日",
        "毎月末から1番目の営業日",
    ]


@pytest.mark.parametrize("wrong", [lambda: Monthly(0), lambda: Monthly(1, ()), lambda: NthBusinessDay(0)])
def test_impossible_rules_are_refused(wrong: type) -> None:
    with pytest.raises(ValueError, match=r"month"):
        wrong()


def test_work_that_starts_in_a_window_is_found_wherever_its_nominal_date_lies() -> None:
    schedule = Schedule(Monthly(31, (12,)), Roll.FOLLOWING)
    found = list(schedule.starting(calendars(), date(2027, 1, 4), date(2027, 1, 4)))
    assert [each.nominal_on for each in found] == [date(2026, 12, 31)]
    early = Schedule(yearly(1, 4), lead=1)
    assert [e.nominal_on for e in early.starting(calendars(), date(2026, 12, 28), date(2026, 12, 28))] == [
        date(2027, 1, 4)
    ]


def test_the_preview_tells_nominal_date_due_date_and_reason() -> None:
    schedules = {
        "b": Schedule(yearly(5, 31), Roll.PRECEDING),
        "a": Schedule(yearly(5, 31), Roll.SKIP),
        "c": Schedule(Monthly(1, (5,))),
    }
    found = preview(schedules, date(2026, 5, 1), date(2026, 5, 31))
    assert [(each.schedule, str(each.occurrence.due_on)) for each in found] == [
        ("c", "2026-05-01"),
        ("a", "None"),
        ("b", "2026-05-29"),
    ]


@given(
    st.dates(date(2000, 1, 1), date(2045, 1, 1)),
    st.integers(1, 31),
    st.sampled_from([Roll.PRECEDING, Roll.FOLLOWING, Roll.MODIFIED_FOLLOWING]),
)
def test_one_occurrence_a_month_on_a_business_day(begin: date, day: int, rule: Roll) -> None:
    schedule = Schedule(Monthly(day), rule, calendar="bank")
    year = date(begin.year, 1, 1), date(begin.year, 12, 31)
    found = list(schedule.occurrences(calendars(), *year))
    bank = bank_calendar()
    assert [each.nominal_on.month for each in found] == list(range(1, 13))
    assert all(each.due_on is not None and bank.is_business_day(each.due_on) for each in found)
    assert all(bool(each.reason) == each.moved for each in found)


def test_ten_years_of_every_kind_are_foreseen_without_a_gap() -> None:
    schedules = {"daily": Schedule(BusinessDaily()), "monthly": Schedule(Monthly(25), Roll.PRECEDING)}
    found = preview(schedules, date(2026, 4, 1), date(2036, 3, 31))
    daily = [each.occurrence.nominal_on for each in found if each.schedule == "daily"]
    assert all(CITY.shift(one, 1) == other for one, other in itertools.pairwise(daily))
    assert len(found) - len(daily) == 120
