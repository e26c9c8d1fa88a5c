"""Names of a list weighed with their kana: surname and given name, each proved by its reading.

A list holds the whole name in one line, so that nothing says where the surname ends but a gap that may be
narrow: every way to part it is weighed, and the best one counts.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ocr.lexicon import names
from ocr.lexicon.channel import across_kana
from ocr.lexicon.evidence import open_forms
from ocr.lexicon.forms import FORMS, form_prior, may_have_lost, other_forms
from ocr.spelling import prior
from ocr.stages.kanji_forms import told
from ocr.stages.opinions import judge
from ocr.tables.reading import LineOpinion

_LONGEST_SURNAME, _SHORTEST_KANA = 4, 1
_AS_READ, _COMPOSED, _OTHERWISE_READ = 7.0, 4.0, -3.0
_NEAR = 6
# Two engines see one and the same ink: what else is known counts against both of them. Forms of kanji do
# not: there only the ink knows.
_AGAINST_TWO = 2.0
_MANY_FORMS = 2
_KANA_SURE = 0.999
_TELLS = 1.0
_COARSE_FORMS = 2.0
_PARTS = ("family", "given")

Halves = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Person:
    """A name and its kana as weighed together; `proved`: both halves of the name have these readings.

    `note` says in Japanese why the name is to be looked at although engines agree; empty otherwise.
    """

    name: LineOpinion
    kana: LineOpinion
    proved: bool
    note: str = ""


def weighed(name: LineOpinion, kana: LineOpinion) -> Person:
    """The name in the light of the kana, then the kana in that of the name."""
    sounds = _kana_halves(kana)
    seen = _seen(name)
    opinion = judge(
        [name.view],
        name.readings,
        lambda text: _likely(text, sounds, name.coarse),
        lambda text: _others(text, sounds, seen),
    )
    opinion = told(opinion, name.readings, "family", name.view.image)
    weighed_name = replace(name, opinion=opinion, spaced=_respaced(opinion.text, sounds))
    if kana.opinion.confidence < _KANA_SURE or not _proof(opinion.text, sounds):
        kana = _kana_of(kana, opinion.text)
        sounds = _kana_halves(kana)
    halves = _proof(opinion.text, sounds)
    if halves is None:
        return Person(
            weighed_name, kana, False, "フリガナから確かめられない氏名です。画像を見て確かめてください。"
        )
    weighed_name = replace(weighed_name, spaced=" ".join(halves[0]))
    return Person(weighed_name, kana, True, _form_doubt(weighed_name, halves))


def _form_doubt(name: LineOpinion, halves: tuple[Halves, Halves]) -> str:
    """Why another form or a listed name with a stroke more may stand there."""
    spellings, sounds = halves
    for part, spelling, reading in zip(_PARTS, spellings, sounds, strict=True):
        more = [one for one in names.spelled(part, reading) if may_have_lost(spelling, one)]
        if any(names.people(part, one) >= 0.1 * names.people(part, spelling) for one in more):
            return f"「{spelling}」は「{more[0]}」かもしれません。画像と見比べてください。"
    told = name.opinion.text in name.opinion.by_engine.values() and min(name.opinion.leads.values()) > _TELLS
    several = [one for one in name.opinion.text if one in FORMS]
    if name.coarse and several and not told:
        return f"粗い画像のため「{several[0]}」の字体を決められません。画像と見比べてください。"
    rare = [
        one for one in name.opinion.text if FORMS.get(one, one)[0] != one and len(FORMS[one]) > _MANY_FORMS
    ]
    if rare:
        return f"「{rare[0]}」には似た字体がほかにもあります。画像と見比べてください。"
    forms = open_forms(name.opinion)
    return f"「{forms[0]}」かもしれません。字体を画像で確かめてください。" if forms else ""


def _seen(name: LineOpinion) -> frozenset[str]:
    """The letters any engine thinks possible somewhere in the line."""
    return frozenset(
        letter
        for found in name.readings.values()
        for reading in found
        if reading.slices is not None
        for letter in reading.slices.symbols
    )


def _kana_halves(kana: LineOpinion) -> tuple[Halves, ...]:
    """The kana parted at their gap; where there is no clear one, at every place."""
    family, space, given = kana.spaced.partition(" ")
    if space and " " not in given:
        return ((family, given),)
    text = kana.spaced.replace(" ", "")
    return tuple((text[:n], text[n:]) for n in range(_SHORTEST_KANA, len(text) - _SHORTEST_KANA + 1))


def _splits(text: str) -> Iterator[Halves]:
    for length in range(1, min(_LONGEST_SURNAME, len(text) - 1) + 1):
        yield text[:length], text[length:]


def _likely(text: str, sounds: tuple[Halves, ...], coarse: bool) -> float:
    """How likely a whole name is, in natural logarithms: the best way to part it."""
    return max(
        (_both(spelling, sound) for spelling in _splits(text) for sound in sounds), default=prior(text)
    ) + (_forms(text) if coarse else 0.0)


def _forms(text: str) -> float:
    """How usual the forms of the kanji of a name are, counted again where the scan hardly shows them."""
    return _COARSE_FORMS * sum(form_prior(letter, "given") for letter in text)


def _both(spelling: Halves, sound: Halves) -> float:
    return sum(_half(part, one, reading) for part, one, reading in zip(_PARTS, spelling, sound, strict=True))


@functools.lru_cache(maxsize=65_536)
def _half(part: str, spelling: str, reading: str) -> float:
    listed = names.known(part, spelling)
    forms = sum(form_prior(letter, part) for letter in spelling)
    own = names.name_prior(part, spelling) - forms + (0.0 if listed else prior(spelling))
    readings = names.readings(part, spelling)
    near = max((across_kana(((reading, 1.0),), one) for one in readings), default=-math.inf)
    unread = _OTHERWISE_READ if listed else 0.0
    otherwise = _COMPOSED if names.sounds_as(part, spelling, reading) else unread
    return forms + _AGAINST_TWO * (own + max(_AS_READ + near, otherwise))


def _others(text: str, sounds: tuple[Halves, ...], seen: frozenset[str]) -> Sequence[str]:
    """Whole names near a text whose halves are listed, of the kana, or in another form."""
    found = dict.fromkeys(other_forms(text))
    for family, given in _splits(text):
        families = _near("family", family, sounds, seen)
        givens = _near("given", given, sounds, seen)
        found |= dict.fromkeys(one + given for one in families)
        found |= dict.fromkeys(family + one for one in givens)
        found |= dict.fromkeys(one + two for one, two in itertools.product(families[:_NEAR], givens[:_NEAR]))
    return tuple(found)


def _near(part: str, text: str, sounds: tuple[Halves, ...], seen: frozenset[str]) -> list[str]:
    """Listed names all of whose letters were seen: of one of the readings first, then of one letter other."""
    half = _PARTS.index(part)
    of_kana = [one for sound in sounds for one in names.spelled(part, sound[half], seen)]
    close = [one for one in of_kana if abs(len(one) - len(text)) < 2]
    return list(dict.fromkeys((*close, *names.near(part, text, seen))))


def _respaced(text: str, sounds: tuple[Halves, ...]) -> str:
    """The name parted where it is likeliest."""
    best = max(_splits(text), key=lambda one: max(_both(one, sound) for sound in sounds), default=None)
    return text if best is None else " ".join(best)


def _proof(text: str, sounds: tuple[Halves, ...]) -> tuple[Halves, Halves] | None:
    """The halves of name and kana that are readings of each other, if there are any."""
    for spelling, sound in itertools.product(_splits(text), sounds):
        if all(
            names.sounds_as(part, one, two) for part, one, two in zip(_PARTS, spelling, sound, strict=True)
        ):
            return spelling, sound
    return None


def _kana_of(kana: LineOpinion, name: str) -> LineOpinion:
    """The kana with the readings of a name among what is weighed."""
    listed = {
        " ".join(pair)
        for spelling in _splits(name)
        for pair in itertools.product(
            *(sorted(names.readings(p, one)) for p, one in zip(_PARTS, spelling, strict=True))
        )
    }
    plain = {one.replace(" ", ""): one for one in sorted(listed)}
    opinion = judge(
        [kana.view],
        kana.readings,
        lambda text: prior(text) + (_AS_READ if text in plain else 0.0),
        lambda text: [one for one in plain if _close(one, text)],
    )
    return replace(kana, opinion=opinion, spaced=plain.get(opinion.text, kana.spaced))


def _close(one: str, other: str) -> bool:
    """Whether kana differ in no more than two letters."""
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) < 3
