"""A definition file being read: typed access to its tables, and every fault noted with file, key and line."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from forms.condition_shapes import ConditionFault
from forms.definition import LANGUAGES, Labels
from forms.definition_files import Files
from forms.definition_lines import Place, lines_of
from forms.errors import Fault

_NAMES = {str: "文字", int: "整数", bool: "true か false", date: "日付", dict: "表", list: "配列"}


@dataclass(slots=True)
class Faults:
    """Everything found wrong so far, in all files."""

    found: list[Fault] = field(default_factory=list)

    def add(self, file: str, key: str, line: int, message: str) -> None:
        """Note one fault, once."""
        fault = Fault(file, key, line, message)
        if fault not in self.found:
            self.found.append(fault)


@dataclass(frozen=True, slots=True)
class Source:
    """One TOML file: its data, its text, and the same texts in the other languages."""

    file: str
    data: Mapping[str, Any]
    faults: Faults
    text: str = ""
    texts: Mapping[str, Source] = field(default_factory=dict)
    used: set[Place] = field(default_factory=set)

    @classmethod
    def read(cls, name: str, files: Files, faults: Faults) -> Source:
        """Read a file; where it is no TOML (or not there), that is a fault and the data stays empty."""
        try:
            text = files[name].decode("utf-8")
            data = tomllib.loads(text)
            if not data:
                faults.add(name, "", 1, "中身がありません。")
            return cls(name, data, faults, text)
        except KeyError:
            faults.add(name, "", 1, "ファイルがありません。")
        except UnicodeDecodeError:
            faults.add(name, "", 1, "文字コードがUTF-8ではありません。")
        except tomllib.TOMLDecodeError as error:
            faults.add(name, "", _line_of(str(error)), f"TOMLとして読めません（{error}）。")
        return cls(name, {}, faults)

    @property
    def lines(self) -> Mapping[Place, int]:
        """Where its keys stand; looked for with the first fault."""
        return lines_of(self.text)

    def with_texts(self, name_of: Mapping[str, str], files: Files) -> Source:
        """The same file with its texts in other languages; a language without its file has no texts."""
        read = {
            language: Source.read(name, files, self.faults)
            for language, name in name_of.items()
            if name in files
        }
        return replace(self, texts=read)

    def check_texts(self) -> None:
        """Note every translated text that belongs to no text of this file (a misspelt key)."""
        for source in self.texts.values():
            for place in _leaves(source.data, ()):
                if place not in source.used:
                    key, line = ".".join(map(str, place)), source.lines.get(place, 1)
                    self.faults.add(
                        source.file, key, line, "この訳に当たる文がありません。綴りを確かめてください。"
                    )

    @property
    def top(self) -> Table:
        """The whole file as a table."""
        return Table(self, (), self.data)


def _leaves(data: Any, place: Place) -> Iterator[Place]:
    if not isinstance(data, Mapping):
        yield place
        return
    for key, value in data.items():
        yield from _leaves(value, (*place, key))


def _line_of(message: str) -> int:
    digits = message.partition("at line ")[2].partition(",")[0]
    return int(digits) if digits.isdigit() else 1


@dataclass(slots=True)
class Table:
    """One table of a file. What is not asked for by `done()` is an unknown key, and a fault."""

    source: Source
    place: Place
    data: Mapping[str, Any]
    used: set[str] = field(default_factory=set)

    def fault(self, key: str, message: str) -> None:
        """Note a fault at a key of this table (or at the table itself)."""
        place = (*self.place, key) if key else self.place
        name = ".".join(str(step) for step in place)
        while place and place not in self.source.lines:
            place = place[:-1]
        self.source.faults.add(self.source.file, name, self.source.lines.get(place, 1), message)

    def __contains__(self, key: str) -> bool:
        return key in self.data

    def _get(self, key: str, sort: type, default: Any, required: bool) -> Any:
        self.used.add(key)
        if key not in self.data:
            if required:
                self.fault(key, "この項目が必要です。")
            return default
        value = self.data[key]
        if not isinstance(value, sort) or (sort is int and isinstance(value, bool)):
            self.fault(key, f"{_NAMES[sort]}で書いてください。")
            return default
        return value

    def text(self, key: str, default: str = "", *, required: bool = False) -> str:
        """A text without surrounding spaces."""
        return str(self._get(key, str, default, required)).strip()

    def integer(self, key: str, default: int | None = None, *, required: bool = False) -> int | None:
        """A whole number."""
        value: int | None = self._get(key, int, default, required)
        return value

    def flag(self, key: str, default: bool) -> bool:
        """true or false."""
        return bool(self._get(key, bool, default, False))

    def day(self, key: str) -> date:
        """A date (required); 1900-01-01 where it is faulty."""
        value: date = self._get(key, date, date(1900, 1, 1), True)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """An array of texts."""
        values = self._get(key, list, [], False)
        if not all(isinstance(value, str) for value in values):
            self.fault(key, "引用符で囲んだ文字の配列で書いてください。")
            return ()
        return tuple(values)

    def table(self, key: str, *, required: bool = False) -> Table:
        """A table inside this one, empty where there is none."""
        return Table(self.source, (*self.place, key), self._get(key, dict, {}, required))

    def tables(self, key: str, *, required: bool = False) -> Iterator[Table]:
        """An array of tables."""
        for number, value in enumerate(self._get(key, list, [], required)):
            if isinstance(value, dict):
                yield Table(self.source, (*self.place, key, number), value)
            else:
                self.fault(key, "表の配列で書いてください。")

    def items(self) -> Iterator[tuple[str, Table]]:
        """Every key of this table as a table of its own."""
        for key in self.data:
            yield key, self.table(key)

    def labels(self, key: str, name: str = "", *, required: bool = False) -> Labels:
        """The text at `key` in every language. `name` replaces the place where arrays are counted."""
        text = self.text(key, required=required)
        if not text:
            return Labels()
        path = (*self.place, key) if not name else (*name.split("/"), key)
        texts = [("ja", text)]
        for language in LANGUAGES[1:]:
            other = self._translated(language, path)
            if other:
                texts.append((language, other))
        place = "/".join(str(step) for step in path)
        return Labels(f"{self.source.file}#{place}", tuple(texts))

    def _translated(self, language: str, path: Place) -> str:
        source = self.source.texts.get(language)
        if source is None:
            return ""
        source.used.add(path)
        value: Any = source.data
        for step in path:
            value = value.get(step) if isinstance(value, dict) else None
        return value.strip() if isinstance(value, str) else ""

    def refuse(self, key: str, error: ConditionFault) -> None:
        """Note what is wrong with an expression."""
        self.fault(key, error.message)

    def done(self) -> None:
        """Note every key that nobody asked for."""
        for key in self.data:
            if key not in self.used:
                self.fault(key, "この名前の項目はありません。綴りを確かめてください。")
