"""The digit reader: one box at a time, trained from real hands, fonts and pen strokes (`samples.digits`).

It errs elsewhere than the readers of lines: its opinion is worth more than another view of theirs.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime

from ocr.charsets import ANY_DIGIT, Charset
from ocr.ctc import Floats, Slices
from ocr.digits.normal import normalised
from ocr.engine import Grey, Reading

MODEL = Path(__file__).parents[1] / "digits" / "digits.onnx"
_DIGITS = "0123456789"


class DigitReader:
    """The network behind `ocr.engine.Engine`. A reading has one slice: its blank is "no digit"."""

    @property
    def key(self) -> str:
        """The engine's name."""
        return "digits"

    def read(self, images: Sequence[Grey], charsets: Sequence[Charset]) -> list[Reading]:
        """Read single boxes, ink dark on white at ten pixels a millimetre; only digits, whatever the charset.

        Raises `ValueError` when a charset without digits is asked for.
        """
        if any(charset.key != ANY_DIGIT.key for charset in charsets):
            raise ValueError("the digit reader reads digits only")
        if not images:
            return []
        pictures = np.stack([normalised(image) for image in images]).astype(np.float32)[:, None] / 255
        chances: Floats = _session().run(None, {"x": pictures})[0]
        return [_reading(row) for row in chances]


def _reading(chances: Floats) -> Reading:
    """A reading of one slice from the network's ten digits and "no digit"."""
    best = int(chances[:10].argmax())
    slices = Slices(_DIGITS, np.concatenate((chances[10:], chances[:10]))[None, :])
    return Reading(_DIGITS[best], float(chances[best]), slices)


@functools.cache
def _session() -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(MODEL, options, providers=["CPUExecutionProvider"])


DIGITS = DigitReader()
