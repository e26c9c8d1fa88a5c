"""Pictures of places of a page for people: cut out, evenly lit, as sharp as the screen can show them."""

from __future__ import annotations

import cv2
import numpy as np

from forms.rendering.sheet import Rect
from ocr.engine import Grey
from ocr.stages.registration import PIXELS_PER_MM

MARGIN = 3.0
"""Millimetres that are shown around a place."""

FINEST = 48
"""Pixels a millimetre at most."""

_INK, _GROUND = 90, 225
_WINDOW = 15


def framed(box: Rect) -> Rect:
    """The place with its margin, as far as the sheet goes."""
    left, top = max(0.0, box.x - MARGIN), max(0.0, box.y - MARGIN)
    return Rect(left, top, round(box.right + MARGIN - left, 2), round(box.bottom + MARGIN - top, 2))


def cut(page_image: bytes, box: Rect, per_mm: int) -> bytes:
    """The place with its margin as PNG, `per_mm` pixels a millimetre (at most `FINEST`)."""
    page = np.asarray(cv2.imdecode(np.frombuffer(page_image, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)
    frame = framed(box)
    edges = [max(0, round(edge * PIXELS_PER_MM)) for edge in (frame.x, frame.y, frame.right, frame.bottom)]
    piece = _evened(page[edges[1] : edges[3], edges[0] : edges[2]])
    density = max(1, min(per_mm, FINEST))
    size = (max(1, round(frame.width * density)), max(1, round(frame.height * density)))
    shrinks = density < PIXELS_PER_MM
    scaled = cv2.resize(piece, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
    _, png = cv2.imencode(".png", scaled)
    return png.tobytes()


def _evened(piece: Grey) -> Grey:
    """Shadows taken out: every point against the paper around it; paper white, ink dark."""
    if piece.size == 0:
        return np.full((1, 1), 255, np.uint8)
    height, width = piece.shape
    coarse = cv2.resize(piece, (max(1, width // 4), max(1, height // 4)), interpolation=cv2.INTER_AREA)
    light = cv2.morphologyEx(coarse, cv2.MORPH_CLOSE, np.ones((_WINDOW, _WINDOW), np.uint8))
    paper = cv2.resize(cv2.blur(light, (_WINDOW, _WINDOW)), (width, height))
    even = cv2.divide(piece, np.maximum(paper, 1), scale=255).astype(np.float32)
    stretched = (even - _INK) * (255.0 / (_GROUND - _INK))
    # Ink is drawn together towards black, but what is faint stays to be seen.
    return np.asarray(np.clip(np.maximum(stretched, even * 0.35), 0, 255), np.uint8)
