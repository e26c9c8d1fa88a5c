"""Dates in Japanese eras (和暦) and western years (西暦), in any usual writing."""

from __future__ import annotations

import datetime
import re
import unicodedata
from dataclasses import dataclass

from forms.errors import InvalidValue
from forms.values.eras import ERAS, era_named, era_of
from forms.values.widths import narrow_number

_ERA_NAMES = "|".join([era.name for era in ERAS] + [era.name[0] for era in ERAS] + ["[MTSHRmtshr]"])
_NUMBER = "[0-9元〇零一二三四五六七八九十百千]+"
_SEPARATED = re.compile(
    rf"(?:(?P<era>{_ERA_NAMES}|西暦)\.?)?(?P<year>{_NUMBER})"
    rf"(?:年|[-/.・])(?P<month>{_NUMBER})(?:月|[-/.・])(?P<day>{_NUMBER})日?"
)
_COMPACT = re.compile(
    r"(?:(?P<era>[MTSHRmtshr])(?P<year2>\d{2})|(?P<year4>\d{4}))(?P<month>\d{2})(?P<day>\d{2})", re.ASCII
)
_WESTERN_NOTE = re.compile(r"\(([0-9]{4})年?\)")
_WEEKDAY = re.compile(r"\(([月火水木金土日])(?:曜日?)?\)$")
_KANJI_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {"零": 0}
_KANJI_PLACES = re.compile("({0}?千)?({0}?百)?({0}?十)?({0}?)".format("[一二三四五六七八九]"))

_LONGEST = 60
_WEEKDAYS = "月火水木金土日"
_HOW = "「令和8年4月1日」「R8.4.1」「2026-04-01」のように書いてください。"


@dataclass(frozen=True, slots=True)
class EraDate:
    """A date as written in an era: era 令和, year 8 (元年 is 1), month and day.

    明治45年7月30日 and 大正15年12月25日 keep their writing (record-layouts §12.2). Making one that does
    not exist raises `InvalidValue`.
    """

    era: str
    year: int
    month: int
    day: int

    def __post_init__(self) -> None:
        era = era_named(self.era)
        object.__setattr__(self, "era", era.name)
        day = _calendar_day(era.first.year + self.year - 1, self.month, self.day, str(self))
        if self.year < 1 or day < era.first:
            raise InvalidValue(
                f"「{self}」という日付はありません。{era.name}は{era.show(era.first)}からです。"
            )
        if day > era.last:
            raise InvalidValue(
                f"「{self}」という日付はありません。{era.name}は{era.show(era.last)}までです。"
                f"{era_of(day).show(day)}ではないか、確かめてください。"
            )

    def __str__(self) -> str:
        return f"{self.era}{'元' if self.year == 1 else self.year}年{self.month}月{self.day}日"

    @property
    def date(self) -> datetime.date:
        """The same day in the Gregorian calendar."""
        return datetime.date(era_named(self.era).first.year + self.year - 1, self.month, self.day)

    @classmethod
    def of(cls, day: datetime.date) -> EraDate:
        """The day in its era. Raises `InvalidValue` before 1868-01-25."""
        era = era_of(day)
        return cls(era.name, era.year_of(day), day.month, day.day)

    @classmethod
    def parse(cls, text: str) -> EraDate:
        """A date in any usual writing, kept in the era it is written in. Raises `InvalidValue`."""
        written = _parse(text)
        return written if isinstance(written, EraDate) else cls.of(written)

    def to_json(self) -> str:
        """The date as written, e.g. 明治45年7月30日."""
        return str(self)

    @classmethod
    def from_json(cls, data: object) -> EraDate:
        """The reverse of `to_json`. Raises `InvalidValue`."""
        return cls.parse(str(data))


def parse_date(text: str) -> datetime.date:
    """A date in any usual writing: 令和8年4月1日, R8.4.1, 平成元年…, 2026-04-01, 20260401, 二〇二六年….

    Full-width characters, spaces, kanji numerals, a western year in brackets and a weekday in brackets
    are taken; a bracket that contradicts the date is refused. Raises `InvalidValue`.
    """
    written = _parse(text)
    return written.date if isinstance(written, EraDate) else written


def show_era(day: datetime.date) -> str:
    """The day as 令和8年4月1日."""
    return era_of(day).show(day)


def show_both(day: datetime.date) -> str:
    """The day as 令和8年4月1日（2026年）, which `parse_date` reads back."""
    return f"{show_era(day)}（{day.year}年）"


