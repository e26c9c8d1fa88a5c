"""Which way is up on a page that is none of our sheets, so that a person sees it upright.

Tesseract's detection of orientation (OSD) says it; where it is not sure, or not installed, the page stays as
it came. The page was decoded in the limited child, Tesseract sees its pixels only.
"""

from __future__ import annotations

import re

import cv2
import numpy as np
import pytesseract
from PIL import Image

from ocr.engine import Grey

_SURE = 2.0
_SECONDS = 200  # by the clock, and the machine may be busy: it takes one
_LONGEST = 1500
_ROTATE = re.compile(r"Rotate: (\d+)")
_CONFIDENCE = re.compile(r"Orientation confidence: ([\d.]+)")


def upright(page: Grey) -> Grey:
    """The page turned by quarters so that its text stands upright; as it came where that is not sure."""
    return turned(page, quarters(page))


def turned(page: Grey, turns: int) -> Grey:
    """The page turned clockwise by `turns` quarters."""
    return np.ascontiguousarray(np.rot90(page, -turns % 4))


def quarters(page: Grey) -> int:
    """By how many quarters a page has to be turned clockwise to stand upright; 0 where that is not sure."""
    scale = min(1.0, _LONGEST / max(page.shape))
    small = cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    try:
        told = pytesseract.image_to_osd(
            Image.fromarray(np.asarray(small, np.uint8)), config="--psm 0 --dpi 150", timeout=_SECONDS
        )
    except (pytesseract.TesseractError, pytesseract.TesseractNotFoundError, RuntimeError, OSError):
        return 0
    turn, sure = _ROTATE.search(str(told)), _CONFIDENCE.search(str(told))
    if turn is None or sure is None or float(sure[1]) < _SURE:
        return 0
    return int(turn[1]) // 90 % 4
