"""Tesseract through pytesseract, the third opinion: good on print, useless on handwriting (ocr.md §1)."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytesseract
from PIL import Image

from ocr.charsets import Charset
from ocr.engine import Grey, Reading
from ocr.errors import MissingEngine

# Measured best on lines (ocr.md §1): 36 px high, binarised by Otsu, one line, the LSTM network.
_HEIGHT = 36
_OPTIONS = "--psm 7 --oem 1"
_BORDER = 8


class Tesseract:
    """One process call a line: 170 to 230 ms; so it is asked for doubts only."""

    def __init__(self, language: str = "jpn") -> None:
        self._language = language

    @property
    def key(self) -> str:
        """The engine's name."""
        return "tesseract"

    def read(self, images: Sequence[Grey], charsets: Sequence[Charset]) -> list[Reading]:
        """Read each line by a call of its own. Raises `MissingEngine` when Tesseract is not installed."""
        return [self._line(image, charset) for image, charset in zip(images, charsets, strict=True)]

    def _line(self, image: Grey, charset: Charset) -> Reading:
        options = _OPTIONS
        if charset.key == "digits":
            options += " -c tessedit_char_whitelist=0123456789"
        try:
            found = pytesseract.image_to_data(
                prepare(image), lang=self._language, config=options, output_type=pytesseract.Output.DICT
            )
        except (pytesseract.TesseractNotFoundError, pytesseract.TesseractError) as error:
            raise MissingEngine(
                "文字読み取りのTesseract（日本語）が使えません。tesseract-ocr-jpn を入れてください。"
            ) from error
        words = [(w, float(c)) for w, c in zip(found["text"], found["conf"], strict=True) if w.strip()]
        text = charset.confined("".join(word for word, _ in words))
        return Reading(text, max(0.0, min((chance for _, chance in words), default=100.0)) / 100.0)


def prepare(image: Grey) -> Image.Image:
    """The line as Tesseract reads it best: scaled, binarised, with a white border."""
    width = max(8, round(image.shape[1] * _HEIGHT / image.shape[0]))
    scaled = cv2.resize(image, (width, _HEIGHT), interpolation=cv2.INTER_AREA)
    _, binary = cv2.threshold(scaled, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    bordered = cv2.copyMakeBorder(binary, _BORDER, _BORDER, _BORDER, _BORDER, cv2.BORDER_CONSTANT, value=255)
    return Image.fromarray(np.asarray(bordered, dtype=np.uint8))
