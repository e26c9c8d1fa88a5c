"""A city's own amendments to the closed days: local holidays, Saturday openings, disasters.

The file `calendar.toml` of the data folder:

    [[closed]]
    on = 2026-06-23
    reason = "慰霊の日"

    [[open]]
    on = 2027-03-27
    reason = "年度末の土曜開庁"

地方自治法4条の2: closed days are set by the city's ordinance, so that they are data and not code.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from office.errors import OfficeError

FILE = "calendar.toml"


class CalendarFault(OfficeError):
    """The amendments file does not say what it must; all faults are named at once."""

    code = "calendar"


@dataclass(frozen=True, slots=True)
class Amendments:
    """Days closed or open against the general rule, each with its reason in Japanese."""

    closed: Mapping[date, str] = field(default_factory=dict)
    open: Mapping[date, str] = field(default_factory=dict)


NONE = Amendments()


def load_amendments(folder: Path) -> Amendments:
    """Read `calendar.toml` of the data folder; no file means no amendments. Raises CalendarFault."""
    path = folder / FILE
    if not path.exists():
        return NONE
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CalendarFault(f"{path} を読めません。書き方を確かめてください（{error}）。") from error
    return parse_amendments(table, str(path))


def parse_amendments(table: Mapping[str, Any], source: str) -> Amendments:
    """The amendments of a parsed TOML table. Raises CalendarFault naming every fault."""
    faults = [f"「{key}」という項目はありません" for key in table if key not in ("closed", "open")]
    closed, more = _days(table.get("closed", []), "closed")
    opened, most = _days(table.get("open", []), "open")
    faults += more + most
    faults += [f"{day} が closed と open の両方にあります" for day in sorted(closed.keys() & opened.keys())]
    if faults:
        raise CalendarFault(f"{source} を直してください: " + "、".join(faults) + "。")
    return Amendments(closed, opened)


def _days(rows: Any, key: str) -> tuple[dict[date, str], list[str]]:
    days: dict[date, str] = {}
    faults: list[str] = []
    for number, row in enumerate(rows if isinstance(rows, list) else [rows], start=1):
        fault = _fault_of(row)
        if fault is None and row["on"] in days:
            fault = "同じ日が2回あります"
        if fault is None:
            days[row["on"]] = row["reason"]
        else:
            faults.append(f"{key} の{number}件目は{fault}")
    return days, faults


def _fault_of(row: Any) -> str | None:
    if not isinstance(row, dict) or set(row) != {"on", "reason"}:
        return "on と reason の2つを書いてください"
    if not isinstance(row["on"], date) or isinstance(row["on"], datetime):
        return "on を日付（例 2026-06-23）で書いてください"
    if not isinstance(row["reason"], str) or not row["reason"].strip():
        return "reason に理由を書いてください"
    return None
