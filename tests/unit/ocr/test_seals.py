"""Seals beside and over writing are taken off, the writing stays; where both meet a person looks."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from forms.rendering.geometry import Rect, Zone
from ocr.engine import Grey
from ocr.stages.crops import INK, line_written
from ocr.stages.seals import seals_of

LINE = Zone("paper.signature", "signature", "line", 1, Rect(10, 10, 60, 10))


def sheet(*, seal: tuple[int, int] | None = None, tone: int = 110, writing: tuple[int, ...] = ()) -> Grey:
    page = np.full((320, 800), 255, np.uint8)
    cv2.rectangle(page, (100, 100), (700, 200), 176, 3)
    for x in writing:
        cv2.line(page, (x, 125), (x + 25, 175), 30, 5, cv2.LINE_AA)
        cv2.line(page, (x + 30, 122), (x + 5, 178), 30, 5, cv2.LINE_AA)
    if seal is not None:
        stamp = np.full_like(page, 255)
        cv2.circle(stamp, seal, 52, tone, 6, cv2.LINE_AA)
        cv2.line(stamp, (seal[0] - 30, seal[1] - 10), (seal[0] + 30, seal[1] - 10), tone, 6)
        cv2.line(stamp, (seal[0], seal[1] - 35), (seal[0], seal[1] + 35), tone, 6)
        np.minimum(page, stamp, out=page)
    return page


def width(page: Grey) -> int:
    (image,) = line_written(page, LINE).images
    return 0 if image is None else int((image < INK).any(axis=0).sum())


@pytest.mark.parametrize("tone", [90, 130, 150])
def test_a_seal_alone_is_no_signature(tone: int) -> None:
    found = line_written(sheet(seal=(600, 150), tone=tone), LINE)
    assert found.empty


def test_a_seal_beside_writing_leaves_the_writing_as_it_is() -> None:
    alone = sheet(writing=(150, 220, 290))
    both = sheet(seal=(600, 150), writing=(150, 220, 290))
    assert width(both) == width(alone) > 80
    assert not line_written(both, LINE).crossed


def test_a_seal_over_writing_is_said() -> None:
    found = line_written(sheet(seal=(310, 150), writing=(150, 220, 290)), LINE)
    assert found.crossed
    assert not found.empty


def test_large_round_writing_is_no_seal() -> None:
    page = sheet()
    cv2.ellipse(page, (300, 150), (40, 38), 0, 20, 300, 30, 5, cv2.LINE_AA)
    assert seals_of(page) == []
