"""Texts that stand in a column again and again: what is read badly in one line is weighed with the others."""

from __future__ import annotations

import functools
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from rapidfuzz.distance import Levenshtein

from ocr.stages.opinions import judge
from ocr.tables.columns import Column
from ocr.tables.reading import LineOpinion, likely
from ocr.tables.values import DITTOS

KINDS = ("text",)
_SURE, _CLEAR, _SHORTEST = 0.9, 0.995, 2
_USUAL, _MOST = 2.0, 5.0
_APART, _RIVAL = 2, 3


def settled(read: Sequence[Sequence[list[LineOpinion]]], columns: Sequence[Column]) -> None:
    """Weigh doubtful lines of each column of words with what is sure in it; put in their places."""
    for place, column in enumerate(columns):
        if column.kind not in KINDS:
            continue
        cells = [row[place] for row in read if len(row[place]) == 1]
        sure = Counter(one.opinion.text for (one,) in cells if _is_sure(one))
        for cell in cells:
            if not _is_clear(cell[0]):
                cell[0] = _weighed(cell[0], column.kind, sure)
        rivals = _rivals({one.opinion.text for (one,) in cells if _is_sure(one)})
        for cell in cells:
            if cell[0].opinion.text in rivals:  # nobody agrees on it: it is asked
                cell[0] = replace(cell[0], opinion=replace(cell[0].opinion, by_engine={}))


def _rivals(texts: set[str]) -> set[str]:
    """Texts that differ from another one of the column in one letter: one of the two may be misread."""
    return {
        text
        for text in texts
        if len(text) >= _RIVAL
        and any(len(one) == len(text) and Levenshtein.distance(one, text) == 1 for one in texts)
    }


def _is_sure(one: LineOpinion) -> bool:
    text = one.opinion.text
    known = len(text) >= _SHORTEST and not DITTOS.fullmatch(text)
    return known and one.opinion.agreed and one.opinion.confidence >= _SURE


def _is_clear(one: LineOpinion) -> bool:
    return one.opinion.agreed and one.opinion.confidence >= _CLEAR


def _weighed(one: LineOpinion, kind: str, sure: Mapping[str, int]) -> LineOpinion:
    own = one.opinion.text
    near = [text for text in sure if Levenshtein.distance(text, own) <= min(_APART, len(text) // 2)]
    if not near:
        return one
    opinion = judge([one.view], one.readings, functools.partial(_likely, kind, sure), lambda _: near)
    return replace(one, opinion=opinion, spaced=opinion.text)


def _likely(kind: str, sure: Mapping[str, int], text: str) -> float:
    again = min(_MOST, _USUAL + math.log(sure[text])) if text in sure else 0.0
    return likely(kind, text) + again
