"""The eras since 明治 and their exact boundaries (record-layouts §17)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from forms.errors import InvalidValue


@dataclass(frozen=True, slots=True)
class Era:
    """One era; `last` is the last day that may be written in it, which may be the next era's first."""

    name: str
    letter: str
    first: date
    last: date

    def year_of(self, day: date) -> int:
        """The day's year counted in this era, from 1."""
        return day.year - self.first.year + 1

    def show(self, day: date) -> str:
        """The date in this era's years, e.g. 令和8年4月1日; the first year is written 元年."""
        year = self.year_of(day)
        return f"{self.name}{'元' if year == 1 else year}年{day.month}月{day.day}日"


# 明治45年7月30日 and 大正15年12月25日 must be storable as written although the next era starts on that
# day (record-layouts §12.2), so 明治 and 大正 end on the first day of the next era. Before 1873 Japan
# counted by the lunisolar calendar; dates of 明治 1-5 are taken as Gregorian here (§17).
ERAS = (
    Era("明治", "M", date(1868, 1, 25), date(1912, 7, 30)),
    Era("大正", "T", date(1912, 7, 30), date(1926, 12, 25)),
    Era("昭和", "S", date(1926, 12, 25), date(1989, 1, 7)),
    Era("平成", "H", date(1989, 1, 8), date(2019, 4, 30)),
    Era("令和", "R", date(2019, 5, 1), date.max),
)

_BY_SIGN = {sign: era for era in ERAS for sign in (era.name, era.name[0], era.letter, era.letter.lower())}


def era_named(sign: str) -> Era:
    """The era called `sign`: 令和, 令, R or r. Raises `InvalidValue` for any other."""
    if sign not in _BY_SIGN:
        raise InvalidValue(
            f"「{sign}」という元号はありません。明治・大正・昭和・平成・令和で書いてください。"
        )
    return _BY_SIGN[sign]


def era_of(day: date) -> Era:
    """The era of a day; on the day an era begins, the new one. Raises `InvalidValue` before 明治."""
    for era in reversed(ERAS):
        if day >= era.first:
            return era
    raise InvalidValue("明治元年1月25日（1868年）より前の日付は扱えません。日付を確かめてください。")
