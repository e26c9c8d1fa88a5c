"""What is known of a zone besides its ink: which characters, how likely a text is, what it may be instead.

Parts of one field prove each other: a postal code the town of its address, kanji of a name its kana.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import Levenshtein

from forms.rendering.geometry import Zone
from forms.values.addresses import LocalTowns, Town
from ocr.charsets import ANY_DIGIT, KANA, NAME, TEXT, Charset, in_katakana
from ocr.lexicon import names
from ocr.lexicon.channel import across_kana
from ocr.lexicon.forms import old_forms, other_forms, plain
from ocr.lexicon.grammar import building_others, building_prior, digit_prior, house_prior, line_prior
from ocr.lexicon.relations import relation_prior, relations
from ocr.lexicon.towns import alike, listed_town
from ocr.places import corrections, proved, towns_at
from ocr.spelling import prior, text_prior

_KANA_PARTS = ("family_kana", "given_kana", "holder_kana")
_NAME_PARTS = ("family", "given")
_BANK_PARTS = ("bank_name", "branch_name")
_DIGIT_KINDS = ("date", "my_number", "digits", "number", "telephone")
_SMALL_OF = dict(zip("ツヤユヨアイウエオ", "ッャュョァィゥェォ", strict=True))
_LARGE_OF = {small: large for large, small in _SMALL_OF.items()}
_VOICED = dict(zip("パピプペポバビブベボ", "バビブベボパピプペポ", strict=True))
_CONFUSED = {**_SMALL_OF, **_LARGE_OF, **_VOICED}
_IN_TOWN, _IS_TOWN = 12.0, 5.0
# Hardly a bank or branch writes itself in old forms (北國銀行 does).
_OLD_FORM = -5.0
_IN_USE, _OF_STREET = 4.0, 6.0
_AS_READ, _COMPOSED, _OTHERWISE_READ, _LISTED_KANA, _HOLDER = 7.0, 4.0, -3.0, 0.7, 2.0
_ADDRESS = re.compile(r"(?:..[都道府県]|..[^都道府県]県)[^0-9]{1,8}[市区町村郡]")
FIRST_PARTS = ("postal_code", *_NAME_PARTS)
"""Parts to be read before the others of their field, which they prove."""

PROVING_KINDS = ("name", "address")
"""Kinds whose parts are weighed a second time, when the others are known."""


@dataclass(frozen=True, slots=True)
class Hints:
    """`prior` gives the logarithm of how likely a text is here; `more` other texts worth weighing."""

    prior: Callable[[str], float]
    more: Callable[[str], Sequence[str]]


def charset_of(zone: Zone) -> Charset:
    """Which characters may stand in a zone."""
    if zone.part in _KANA_PARTS or zone.kind == "kana":
        return KANA
    if zone.cells and (zone.kind in _DIGIT_KINDS or zone.part.endswith("code") or zone.part == "number"):
        return ANY_DIGIT
    return NAME if zone.kind == "name" else TEXT


def hints_for(
    zone: Zone,
    heights: Sequence[int],
    known: Mapping[str, str],
    towns: LocalTowns | None,
    seen: frozenset[str] = frozenset(),
) -> Hints:
    """The hints for a zone: `heights` of the ink in its cells, `known` texts of the same field by part.

    `seen` are the characters that any engine thinks possible somewhere in the zone.
    """
    charset = charset_of(zone)
    if zone.part == "postal_code":
        return Hints(lambda text: _code_prior(text, known.get("street", ""), towns), lambda text: ())
    if charset is ANY_DIGIT:
        return Hints(digit_prior(zone.kind, zone.part), lambda text: ())
    if zone.kind == "text" and zone.field.endswith("relation"):
        return Hints(lambda text: text_prior(text) + relation_prior(text), lambda text: relations(text, seen))
    if zone.part in _BANK_PARTS:
        return Hints(lambda text: text_prior(text) + _OLD_FORM * old_forms(text), _today)
    if zone.part == "building":
        return Hints(lambda text: text_prior(text) + building_prior(text), building_others)
    if zone.part == "street":
        return _of_town(towns_at(known.get("postal_code", ""), towns), towns)
    if zone.part == "holder_kana":
        return _of_holder(heights)
    if charset is KANA:
        part = zone.part.removesuffix("_kana")
        return _of_kana(heights, part, known.get(part, ""))
    if charset is NAME:
        return _of_name(zone.part, known.get(f"{zone.part}_kana", ""), seen)
    return Hints(lambda text: _line_prior(text, towns), lambda text: _line_others(text, towns))


def _today(text: str) -> tuple[str, ...]:
    return (plain(text),) if plain(text) != text else ()


def _line_prior(text: str, local: LocalTowns | None) -> float:
    """Free text; one that begins as an address does names a town that there is (本籍)."""
    town = _IS_TOWN if _ADDRESS.match(text) and listed_town(text, local) else 0.0
    return text_prior(text) + line_prior(text) + town


def _line_others(text: str, local: LocalTowns | None) -> Sequence[str]:
    return alike(text, local) if _ADDRESS.match(text) else ()


def _code_prior(code: str, street: str, local: LocalTowns | None) -> float:
    """Of ten million postal codes 120,000 are in use; the one of the address as read is likelier still."""
    towns = towns_at(code, local)
    if not towns:
        return 0.0
    return _IN_USE + (_OF_STREET if street and proved(street, "", towns) else 0.0)


def _of_name(part: str, reading: str, seen: frozenset[str]) -> Hints:
    """A surname or given name: listed ones are likelier, most of all those that its kana are a reading of."""

    def likely(text: str) -> float:
        listed = names.known(part, text)
        own = names.name_prior(part, text) + (0.0 if listed else prior(text))
        return own + (_agreement(part, text, reading) if reading else 0.0)

    def others(text: str) -> Sequence[str]:
        alike = (*names.near(part, text, seen), *names.spelled(part, reading, seen))
        return (*in_katakana(text), *other_forms(text), *alike)

    return Hints(likely, others)


def _agreement(part: str, spelling: str, reading: str) -> float:
    """How much kana as read speak for a spelling: they may have lost a voiced mark or be misread in one."""
    sounds = names.readings(part, spelling)
    near = max((across_kana(((reading, 1.0),), one) for one in sounds), default=-math.inf)
    return max(_AS_READ + near, _otherwise(part, spelling, reading))


def _otherwise(part: str, spelling: str, reading: str) -> float:
    """How much kana that are no listed reading speak for a spelling: read kanji by kanji, or not at all."""
    if names.sounds_as(part, spelling, reading):
        return _COMPOSED
    return _OTHERWISE_READ if names.known(part, spelling) else 0.0


def _of_town(near: Sequence[Town], local: LocalTowns | None) -> Hints:
    """A street line begins with a town: one of its postal code, or at least one that there is."""

    def likely(text: str) -> float:
        address = proved(text, "", near)
        if address:
            return text_prior(text) + _IN_TOWN + house_prior(address.block)
        town = listed_town(text, local)
        return text_prior(text) + (_IS_TOWN + house_prior(text.removeprefix(town)) if town else 0.0)

    def others(text: str) -> Sequence[str]:
        return corrections(text, near) or (() if proved(text, "", near) else alike(text, local))

    return Hints(likely, others)


def _of_kana(heights: Sequence[int], part: str, spelling: str) -> Hints:
    """Kana in cells: small ones are known by their height, and the reading may be known from the kanji."""
    usual = float(np.median(heights)) if heights else 1.0
    odds = [float(np.clip((height / usual - 0.8) * 10, -1.5, 1.5)) for height in heights]
    readings = names.readings(part, spelling) if part in _NAME_PARTS else frozenset()
    listed = names.sounds(part) if part in _NAME_PARTS else frozenset()

    def likely(text: str) -> float:
        sizes = (
            odd if letter in _SMALL_OF else -odd if letter in _LARGE_OF else 0.0
            for letter, odd in zip(text, odds, strict=False)
        )
        likely = prior(text) + sum(sizes) + (_LISTED_KANA if text in listed else 0.0)
        if not (spelling and listed):
            return likely
        return likely + (_AS_READ if text in readings else _otherwise(part, spelling, text))

    def others(text: str) -> Sequence[str]:
        alike = (one for one in sorted(readings) if len(one) == len(text))
        return (*_other_kana(text), *(one for one in alike if Levenshtein.distance(one, text) == 1))

    return Hints(likely, others)


def _of_holder(heights: Sequence[int]) -> Hints:
    """The kana of an account's holder: mostly a person's, surname and given name without a gap."""
    kana = _of_kana(heights, "", "")
    return Hints(lambda text: kana.prior(text) + (_HOLDER if names.is_person(text) else 0.0), kana.more)


def _other_kana(text: str) -> tuple[str, ...]:
    """The same kana with one character small or large, or voiced the other way."""
    return tuple(
        text[:place] + _CONFUSED[letter] + text[place + 1 :]
        for place, letter in enumerate(text)
        if letter in _CONFUSED
    )
