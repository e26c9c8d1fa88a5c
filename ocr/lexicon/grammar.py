"""Grammars of digits and of lines: how likely a text is by the shape that such texts have.

All in natural logarithms, 0 for a text of the usual shape and below for one that breaks it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable

from ocr.lexicon.lists import DATA

_BROKEN, _ODD, _STRANGE = -8.0, -3.0, -1.5
_YEARS_OF_ERA, _FIRST_YEAR, _LAST_YEAR = 64, 1868, 2100
_MOST = {"month": 12, "day": 31}
_HOUSE = re.compile(r"[0-9一二三四五六七八九十〇百\-の番地号丁目条線東西南北甲乙丙丁 ]*")
_KATAKANA = re.compile("[ァ-ヺー]+")
_ROOM = re.compile(r"(?:[0-9]{1,4}(?:号室|号|室|階|F)?|[A-Z][0-9]{1,4}|[一二三四五六七八九十]+号室?)$")
_BETWEEN = re.compile(r"(?<=[0-9]):(?=[0-9])")
_TIME = re.compile(r"(?<![0-9:])[0-9]{1,2}:[0-5][0-9](?![0-9:])")
_NEAREST = 1


def digit_prior(kind: str, part: str) -> Callable[[str], float]:
    """How likely digits are in a part of a date or a telephone number."""
    if kind == "date" and part in _MOST:
        return lambda text: 0.0 if _within(text, 1, _MOST[part]) else _BROKEN
    if kind == "date" and part == "year":
        return lambda text: (
            0.0 if _within(text, 1, _YEARS_OF_ERA) or _within(text, _FIRST_YEAR, _LAST_YEAR) else _BROKEN
        )
    if kind == "telephone" and part == "area":
        return lambda text: 0.0 if re.fullmatch(r"0[1-9]0?[0-9]{0,2}", text) else _BROKEN
    if kind == "telephone" and part == "subscriber":
        return lambda text: 0.0 if len(text) == 4 else _ODD
    return lambda text: 0.0


def _within(text: str, least: int, most: int) -> bool:
    return text.isdigit() and least <= int(text) <= most


def house_prior(rest: str) -> float:
    """What follows a town: numbers, hyphens and their counters; other letters are odd, Latin ones most."""
    strange = _HOUSE.sub("", rest)
    latin = sum(letter.isascii() for letter in strange)
    return max(-8.0, 2 * _ODD * latin + _STRANGE * (len(strange) - latin))


def line_prior(text: str) -> float:
    """Free text: a colon between digits is a time or nothing."""
    loose = len(_BETWEEN.findall(_TIME.sub("", text)))
    return _ODD * loose + (_ODD if re.search("。(?=[0-9])", text) else 0.0)


def building_prior(text: str) -> float:
    """Names of buildings are made of a few hundred words, and a room stands last."""
    runs = _KATAKANA.findall(text)
    known = sum(4.0 if run in _words() else 2.0 if _made_of_words(run) else 0.0 for run in runs)
    return line_prior(text) + known + (0.5 if _ROOM.search(text) else 0.0)


def building_others(text: str) -> tuple[str, ...]:
    """The text with one of its katakana words replaced by a listed word that differs in one letter."""
    found: dict[str, None] = {}
    for run in _KATAKANA.finditer(text):
        for word in _alike(run[0]):
            found[text[: run.start()] + word + text[run.end() :]] = None
    return tuple(found)


@functools.lru_cache(maxsize=512)
def _alike(run: str) -> tuple[str, ...]:
    if len(run) < 2 or run in _words():
        return ()
    return tuple(word for word in _words() if abs(len(word) - len(run)) <= _NEAREST and _one_apart(run, word))


def _one_apart(one: str, other: str) -> bool:
    """Whether one letter is replaced, missing or too many."""
    if len(one) == len(other):
        return sum(a != b for a, b in zip(one, other, strict=True)) == 1
    short, long = sorted((one, other), key=len)
    return any(long[:place] + long[place + 1 :] == short for place in range(len(long)))


def _made_of_words(run: str) -> bool:
    return any(run[:n] in _words() and (run[n:] in _words() or not run[n:]) for n in range(2, len(run) + 1))


@functools.cache
def _words() -> frozenset[str]:
    return frozenset((DATA / "buildings.txt").read_text(encoding="utf-8").split())
