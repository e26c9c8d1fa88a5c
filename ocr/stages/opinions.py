"""What the engines think a place holds: candidates, each with its probability in every engine's eyes.

Each engine sees a place in one or more views (a strip of cells and every cell alone, or a line). Its opinion
of a text is the mean over its views plus how likely the text is by itself; the joint opinion adds the engines
up. Engines *agree* when each, for itself, likes the same text best.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from rapidfuzz.distance import Levenshtein

from ocr.charsets import Charset, as_one_stroke, settle
from ocr.ctc import beam, log_probabilities
from ocr.engine import Grey, Reading

WORST = -12.0
"""No view counts a text lower than this: one blind view must not outweigh the others."""

_PER_EDIT = -4.0
_CANDIDATES = 8
_SEEDS = 4
# Boxes read alone: how many texts and characters are weighed, their least probability. The weighted mean
# of the logarithms, a box counting twice a line, is the least surprised by the rows of tests.bench.digits.
_BOX_CANDIDATES, _BOX_CHOICES, _LEAST_CHANCE = 40, 4, 1e-5
_BOX_WEIGHT, _BOXES_WORST = 2.0, -30.0
# Charsets of thousands of kanji, where engines do not know all; the share of a letter they cannot name.
_MAY_MISS, _UNNAMED = ("name", "text"), 0.003
_CLEAR = 0.9995
# Engines are surer than they are right: their joint logarithms are divided by this before they become a
# probability (fitted on the generator's pages, see tests/bench/ocr.py).
_TEMPERATURE = 1.6


@dataclass(frozen=True, slots=True)
class View:
    """One picture of a place: the whole writing (`cell` None), or only its n-th character."""

    image: Grey
    charset: Charset
    cell: int | None = None


@dataclass(frozen=True, slots=True)
class Opinion:
    """The joint result for one place.

    `text` is the most likely candidate, `confidence` its probability among all candidates; `by_engine` what
    each engine likes best for itself, `margins` by how much (in logarithms) each likes `text` better than any
    other candidate: negative where it likes another one better. `leads` are the same by the ink alone, `fits`
    the logarithm of the probability each gives to `text`. `read` is what the first engine said of the first
    view before anything was weighed. `plain` are kanji that the ink shows plainly in their form of today.
    """

    text: str
    confidence: float
    by_engine: Mapping[str, str]
    candidates: tuple[tuple[str, float], ...]
    margins: Mapping[str, float] = field(default_factory=dict)
    read: str = ""
    leads: Mapping[str, float] = field(default_factory=dict)
    fits: Mapping[str, float] = field(default_factory=dict)
    plain: frozenset[str] = frozenset()

    @property
    def agreed(self) -> bool:
        """Whether at least two engines, each for itself, like the joint result best."""
        return sum(text == self.text for text in self.by_engine.values()) >= 2


def judge(
    views: Sequence[View],
    readings: Mapping[str, Sequence[Reading]],
    prior: Callable[[str], float],
    more: Callable[[str], Sequence[str]],
    boxes: Mapping[str, Sequence[Reading]] | None = None,
) -> Opinion:
    """Weigh all candidates. `readings` per engine in the order of `views`; `more` adds likely corrections.

    `boxes` are the readings of engines that see every box alone: their texts have one character a box.
    """
    candidates = _candidates(views, readings)
    for found in (boxes or {}).values():
        candidates = _of_boxes(found) + [text for text in candidates if len(text) == len(found)]
    candidates += [other for text in _seeds(candidates, readings) for other in more(text)]
    candidates = list(dict.fromkeys(candidates))
    likely = np.array([prior(text) for text in candidates])
    scores = {key: _scores(candidates, views, list(found)) for key, found in readings.items()}
    scores |= {key: _box_scores(candidates, found) for key, found in (boxes or {}).items()}
    best = {key: candidates[int((own + likely).argmax())] for key, own in scores.items()}
    weights = {key: _BOX_WEIGHT if key in (boxes or {}) else 1.0 for key in scores}
    weighed = sum(own * weights[key] for key, own in scores.items())
    joint = (weighed + likely) / (sum(weights.values()) if boxes else _TEMPERATURE)
    chances = np.exp(joint - joint.max())
    chances /= chances.sum()
    order = chances.argsort()[::-1]
    shown = _BOX_CANDIDATES if boxes else _CANDIDATES
    ranked = tuple((candidates[place], float(chances[place])) for place in order[:shown])
    first = int(order[0])
    return Opinion(
        text=ranked[0][0],
        confidence=ranked[0][1],
        by_engine=best,
        candidates=ranked,
        margins={key: _margin(own + likely, first) for key, own in scores.items()},
        read=_first(readings),
        leads={key: _margin(own, first) for key, own in scores.items()},
        fits={key: float(own[first]) for key, own in scores.items()},
    )


def _of_boxes(found: Sequence[Reading]) -> list[str]:
    """The most likely texts by the boxes alone, best first: combinations of the likely characters of each."""
    texts: list[tuple[str, float]] = [("", 0.0)]
    for reading in found:
        likely = _box_chances(reading)
        texts = [(text + letter, score + own) for text, score in texts for letter, own in likely]
        texts = sorted(texts, key=lambda one: -one[1])[:_BOX_CANDIDATES]
    return [text for text, _ in texts]


def _box_chances(reading: Reading) -> list[tuple[str, float]]:
    """Each character a box may hold with the logarithm of its probability, the likely ones."""
    if reading.slices is None:
        return [(reading.text[:1], 0.0)]
    row = np.log(np.maximum(reading.slices.probabilities[0, 1:], _LEAST_CHANCE))
    best = row.argsort()[::-1][:_BOX_CHOICES]
    return [(reading.slices.symbols[int(place)], float(row[place])) for place in best]


def _box_scores(
    candidates: Sequence[str], found: Sequence[Reading]
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """The logarithm of the probability of each text, box by box."""
    each = [_score(reading, [text[n : n + 1] for text in candidates]) for n, reading in enumerate(found)]
    return np.asarray(np.maximum(np.sum(each, axis=0), _BOXES_WORST), np.float64)


def _first(readings: Mapping[str, Sequence[Reading]]) -> str:
    """What the first engine says of the first view by itself."""
    return next((settle(found[0].text) for found in readings.values() if found), "")


def _margin(scores: np.ndarray[tuple[int, ...], np.dtype[np.float64]], place: int) -> float:
    """How far one candidate is above the best of the others; the most there is where there are none."""
    others = np.delete(scores, place)
    return float(scores[place] - others.max()) if others.size else -WORST


def _candidates(views: Sequence[View], readings: Mapping[str, Sequence[Reading]]) -> list[str]:
    """Every text worth weighing: the likely ones of each whole view, and the cells put together.

    Where there are cells, only texts with one character for each.
    """
    count = sum(view.cell is not None for view in views)
    texts: dict[str, None] = {}
    for found in readings.values():
        whole = [reading for view, reading in zip(views, found, strict=True) if view.cell is None]
        cells = [
            reading.text[:1] for view, reading in zip(views, found, strict=True) if view.cell is not None
        ]
        for text in [text for reading in whole for text in _likely(reading)]:
            if not count or len(text) == count:
                texts[settle(text)] = None
        if count and all(cells):
            texts["".join(cells)] = None
    return list(texts) or [""]


def _seeds(candidates: Sequence[str], readings: Mapping[str, Sequence[Reading]]) -> list[str]:
    """The texts whose neighbours are weighed too: the first ones, and what each engine's first view says."""
    own = (settle(found[0].text) for found in readings.values() if found)
    return list(dict.fromkeys((*candidates[:_SEEDS], *(text for text in own if text in candidates))))


