"""How probable it is to read one text where another is written: the channel between paper and reading.

All in natural logarithms. Costs of single confusions were counted on the generator's pages.
"""

from __future__ import annotations

import datetime
import math
import unicodedata
from collections.abc import Callable, Sequence

from rapidfuzz.distance import Levenshtein

from forms.values.kana import to_katakana
from ocr.lexicon.forms import plain

_SMALL = str.maketrans("ァィゥェォッャュョヮ", "アイウエオツヤユヨワ")
_SIZE, _VOICE, _KANA, _FORM, _KANJI = -0.7, -2.3, -4.5, -1.2, -4.5
_WORST_KANA, _WORST_KANJI = -14.0, -9.0
_DIGIT, _WORST_DAY = -6.5, -16.0
_UNWEIGHED = 0.01
"""What is left of the probability for texts that were not weighed."""


def across_kana(read: Sequence[tuple[str, float]], written: str) -> float:
    """The logarithm of the probability to read these kana where `written` stands."""
    return _over(read, lambda text: _kana_cost(text, written), _WORST_KANA)


def across_kanji(read: Sequence[tuple[str, float]], written: str) -> float:
    """The same for a spelling."""
    return _over(read, lambda text: _kanji_cost(text, written), _WORST_KANJI)


def across_days(read: Sequence[tuple[datetime.date, float]], written: datetime.date) -> float:
    """The same for a day; wrong digits are dear, as most days differ from others in a digit or two."""
    if not read:
        return -math.log(100 * 365.25)
    best = max(math.log(max(chance, 1e-6)) + _day_cost(day, written) for day, chance in read)
    return max(best, _WORST_DAY)


def may_have_lost_marks(read: str, written: str) -> bool:
    """Whether kana are others that lost voiced marks in the ink: カツキ may be a faint カヅキ."""
    unmarked = "".join(unicodedata.normalize("NFD", letter)[0] for letter in written)
    return (
        read != written
        and len(read) == len(written)
        and read
        == "".join(
            one if one == letter else plain_
            for one, letter, plain_ in zip(read, written, unmarked, strict=True)
        )
    )


def _over(read: Sequence[tuple[str, float]], cost: Callable[[str], float], worst: float) -> float:
    ways = (math.log(max(chance, _UNWEIGHED)) + cost(text) for text, chance in read)
    return max(worst, max(ways, default=worst))


def _kana_cost(read: str, written: str) -> float:
    """Small kana and voiced marks are lost easily, other kana seldom."""
    one, other = to_katakana(read).replace(" ", ""), to_katakana(written).replace(" ", "")
    if one == other:
        return 0.0
    if len(one) != len(other):
        return _KANA * Levenshtein.distance(one.translate(_SMALL), other.translate(_SMALL))
    return sum(_letter_cost(a, b) for a, b in zip(one, other, strict=True))


def _letter_cost(read: str, written: str) -> float:
    if read == written:
        return 0.0
    if read.translate(_SMALL) == written.translate(_SMALL):
        return _SIZE
    unvoiced = [unicodedata.normalize("NFD", one.translate(_SMALL))[0] for one in (read, written)]
    return _VOICE if unvoiced[0] == unvoiced[1] else _KANA


def _kanji_cost(read: str, written: str) -> float:
    """Another form of a kanji is nearly the same; another kanji is not."""
    one, other = plain(read), plain(written)
    forms = sum(a != b for a, b in zip(read, written, strict=False)) if one == other else 0
    return _FORM * min(forms, 2) + _KANJI * Levenshtein.distance(one, other)


def _day_cost(read: datetime.date, written: datetime.date) -> float:
    if read == written:
        return 0.0
    pairs = zip(read.isoformat(), written.isoformat(), strict=True)
    return _DIGIT * sum(a != b for a, b in pairs)
