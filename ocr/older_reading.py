"""Pages of older forms: known by their look, their print taken away, read as the fields of a procedure."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from ocr.classify import Recognised, recognised
from ocr.engine import Grey
from ocr.errors import UnknownPage
from ocr.older_forms import OlderForm
from ocr.stages.registration import evened

_PRINT, _STROKE, _PEN = 200, 150, 60
_BEYOND = 5
_ACROSS = 13


def recognised_or_none(page: Grey, forms: Sequence[OlderForm]) -> tuple[Recognised | None, str]:
    """The older form a page is, or None and why it is none, in Japanese (empty without declared forms)."""
    if not forms:
        return None, ""
    try:
        return recognised(page, forms), ""
    except UnknownPage as error:
        return None, error.message


def without_print(sheet: Grey, blank: Grey) -> Grey:
    """The sheet without what its blank has printed on it; strokes that cross a printed line are mended."""
    printed = cv2.dilate((evened(blank) < _PRINT).astype(np.uint8), np.ones((_BEYOND, _BEYOND), np.uint8)) > 0
    cleaned = np.where(printed, 255, sheet).astype(np.uint8)
    strokes = (cleaned < _STROKE).astype(np.uint8)
    for kernel in (np.ones((_ACROSS, 1), np.uint8), np.ones((1, _ACROSS), np.uint8)):
        bridged = cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, kernel) > 0
        cleaned[bridged & printed & (sheet < _PRINT)] = _PEN
    return cleaned
