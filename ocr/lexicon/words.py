"""Ordinary words of lists and ledgers: what is written in a column of words is mostly made of them.

35,000 nouns of two kanji and 8,000 loanwords of the IPA dictionary (`ocr.lexicon.gathering`). They weigh
between readings that a coarse scan leaves open (駐車 or 駐中, コピー or コビー); they never make up a letter.
"""

from __future__ import annotations

import functools
import re

from ocr.lexicon.lists import DATA

_LOANWORD = re.compile("[ァ-ヴー]{3,}")
_KNOWN = 4.0


@functools.lru_cache(maxsize=8192)
def words_prior(text: str) -> float:
    """How much likelier a text is for the words it is made of, in natural logarithms: 0 for none."""
    kanji, loanwords = _words()
    best = [0.0] * (len(text) + 1)
    for end in range(1, len(text) + 1):
        known = end > 1 and text[end - 1] in kanji.get(text[end - 2], "")
        best[end] = max(best[end - 1], best[end - 2] + _KNOWN if known else 0.0)
    return best[-1] + _KNOWN * sum(run in loanwords for run in _LOANWORD.findall(text))


@functools.cache
def _words() -> tuple[dict[str, str], frozenset[str]]:
    """What may follow a kanji as the second letter of a word; loanwords."""
    lines = (DATA / "words.txt").read_text(encoding="utf-8").splitlines()
    kanji = {line[0]: line[1:] for line in lines if not _LOANWORD.fullmatch(line)}
    return kanji, frozenset(line for line in lines if _LOANWORD.fullmatch(line))
