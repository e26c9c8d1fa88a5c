"""Addresses as written against Japan Post's towns: the postal code proves the address, and the reverse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rapidfuzz.distance import Levenshtein

from forms.errors import InvalidValue
from forms.values.addresses import Address, LocalTowns, Town, towns_of

_FURTHEST = 0.34


def towns_at(postal_code: str, local: LocalTowns | None) -> tuple[Town, ...]:
    """The towns of a postal code as read; none when it is no postal code or nobody has it."""
    try:
        return towns_of(postal_code, local)
    except InvalidValue:
        return ()


def proved(street: str, building: str, towns: Sequence[Town]) -> Address | None:
    """The address of a street line that begins with one of the towns of its postal code, or None."""
    for written, town in _ways(towns):
        block = street.removeprefix(written)
        if block != street and town.town:
            return Address.at(town, block, building)
    return None


def corrections(street: str, towns: Sequence[Town]) -> tuple[str, ...]:
    """The street line with its beginning replaced by a town of its postal code that is written much alike."""
    found: dict[str, None] = {}
    for written, town in _ways(towns):
        for length in range(max(1, len(written) - 1), len(written) + 2):
            beginning = street[:length]
            apart = Levenshtein.distance(beginning, written)
            if town.town and 0 < apart <= _FURTHEST * len(written):
                found[written + street[length:]] = None
    return tuple(found)


def unproved(street: str, building: str, postal_code: str) -> Address:
    """An address nobody could prove, for a person to part: all of the street line as its town."""
    return Address(
        postal_code if postal_code.isdigit() and len(postal_code) == 7 else "", "", "", street, "", building
    )


def _ways(towns: Sequence[Town]) -> Iterator[tuple[str, Town]]:
    """How people begin an address in each town: with 都道府県, without, without 市区町村; longest first."""
    ways = [
        (beginning + town.town, town)
        for town in towns
        for beginning in (f"{town.prefecture}{town.city}", town.city, "")
    ]
    yield from sorted(ways, key=lambda way: -len(way[0]))
