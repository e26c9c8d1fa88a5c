"""Images that are no page of ours are refused with a word, whatever their size and content."""

from __future__ import annotations

import numpy as np
import pytest

from ocr.errors import UnknownPage
from ocr.reading_process import BLANK
from ocr.stages.registration import ink_share, register

SHAPES = [(1, 1), (1, 500), (500, 1), (40, 40), (300, 300), (291, 3000), (1000, 700)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("content", ["noise", "white", "black"])
def test_no_image_ends_in_anything_but_a_word(shape: tuple[int, int], content: str) -> None:
    noise = np.random.default_rng(7).integers(0, 256, shape, dtype=np.uint8)
    image = noise if content == "noise" else np.full(shape, 255 if content == "white" else 0, np.uint8)
    with pytest.raises(UnknownPage) as refused:
        register(image)
    assert refused.value.message.endswith("ださい。")


def test_a_back_with_bleeding_ink_and_edge_shadows_is_blank_and_a_name_is_not() -> None:
    rng = np.random.default_rng(1)
    back = rng.normal(243, 3, (2339, 1654)).clip(0, 255).astype(np.uint8)
    back[400:1500:40, 200:1400] = 205  # what shines through from the other side
    back[:, :14] = 30  # the shadow at the edge of the glass
    assert ink_share(back) < BLANK
    back[1000:1040, 300:308] = 40
    back[1000:1006, 300:420] = 40
    back[1020:1026, 300:420] = 40
    back[1034:1040, 300:560] = 40
    back[1000:1040, 500:506] = 40
    assert ink_share(back) > BLANK
