"""The city's masters in its data folder: towns that Japan Post's data lacks, branches of banks.

A master is read once and again after its file has changed; one that is not there is empty.
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Mapping
from pathlib import Path

from forms.values.addresses import LocalTowns, read_towns

TOWNS = Path("masters") / "towns.csv"
BANKS = Path("masters") / "banks.csv"

Branches = Mapping[tuple[str, str], tuple[str, str]]
"""(bank code, branch code) → names of the bank and the branch."""


def towns_of_city(data: Path) -> LocalTowns:
    """The city's own towns; raises `InvalidValue` for a file with another header."""
    return _towns(*_state(data / TOWNS))


def branches(data: Path) -> Branches:
    """The branches of banks."""
    return _branches(*_state(data / BANKS))


def _state(path: Path) -> tuple[Path, int]:
    """The file and when it was changed; 0 while it is not there."""
    return path, path.stat().st_mtime_ns if path.is_file() else 0


@functools.lru_cache(maxsize=4)
def _towns(path: Path, changed_at: int) -> LocalTowns:
    return read_towns(path) if changed_at else {}


@functools.lru_cache(maxsize=4)
def _branches(path: Path, changed_at: int) -> Branches:
    if not changed_at:
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {
            (row["bank_code"], row["branch_code"]): (row["bank_name"], row["branch_name"])
            for row in csv.DictReader(file)
        }
