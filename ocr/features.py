"""What is known of a field as read, in numbers: the features of the calibrated probability.

Every feature is such that more of it never speaks against the text, so that no weight may be negative
(`ocr.calibration`). None of them tells what was written: they may be kept when the paper is gone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from ocr.lexicon.proofs import Doubt, Evidence, Proof
from ocr.marks import Mark
from ocr.stages.fields import Pieces
from ocr.stages.opinions import Opinion
from ocr.stages.zones import ZoneReading

_MOST, _LEAST = 12.0, -4.0
_NO_MARGIN = 0.0
_LONGEST = 40


def features_of(pieces: Pieces, outside: Mapping[str, Evidence]) -> dict[str, float]:
    """The features of a field. `outside` is what is known of its texts besides their ink, by part."""
    written = [one for one in pieces.texts.values() if not one.empty]
    found: dict[str, float] = {}
    if written:
        found |= _of_texts(written)
        found |= _of_proofs(
            [outside[part] for part, one in pieces.texts.items() if one.text and part in outside]
        )
    if pieces.marks:
        found["mark"] = min(
            mark.clear if mark.mark is not Mark.DOUBT else 0.0 for mark in pieces.marks.values()
        )
    return {name: round(value, 3) for name, value in found.items()}


def _of_texts(written: Iterable[ZoneReading]) -> dict[str, float]:
    """`joint`: how far the text is above all others; `first`, `second`: the same in the eyes of the engine
    that likes it most and of the next, the weakest part of the field counting.
    """
    opinions = [one.opinion for one in written if one.opinion]
    clean = all(not one.broken and not one.faint for one in written)
    letters = sum(len(opinion.text) for opinion in opinions)
    return {
        "joint": -_log_sum(-_odds(opinion.confidence) for opinion in opinions),
        "first": min((_ranked(opinion, 0) for opinion in opinions), default=_NO_MARGIN),
        "second": min((_ranked(opinion, 1) for opinion in opinions), default=_NO_MARGIN),
        "least": min((_ranked(opinion, -1) for opinion in opinions), default=_NO_MARGIN),
        "agreed": min((float(opinion.agreed) for opinion in opinions), default=0.0),
        "clean": float(clean),
        "short": 1.0 - min(letters, _LONGEST) / _LONGEST,
    }


def _of_proofs(outside: Iterable[Evidence]) -> dict[str, float]:
    """Per proof the share of the parts that have it, per doubt the share that is free of it."""
    parts = list(outside)
    if not parts:
        return {}
    proofs = {str(proof): sum(proof in one.proofs for one in parts) / len(parts) for proof in Proof}
    free = {f"not_{doubt}": sum(doubt not in one.doubts for one in parts) / len(parts) for doubt in Doubt}
    return proofs | free


def _ranked(opinion: Opinion, place: int) -> float:
    """The margin of the engine at a place when those that like the text most come first; 0 for none."""
    margins = sorted(opinion.margins.values(), reverse=True)
    if not margins or len(margins) <= place:
        return _NO_MARGIN
    return min(max(margins[place], _LEAST), _MOST)


def _odds(chance: float) -> float:
    """The logarithm of the odds of a probability, within what engines can be trusted with."""
    return min(max(math.log(max(chance, 1e-9) / max(1 - chance, 1e-9)), _LEAST), _MOST)


def _log_sum(values: Iterable[float]) -> float:
    """log Σ exp, the smooth maximum; 0 of nothing."""
    found = list(values)
    if not found:
        return 0.0
    most = max(found)
    return most + math.log(sum(math.exp(value - most) for value in found))
