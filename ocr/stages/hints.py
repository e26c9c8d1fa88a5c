"""What is known of a zone besides its ink: which characters, how likely a text is, what it may be instead.

Parts of one field prove each other: a postal code the town of its address, a surname its kana.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import Levenshtein

from forms.rendering.geometry import Zone
from forms.values.addresses import LocalTowns, Town
from forms.values.kana import is_katakana, to_katakana
from ocr.charsets import ANY_DIGIT, KANA, NAME, TEXT, Charset
from ocr.places import corrections, proved, towns_at
from ocr.spelling import other_forms, prior, text_prior
from ocr.surnames import readings_of

_KANA_PARTS = ("family_kana", "given_kana", "holder_kana")
_DIGIT_KINDS = ("date", "my_number", "digits", "number", "telephone")
_SMALL_OF = dict(zip("ツヤユヨアイウエオ", "ッャュョァィゥェォ", strict=True))
_LARGE_OF = {small: large for large, small in _SMALL_OF.items()}
_VOICED = dict(zip("パピプペポバビブベボ", "バビブベボパピプペポ", strict=True))
_CONFUSED = {**_SMALL_OF, **_LARGE_OF, **_VOICED}
_IN_TOWN, _AS_READ = 3.0, 2.5
FIRST_PARTS = ("postal_code", "family", "given")
"""Parts to be read before the others of their field, which they prove."""


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
    zone: Zone, heights: Sequence[int], known: Mapping[str, str], towns: LocalTowns | None
) -> Hints:
    """The hints for a zone: `heights` of the ink in its cells, `known` texts of the same field by part."""
    charset = charset_of(zone)
    if charset is ANY_DIGIT:
        return Hints(lambda text: 0.0, lambda text: ())
    if zone.part == "street" and known.get("postal_code"):
        return _of_town(towns_at(known["postal_code"], towns))
    if charset is KANA:
        return _of_kana(heights, known_readings(known, zone.part.removesuffix("_kana")))
    return Hints(prior, other_forms) if charset is NAME else Hints(text_prior, lambda text: ())


def known_readings(known: Mapping[str, str], part: str) -> frozenset[str]:
    """The readings that the spelling of a name allows; none when nothing is known of it."""
    spelling = known.get(part, "")
    as_kana = to_katakana(spelling)
    if spelling and is_katakana(as_kana):
        return frozenset((as_kana,))
    return readings_of(spelling) if part == "family" else frozenset()


def _of_town(near: Sequence[Town]) -> Hints:
    return Hints(
        lambda text: text_prior(text) + (_IN_TOWN if proved(text, "", near) else 0.0),
        lambda text: corrections(text, near),
    )


def _of_kana(heights: Sequence[int], readings: frozenset[str]) -> Hints:
    """Kana in cells: small ones are known by their height, and the reading may be known from the kanji."""
    usual = float(np.median(heights)) if heights else 1.0
    odds = [float(np.clip((height / usual - 0.8) * 10, -1.5, 1.5)) for height in heights]

    def likely(text: str) -> float:
        sizes = (
            odd if letter in _SMALL_OF else -odd if letter in _LARGE_OF else 0.0
            for letter, odd in zip(text, odds, strict=False)
        )
        return prior(text) + sum(sizes) + (_AS_READ if text in readings else 0.0)

    def others(text: str) -> Sequence[str]:
        alike = (one for one in sorted(readings) if len(one) == len(text))
        return (*_other_kana(text), *(one for one in alike if Levenshtein.distance(one, text) == 1))

    return Hints(likely, others)


def _other_kana(text: str) -> tuple[str, ...]:
    """The same kana with one character small or large, or voiced the other way."""
    return tuple(
        text[:place] + _CONFUSED[letter] + text[place + 1 :]
        for place, letter in enumerate(text)
        if letter in _CONFUSED
    )
