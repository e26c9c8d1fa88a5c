"""Families about to move in, and what the cities they leave have told about them (転出証明書情報)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from forms.values.addresses import Address, towns_of
from forms.values.names import PersonalName
from samples.people import invented_my_number
from samples.towns import own_towns

WRITTEN_FOR = 2026
_FIRST_SERIAL = 900_000_001


@dataclass(frozen=True, slots=True)
class Mover:
    """One person moving; `entitlements` and `foreign` are what the certificate holds besides."""

    name: PersonalName
    birth_on: date
    sex: str
    relation: str
    my_number: str
    entitlements: dict[str, object]
    foreign: dict[str, str] | None

    def to_json(self) -> dict[str, object]:
        """The person as forms know one."""
        return {
            "name": self.name.to_json(),
            "birth_on": self.birth_on.isoformat(),
            "sex": self.sex,
            "relation": self.relation,
            "my_number": self.my_number,
        }


@dataclass(frozen=True, slots=True)
class Arrival:
    """One family's notice; the first member is the old head and reports the move."""

    key: str
    members: tuple[Mover, ...]
    former: Address
    planned: Address
    planned_on: date

    @property
    def reporter(self) -> Mover:
        """Who reports the move."""
        return self.members[0]

    @property
    def family_register(self) -> dict[str, object]:
        """本籍 and 筆頭者 as the notice holds them; nothing for a family without a family register."""
        if self.members[0].foreign is not None:
            return {}
        place = f"{self.former.prefecture}{self.former.city}{self.former.town}1番地"
        return {"honseki": place, "hittosha": self.reporter.name.to_json()}

    def payload(self) -> dict[str, object]:
        """The notice's content.

        Keys: members (persons), from, from_head (name), to, planned_on, honseki and hittosha (戸籍の表示,
        Japanese families only), and two lists beside the members: entitlements (health, pension, care,
        allowance; 住基法施行令 23条2項) and foreign (None for Japanese).
        """
        return {
            "members": [mover.to_json() for mover in self.members],
            "from": self.former.to_json(),
            "from_head": self.reporter.name.to_json(),
            **self.family_register,
            "to": self.planned.to_json(),
            "planned_on": self.planned_on.isoformat(),
            "entitlements": [mover.entitlements for mover in self.members],
            "foreign": [mover.foreign for mover in self.members],
        }


def arrivals(on: date) -> tuple[Arrival, ...]:
    """The families of arrivals.toml, planned to move a few days before `on`."""
    serial = _FIRST_SERIAL
    found = []
    for data in _written():
        found.append(_arrival(data, on, serial))
        serial += len(data["members"])
    return tuple(found)


@cache
def _written() -> list[dict[str, Any]]:
    text = (Path(__file__).parent / "arrivals.toml").read_text(encoding="utf-8")
    listed: list[dict[str, Any]] = tomllib.loads(text)["arrival"]
    return listed


def _arrival(data: dict[str, Any], on: date, serial: int) -> Arrival:
    own = {town.postal_code: town for town in own_towns()}
    former, planned = data["from"], data["to"]
    movers = tuple(
        _mover(member, on.year - WRITTEN_FOR, serial + place, data.get("country"))
        for place, member in enumerate(data["members"])
    )
    return Arrival(
        data["key"],
        movers,
        Address.at(towns_of(former["postal_code"])[0], former["block"], former.get("building", "")),
        Address.at(own[planned["postal_code"]], planned["block"], planned.get("building", "")),
        on - timedelta(days=data["planned_days_before"]),
    )


def _mover(data: dict[str, Any], years: int, serial: int, country: str | None) -> Mover:
    foreign = None
    if country is not None:
        foreign = {
            "country": country,
            "status": data["status"],
            "until": _moved(data["until"], years).isoformat(),
        }
    return Mover(
        PersonalName.of(data["name"], data["kana"]),
        _moved(data["born"], years),
        data["sex"],
        data["relation"],
        invented_my_number(serial),
        {
            "health": data["health"],
            "pension": data.get("pension", ""),
            "care": data.get("care", False),
            "allowance": data.get("allowance", False),
        },
        foreign,
    )


def _moved(day: date, years: int) -> date:
    """The same day so many years later; arrivals.toml holds no 29 February."""
    return day.replace(year=day.year + years)
