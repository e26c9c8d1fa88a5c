"""Cells to texts: both engines over all lines of a page in batches, decoded only where there is ink.

A recogniser reads the gap in タカハシ タロウ as ー: a character whose slice of the line lies on blank paper
is not there (ocr.md §2).
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from ocr.charsets import Charset
from ocr.ctc import Slices, best_path
from ocr.engine import Engine, Grey, Reading
from ocr.engines.recogniser import HEIGHT
from ocr.lexicon.towns import same_named, towns_of_letters
from ocr.lexicon.words import words_prior
from ocr.spelling import prior, text_prior
from ocr.stages.kanji_forms import told
from ocr.stages.opinions import Opinion, View, judge
from ocr.tables.cells import MARGIN
from ocr.tables.columns import CHARSETS
from ocr.tables.ink import shared, stand_apart, too_short, triangle_before, unread, with_twins
from ocr.tables.values import DITTOS, meaning

_SLICE = 8
_INK, _HAIRLINE = 190, 215
_WIDE_GAP = 0.3
_LOANWORDS = 0.0
_HOUSE, _NEAR, _MOST_TOWNS = re.compile("[0-9]"), 2, 40
_TOWN, _MOST_USUAL = 5.0, 9.0
_BY_SHAPE, _SKIPPED = 0.5, -6.0
_PIXELS, _DIGIT, _LETTER = 20.5, 0.72, 0.9
_COUNTED = ("serial", "number", "telephone", "amount", "date", "day")
_IMPOSSIBLE, _UNUSUAL = -30.0, -9.0
# Shapes that engines cannot tell apart on small print, and where they cannot stand.
_TWINS = ("人入", "児兄", "未末")
_MARKED = ("バパ", "ビピ", "ブプ", "ベペ", "ボポ")
_ALIKE = ("H日", "人入", "束東", "帶帯", "曰日", "未末", "士土", "千干", "天夭", "児兄", "頁貞")
_ODD = re.compile(
    "[ァ-ヺ]-|兄童|[転収記加購納編輸導]人|人[学居院札荷]|束(?!ね)|[曰帶夭]|末[納払済婚成]|干[円葉代]|[名氏]土|貞(?=[計繰])"
)


@dataclass(frozen=True, slots=True)
class LineOpinion:
    """What both engines think a line holds; `spaced` is the text with its widest gap as a space.

    `view` and `readings` are what it was worked out from, to be weighed anew when more is known.
    `coarse`: the scan has few pixels for a letter, so that two engines may well make the same mistake.
    """

    opinion: Opinion
    spaced: str
    view: View
    readings: Mapping[str, Sequence[Reading]]
    coarse: bool = False


def read_lines(
    images: Sequence[Grey], kinds: Sequence[str], engines: Sequence[Engine], detail: float = 1.0
) -> list[LineOpinion]:
    """Read lines, each as its column's kind allows; `detail` is that of the scan (`Straight.detail`)."""
    charsets: list[Charset] = [CHARSETS[kind] for kind in kinds]
    coarse = [_is_coarse(image, kind, detail) for image, kind in zip(images, kinds, strict=True)]
    twins = [_twins(kind, one) for kind, one in zip(kinds, coarse, strict=True)]
    by_engine = {
        engine.key: [
            _on_ink(reading, image, alike)
            for reading, image, alike in zip(engine.read(images, charsets), images, twins, strict=True)
        ]
        for engine in engines
    }
    found = []
    for place, (image, kind, charset) in enumerate(zip(images, kinds, charsets, strict=True)):
        readings = {key: [every[place]] for key, every in by_engine.items()}
        view = View(image, charset)
        opinion = _opinion(view, kind, readings, coarse[place])
        spaced = _spaced(opinion.text, [every[place] for every in by_engine.values()], image)
        shown = spaced if kind in ("name", "kana") else opinion.text
        found.append(LineOpinion(opinion, shown, view, readings, coarse[place]))
    return found


def _opinion(view: View, kind: str, readings: Mapping[str, Sequence[Reading]], coarse: bool) -> Opinion:
    """What engines think of a line, with what its ink says beside them."""
    pieces = stand_apart(view.image)
    each = [reading for found in readings.values() for reading in found]
    gaps = frozenset(one.text for one in each if unread(one.text, [one], view.image))

    listed = coarse and kind == "address"
    towns = _towns(readings) if listed else []

    def likely_here(text: str) -> float:
        town = _town_prior(text) if listed else 0.0
        return _likely_of(kind, pieces, text) + town + (_SKIPPED if text in gaps else 0.0)

    opinion = judge([view], readings, likely_here, functools.partial(_more, kind, pieces, towns))
    if kind == "name":
        return told(opinion, readings, "family", view.image)
    if kind == "amount" and triangle_before(opinion.text, each, view.image):
        return replace(opinion, text=f"△{opinion.text}", confidence=_BY_SHAPE)
    return opinion


def _is_coarse(image: Grey, kind: str, detail: float) -> bool:
    """Whether a whole letter had few pixels on the scan; digits are lower than kanji."""
    share = _DIGIT if kind in _COUNTED else _LETTER
    return bool((image.shape[0] - 2 * MARGIN) / share * detail < _PIXELS)


