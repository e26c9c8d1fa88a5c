"""Invented banks of みほん市. Codes 9995-9999 belong to nobody (record-layouts §1)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

BANKS_FILE = Path(__file__).parent / "banks.csv"


@dataclass(frozen=True, slots=True)
class Branch:
    """One branch of the bank master; the kana are half-width and of the set bank files take."""

    bank_code: str
    bank_name: str
    bank_kana: str
    branch_code: str
    branch_name: str
    branch_kana: str


@cache
def branches() -> tuple[Branch, ...]:
    """The bank master (banks.csv: a header with the member names of `Branch`, UTF-8)."""
    with BANKS_FILE.open(encoding="utf-8", newline="") as file:
        return tuple(Branch(**row) for row in csv.DictReader(file))
