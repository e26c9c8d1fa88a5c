"""The printed text of a page that is none of our forms, for searching: by Tesseract, where it is installed.

Only for the invisible text of archives: no value is ever taken from it (ocr.md §1: letters 0–4 % of
characters wrong, handwriting not at all).
"""

from __future__ import annotations

import os
from dataclasses import dataclass

import pytesseract

from forms.rendering.geometry import Rect
from ocr.engine import Grey

_SECONDS = 600  # by the clock, and the machine may be busy: it takes ten
_NICENESS = 10
_LEAST_SURE = 30.0
_LANGUAGE = "jpn"


@dataclass(frozen=True, slots=True)
class Word:
    """A piece of text and its place, in whatever unit the page is measured in."""

    text: str
    place: Rect


def words_of(page: Grey) -> tuple[Word, ...]:
    """The words of a page with their places in pixels; none where Tesseract or its Japanese is missing."""
    # One thread, and behind them: the machine is shared with the web pages.
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    try:
        found = pytesseract.image_to_data(
            page, lang=_LANGUAGE, nice=_NICENESS, timeout=_SECONDS, output_type=pytesseract.Output.DICT
        )
    except (pytesseract.TesseractError, pytesseract.TesseractNotFoundError, RuntimeError):
        return ()
    columns = (found[key] for key in ("text", "conf", "left", "top", "width", "height"))
    return tuple(
        Word(text.strip(), Rect(float(left), float(top), float(width), float(height)))
        for text, sure, left, top, width, height in zip(*columns, strict=True)
        if text.strip() and float(sure) >= _LEAST_SURE
    )
