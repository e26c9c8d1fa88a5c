"""The bank master: which banks and branches there are, and their names in the letters of bank files."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from robots.errors import ExchangeRefused

_COLUMNS = ("bank_code", "bank_name", "bank_kana", "branch_code", "branch_name", "branch_kana")


@dataclass(frozen=True, slots=True)
class Branch:
    """One branch with its bank. The kana names are half-width, as bank files carry them."""

    bank_code: str
    bank_name: str
    bank_kana: str
    branch_code: str
    branch_name: str
    branch_kana: str


class BankMaster:
    """Branches by bank and branch code."""

    def __init__(self, path: Path) -> None:
        """Read the CSV; raises `ExchangeRefused` when it is missing or lacks a column."""
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                rows = [{name: row[name] for name in _COLUMNS} for row in csv.DictReader(file)]
        except (OSError, UnicodeDecodeError, KeyError) as error:
            raise ExchangeRefused(f"金融機関マスター {path} を読めません。置き直してください。") from error
        self._branches = {(row["bank_code"], row["branch_code"]): Branch(**row) for row in rows}

    def branch(self, bank_code: str, branch_code: str) -> Branch | None:
        """The branch, None when the master does not know it."""
        return self._branches.get((bank_code, branch_code))
