"""Finding a person of a register by name, kana and birth date as read, with all doubts of the reading.

What was read is weighed against every likely entry as a noisy channel: how probable is it to read this where
that is written, against how probable such a name and such a day are by chance in a register of this size
(Fellegi and Sunter 1969, "A Theory for Record Linkage"). Somebody is found only when the odds are high and
nobody else comes near; otherwise the likely ones are handed to a person.
"""

from __future__ import annotations

import datetime
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ocr.lexicon.channel import across_days, across_kana, across_kanji
from ocr.lexicon.forms import plain

CERTAIN, CERTAIN_WITHOUT_DAY = 3.0, 9.0
"""The logarithm of the odds from which a person is taken for found. Namesakes born on nearly the same day are
not rare in a city: more is asked for where the entry's own day was not among those read."""

MARGIN = 4.0
"""How far (in logarithms) the next likely entry has to be behind."""

_SHOWN = 5
_LIFETIME = 100 * 365.25
_SAME_SEX, _OTHER_SEX = 0.6, -3.0
_LEAST = -12.0
_SMALLEST = 1000

Weighed = tuple[tuple[str, float], ...]
"""Texts as read with the probability of each, the likeliest first."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One person of a register. `number` is the register's own; kana are full-width katakana or empty."""

    number: str
    family: str
    given: str
    family_kana: str
    given_kana: str
    birth_on: datetime.date
    sex: str = ""


@dataclass(frozen=True, slots=True)
class PersonRead:
    """A person as read: per part the texts weighed, days of birth with their probabilities, sex if known."""

    family: Weighed
    given: Weighed
    family_kana: Weighed
    given_kana: Weighed
    birth_on: tuple[tuple[datetime.date, float], ...]
    sex: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """An entry and the logarithm of the odds that it is meant."""

    entry: Entry
    odds: float


@dataclass(frozen=True, slots=True)
class Answer:
    """`found` is the person for sure, or None; `likely` those to choose from, the likeliest first."""

    found: Entry | None
    likely: tuple[Match, ...]


class Register:
    """An index over a register, built once (30,000 entries: half a second)."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = tuple(entries)
        self._by_day: dict[datetime.date, list[int]] = defaultdict(list)
        self._by_name: dict[str, list[int]] = defaultdict(list)
        for place, entry in enumerate(self._entries):
            self._by_day[entry.birth_on].append(place)
            for key in _keys(entry):
                self._by_name[key].append(place)
        self._families = Counter(_sound(one.family_kana, one.family) for one in self._entries)
        self._given = Counter(_sound(one.given_kana, one.given) for one in self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, read: PersonRead) -> Answer:
        """The person meant, where that is sure; otherwise the likely ones."""
        places = set(self._retrieved(read))
        matches = sorted((self._match(read, self._entries[one]) for one in places), key=lambda one: -one.odds)
        best = matches[0] if matches else None
        others = matches[1].odds if len(matches) > 1 else -math.inf
        sure = best is not None and best.odds >= _needed(read, best.entry) and best.odds - others >= MARGIN
        likely = tuple(match for match in matches[:_SHOWN] if match.odds > _LEAST)
        return Answer(best.entry if best and sure else None, likely)

    def _retrieved(self, read: PersonRead) -> Iterator[int]:
        """Entries that share a likely day of birth, or nearly all of the name in kana or in kanji."""
        for day, _ in read.birth_on:
            yield from self._by_day.get(day, ())
        for families, given in ((read.family_kana, read.given_kana), (read.family, read.given)):
            for family, _ in families[:2]:
                for name, _ in given[:2]:
                    for key in _near(_folded(family), _folded(name)):
                        yield from self._by_name.get(key, ())

    def _match(self, read: PersonRead, entry: Entry) -> Match:
        odds = across_days(read.birth_on, entry.birth_on) + math.log(_LIFETIME)
        odds += _part(read.family, read.family_kana, entry.family, entry.family_kana)
        odds += _part(read.given, read.given_kana, entry.given, entry.given_kana)
        odds -= self._usual(self._families, _sound(entry.family_kana, entry.family))
        odds -= self._usual(self._given, _sound(entry.given_kana, entry.given))
        if read.sex and entry.sex:
            odds += _SAME_SEX if read.sex == entry.sex else _OTHER_SEX
        return Match(entry, odds - math.log(max(len(self._entries), _SMALLEST)))

    def _usual(self, counts: Counter[str], name: str) -> float:
        """The logarithm of how often a name stands in the register; rare ones count as five times there."""
        return math.log((counts[name] + 5) / (len(self._entries) + 1000))


def _needed(read: PersonRead, entry: Entry) -> float:
    return CERTAIN if any(day == entry.birth_on for day, _ in read.birth_on) else CERTAIN_WITHOUT_DAY


def _part(spellings: Weighed, sounds: Weighed, spelling: str, kana: str) -> float:
    """How probable it is to read this where that is written, in kanji and in kana together.

    Kana carry the name; a spelling that is read otherwise speaks against it, as a namesake's would.
    """
    in_kana = across_kana(sounds, kana) if sounds and kana else None
    in_kanji = across_kanji(spellings, spelling) if spellings and spelling else None
    if in_kana is None:
        return in_kanji if in_kanji is not None else _LEAST
    return in_kana + (in_kanji or 0.0)


def _sound(kana: str, spelling: str) -> str:
    return kana or plain(spelling)


def _folded(text: str) -> str:
    """Without what readings confuse most: forms of kanji, small kana, spaces."""
    small = str.maketrans("ァィゥェォッャュョヮ", "アイウエオツヤユヨワ")
    return plain(text).translate(small).replace(" ", "").replace("・", "")


def _keys(entry: Entry) -> set[str]:
    """The keys an entry is found by: its kana and its kanji, each with one letter missing at each place."""
    pairs = ((entry.family_kana, entry.given_kana), (entry.family, entry.given))
    return {key for family, given in pairs for key in _near(_folded(family), _folded(given))}


def _near(family: str, given: str) -> Sequence[str]:
    """A name with one letter left open at each place: names that differ in one letter share one of them."""
    whole = f"{family} {given}"
    if whole == " ":
        return ()
    return [f"{whole[:place]}*{whole[place + 1 :]}" for place in range(len(whole)) if whole[place] != " "]
