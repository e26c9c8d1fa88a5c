"""The invented people of みほん市 and their households, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from forms.values.addresses import Address
from forms.values.names import PersonalName
from forms.values.numbers import complete

HEAD = "世帯主"


@dataclass(frozen=True, slots=True)
class Foreign:
    """What a foreign resident's entry holds besides (record-layouts §12.3, columns 46-51)."""

    country_code: str
    country: str
    status: str
    until: date | None


@dataclass(frozen=True, slots=True)
class Resident:
    """One resident. `number` is the 宛名番号, `sex` is male or female.

    `moved_from` is None for those born here or come from abroad. `serial` counts the city's residents.
    """

    number: str
    household_number: str
    name: PersonalName
    birth_on: date
    sex: str
    relation: str
    became_resident_on: date
    moved_from: Address | None
    foreign: Foreign | None
    serial: int

    @property
    def my_number(self) -> str:
        """A 個人番号 whose body is plainly invented and whose check digit is right."""
        return invented_my_number(self.serial)

    @property
    def resident_code(self) -> str:
        """A 住民票コード of the same kind."""
        return complete("resident-code", f"99{self.serial:08d}")


@dataclass(frozen=True, slots=True)
class Household:
    """A household at one address; the head stands first."""

    number: str
    address: Address
    members: tuple[Resident, ...]

    @property
    def head(self) -> Resident:
        """The 世帯主."""
        return self.members[0]


def invented_my_number(serial: int) -> str:
    """The computed 個人番号 of a running number: 99, nine digits, check digit."""
    return complete("my-number", f"99{serial:09d}")
