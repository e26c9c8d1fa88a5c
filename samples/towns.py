"""Where people of みほん市 live and where they came from.

The city's own towns are invented and have postal codes nobody else has (999-9001 and following, held by
a test); everywhere else is real, from Japan Post's data.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from forms.values.addresses import Address, Town, read_towns, towns_of
from forms.values.numbers import complete
from samples.dice import Dice, Weights

TOWNS_FILE = Path(__file__).parent / "towns.csv"
CITY = "みほん市"
MUNICIPALITY_CODE = complete("municipality-code", "99999")

_BUILDINGS = (
    "コーポみほん",
    "見本ハイツ",
    "メゾン書不",
    "サンライズみほん",
    "グリーンハイム",
    "みほんレジデンス",
)
_OTHER_BUILDINGS = ("コーポ桜", "第二ハイツ", "メゾン青葉", "サンハイム", "グリーンコーポ", "駅前レジデンス")


@cache
def own_towns() -> tuple[Town, ...]:
    """The towns of みほん市, larger ones first."""
    return tuple(town for towns in read_towns(TOWNS_FILE).values() for town in towns)


@cache
def origins() -> tuple[Town, ...]:
    """Real towns people have moved in from (origins.toml)."""
    listed = tomllib.loads((Path(__file__).parent / "origins.toml").read_text(encoding="utf-8"))
    return tuple(towns_of(code)[0] for code in listed["postal_codes"])


@cache
def _weights() -> Weights:
    return Weights.falling(len(own_towns()))


def home(dice: Dice) -> Address:
    """An address in みほん市."""
    return house(dice, dice.pick(own_towns(), _weights()), _BUILDINGS)


def former_home(dice: Dice) -> Address:
    """An address somewhere else in Japan."""
    return house(dice, dice.pick(origins()))


def house(dice: Dice, town: Town, buildings: tuple[str, ...] = _OTHER_BUILDINGS) -> Address:
    """An invented house in a town; a flat in three of ten."""
    if town.town.startswith("大字"):
        return Address.at(town, f"{dice.between(1, 2400)}")
    block = f"{dice.between(1, 5)}-{dice.between(1, 28)}-{dice.between(1, 30)}"
    if not dice.chance(0.3):
        return Address.at(town, block)
    flat = dice.between(1, 8) * 100 + dice.between(1, 9)
    return Address.at(town, block, f"{dice.pick(buildings)}{flat}号室")
