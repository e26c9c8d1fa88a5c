"""What comes out of reading a table: rows of cells with their doubt, and the sums that were checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ocr.readings import State
from ocr.tables.columns import Column

Value = str | int | None
Place = tuple[int, int, int, int]

ENTRY, SUBTOTAL, CARRIED_IN, CARRIED_OUT, TOTAL, BLANK = (
    "entry",
    "subtotal",
    "carried_in",
    "carried_out",
    "total",
    "blank",
)
"""Kinds of row: an entry, 小計, 前頁繰越, 次頁繰越, 合計, an empty line."""


@dataclass(frozen=True, slots=True)
class CellReading:
    """One cell. `text` is what stands there (〃 for a ditto mark), `value` what it means: yen as int, a date
    as ISO text, other texts as written, None for an empty or unreadable cell.

    `box` is left, top, right, bottom in pixels of the page's image; `note` says in Japanese why a person is
    asked; `candidates` are other texts that were weighed. `proved` tells what besides reading holds.
    """

    text: str
    value: Value
    confidence: float
    state: State
    box: Place
    note: str = ""
    candidates: tuple[str, ...] = ()
    ditto: bool = False
    proved: bool = False

    def to_json(self) -> dict[str, Any]:
        """All of it for `kakazu read --table --json`."""
        return {
            "text": self.text,
            "value": self.value,
            "confidence": round(self.confidence, 4),
            "state": str(self.state),
            "box": list(self.box),
            "note": self.note,
            "candidates": list(self.candidates),
            "ditto": self.ditto,
            "proved": self.proved,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> CellReading:
        """What `to_json` gave."""
        left, top, right, bottom = data["box"]
        same = {key: data[key] for key in ("text", "value", "confidence", "note", "ditto", "proved")}
        box, candidates = (left, top, right, bottom), tuple(data["candidates"])
        return cls(state=State(data["state"]), box=box, candidates=candidates, **same)


@dataclass(frozen=True, slots=True)
class RowReading:
    """One line: its kind and a cell for each column."""

    kind: str
    cells: tuple[CellReading, ...]

    def to_json(self) -> dict[str, Any]:
        """Kind and cells."""
        return {"kind": self.kind, "cells": [cell.to_json() for cell in self.cells]}


@dataclass(frozen=True, slots=True)
class Check:
    """A sum on paper against the sum of what was read: `holds` None where a part could not be read."""

    row: int
    column: int
    found: int | None
    expected: int | None
    holds: bool | None

    def to_json(self) -> dict[str, Any]:
        """All of it."""
        return {
            "row": self.row,
            "column": self.column,
            "found": self.found,
            "expected": self.expected,
            "holds": self.holds,
        }


@dataclass(frozen=True, slots=True)
class TableReading:
    """One page with a table. A page without one has a `problem` (Japanese) and no rows.

    `image` is the straightened, upright page (PNG); `sha256` of the page as it came. `coarse`: so few pixels
    that more cells than needed are asked.
    """

    source: str
    page: int
    sha256: str
    problem: str | None
    columns: tuple[Column, ...]
    rows: tuple[RowReading, ...]
    checks: tuple[Check, ...]
    image: bytes = field(repr=False, default=b"")
    coarse: bool = False

    def asked(self) -> int:
        """How many cells a person has to look at."""
        return sum(cell.state is not State.ACCEPTED for row in self.rows for cell in row.cells)

    def to_json(self) -> dict[str, Any]:
        """All but the image."""
        return {
            "source": self.source,
            "page": self.page,
            "sha256": self.sha256,
            "problem": self.problem,
            "coarse": self.coarse,
            "columns": [{"key": c.key, "label": c.label, "kind": c.kind} for c in self.columns],
            "rows": [row.to_json() for row in self.rows],
            "checks": [check.to_json() for check in self.checks],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any], image: bytes) -> TableReading:
        """What `to_json` gave, and the image."""
        rows = tuple(
            RowReading(row["kind"], tuple(map(CellReading.from_json, row["cells"]))) for row in data["rows"]
        )
        return cls(
            source=data["source"],
            page=data["page"],
            sha256=data["sha256"],
            problem=data["problem"],
            columns=tuple(Column(**one) for one in data["columns"]),
            rows=rows,
            checks=tuple(Check(**one) for one in data["checks"]),
            image=image,
            coarse=bool(data.get("coarse")),
        )