def show_short(day: datetime.date) -> str:
    """The day as R8.4.1, as lists write it; `parse_date` reads it back."""
    era = era_of(day)
    return f"{era.letter}{era.year_of(day)}.{day.month}.{day.day}"


def fiscal_year(day: datetime.date) -> int:
    """The western year in which the fiscal year of the day began: 4月1日 to 3月31日 (自治法 208条)."""
    return day.year if day.month >= 4 else day.year - 1


def show_fiscal_year(day: datetime.date) -> str:
    """The fiscal year of the day as 令和8年度, named after the era of its 1 April."""
    first = datetime.date(fiscal_year(day), 4, 1)
    era = era_of(first)
    year = era.year_of(first)
    return f"{era.name}{'元' if year == 1 else year}年度"


def age_on(born: datetime.date, on: datetime.date) -> int:
    """Full years of age on a day; a birthday of 29 February counts from 1 March in other years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _parse(text: str) -> EraDate | datetime.date:
    """The date as written: in an era, or western."""
    if len(text) > _LONGEST:
        raise InvalidValue(f"日付として読めません。長すぎます。{_HOW}")
    plain, western, weekday = _without_notes(text)
    match = _SEPARATED.fullmatch(plain) or _COMPACT.fullmatch(plain)
    if match is None:
        raise InvalidValue(_unreadable(text, plain))
    parts = match.groupdict()
    year_text = parts.get("year") or parts.get("year2") or parts.get("year4") or ""
    year, month, day_of_month = (_number(part, text) for part in (year_text, parts["month"], parts["day"]))
    written = _dated(parts["era"], year, month, day_of_month, text)
    day = written.date if isinstance(written, EraDate) else written
    if western is not None and western != day.year:
        raise InvalidValue(f"「{text}」は元号の年と西暦が合いません。どちらかを直してください。")
    if weekday is not None and weekday != _WEEKDAYS[day.weekday()]:
        raise InvalidValue(f"「{text}」は{_WEEKDAYS[day.weekday()]}曜日です。日付か曜日を直してください。")
    return written


def _without_notes(text: str) -> tuple[str, int | None, str | None]:
    """The text in one form (era signs like ㋿ and full width resolved), its western year and weekday."""
    plain = re.sub(r"\s", "", narrow_number(unicodedata.normalize("NFKC", text)))
    weekday = _WEEKDAY.search(plain)
    plain = _WEEKDAY.sub("", plain)
    western = _WESTERN_NOTE.search(plain)
    plain = _WESTERN_NOTE.sub("", plain)
    return plain, int(western[1]) if western else None, weekday[1] if weekday else None


def _dated(era: str | None, year: int, month: int, day: int, text: str) -> EraDate | datetime.date:
    """The date of the parts; a western year has four digits and is not before 明治."""
    if era is not None and era != "西暦":
        return EraDate(era, year, month, day)
    if year < 1000:
        raise InvalidValue(f"「{text}」は元号か西暦4桁の年がわかりません。{_HOW}")
    found = _calendar_day(year, month, day, text)
    era_of(found)
    return found


def _calendar_day(year: int, month: int, day: int, text: str) -> datetime.date:
    """The day of the calendar. Raises `InvalidValue` where there is none."""
    if not 1 <= month <= 12:
        raise InvalidValue(f"「{text}」の{month}月はありません。月は1から12までです。")
    try:
        return datetime.date(year, month, day)
    except (ValueError, OverflowError):
        raise InvalidValue(f"「{text}」という日付はありません。日付を確かめてください。") from None


def _number(text: str, whole: str) -> int:
    """A number in ASCII or kanji digits (8, 八, 二〇二六, 三十一); 元 is 1."""
    if text == "元":
        return 1
    if text.isdecimal():
        return int(text)
    if all(digit in _KANJI_DIGITS for digit in text):
        return int("".join(str(_KANJI_DIGITS[digit]) for digit in text))
    places = _KANJI_PLACES.fullmatch(text)
    if places is None:
        raise InvalidValue(f"「{whole}」は日付として読めません。{_HOW}")
    total = _KANJI_DIGITS.get(places[4], 0)
    for place, unit in zip(places.groups()[:3], (1000, 100, 10), strict=True):
        total += 0 if place is None else _KANJI_DIGITS.get(place[:-1], 1) * unit
    return total


def _unreadable(text: str, plain: str) -> str:
    """Why the text is no date."""
    if not plain:
        return f"日付を入力してください。{_HOW}"
    if re.fullmatch(r"\d+", plain):
        return (
            f"「{text}」は日付として読めません。数字だけで書くときは「20260401」のように8桁にしてください。"
        )
    return f"「{text}」は日付として読めません。{_HOW}"
