"""How sure a reading is, as a probability that means what it says, and from where it needs no look.

A logistic model over the features of a field (`ocr.features`), no weight negative, with an offset for each
group of kinds. The numbers stand in `calibration.toml`, made by `python -m ocr.calibrate` from measured
pages. A city promises how many of 10,000 accepted fields may be wrong; `Promise` says from which probability
a kind is accepted then.
"""

from __future__ import annotations

import functools
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

FILE = Path(__file__).parent / "calibration.toml"
PROMISES = (1, 2, 5, 10, 20, 30, 50, 100)
"""Wrong among 10,000 accepted that a city can choose from."""

USUAL_PROMISE = 30
NEVER = 1.1
"""A threshold no probability reaches: the kind is always asked."""

BLANK = "blank"
"""The kind, and the only feature, of an optional place that is accepted as empty."""

BARRED = "barred"
"""A feature of what is never accepted, whatever its probability: no model weighs it."""

DRAWN = "drawn"
"""A feature of what was accepted and is asked all the same, as one drawn for a check; no model weighs it."""

_OTHER = "other"
_GROUPS = {
    "choice": "mark",
    "choices": "mark",
    "yes_no": "mark",
    "consent": "mark",
    "signature": "mark",
    "telephone": "digits",
    "my_number": "digits",
    "number": "digits",
}


def group_of(kind: str) -> str:
    """The kinds that are read alike share a model: marks, rows of digits; every other kind has its own."""
    return _GROUPS.get(kind, kind)


@dataclass(frozen=True, slots=True)
class KindModel:
    """The model of one kind: `bias` and `weights` per feature give the logarithm of the odds of being right.

    `accept` is the probability from which a field is accepted, by promise; a promise that is not there was
    not reached by what has been measured (`fields`, of which `wrong` were wrong).
    """

    bias: float
    weights: Mapping[str, float]
    accept: Mapping[int, float]
    fields: int = 0
    wrong: int = 0

    def chance(self, features: Mapping[str, float]) -> float:
        """The probability that a field of these features was read right."""
        odds = self.bias + sum(weight * features.get(name, 0.0) for name, weight in self.weights.items())
        return 1.0 / (1.0 + math.exp(-min(max(odds, -30.0), 30.0)))


@dataclass(frozen=True, slots=True)
class Calibration:
    """The models by group of kinds; a kind that was not measured is judged as `other`."""

    kinds: Mapping[str, KindModel]

    def of(self, kind: str) -> KindModel:
        """The model of a kind, or that of all kinds together."""
        return self.kinds.get(group_of(kind), self.kinds[_OTHER])


@dataclass(frozen=True, slots=True)
class Promise:
    """How many of 10,000 accepted fields may be wrong; `thresholds` are the city's own, by kind. So many of
    1,000 accepted fields are `drawn` for a person all the same, to see whether the promise is kept.
    """

    per_10k: int = USUAL_PROMISE
    thresholds: Mapping[str, float] = field(default_factory=dict)
    drawn: int = 0

    def from_chance(self, kind: str, model: KindModel) -> float:
        """The probability from which a field of that kind is accepted without a look."""
        return self.thresholds.get(kind, model.accept.get(self.per_10k, NEVER))


USUAL = Promise()
"""The promise of a city that has set none."""


@functools.cache
def calibration(path: Path = FILE) -> Calibration:
    """The calibration that comes with the suite, or another."""
    found = tomllib.loads(path.read_text(encoding="utf-8"))
    return Calibration({name: _model(one) for name, one in found["kind"].items()})


def chance_of(kind: str, features: Mapping[str, float]) -> float:
    """The probability that a field of a kind was read right."""
    return calibration().of(BLANK if BLANK in features else kind).chance(features)


def _model(one: Mapping[str, object]) -> KindModel:
    weights, accept = one["weights"], one["accept"]
    if not isinstance(weights, dict) or not isinstance(accept, dict):
        raise TypeError("calibration.toml")
    return KindModel(
        float(str(one["bias"])),
        {str(name): float(weight) for name, weight in weights.items()},
        {int(promise): float(chance) for promise, chance in accept.items()},
        int(str(one["fields"])),
        int(str(one["wrong"])),
    )


def most_wrong(wrong: int, fields: int, sure: float = 0.95) -> float:
    """The largest share of wrong fields that what was found still allows (Clopper and Pearson, one-sided)."""
    if fields == 0 or wrong >= fields:
        return 1.0
    low, high = wrong / fields, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(wrong, fields, middle) > 1 - sure else (low, middle)
    return high


def _at_most(wrong: int, fields: int, rate: float) -> float:
    """The probability of at most `wrong` among `fields` at a rate between 0 and 1."""
    logs = (
        math.lgamma(fields + 1) - math.lgamma(n + 1) - math.lgamma(fields - n + 1)
        + n * math.log(rate) + (fields - n) * math.log1p(-rate)
        for n in range(wrong + 1)
    )  # fmt: skip
    return sum(math.exp(one) for one in logs)
