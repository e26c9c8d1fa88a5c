"""A granted 児童手当 認定請求 as months and yen. Amounts and boundaries are data, marked 要確認 until the
city has held them against the law (no statute text was read for them).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from robots.errors import RobotError
from robots.matters.months import after, month_of, stretch


class BenefitInDoubt(RobotError):
    """Months or yen of an application cannot be worked out without a person."""

    code = "benefit-in-doubt"


@dataclass(frozen=True, slots=True)
class Band:
    """Children until the month in which they reach an age, or the end of that fiscal year: yen a month."""

    until_age: int
    amount: int
    to_fiscal_year_end: bool = False

    def last_month(self, born: date) -> str:
        """The last month that counts. An age is reached on the eve of the birthday."""
        reached = _birthday(born, self.until_age) - timedelta(days=1)
        if not self.to_fiscal_year_end:
            return month_of(reached)
        return f"{reached.year + (reached.month > 3):04d}-03"


@dataclass(frozen=True, slots=True)
class Rates:
    """What is paid from a month on. Children from the `later_from`-th, by age, get `later_child` yen."""

    from_month: str
    later_from: int
    later_child: int
    bands: tuple[Band, ...]

    def of(self, births: Sequence[date], month: str) -> int:
        """Yen for one month for children born on these days."""
        counted = sorted(born for born in births if month <= self._last(born))
        return sum(self._one(born, place, month) for place, born in enumerate(counted, 1))

    def _last(self, born: date) -> str:
        return max(band.last_month(born) for band in self.bands)

    def _one(self, born: date, place: int, month: str) -> int:
        if place >= self.later_from:
            return self.later_child
        return next(band.amount for band in self.bands if month <= band.last_month(born))


@dataclass(frozen=True, slots=True)
class Amounts:
    """The data file: whether the city has confirmed it, and the rates in the order of their months."""

    confirmed: bool
    note: str
    grace_days: int
    rates: tuple[Rates, ...]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Amounts:
        """From the TOML; raises `BenefitInDoubt` when a value is missing."""
        try:
            return cls(
                bool(data["confirmed"]),
                str(data["note"]),
                int(data["grace_days"]),
                tuple(sorted((_rates(each) for each in data["rates"]), key=lambda rate: rate.from_month)),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise BenefitInDoubt(
                f"児童手当の額のデータに足りない値か、違う値があります（{error}）。"
            ) from error

    def months(self, record: Mapping[str, Any], filed_on: date, until: str) -> dict[str, int]:
        """Yen by month, from the first month of the application to `until`; raises `BenefitInDoubt`."""
        births = _births(record)
        first = after(month_of(self._counts_from(record, filed_on)))
        found = {month: self._rate(month).of(births, month) for month in stretch(first, until)}
        return {month: amount for month, amount in found.items() if amount > 0}

    def _counts_from(self, record: Mapping[str, Any], filed_on: date) -> date:
        occurred = record.get("child.occurred_on")
        if not occurred:
            return filed_on
        occurred_on = date.fromisoformat(str(occurred))
        return occurred_on if (filed_on - occurred_on).days <= self.grace_days else filed_on

    def _rate(self, month: str) -> Rates:
        for rate in reversed(self.rates):
            if rate.from_month <= month:
                return rate
        raise BenefitInDoubt(f"{month}の額のデータがありません。額のデータに加えてください。")


def _rates(data: Mapping[str, Any]) -> Rates:
    bands = tuple(sorted((Band(**band) for band in data["bands"]), key=lambda band: band.until_age))
    if not bands:
        raise ValueError("bands")
    return Rates(str(data["from_month"]), int(data["later_from"]), int(data["later_child"]), bands)


def _births(record: Mapping[str, Any]) -> list[date]:
    if record.get("child.custody") is False:
        raise BenefitInDoubt("「監護していない」と答えています。支給できるか確かめてください。")
    children = record.get("children") or ()
    if not children:
        raise BenefitInDoubt("お子さんが書かれていません。申請を確かめてください。")
    try:
        return [date.fromisoformat(str(child["birth_on"])) for child in children]
    except (KeyError, ValueError):
        raise BenefitInDoubt("お子さんの生年月日がありません。申請を確かめてください。") from None


def _birthday(born: date, age: int) -> date:
    """The birthday of an age; of 29 February, 1 March in other years (年齢計算ニ関スル法律, 要確認)."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)