def _likely(reading: Reading) -> list[str]:
    if reading.slices is None or reading.confidence > _CLEAR:
        return [reading.text]
    return [text for text, _ in beam(reading.slices, _CANDIDATES)]


def _scores(
    candidates: Sequence[str], views: Sequence[View], readings: Sequence[Reading]
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Per candidate the mean over the whole views, and over the cells taken together as one view."""
    whole = [(view, reading) for view, reading in zip(views, readings, strict=True) if view.cell is None]
    cells = [
        (view.cell, reading) for view, reading in zip(views, readings, strict=True) if view.cell is not None
    ]
    rows = [
        _score(reading, candidates, _UNNAMED if view.charset.key in _MAY_MISS else 0.0)
        for view, reading in whole
    ]
    if cells:
        each = [_score(reading, [text[n : n + 1] for text in candidates]) for n, reading in cells]
        rows.append(np.maximum(np.sum(each, axis=0), WORST))
    return np.asarray(np.mean(np.array(rows), axis=0), dtype=np.float64)


def _score(
    reading: Reading, texts: Sequence[str], unknown: float = 0.0
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """The logarithm of the probability a reading gives to each text; twins of one stroke are the same."""
    if reading.slices is None:
        far = [_PER_EDIT * Levenshtein.distance(reading.text, text) for text in texts]
        return np.asarray(np.maximum(far, WORST), np.float64)
    strokes = [as_one_stroke(text, reading.slices.symbols) for text in texts]
    distinct = list(dict.fromkeys(strokes))
    scores = dict(zip(distinct, log_probabilities(reading.slices, distinct, unknown), strict=True))
    return np.asarray(np.maximum([scores[text] for text in strokes], WORST), np.float64)
