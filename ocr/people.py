"""A person as read: the name and day of birth of a page, with all that was weighed, for `ocr.registry`."""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Iterator

from forms.errors import InvalidValue
from forms.values.dates import parse_date
from ocr.readings import FieldReading
from ocr.registry import PersonRead, Weighed

_ERAS = ("令和", "平成", "昭和", "大正", "明治")
_WESTERN = "西暦"
_FIRST_YEAR = 1868
_OPEN = 0.15
"""What a day keeps of its probability where the era is not marked for sure."""

_KEPT, _LEAST = 5, 0.002


def person_read(name: FieldReading, born: FieldReading | None = None, sex: str = "") -> PersonRead:
    """The person of a field of kind `name`, and one of kind `date` where there is one."""
    parts = {one.name: weighed(one.text, one.confidence, one.others) for one in name.parts}
    return PersonRead(
        family=parts.get("family", ()),
        given=parts.get("given", ()),
        family_kana=parts.get("family_kana", ()),
        given_kana=parts.get("given_kana", ()),
        birth_on=tuple(days_of(born)) if born else (),
        sex=sex,
    )


def weighed(text: str, confidence: float, others: Weighed) -> Weighed:
    """A text and the others that were weighed, the likeliest first; none where nothing stands."""
    if not text:
        return ()
    found = {text: confidence} | {other: chance for other, chance in others if other and chance >= _LEAST}
    return tuple(sorted(found.items(), key=lambda one: -one[1])[:_KEPT])


def days_of(born: FieldReading) -> Iterator[tuple[datetime.date, float]]:
    """Every day that the digits as read may mean."""
    parts = {one.name: weighed(one.text, one.confidence, one.others) for one in born.parts}
    marked = re.match("[^0-9]*", born.text)
    era = marked[0] if marked else ""
    sure = era in (*_ERAS, _WESTERN)
    places = (parts.get("year", ()), parts.get("month", ()), parts.get("day", ()))
    for (year, first), (month, second), (day, third) in itertools.product(*places):
        chance = first * second * third * (1.0 if sure else _OPEN)
        for one in (era,) if sure else (*_ERAS, _WESTERN):
            found = _day(one, year, month, day)
            if found and chance >= _LEAST:
                yield found, chance


def _day(era: str, year: str, month: str, day: str) -> datetime.date | None:
    """A calendar day that exists; four digits are a year of our time whatever is marked."""
    named = "" if era == _WESTERN or len(year) == 4 else era
    try:
        found = parse_date(f"{named}{year.lstrip('0')}年{month.lstrip('0')}月{day.lstrip('0')}日")
    except InvalidValue:
        return None
    return found if found.year >= _FIRST_YEAR else None
