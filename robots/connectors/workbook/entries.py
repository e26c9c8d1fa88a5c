"""Entries of a ledger of people: found and written by identity anchor, never by position.

The anchor (number + kana + birth date) is read again in the ledger at the point of writing. Two of the
three alike, or an entry standing twice, is a doubt for a person: this is how the row shifts and mixed-up
people of robots.md §1 are met.
"""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forms.errors import InvalidValue
from forms.values.dates import parse_date
from forms.values.kana import to_katakana
from robots.connectors.workbook.cells import Ruby, Value
from robots.connectors.workbook.edits import RowEdit
from robots.connectors.workbook.headings import find_columns
from robots.connectors.workbook.package import Package
from robots.connectors.workbook.patch import next_free_row, sheet_xml
from robots.connectors.workbook.reading import as_read, read_rows
from robots.errors import RobotError


class AnchorInDoubt(RobotError):
    """The ledger holds an entry that is nearly, but not surely, the one meant."""

    code = "anchor-in-doubt"


@dataclass(frozen=True, slots=True)
class Anchor:
    """Who an entry is about."""

    number: str
    kana: str
    born: datetime.date

    def __str__(self) -> str:
        return f"{self.number} {self.kana} {self.born.isoformat()}"

    @property
    def key(self) -> tuple[str, str, str]:
        """The three parts in one form."""
        return _plain(self.number), _plain(self.kana), self.born.isoformat()


@dataclass(frozen=True, slots=True)
class Shape:
    """Headings of a ledger: those of the anchor, of the name, of the running number ("" for none), and
    those in which a difference to an entry already there is a matter for a person.
    """

    sheet: str
    headings: tuple[str, ...]
    number: str
    kana: str
    born: str
    name: str
    serial: str
    compared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its anchor and its values by heading."""

    anchor: Anchor
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Standing:
    """An entry as it stands in the ledger."""

    row: int
    values: Mapping[str, object]


class PeopleLedger:
    """A ledger of people, opened for looking up and for working out edits. Writes nothing itself."""

    def __init__(self, package: Package, shape: Shape) -> None:
        """Raises `SheetMissing` when a heading is missing, `WorkbookRefused`."""
        self._shape = shape
        self._sheet = sheet_xml(package, shape.sheet)
        self._columns = find_columns(package, self._sheet, shape.headings)
        self._standing = [
            Standing(
                row.number, {heading: row.at(self._columns.number(heading)) for heading in shape.headings}
            )
            for row in read_rows(package, shape.sheet)
            if row.number >= self._columns.first_row
        ]

    def place(self, row: int) -> str:
        """`転入者台帳!38`."""
        return f"{self._shape.sheet}!{row}"

    def find(self, entry: Entry) -> Standing | None:
        """The entry of the same anchor; raises `AnchorInDoubt`."""
        wanted = entry.anchor.key
        same = [one for one in self._standing if self._key(one) == wanted]
        if len(same) > 1:
            rows = "、".join(f"{one.row}行目" for one in same)
            raise AnchorInDoubt(f"台帳の{rows}に同じ人がいます。どれかを消してから、やり直してください。")
        if same:
            return same[0]
        for one in self._standing:
            if self._nearly(one, entry):
                raise AnchorInDoubt(
                    f"台帳の{one.row}行目に、よく似た人がいます"
                    f"（{one.values[self._shape.number]} {one.values[self._shape.kana]} "
                    f"{one.values[self._shape.born]}）。同じ人か確かめて、台帳か申請を直してください。"
                )
        return None

    def differences(self, entry: Entry, standing: Standing) -> tuple[str, ...]:
        """The compared headings in which the ledger says something else."""
        return tuple(
            heading
            for heading in self._shape.compared
            if _plain(as_read(entry.values.get(heading))) != _plain(standing.values[heading])
        )

    def edits(self, entries: Sequence[Entry]) -> list[RowEdit]:
        """The rows that put the entries under those already there, in their order."""
        first = next_free_row(
            self._sheet, self._columns.letters[self._shape.number], self._columns.first_row - 1
        )
        serial = self._last_serial()
        like = first - 1 if first > self._columns.first_row else None
        made = []
        for place, entry in enumerate(entries):
            values = {self._columns.letters[heading]: value for heading, value in entry.values.items()}
            if self._shape.serial:
                values[self._columns.letters[self._shape.serial]] = serial + place + 1
            made.append(RowEdit(self._shape.sheet, first + place, values, like))
        return made

    def _last_serial(self) -> int:
        numbers = [one.values.get(self._shape.serial) for one in self._standing]
        return int(max((n for n in numbers if isinstance(n, int | float)), default=0))

    def _key(self, one: Standing) -> tuple[str, str, str]:
        shape = self._shape
        return _plain(one.values[shape.number]), _plain(one.values[shape.kana]), _born(one.values[shape.born])

    def _nearly(self, one: Standing, entry: Entry) -> bool:
        alike = [mine == theirs for mine, theirs in zip(entry.anchor.key, self._key(one), strict=True)]
        number, kana, born = alike
        same_name = _plain(as_read(entry.values.get(self._shape.name))) == _plain(
            one.values[self._shape.name]
        )
        # Twins share number and birth date: their names differ.
        return number and (kana or (born and same_name))


def described(values: Mapping[str, Value]) -> str:
    """An entry in lines of `heading: value`, for people."""
    return "\n".join(f"{heading}: {_shown(value)}" for heading, value in values.items() if value is not None)


def _shown(value: Value) -> str:
    return value.text if isinstance(value, Ruby) else str(value)


def _born(value: object) -> str:
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    try:
        return parse_date(str(value)).isoformat()
    except InvalidValue:
        return _plain(value)


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime.datetime | datetime.date):
        return _born(value)
    text = unicodedata.normalize("NFKC", str(value))
    return to_katakana("".join(text.split()))
