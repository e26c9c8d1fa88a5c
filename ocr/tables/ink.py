"""What the ink itself says of a text: how many digits stand apart there, and ink that no letter explains.

Recognisers see a line in slices about as wide as half a letter: of two equal digits side by side one may be
lost (11 as 1), and a letter of faint strokes is passed over. Counting needs no recogniser.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from ocr.ctc import Slices, best_path
from ocr.engine import Grey, Reading
from ocr.engines.recogniser import HEIGHT
from ocr.tables.layout import INK, segments

_SLICE = 8
_TALL, _CLOSEST, _LOW = 0.6, 0.5, ",.-"
_MISSING = -12.0
_NUMBERS = re.compile(r"[0-9A-Z.,/()△-]+")
_FURTHEST = 0.95
_HALF, _TRIANGLE, _ASIDE, _POINT, _BASE = 0.35, 0.55, 0.2, 0.75, 0.75


def stand_apart(image: Grey) -> int:
    """How many tall pieces of a line stand beside each other with paper between; broken ones count once."""
    ink = image < INK
    rows = np.flatnonzero(ink.any(axis=1))
    if not rows.size:
        return 0
    height = int(rows[-1] - rows[0]) + 1
    middles: list[float] = []
    for start, end in segments(ink.any(axis=0), 1, 0):
        own = np.flatnonzero(ink[:, start:end].any(axis=1))
        middle = (start + end) / 2
        tall = own[-1] - own[0] + 1 >= _TALL * height
        if tall and not (middles and middle - middles[-1] < _CLOSEST * height):
            middles.append(middle)
    return len(middles)


def _tall(text: str) -> int:
    return sum(letter not in _LOW for letter in text)


def too_short(text: str, pieces: int) -> float:
    """How unlikely a number is (natural logarithm) that has fewer characters than pieces stand apart."""
    if not _NUMBERS.fullmatch(text):
        return 0.0
    return _MISSING * max(0, pieces - _tall(text))


def with_twins(text: str, pieces: int) -> list[str]:
    """A number with one digit twice where one more piece stands there than it has characters."""
    if not _NUMBERS.fullmatch(text) or pieces <= _tall(text):
        return []
    return [text[:n] + letter + text[n:] for n, letter in enumerate(text) if letter.isdecimal()]


def shared(slices: Slices, pair: str) -> Slices:
    """Slices that give both letters of a pair what either of them got: the ink does not tell them apart."""
    columns = [slices.column(letter) for letter in pair]
    if not any(columns):
        return slices
    chances = slices.probabilities.copy()
    both = sum(chances[:, column] for column in columns if column)
    symbols = slices.symbols
    for letter, column in zip(pair, columns, strict=True):
        if column:
            chances[:, column] = both
        else:
            symbols += letter
            chances = np.column_stack((chances, both))
    return Slices(symbols, np.asarray(chances, np.float32))


def miscounted(text: str, readings: Sequence[Reading], image: Grey) -> bool:
    """Whether more digits stand apart than a number has, or its digits were counted where none were read."""
    if not _NUMBERS.fullmatch(text):
        return False
    lengths = {len(one.text) for one in readings}
    return stand_apart(image) > _tall(text) or all(length < len(text) for length in lengths)


def unread(text: str, readings: Sequence[Reading], image: Grey) -> bool:
    """Whether ink lies further from every letter of a text than a letter is wide, by all engines."""
    found = [_furthest(one, image) for one in readings if one.slices is not None and one.text == text]
    return bool(found) and min(found) > _FURTHEST


def triangle_before(text: str, readings: Sequence[Reading], image: Grey) -> bool:
    """Whether what stands unread before a number is pointed above and wide below: △ without its base."""
    ends = [_first(one, image) for one in readings if one.slices is not None and one.text == text]
    if not ends or not text[:1].isdecimal():
        return False
    rows = np.flatnonzero((image < INK).any(axis=1))
    height = int(rows[-1] - rows[0]) + 1
    ink = image[rows[0] : rows[-1] + 1, : max(0, int(min(ends) - _HALF * height))] < INK
    columns = np.flatnonzero(ink.any(axis=0))
    if not columns.size or columns[-1] - columns[0] < _TRIANGLE * height:
        return False
    top, bottom = (np.flatnonzero(part.any(axis=0)) for part in (ink[: height // 2], ink[-height // 3 :]))
    wide = float(columns[-1] - columns[0])
    if not top.size or not bottom.size:
        return False
    pointed = abs(float(top.mean()) - columns[0] - wide / 2) < _ASIDE * wide and np.ptp(top) < _POINT * wide
    return bool(pointed and np.ptp(bottom) > _BASE * wide)


def _first(reading: Reading, image: Grey) -> float:
    """The middle of the first letter that was read, in pixels."""
    places = best_path(reading.slices)[2] if reading.slices is not None else ()
    return (places[0] + 0.5) * _SLICE * image.shape[0] / HEIGHT if places else 0.0


def _furthest(reading: Reading, image: Grey) -> float:
    """The distance of ink from the nearest letter, in heights of the writing."""
    if reading.slices is None:
        return 0.0
    _, _, places = best_path(reading.slices)
    ink = image < INK
    columns, rows = np.flatnonzero(ink.any(axis=0)), np.flatnonzero(ink.any(axis=1))
    if not places or not columns.size:
        return 0.0
    middles = (np.array(places) + 0.5) * _SLICE * image.shape[0] / HEIGHT
    apart = np.abs(columns[:, None] - middles[None, :]).min(axis=1)
    return float(apart.max()) / float(rows[-1] - rows[0] + 1)
