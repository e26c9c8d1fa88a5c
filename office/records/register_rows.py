"""One row of a city's register CSV (column names of the 基本データリスト, record-layouts §12.3), checked.

Read are the columns in `NEEDED` and `READ`; all others are passed over. 支援措置 is no column of the list:
a city that gives it marks a row with 1.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from forms.errors import InvalidValue
from forms.values.addresses import Address
from forms.values.names import PersonalName
from forms.values.numbers import check

PROTECTED = "支援措置"
NEEDED = ("宛名番号", "世帯番号", "氏名", "氏名_フリガナ", "性別", "生年月日", "続柄表記", "住所_町字")
READ = (
    *NEEDED,
    *("住所_都道府県", "住所_市区郡町村名", "住所_番地号表記", "住所_方書", "住所_郵便番号"),
    *("住民となった年月日", "個人番号", "最新フラグ", PROTECTED),
)
_LONGEST = {"宛名番号": 15, "世帯番号": 15, "氏名": 100, "氏名_フリガナ": 100, "続柄表記": 20}
_LONGEST |= {"住所_町字": 120, "住所_番地号表記": 50, "住所_方書": 300}
# 1 and 2 as in the list; every other code of 性別 is kept as not known.
_SEXES = {"1": "male", "2": "female"}
_MISSING_GLYPHS = "〓\ufffd"
_DATE = re.compile(r"(\d{4})([-/]?)(\d{2})\2(\d{2})")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a cell: line of the file, column, and what to do. Row 0 means the whole file."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"{self.row}行目 {self.column}：{self.message}" if self.row else self.message


@dataclass(frozen=True, slots=True)
class Entry:
    """One resident as the file tells."""

    number: str
    household: str
    name: PersonalName
    birth_on: date
    sex: str
    relation: str
    address: Address
    became_resident_on: date | None
    my_number: str | None
    protected: bool | None


class RowReader:
    """Reads one row; `faults` holds everything wrong with it."""

    def __init__(self, row: int, cells: Mapping[str, str | None]) -> None:
        self.row = row
        self.faults: list[Fault] = []
        self._cells = {name: (cells.get(name) or "").strip() for name in READ}
        self._has_mark = PROTECTED in cells

    @property
    def is_latest(self) -> bool:
        """Whether the row is the person's latest; earlier ones of a history are passed over."""
        return self._cells["最新フラグ"] in ("", "1")

    def entry(self) -> Entry | None:
        """The resident, None where something is wrong."""
        for column, text in self._cells.items():
            self._look_at(column, text)
        name = self._take("氏名", self._name)
        born = self._take("生年月日", lambda: self._date("生年月日"))
        since = self._take("住民となった年月日", lambda: self._date("住民となった年月日"))
        address = self._take("住所_町字", self._address)
        number = self._take("個人番号", self._my_number)
        if born is None and not any(fault.column == "生年月日" for fault in self.faults):
            self._fault("生年月日", "空です。年月日が分からない方は、この台帳に入れられません。")
        if self.faults or name is None or born is None or address is None:
            return None
        return Entry(
            self._cells["宛名番号"],
            self._cells["世帯番号"],
            name,
            born,
            _SEXES.get(self._cells["性別"], "unknown"),
            self._cells["続柄表記"],
            address,
            since,
            number or None,
            self._cells[PROTECTED] == "1" if self._has_mark else None,
        )

    def _look_at(self, column: str, text: str) -> None:
        if not text and column in ("宛名番号", "世帯番号", "氏名", "続柄表記"):
            self._fault(column, "空です。値を入れてください。")
        if len(text) > _LONGEST.get(column, 300):
            self._fault(column, f"{_LONGEST.get(column, 300)}文字より長いです。")
        strange = next((one for one in text if _is_strange(one)), None)
        if strange is not None:
            self._fault(
                column,
                f"読めない文字か外字（U+{ord(strange):04X}）があります。"
                "行政事務標準文字に直して、書き出し直してください。",
            )

    def _name(self) -> PersonalName:
        return PersonalName.of(self._cells["氏名"], self._cells["氏名_フリガナ"])

    def _address(self) -> Address:
        cells = self._cells
        return Address(
            cells["住所_郵便番号"],
            cells["住所_都道府県"],
            cells["住所_市区郡町村名"],
            cells["住所_町字"],
            cells["住所_番地号表記"],
            cells["住所_方書"],
        )

    def _date(self, column: str) -> date | None:
        text = self._cells[column]
        found = _DATE.fullmatch(text)
        if not text:
            return None
        try:
            return date(int(found[1]), int(found[3]), int(found[4])) if found else _refuse_date()
        except ValueError:
            return _refuse_date()

    def _my_number(self) -> str:
        text = self._cells["個人番号"]
        if not text:
            return ""
        found = check("my-number", text)
        if not found.valid:
            raise InvalidValue("個人番号の検査数字が合いません。番号を確かめてください。")
        return found.digits

    def _take(self, column: str, read: Callable[[], Value]) -> Value | None:
        try:
            return read()
        except InvalidValue as error:
            self._fault(column, error.message)
            return None

    def _fault(self, column: str, message: str) -> None:
        if not any(fault.column == column for fault in self.faults):
            self.faults.append(Fault(self.row, column, message))


def _is_strange(character: str) -> bool:
    return character in _MISSING_GLYPHS or unicodedata.category(character) in ("Cc", "Cn", "Co", "Cs")


def _refuse_date() -> date:
    raise InvalidValue("日付ではありません。「1980-04-01」のように書き出してください。")
