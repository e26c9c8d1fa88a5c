"""Looking up towns by postal code and branches by number, to spare the officer typing."""

from __future__ import annotations

from pathlib import Path

from forms.errors import InvalidValue
from forms.values.addresses import towns_of
from office.masters import branches, towns_of_city


def towns(data: Path, postal_code: str) -> list[dict[str, str]]:
    """The towns of a postal code, the city's own list first; empty when there is none."""
    try:
        found = towns_of(postal_code, towns_of_city(data))
    except InvalidValue:
        return []
    return [{"prefecture": one.prefecture, "city": one.city, "town": one.town} for one in found]


def branch(data: Path, bank_code: str, branch_code: str) -> dict[str, str]:
    """`{"bank_name", "branch_name"}` of the codes; empty when they are not in the master."""
    names = branches(data).get((bank_code, branch_code))
    return {"bank_name": names[0], "branch_name": names[1]} if names else {}
