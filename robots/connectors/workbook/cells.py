"""Cells: references, values, and the XML of one cell (ECMA-376 part 1, §18.3.1.4 and §18.4)."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from xml.sax.saxutils import escape

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})(?::\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6}))?")
LAST_COLUMN, LAST_ROW = 16_384, 1_048_576
LONGEST_TEXT = 32_767
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# A text that looks like an escape of the format would be read as a control character.
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


@dataclass(frozen=True, slots=True)
class Ruby:
    """A text with phonetic guides: pieces of `(text, reading)`, the reading empty where there is none."""

    pieces: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """The text without its readings."""
        return "".join(text for text, _ in self.pieces)


Value = str | int | float | bool | datetime.date | Ruby | None


def column_number(letters: str) -> int:
    """`A` → 1, `XFD` → 16384."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """1 → `A`."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def split_reference(reference: str) -> tuple[str, int]:
    """`$B$5` → `("B", 5)`; raises ValueError when it is none."""
    match = _REFERENCE.fullmatch(reference)
    if match is None or column_number(match[1]) > LAST_COLUMN or int(match[2]) > LAST_ROW:
        raise ValueError(reference)
    return match[1], int(match[2])


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, columns and rows from 1."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def parse(cls, text: str) -> Area:
        """`A1:C4` or `A1`; raises ValueError."""
        match = _RANGE.fullmatch(text)
        if match is None:
            raise ValueError(text)
        left, top = column_number(match[1]), int(match[2])
        right = column_number(match[3]) if match[3] else left
        return cls(left, top, right, int(match[4]) if match[4] else top)

    def holds(self, column: int, row: int) -> bool:
        """Whether the cell lies in the area."""
        return self.left <= column <= self.right and self.top <= row <= self.bottom

    def with_cell(self, column: int, row: int) -> Area:
        """The smallest area holding this one and the cell."""
        return Area(
            min(self.left, column), min(self.top, row), max(self.right, column), max(self.bottom, row)
        )

    def __str__(self) -> str:
        first = f"{column_letters(self.left)}{self.top}"
        last = f"{column_letters(self.right)}{self.bottom}"
        return first if first == last else f"{first}:{last}"


def serial_of(day: datetime.date, since_1904: bool) -> int:
    """The number Excel keeps for a date; raises ValueError before 1900-03-01.

    The 1900 system counts a 29 February 1900 that never was, so earlier days differ between programs.
    """
    if since_1904:
        return (day - datetime.date(1904, 1, 1)).days
    if day < datetime.date(1900, 3, 1):
        raise ValueError(day)
    return (day - datetime.date(1899, 12, 30)).days


def refused_text(text: str) -> str | None:
    """Why a text cannot stand in a cell (Japanese), None when it can."""
    if _UNWRITABLE.search(text):
        return "セルに書けない制御文字が入っています"
    if len(text.encode("utf-16-le")) // 2 > LONGEST_TEXT:
        return f"{LONGEST_TEXT}字を超えています"
    return None


def cell_xml(tag: str, reference: str, attributes: str, value: Value, serial: int | None, font: str) -> str:
    """One `<c>` element. `attributes` are those kept from the cell it stands for (` s="3"`).

    `tag` is `c` with the sheet's prefix; `serial` the number for a date; `font` the font index of phonetic
    guides, "" when the sheet names none.
    """
    start = f'<{tag} r="{reference}"{attributes}'
    prefix = tag[:-1]
    if value is None:
        return f"{start}/>"
    if isinstance(value, bool):
        return f'{start} t="b"><{prefix}v>{int(value)}</{prefix}v></{tag}>'
    if isinstance(value, str | Ruby):
        inside = _rich(prefix, value, font)
        return f'{start} t="inlineStr"><{prefix}is>{inside}</{prefix}is></{tag}>'
    number = serial if isinstance(value, datetime.date) else value
    return f"{start}><{prefix}v>{number!r}</{prefix}v></{tag}>"


def _rich(prefix: str, value: str | Ruby, font: str) -> str:
    if isinstance(value, str):
        return _t(prefix, value)
    runs, at = [], 0
    for text, reading in value.pieces:
        # sb and eb count UTF-16 units: 𠮷 and variation selectors are two.
        end = at + len(text.encode("utf-16-le")) // 2
        if reading and text:
            runs.append(f'<{prefix}rPh sb="{at}" eb="{end}">{_t(prefix, reading)}</{prefix}rPh>')
        at = end
    guide = f'<{prefix}phoneticPr fontId="{font}"/>' if runs and font else ""
    return _t(prefix, value.text) + "".join(runs) + guide


def _t(prefix: str, text: str) -> str:
    keep = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
    written = escape(_ESCAPE.sub("_x005F_", text)).replace("\r", "_x000D_")
    return f"<{prefix}t{keep}>{written}</{prefix}t>"
