"""Names for invented people, drawn from names.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from forms.values.names import PersonalName
from samples.dice import Dice, Weights

RARE_SHARE = 0.02

Part = tuple[str, str]
"""A part of a name: as written, and in katakana."""


@dataclass(frozen=True, slots=True)
class Country:
    """A country foreign residents come from, with its names."""

    code: str
    title: str
    families: tuple[Part, ...]
    given: dict[str, tuple[Part, ...]]


class NameBook:
    """The lists of names.toml, ready to be drawn from."""

    def __init__(self, data: dict[str, Any]) -> None:
        self._families = tuple(map(_japanese, data["families"]))
        self._rare = tuple(map(_japanese, data["rare_families"]))
        self._weights = Weights.falling(len(self._families))
        self._given = {
            sex: [(int(last), tuple(map(_japanese, names))) for last, names in sorted(data[sex].items())]
            for sex in ("male", "female")
        }
        self.countries = tuple(map(_country, data["foreign"]))

    def family(self, dice: Dice) -> Part:
        """A Japanese family name, now and then one whose letters get lost easily."""
        if dice.chance(RARE_SHARE):
            return self.rare_family(dice)
        return dice.pick(self._families, self._weights)

    def rare_family(self, dice: Dice) -> Part:
        """A family name whose letters get lost easily (髙, 﨑, 𠮷, a glyph variant)."""
        return dice.pick(self._rare)

    def given(self, dice: Dice, sex: str, born: int, taken: set[str]) -> Part:
        """A given name usual in the year of birth, other than those already `taken` in the household."""
        names = next(names for last, names in self._given[sex] if born <= last)
        return _other_than(dice, names, taken)

    def person(self, dice: Dice, family: Part, sex: str, born: int, taken: set[str]) -> PersonalName:
        """A whole Japanese name; adds the given name to `taken`."""
        given, given_kana = self.given(dice, sex, born, taken)
        taken.add(given)
        return PersonalName(family[0], given, family[1], given_kana)

    def foreigner(
        self, dice: Dice, country: Country, family: Part, sex: str, taken: set[str]
    ) -> PersonalName:
        """A whole name in Latin letters; adds the given name to `taken`."""
        given, given_kana = _other_than(dice, country.given[sex], taken)
        taken.add(given)
        return PersonalName(family[0], given, family[1], given_kana)


@cache
def name_book() -> NameBook:
    """The names of the sample city."""
    return NameBook(tomllib.loads((Path(__file__).parent / "names.toml").read_text(encoding="utf-8")))


def _other_than(dice: Dice, names: tuple[Part, ...], taken: set[str]) -> Part:
    """One of the names not taken, or any when all are."""
    free = tuple(name for name in names if name[0] not in taken) if taken else names
    return dice.pick(free or names)


def _japanese(entry: str) -> Part:
    written, _, kana = entry.partition(" ")
    return written, kana


def _latin(entry: str) -> Part:
    """Words in Latin letters, then as many or more in katakana."""
    words = entry.split(" ")
    latin = [word for word in words if word.isascii()]
    return " ".join(latin), " ".join(words[len(latin) :])


def _country(data: dict[str, Any]) -> Country:
    given = {sex: tuple(map(_latin, data[sex])) for sex in ("male", "female")}
    return Country(data["code"], data["country"], tuple(map(_latin, data["families"])), given)
