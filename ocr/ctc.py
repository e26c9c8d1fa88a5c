"""CTC: from character probabilities along a line to texts and to the probability of a given text.

A recogniser divides a line into T slices and gives each a probability for every character and for the
blank. `Slices` keeps them reduced to one charset. Own code, because the ready-made decoders give a text
and a score only, and correction needs the probability of other texts too (ocr.md §4). Algorithm: Graves et
al. 2006, "Connectionist Temporal Classification", §3 and §4.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

# A character the engine gave no probability: low, but a text must not become impossible by it.
FLOOR = 1e-6
_UNLIKELY = 1e-4


@dataclass(frozen=True, slots=True)
class Slices:
    """Probabilities of T slices × (1 + K) symbols; column 0 is the blank, column i the symbol `symbols[i-1]`.

    Each row sums to 1: what the engine gave to characters outside the charset is shared out in proportion.
    """

    symbols: str
    probabilities: Floats

    def column(self, symbol: str) -> int:
        """The column of a symbol, or 0 when this line gave it no probability worth keeping."""
        return self.symbols.find(symbol) + 1


def best_path(slices: Slices) -> tuple[str, tuple[float, ...], tuple[int, ...]]:
    """The most probable symbol of each slice, repeats and blanks folded.

    Gives the text and, per character, its highest probability and the slice where that is.
    """
    path = slices.probabilities.argmax(axis=1)
    peaks = slices.probabilities.max(axis=1)
    text: list[str] = []
    chances: list[float] = []
    places: list[int] = []
    before = 0
    for place, symbol in enumerate(path.tolist()):
        if symbol and symbol == before and peaks[place] > chances[-1]:
            chances[-1], places[-1] = float(peaks[place]), place
        elif symbol and symbol != before:
            text.append(slices.symbols[symbol - 1])
            chances.append(float(peaks[place]))
            places.append(place)
        before = symbol
    return "".join(text), tuple(chances), tuple(places)


def log_probability(slices: Slices, text: str, unknown: float = 0.0) -> float:
    """The natural logarithm of the probability of `text` over all its paths, see `log_probabilities`."""
    return float(log_probabilities(slices, (text,), unknown)[0])


def log_probabilities(slices: Slices, texts: Sequence[str], unknown: float = 0.0) -> NDArray[np.float64]:
    """Per text the natural logarithm of its probability over all its paths (CTC forward pass).

    A symbol without a column stands with the share `unknown` of what is no blank in a slice: then something
    was seen there that the engine cannot name.
    """
    longest = 2 * max((len(text) for text in texts), default=0) + 1
    labels = np.zeros((len(texts), longest), dtype=np.int64)
    missing = np.zeros((len(texts), longest), dtype=bool)
    # A symbol may follow its neighbour without a blank between only when the two differ.
    leaps = np.zeros((len(texts), longest), dtype=bool)
    for row, text in enumerate(texts):
        ends = slice(1, 2 * len(text), 2)
        labels[row, ends] = [slices.column(symbol) for symbol in text]
        missing[row, ends] = labels[row, ends] == 0
        leaps[row, 3 : 2 * len(text) : 2] = [one != other for one, other in zip(text[1:], text, strict=False)]
    chances = np.maximum(slices.probabilities.astype(np.float64), FLOOR)
    something = np.maximum(unknown * (1.0 - chances[:, 0]), FLOOR)
    emitted = np.log(np.where(missing[None], something[:, None, None], chances[:, labels]))
    reached = _forward(emitted, leaps)
    last = np.array([2 * len(text) for text in texts])
    rows = np.arange(len(texts))
    before = np.where(last > 0, reached[rows, np.maximum(last - 1, 0)], -np.inf)
    return np.asarray(np.logaddexp(reached[rows, last], before), dtype=np.float64)


def _forward(emitted: NDArray[np.float64], leaps: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The forward variables after the last slice. `emitted` is T × N × labels, `leaps` N × labels."""
    reached = np.full(leaps.shape, -np.inf)
    reached[:, :2] = emitted[0, :, :2]
    nowhere = np.full((leaps.shape[0], 2), -np.inf)
    for row in emitted[1:]:
        padded = np.concatenate((nowhere, reached), axis=1)
        across = np.where(leaps, padded[:, :-2], -np.inf)
        reached = np.logaddexp(np.logaddexp(reached, padded[:, 1:-1]), across) + row
    return reached


def beam(slices: Slices, width: int = 8, symbols_a_slice: int = 6) -> list[tuple[str, float]]:
    """The most probable texts with their log probability, best first (prefix beam search)."""
    beams: dict[str, tuple[float, float]] = {"": (0.0, -np.inf)}
    for row in slices.probabilities:
        likely = [column for column in np.argsort(row)[::-1][:symbols_a_slice] if row[column] > _UNLIKELY]
        chances = [(int(column), float(np.log(max(row[column], FLOOR)))) for column in likely]
        beams = _widened(beams, chances, slices.symbols)
        kept = sorted(beams.items(), key=lambda item: -float(np.logaddexp(*item[1])))[:width]
        beams = dict(kept)
    return [(text, float(np.logaddexp(*ends))) for text, ends in beams.items()]


def _widened(
    beams: dict[str, tuple[float, float]], chances: Sequence[tuple[int, float]], symbols: str
) -> dict[str, tuple[float, float]]:
    """One slice further: per prefix the log probability of ending in a blank and in its last symbol."""
    new: dict[str, tuple[float, float]] = {}

    def add(prefix: str, blank: float, symbol: float) -> None:
        ends = new.get(prefix, (-np.inf, -np.inf))
        new[prefix] = (float(np.logaddexp(ends[0], blank)), float(np.logaddexp(ends[1], symbol)))

    for prefix, (in_blank, in_symbol) in beams.items():
        whole = float(np.logaddexp(in_blank, in_symbol))
        for column, chance in chances:
            if column == 0:
                add(prefix, whole + chance, -np.inf)
            elif prefix and symbols[column - 1] == prefix[-1]:
                add(prefix, -np.inf, in_symbol + chance)
                add(prefix + symbols[column - 1], -np.inf, in_blank + chance)
            else:
                add(prefix + symbols[column - 1], -np.inf, whole + chance)
    return new
