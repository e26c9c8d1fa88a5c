"""Words for how people are related (続柄): what such a place on a form nearly always holds."""

from __future__ import annotations

import functools

from rapidfuzz.distance import Levenshtein

from ocr.lexicon.lists import DATA

_LISTED = 7.0


def relation_prior(text: str) -> float:
    """Above 0 for a listed word."""
    return _LISTED if text in _words() else 0.0


def relations(text: str, seen: frozenset[str]) -> tuple[str, ...]:
    """Listed words whose letters were all seen in the ink, or that differ from the text in one letter."""
    return tuple(
        word
        for word in sorted(_words())
        if word != text
        and (seen.issuperset(word) or Levenshtein.distance(word, text, score_cutoff=1) <= 1 < len(word))
    )


@functools.cache
def _words() -> frozenset[str]:
    text = (DATA / "relations.txt").read_text(encoding="utf-8")
    return frozenset(text.translate(str.maketrans("（）", "()")).split())
