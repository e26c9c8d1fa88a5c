"""The files of the sample city in a data folder: the ledger and the masters."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from office.masters import BANKS, TOWNS
from samples import benefit_ledger
from samples.banks import BANKS_FILE
from samples.city import City
from samples.ledgers import FILE_NAME, move_in_ledger
from samples.towns import TOWNS_FILE

LEDGER = Path("ledgers") / FILE_NAME
BENEFITS = Path("ledgers") / benefit_ledger.FILE_NAME


def write_files(city: City, data: Path) -> tuple[Path, ...]:
    """Make those files of the city that a data folder lacks; returns what was made.

    A file that is there is never touched: robots and officers may have written in it.
    """
    contents: dict[Path, Callable[[], bytes]] = {
        LEDGER: lambda: move_in_ledger(city),
        BENEFITS: benefit_ledger.benefit_ledger,
        BANKS: BANKS_FILE.read_bytes,
        TOWNS: TOWNS_FILE.read_bytes,
    }
    missing = [place for place in contents if not (data / place).exists()]
    for place in missing:
        _write(data / place, contents[place]())
    return tuple(data / place for place in missing)


def _write(path: Path, content: bytes) -> None:
    """Write a file that is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.new")
    unfinished.write_bytes(content)
    os.replace(unfinished, path)
