"""PP-OCRv6 small, the first reader: all kana, 15,565 kanji (weights of `rapidocr`, Apache-2.0)."""

from __future__ import annotations

from ocr.engines.recogniser import Recogniser

PP_OCR = Recogniser("pp-ocr-v6", "rapidocr", "models/PP-OCRv6_rec_small.onnx")
