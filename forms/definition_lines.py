"""On which line of a TOML file each key stands, so that a fault of a definition can be shown to its writer.

`tomllib` keeps no positions. The text is parsed by it first and known to be valid TOML here: this walk only
follows keys, strings and brackets and reads no values.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from typing import TypeAlias

Place: TypeAlias = "tuple[str | int, ...]"
"""Where something stands: keys of tables and positions in arrays."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}\n#]+")
_BETWEEN = re.compile(r"(?:[\s,]+|#[^\n]*)+")
_SPACE = re.compile(r"[ \t]*")
_QUOTES = ('"""', "'''", '"', "'")


@lru_cache(maxsize=8)
def lines_of(text: str) -> dict[Place, int]:
    """The line (from 1) of every key, table and array element. The text must be valid TOML."""
    return _Walk(text).document()


class _Walk:
    """One pass over the text; `at` is the position reached."""

    def __init__(self, text: str) -> None:
        self.text = text.replace("\r\n", "\n")
        self.at = 0
        self.lines: dict[Place, int] = {}
        self.counts: dict[Place, int] = {}

    def document(self) -> dict[Place, int]:
        table: Place = ()
        while self._skip(_BETWEEN) < len(self.text):
            if self.text.startswith("[[", self.at):
                table = self._next_element(self._header("]]"))
            elif self.text[self.at] == "[":
                table = self._resolved(self._header("]"))
            else:
                self._pair(table)
                continue
            self._note(table)
        return self.lines

    def _skip(self, pattern: re.Pattern[str]) -> int:
        found = pattern.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.at

    def _note(self, place: Place) -> None:
        self.lines.setdefault(place, self.text.count("\n", 0, self.at) + 1)

    def _header(self, end: str) -> list[str]:
        self.at += len(end)
        keys = self._keys(end)
        self.at += len(end)
        return keys

    def _keys(self, end: str) -> list[str]:
        """A dotted key up to `end`, which is not consumed."""
        keys = []
        while self._skip(_SPACE) < len(self.text) and not self.text.startswith(end, self.at):
            if self.text[self.at] == ".":
                self.at += 1
            elif self.text[self.at] in "\"'":
                start = self.at
                self._string()
                keys.append(str(tomllib.loads(f"key = {self.text[start : self.at]}")["key"]))
            else:
                start = self.at
                keys.append(self.text[start : self._skip(_BARE)])
        return keys

    def _resolved(self, keys: list[str]) -> Place:
        """The place of a header's keys: the last element wherever one of them is an array of tables."""
        place: Place = ()
        for key in keys:
            place = (*place, key)
            if place in self.counts:
                place = (*place, self.counts[place])
        return place

    def _next_element(self, keys: list[str]) -> Place:
        place = (*self._resolved(keys[:-1]), keys[-1])
        self._note(place)
        self.counts[place] = self.counts.get(place, -1) + 1
        return (*place, self.counts[place])

    def _pair(self, table: Place) -> None:
        start = self.at
        place = (*table, *self._keys("="))
        after, self.at = self.at, start
        for length in range(len(table) + 1, len(place) + 1):
            self._note(place[:length])
        self.at = after + 1
        self._skip(_SPACE)
        self._value(place)

    def _value(self, place: Place) -> None:
        opening = self.text[self.at]
        if opening in "\"'":
            self._string()
        elif opening == "[":
            self._array(place)
        elif opening == "{":
            self._inline_table(place)
        else:
            self._skip(_SCALAR)

    def _array(self, place: Place) -> None:
        self.at += 1
        number = 0
        while self.text[self._skip(_BETWEEN)] != "]":
            self._note((*place, number))
            self._value((*place, number))
            number += 1
        self.at += 1

    def _inline_table(self, place: Place) -> None:
        self.at += 1
        while self.text[self._skip(_BETWEEN)] != "}":
            self._pair(place)
        self.at += 1

    def _string(self) -> None:
        quote = next(quote for quote in _QUOTES if self.text.startswith(quote, self.at))
        self.at += len(quote)
        while not self.text.startswith(quote, self.at):
            self.at += 2 if self.text[self.at] == "\\" and quote[0] == '"' else 1
        self.at += len(quote)
        # Up to two quotes may stand directly before the closing three (TOML 1.0, multi-line strings).
        while len(quote) == 3 and self.text.startswith(quote[0], self.at):
            self.at += 1
