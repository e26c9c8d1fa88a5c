"""みほん市, made from a seed: the same seed gives the same city, of any size, one household at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from samples.arrivals import Arrival, arrivals
from samples.banks import Branch, branches
from samples.making import AS_OF, make_household
from samples.officers import OFFICERS, DemoOfficer
from samples.people import Household, Resident
from samples.towns import CITY, MUNICIPALITY_CODE


@dataclass(frozen=True, slots=True)
class City:
    """The sample city. People are made while they are walked over: a city of any size takes no room."""

    seed: int
    size: int
    name: str = CITY
    municipality_code: str = MUNICIPALITY_CODE

    def households(self) -> Iterator[Household]:
        """Every household, `size` residents in all; the last one is cut to fit."""
        made, number = 0, 0
        while made < self.size:
            number += 1
            household = make_household(self.seed, number, made + 1, self.size - made)
            made += len(household.members)
            yield household

    def residents(self) -> Iterator[Resident]:
        """Every resident, household by household."""
        for household in self.households():
            yield from household.members

    def arrivals(self, on: date = AS_OF) -> tuple[Arrival, ...]:
        """The families about to move in around a day, as the cities they leave have told."""
        return arrivals(on)

    @property
    def branches(self) -> tuple[Branch, ...]:
        """The bank master."""
        return branches()

    @property
    def officers(self) -> tuple[DemoOfficer, ...]:
        """The accounts to try the suite with."""
        return OFFICERS


def build(seed: int = 1, residents: int = 1000) -> City:
    """The city of a seed with so many residents."""
    return City(seed, residents)
