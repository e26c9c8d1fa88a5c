"""Looking up towns by postal code and branches by number, to spare the officer typing."""

from __future__ import annotations

import csv
import functools
from collections.abc import Mapping
from pathlib import Path

from forms.errors import InvalidValue
from forms.values.addresses import LocalTowns, read_towns, towns_of


def towns(data: Path, postal_code: str) -> list[dict[str, str]]:
    """The towns of a postal code, the city's own list first; empty when there is none."""
    try:
        found = towns_of(postal_code, _local_towns(data / "masters" / "towns.csv"))
    except InvalidValue:
        return []
    return [{"prefecture": one.prefecture, "city": one.city, "town": one.town} for one in found]


def branch(data: Path, bank_code: str, branch_code: str) -> dict[str, str]:
    """`{"bank_name", "branch_name"}` of the codes; empty when they are not in the master."""
    names = _branches(data / "masters" / "banks.csv").get((bank_code, branch_code))
    return {"bank_name": names[0], "branch_name": names[1]} if names else {}


@functools.cache
def _local_towns(path: Path) -> LocalTowns:
    return read_towns(path) if path.exists() else {}


@functools.cache
def _branches(path: Path) -> Mapping[tuple[str, str], tuple[str, str]]:
    if not path.exists():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {
            (row["bank_code"], row["branch_code"]): (row["bank_name"], row["branch_name"])
            for row in csv.DictReader(file)
        }
