"""Layouts of 120-byte bank files, loaded from data beside this module."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path(__file__).parent
KINDS = ("general_transfer", "direct_debit")
RECORDS = ("header", "data", "trailer", "end")


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `start` counts bytes from 1; `type` is N or C; `characters` names the set a C field takes.

    `verbatim` fields are kept as they are on reading. `source` tells how sure the row is.
    """

    name: str
    title: str
    type: str
    length: int
    start: int
    source: str
    always: str = ""
    characters: str = ""
    one_of: tuple[str, ...] = ()
    required: bool = False
    positive: bool = False
    verbatim: bool = False
    filler: bool = False

    def cut(self, record: bytes) -> bytes:
        """The field's bytes within a record."""
        return record[self.start - 1 : self.start - 1 + self.length]


@dataclass(frozen=True, slots=True)
class Layout:
    """One kind of file: `key` (general_transfer), 種別コード `kind`, the fields of each record."""

    key: str
    title: str
    kind: str
    length: int
    header: tuple[Field, ...]
    data: tuple[Field, ...]
    trailer: tuple[Field, ...]
    end: tuple[Field, ...]

    def __post_init__(self) -> None:
        for record in RECORDS:
            at = 1
            for field in self.fields(record):
                if field.start != at:
                    raise ValueError(f"{self.key}.{record}.{field.name}: starts at {field.start}, not {at}")
                at += field.length
            if at != self.length + 1:
                raise ValueError(f"{self.key}.{record}: {at - 1} bytes, not {self.length}")

    def fields(self, record: str) -> tuple[Field, ...]:
        """The fields of `header`, `data`, `trailer` or `end`."""
        found: tuple[Field, ...] = getattr(self, record)
        return found

    def field(self, record: str, name: str) -> Field:
        """One field; raises KeyError."""
        for field in self.fields(record):
            if field.name == name:
                return field
        raise KeyError(f"{self.key}.{record}.{name}")


@functools.cache
def load_layout(key: str) -> Layout:
    """The layout called `key` (one of `KINDS`); a gap or overlap in the data is a ValueError."""
    with (_FOLDER / f"{key}.toml").open("rb") as file:
        data = tomllib.load(file)
    records = {
        record: tuple(Field(**{**row, "one_of": tuple(row.get("one_of", ()))}) for row in data[record])
        for record in RECORDS
    }
    return Layout(key=key, title=data["title"], kind=data["kind"], length=data["length"], **records)


def layout_of_kind(kind: str) -> Layout | None:
    """The layout of a 種別コード, None when the suite has none."""
    return next((found for found in map(load_layout, KINDS) if found.kind == kind), None)
