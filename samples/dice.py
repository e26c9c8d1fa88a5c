"""Chance from a seed: the same on every machine and every version of Python."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Weights:
    """How often each place of a sequence is drawn."""

    def __init__(self, weights: Sequence[float]) -> None:
        self._sums = tuple(accumulate(weights))

    @classmethod
    def falling(cls, count: int) -> Weights:
        """Earlier places more often than later ones, as family names and towns are."""
        return cls([1 / (place + 8) for place in range(count)])

    def place(self, part: float) -> int:
        """The place that `part` of the whole (0 to 1) falls on."""
        return bisect_right(self._sums, part * self._sums[-1])


class Dice:
    """Draws from one seed. Only `Random.random` is used, whose sequence Python guarantees."""

    def __init__(self, seed: str) -> None:
        self._random = Random(seed).random  # noqa: S311 - invented people, no secrets

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self._random() < probability

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self._random() * (high - low + 1))

    def pick(self, choices: Sequence[T], weights: Weights | None = None) -> T:
        """One of the choices."""
        part = self._random()
        return choices[weights.place(part) if weights else int(part * len(choices))]
