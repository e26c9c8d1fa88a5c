"""Which way up a page is: its longest words are read every way, and the engine is surest of the right one."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.charsets import TEXT
from ocr.engine import Engine, Grey
from ocr.tables.layout import ink_of
from ocr.tables.rules import find_rules, without_rules
from ocr.tables.straighten import PIXELS_PER_MM

_WORDS = 10
_CLEAR = 0.85
_MARGIN = 8


def upright(image: Grey, engine: Engine) -> Grey:
    """The page turned by quarters until its writing stands upright."""
    clean = without_rules(image, find_rules(image))
    ink = ink_of(clean)
    best: tuple[float, int] = (-1.0, 0)
    for quarter in (0, 1):
        words = _words(np.rot90(clean, quarter), np.rot90(ink, quarter))
        for turns in (quarter, quarter + 2):
            turned = [np.ascontiguousarray(np.rot90(word, turns - quarter)) for word in words]
            best = max(best, (_sureness(turned, engine), turns))
            if best[0] > _CLEAR:
                return np.ascontiguousarray(np.rot90(image, best[1]))
    return np.ascontiguousarray(np.rot90(image, best[1]))


def _words(clean: NDArray[np.uint8], ink: NDArray[np.bool_]) -> list[Grey]:
    """The longest pieces of writing across, each cut out."""
    joined = cv2.morphologyEx(
        np.ascontiguousarray(ink).astype(np.uint8),
        cv2.MORPH_CLOSE,
        np.ones((1, round(1.3 * PIXELS_PER_MM)), np.uint8),
    )
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    likely = [
        one[:4]
        for one in stats[1:]
        if 1.5 * PIXELS_PER_MM < one[3] < 8 * PIXELS_PER_MM and 2.2 * one[3] < one[2] < 16 * one[3]
    ]
    longest = sorted(likely, key=lambda one: -int(one[2]))[: 3 * _WORDS : 3]
    found = []
    for x, y, width, height in longest:
        word = clean[y : y + height, x : x + width]
        framed = cv2.copyMakeBorder(
            np.ascontiguousarray(word), *(_MARGIN,) * 4, cv2.BORDER_CONSTANT, value=255
        )
        found.append(np.asarray(framed, np.uint8))
    return found


def _sureness(words: list[Grey], engine: Engine) -> float:
    """How sure the engine is of the words on the whole; 0 where there are none."""
    readings = engine.read(words, [TEXT] * len(words)) if words else []
    sure = [reading.confidence if len(reading.text) > 1 else 0.0 for reading in readings]
    return float(np.mean(sure)) if len(sure) >= 3 else 0.0
