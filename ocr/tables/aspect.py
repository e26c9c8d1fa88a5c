"""Letters of a photograph taken from the side are narrower than high: lines are widened before they are read.

Recognisers see slices of a fixed width; of narrow digits two fall into one (11 is read as 1).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from ocr.engine import Grey
from ocr.tables.cells import MARGIN

_SQUARE = re.compile("[一-龥ァ-ヺぁ-ん]{2,}")
_OF_EM = 0.92
_NARROW, _WIDEST = 0.82, 2.5
_FEW, _QUANTILE = 3, 0.4


def widening(lines: Sequence[Grey], texts: Sequence[str]) -> float:
    """How many times wider lines have to be for letters as wide as high; 1 where they are nearly so.

    Kanji and kana are square; letters of headings may stand apart, never closer than that.
    """
    shares = [
        (line.shape[1] - 2 * MARGIN) * _OF_EM / (len(text) * (line.shape[0] - 2 * MARGIN))
        for line, text in zip(lines, texts, strict=True)
        if _SQUARE.fullmatch(text)
    ]
    if len(shares) < _FEW:
        return 1.0
    share = float(np.quantile(shares, _QUANTILE))
    return 1.0 if share > _NARROW else min(_WIDEST, 1 / share)
