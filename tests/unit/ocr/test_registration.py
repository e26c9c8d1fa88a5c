"""Images that are no page of ours are refused with a word, whatever their size and content."""

from __future__ import annotations

import numpy as np
import pytest

from ocr.errors import UnknownPage
from ocr.stages.registration import register

SHAPES = [(1, 1), (1, 500), (500, 1), (40, 40), (300, 300), (291, 3000), (1000, 700)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("content", ["noise", "white", "black"])
def test_no_image_ends_in_anything_but_a_word(shape: tuple[int, int], content: str) -> None:
    noise = np.random.default_rng(7).integers(0, 256, shape, dtype=np.uint8)
    image = noise if content == "noise" else np.full(shape, 255 if content == "white" else 0, np.uint8)
    with pytest.raises(UnknownPage) as refused:
        register(image)
    assert refused.value.message.endswith("ださい。")
