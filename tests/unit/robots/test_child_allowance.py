"""Months and yen of a child allowance by the shipped data: the amounts are 要確認, the counting is held."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from robots.matters import months
from robots.matters.child_allowance import Amounts, BenefitInDoubt

_FILE = Path(__file__).parents[3] / "robots/catalogue/child_allowance_amounts.toml"
DATA = tomllib.loads(_FILE.read_text(encoding="utf-8"))
AMOUNTS = Amounts.of(DATA)
RATES = AMOUNTS.rates[0]


def test_the_shipped_amounts_say_that_nobody_has_confirmed_them() -> None:
    assert AMOUNTS.confirmed is False


@pytest.mark.parametrize(
    ("born", "last_small", "last"),
    [
        (date(2023, 4, 1), "2026-03", "2041-03"),
        (date(2023, 4, 2), "2026-04", "2042-03"),
        (date(2024, 2, 29), "2027-02", "2042-03"),
        (date(2023, 12, 31), "2026-12", "2042-03"),
        (date(2008, 4, 1), "2011-03", "2026-03"),
        (date(2008, 4, 2), "2011-04", "2027-03"),
    ],
)
def test_an_age_is_reached_on_the_eve_of_the_birthday(born: date, last_small: str, last: str) -> None:
    small, older = RATES.bands
    assert (small.last_month(born), older.last_month(born)) == (last_small, last)


def test_later_children_count_from_the_eldest_still_counted() -> None:
    births = [date(2009, 5, 1), date(2016, 5, 1), date(2025, 5, 1)]
    assert RATES.of(births, "2026-05") == 10000 + 10000 + 30000
    assert RATES.of(births, "2028-03") == 50000
    assert RATES.of(births, "2028-04") == 10000 + 15000


@pytest.mark.parametrize(
    ("occurred", "filed", "first"),
    [
        ("2026-03-31", date(2026, 4, 10), "2026-04"),
        ("2026-03-31", date(2026, 4, 15), "2026-04"),
        ("2026-03-31", date(2026, 4, 16), "2026-05"),
        ("2026-04-01", date(2026, 4, 6), "2026-05"),
        (None, date(2026, 12, 6), "2027-01"),
    ],
)
def test_the_first_month(occurred: str | None, filed: date, first: str) -> None:
    record = {"child.occurred_on": occurred, "children": [{"birth_on": "2020-01-01"}]}
    assert next(iter(AMOUNTS.months(record, filed, "2027-06"))) == first


def test_months_before_the_data_begins_are_a_matter_for_a_person() -> None:
    record = {"child.occurred_on": "2024-07-01", "children": [{"birth_on": "2020-01-01"}]}
    with pytest.raises(BenefitInDoubt, match="2024-08の額のデータがありません"):
        AMOUNTS.months(record, date(2024, 7, 2), "2024-11")


def test_a_faulty_data_file_is_refused() -> None:
    with pytest.raises(BenefitInDoubt, match="grace_days"):
        Amounts.of({key: value for key, value in DATA.items() if key != "grace_days"})
    with pytest.raises(BenefitInDoubt, match="bands"):
        Amounts.of({**DATA, "rates": [{**DATA["rates"][0], "bands": []}]})


def test_months() -> None:
    assert list(months.stretch("2026-11", "2027-02")) == ["2026-11", "2026-12", "2027-01", "2027-02"]
    assert list(months.stretch("2026-11", "2026-10")) == []
    assert (months.before("2026-01"), months.after("2026-12")) == ("2025-12", "2027-01")
    assert months.shown("2026-05") == "2026年5月分"
