"""What an engine is: something that reads one line of writing and keeps its doubt.

Engines stand behind `Engine`; others can be installed as plug-ins and handed to `ocr.batch.read_file`.
An image is a line or a single box: grey levels (uint8, height × width), dark ink on white paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ocr.charsets import Charset
from ocr.ctc import Slices

Grey = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one engine made of one image.

    `text` is the most probable text within the charset asked for, `confidence` (0 to 1) the probability of
    its weakest character. `slices` are the character probabilities along the line where the engine has
    them (CTC); an engine without them gives None.
    """

    text: str
    confidence: float
    slices: Slices | None = None


class Engine(Protocol):
    """A reader of lines. It reads many images at once and gives one reading for each, in their order."""

    @property
    def key(self) -> str:
        """A short stable name, kept with what was read."""

    def read(self, images: Sequence[Grey], charsets: Sequence[Charset]) -> list[Reading]:
        """Read each image within its charset (same length as `images`)."""