def _likely_of(kind: str, pieces: int, text: str) -> float:
    return likely(kind, text) + (too_short(text, pieces) if kind in _COUNTED else 0.0)


def _towns(readings: Mapping[str, Sequence[Reading]]) -> list[str]:
    """Towns that may stand in a line by the letters engines saw."""
    slices = [one.slices for found in readings.values() for one in found if one.slices is not None]
    return towns_of_letters(frozenset(letter for one in slices for letter in one.symbols))


def _town_prior(text: str) -> float:
    """How likely an address is for its town, in natural logarithms: there are 305 called 本町, none 本旧."""
    count = same_named(_HOUSE.split(text, maxsplit=1)[0])
    return min(_MOST_USUAL, _TOWN + math.log(count)) if count else 0.0


def _more(kind: str, pieces: int, towns: Sequence[str], text: str) -> Sequence[str]:
    if towns:
        town = _HOUSE.split(text, maxsplit=1)[0]
        near = [one for one in towns if one != town and Levenshtein.distance(one, town) <= _NEAR]
        return [*_alike(kind, text), *(one + text[len(town) :] for one in near[:_MOST_TOWNS])]
    return with_twins(text, pieces) if kind in _COUNTED else _alike(kind, text)


def likely(kind: str, text: str) -> float:
    """How likely a text is in a column of a kind, in natural logarithms: what cannot stand there is not."""
    odd = _IMPOSSIBLE * len(_ODD.findall(text))
    if kind in ("name", "kana"):
        return odd + prior(text)
    if kind in ("text", "address"):
        words = words_prior(text) if kind == "text" else 0.0
        broken = _UNUSUAL if re.match("[.,・:-]|.*[.,:]$", text) else 0.0
        return odd + words + text_prior(text, _LOANWORDS) + broken
    value, doubt = meaning(kind, text)
    if (value is not None and not doubt) or DITTOS.fullmatch(text):
        return 0.0
    return _IMPOSSIBLE if kind in ("date", "day") else _UNUSUAL


def _alike(kind: str, text: str) -> Sequence[str]:
    """The same text with letters of one shape exchanged, where it is odd as it is."""
    if kind not in ("text", "address", "name") or not (_ODD.search(text) or kind == "text"):
        return ()
    pairs = [(pair[0], pair[1]) for pair in _ALIKE] + [(pair[1], pair[0]) for pair in _ALIKE]
    long = re.sub("(?<=[ァ-ヺ])-", "ー", text)
    marks = [(pair[0], pair[1]) for pair in _MARKED] if kind == "text" else []
    return [long, *(text.replace(one, other) for one, other in (*pairs, *marks) if one in text)]


def _inked_slices(image: Grey, count: int) -> NDArray[np.bool_]:
    """Per slice of the scaled line whether there is ink in it or right beside it."""
    columns = np.flatnonzero((image < _HAIRLINE).any(axis=0)) * (HEIGHT / image.shape[0] / _SLICE)
    inked = np.zeros(count + 2, bool)
    places = np.clip(columns.astype(int), 0, count - 1) + 1
    for near in (-1, 0, 1):
        inked[places + near] = True
    return inked[1:-1]


def _twins(kind: str, coarse: bool) -> Sequence[str]:
    """Pairs of letters that words have to tell apart, in a column of words."""
    return () if kind != "text" else (*_TWINS, *(_MARKED if coarse else ()))


def _on_ink(reading: Reading, image: Grey, twins: Sequence[str] = ()) -> Reading:
    """The reading with nothing where there is no ink, and the same for both letters of a pair of twins."""
    if reading.slices is None:
        return reading
    chances = reading.slices.probabilities.copy()
    blank = ~_inked_slices(image, len(chances))
    chances[blank] = 0.0
    chances[blank, 0] = 1.0
    slices = Slices(reading.slices.symbols, chances)
    text, sure, _ = best_path(slices)
    slices = functools.reduce(shared, twins, slices)
    return replace(reading, text=text, confidence=min(sure, default=1.0), slices=slices)


def _spaced(text: str, readings: Sequence[Reading], image: Grey) -> str:
    """The text with a space at its one clearly widest gap."""
    for reading in readings:
        if reading.slices is None or reading.text != text or len(text) < 2:
            continue
        _, _, places = best_path(reading.slices)
        gaps = _gaps(image)
        if not gaps or gaps[0][0] < _WIDE_GAP or (len(gaps) > 1 and gaps[0][0] < 1.35 * gaps[1][0]):
            return text
        middle = gaps[0][1] * HEIGHT / image.shape[0] / _SLICE
        before = sum((place + 0.5) < middle for place in places)
        return f"{text[:before]} {text[before:]}".strip()
    return text


def _gaps(image: Grey) -> list[tuple[float, float]]:
    """Gaps between the inked columns, the widest first: width against the height, middle in pixels."""
    columns = np.flatnonzero((image < _INK).any(axis=0))
    steps = np.diff(columns)
    wide = np.flatnonzero(steps > 2)
    found = [(float(steps[n]) / image.shape[0], float(columns[n] + steps[n] / 2)) for n in wide]
    return sorted(found, reverse=True)
