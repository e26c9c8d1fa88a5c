"""One box's ink as the digit network wants it: size, place and stroke width made alike.

This matters more than the depth of the network (ocr.md §1): digits of a font, a ball pen and a felt pen
look the same afterwards. Training and reading share it.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.engine import Grey

SIDE = 28
"""The network's picture: SIDE × SIDE, ink bright on black."""

_BODY = 20
_FINE = 3
_WORKING = _BODY * _FINE
_LARGEST_ENLARGEMENT = 2.5
_THIN, _WISHED, _THICK = 4.5, 6.0, 9.5
_SURE_INK = 0.45
_ANY_INK = 0.2

_Darkness = NDArray[np.float32]


def normalised(image: Grey) -> Grey:
    """The ink of a box (dark on white, ten pixels a millimetre) centred on its mass in SIDE × SIDE.

    Its longer side becomes 20 pixels, but a speck is not blown up to a digit. All black where there is none.
    """
    ink = _darkness(image)
    rows, columns = np.flatnonzero(ink.max(axis=1) > _ANY_INK), np.flatnonzero(ink.max(axis=0) > _ANY_INK)
    if not rows.size:
        return np.zeros((SIDE, SIDE), np.uint8)
    body = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = min(_WORKING / max(body.shape), _LARGEST_ENLARGEMENT)
    body = _resized(body, scale)
    body = _of_even_stroke(np.pad(body, 4))
    return _centred(_resized(body, 1 / _FINE))


def _darkness(image: Grey) -> _Darkness:
    """Ink from 0 to 1, its own darkest tone being 1: pencil and felt pen alike."""
    dark = (255 - image.astype(np.float32)) / 255
    inked = dark[dark > 0.1]
    if not inked.size:
        return np.zeros_like(dark)
    return np.clip(dark / max(float(np.percentile(inked, 85)), 0.12), 0, 1)


def _resized(picture: _Darkness, scale: float) -> _Darkness:
    height, width = (max(1, round(side * scale)) for side in picture.shape)
    mode = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(picture, (width, height), interpolation=mode), np.float32)


def _of_even_stroke(body: _Darkness) -> _Darkness:
    """Thin strokes thickened, thick ones thinned towards one width (in pixels of the working size)."""
    width = stroke_width(body > _SURE_INK)
    if 0 < width < _THIN:
        return np.asarray(cv2.dilate(body, _round(_WISHED - width)), np.float32)
    if width > _THICK:
        return np.asarray(cv2.erode(body, _round(width - _THICK)), np.float32)
    return body


def stroke_width(ink: NDArray[np.bool_]) -> float:
    """The mean width of strokes: twice their area by the length of their outline; 0 without ink."""
    if not ink.any():
        return 0.0
    outline = ink & (cv2.erode(ink.astype(np.uint8), np.ones((3, 3), np.uint8)) == 0)
    return 2.0 * float(ink.sum()) / max(1.0, float(outline.sum()))


def _round(width: float) -> NDArray[np.uint8]:
    size = max(1, round(width)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), np.uint8)


def _centred(body: _Darkness) -> Grey:
    """The body with the middle of its mass in the middle of the picture."""
    mass = max(float(body.sum()), 1e-6)
    y = float((body.sum(axis=1) @ np.arange(body.shape[0])) / mass)
    x = float((body.sum(axis=0) @ np.arange(body.shape[1])) / mass)
    middle = (SIDE - 1) / 2
    move = np.array([[1, 0, middle - x], [0, 1, middle - y]], np.float32)
    placed = cv2.warpAffine(body, move, (SIDE, SIDE), flags=cv2.INTER_LINEAR)
    return np.asarray(np.clip(placed * 255, 0, 255), np.uint8)
