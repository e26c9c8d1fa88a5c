"""Surnames and given names with their readings: what a name can be, how its kanji and kana prove each other.

`part` is "family" or "given" everywhere, readings are full-width katakana. Sources: `ocr.lexicon.lists`, and
for surnames the names of towns (Japan Post), which most of them are.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Mapping

from forms.values.kana import is_katakana, to_katakana
from ocr.lexicon.forms import form_prior, other_forms, plain
from ocr.lexicon.lists import given_names_of_package, listed, surnames_of_package
from ocr.surnames import readings_of

_MOST = 40
_LISTED, _UNLISTED, _IN_KANA = 1.5, -1.0, 0.3
_ITERATION = "々"


@functools.lru_cache(maxsize=8192)
def readings(part: str, spelling: str) -> frozenset[str]:
    """The known readings of a spelling; of a name in kana the kana. None when it is not known."""
    as_kana = to_katakana(spelling)
    if spelling and is_katakana(as_kana):
        return frozenset((as_kana,))
    found = _readings(part, spelling) or _readings(part, plain(spelling))
    return found | readings_of(plain(spelling)) if part == "family" else found


def known(part: str, spelling: str) -> bool:
    """Whether a name is listed, in this or another form of its kanji."""
    return bool(spelling) and bool(readings(part, spelling))


@functools.lru_cache(maxsize=8192)
def composed(spelling: str, reading: str) -> bool:
    """Whether kana can be shared out over the kanji of a name by readings each has in other names."""
    if not spelling:
        return not reading
    letter = plain(spelling[0])
    sounds = _kanji().get(letter, ())
    if is_katakana(to_katakana(letter)):
        sounds = (to_katakana(letter),)
    return any(
        reading.startswith(sound) and composed(spelling[1:], reading[len(sound) :])
        for sound in sounds
        if sound
    )


def sounds_as(part: str, spelling: str, reading: str) -> bool:
    """Whether kana and kanji prove each other: a listed reading, or a given name's kanji read one by one."""
    if reading in readings(part, spelling):
        return True
    return part == "given" and composed(_doubled(spelling), reading)


@functools.lru_cache(maxsize=8192)
def name_prior(part: str, spelling: str) -> float:
    """How likely a spelling is by itself: listed or not, by how many people have it, in which forms."""
    likely = sum(form_prior(letter, part) for letter in spelling)
    if is_katakana(to_katakana(spelling)):
        return _IN_KANA
    if not known(part, spelling):
        return likely + _UNLISTED * len(spelling) / 2
    if part == "family":
        found = people(part, spelling)
        return likely + (_LISTED + 0.3 * math.log(found / 20_000) if found > 1 else 0.5)
    return likely + _LISTED


def near(part: str, text: str, seen: frozenset[str]) -> tuple[str, ...]:
    """Listed names that differ from a text in one letter, all of whose letters were seen in the ink."""
    found: dict[str, None] = {}
    for key in _keys(text):
        for name in _neighbours(part).get(key, ()):
            if name != text and seen.issuperset(name):
                found[name] = None
    return tuple(found)[:_MOST]


def spelled(part: str, reading: str, seen: frozenset[str] | None = None) -> tuple[str, ...]:
    """Listed names with a reading; with `seen` only those all of whose letters were seen in the ink."""
    names = (form for name in _by_reading(part).get(reading, ()) for form in (name, *other_forms(name)))
    return tuple(name for name in names if seen is None or seen.issuperset(name))[:_MOST]


@functools.lru_cache(maxsize=8192)
def is_person(kana: str) -> bool:
    """Whether kana are those of a listed surname and of a listed given name, one after the other."""
    families, given = sounds("family"), sounds("given")
    return any(kana[:end] in families and kana[end:].strip() in given for end in range(1, len(kana)))


def people(part: str, spelling: str) -> int:
    """About how many people have a surname; 1 for every given name and for rare surnames."""
    found = surnames_of_package().get(plain(spelling)) if part == "family" else None
    return found.people if found else 1


@functools.cache
def sounds(part: str) -> frozenset[str]:
    """All listed readings."""
    return frozenset(_by_reading(part))


def _readings(part: str, spelling: str) -> frozenset[str]:
    if part == "family":
        one = surnames_of_package().get(spelling)
        return frozenset(((one.reading,) if one else ()) + listed("surnames.txt").get(spelling, ()))
    package = given_names_of_package().get(spelling, set())
    return frozenset(package).union(listed("given_names.txt").get(spelling, ()))


def _doubled(spelling: str) -> str:
    """奈々 as 奈奈: the repetition mark in full."""
    letters: list[str] = []
    for letter in spelling:
        letters.append(letters[-1] if letter == _ITERATION and letters else letter)
    return "".join(letters)


@functools.cache
def _kanji() -> Mapping[str, tuple[str, ...]]:
    return listed("kanji.txt")


def _all(part: str) -> Iterable[str]:
    if part == "family":
        return {*surnames_of_package(), *listed("surnames.txt")}
    return {*given_names_of_package(), *listed("given_names.txt")}


@functools.cache
def _by_reading(part: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in sorted(_all(part)):
        for reading in _readings(part, name):
            found.setdefault(reading, []).append(name)
    return found


@functools.cache
def _neighbours(part: str) -> dict[str, list[str]]:
    """Names by every key they share with texts one letter away (a few tenths of a second, once a process)."""
    found: dict[str, list[str]] = {}
    for name in sorted(_all(part)):
        if 1 < len(name) <= 4:
            for key in _keys(name):
                found.setdefault(key, []).append(name)
    return found


def _keys(text: str) -> Iterable[str]:
    """The text with a gap at each place: two texts that share one differ in the letter there."""
    return (f"{text[:place]}\0{text[place + 1 :]}" for place in range(len(text)))
