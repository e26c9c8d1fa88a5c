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
from ocr.stages.zones import ZoneReading

_MOST, _LEAST = 12.0, -8.0
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
    if pieces.kind == "signature":
        found["mark"] = 1.0
    return {name: round(value, 3) for name, value in found.items()}


def _of_texts(written: Iterable[ZoneReading]) -> dict[str, float]:
    """`joint`: how far the text is above all others; `first`, `second`, `least`: the same in the eyes of the
    engine that likes it most, of the next and of the last; `ink` the same without what is likely anyway,
    `fit` how probable the text is to them at all. The weakest part of the field counts.
    """
    opinions = [one.opinion for one in written if one.opinion]
    clean = all(not one.broken and not one.faint for one in written)
    letters = sum(len(opinion.text) for opinion in opinions)
    return {
        "joint": -_log_sum(-_odds(opinion.confidence) for opinion in opinions),
        "first": _weakest(opinion.margins for opinion in opinions),
        "second": _weakest((opinion.margins for opinion in opinions), 1),
        "least": _weakest((opinion.margins for opinion in opinions), -1),
        "ink": _weakest(opinion.leads for opinion in opinions),
        "ink_second": _weakest((opinion.leads for opinion in opinions), 1),
        "fit": _weakest(opinion.fits for opinion in opinions),
        "fit_second": _weakest((opinion.fits for opinion in opinions), 1),
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


def _weakest(by_part: Iterable[Mapping[str, float]], place: int = 0) -> float:
    """The smallest over the parts of what the engine at a place says when the surest come first."""
    found = [sorted(values.values(), reverse=True) for values in by_part]
    ranked = [values[place] if values and len(values) > place else _NO_MARGIN for values in found]
    return min(max(min(ranked, default=_NO_MARGIN), _LEAST), _MOST)


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
