"""Digits written into rows of boxes, copied badly, and cut out again the way the reader cuts them.

So the network learns what the reader really sees: strokes thinned where a frame was erased, specks of a fax,
the blur of 150 dpi.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.rendering.geometry import CELL, PITCH, Rect, Zone
from ocr.engine import Grey
from ocr.stages.crops import cells_written
from samples.digits.sources import SIDE, Ink

CELLS = 12
ROW = Zone(
    "it",
    "digits",
    "cells",
    1,
    Rect(2.0, 2.0, round((CELLS - 1) * PITCH + CELL, 2), CELL),
    tuple(Rect(round(2.0 + n * PITCH, 2), 2.0, CELL, CELL) for n in range(CELLS)),
)
_SCALE = 10
_HEIGHT = round((CELL + 4.0) * _SCALE)
_WIDTH = round((ROW.rect.width + 4.0) * _SCALE)


def cells_of(inks: Sequence[Ink], rng: np.random.Generator) -> tuple[Grey | None, ...]:
    """Twelve inks written into a row of boxes, copied, and cut out; None where nothing was left."""
    fine = 2
    page = np.full((_HEIGHT * fine, _WIDTH * fine), 255, np.uint8)
    _print_frames(page, fine, rng)
    level = int(rng.integers(0, 110))
    size = float(rng.uniform(3.0, 5.0))
    for ink, cell in zip(inks, ROW.cells, strict=True):
        _write(page, bent(ink, rng), cell, size * float(rng.uniform(0.85, 1.15)), level, fine, rng)
    return cells_written(_copied(page, rng), ROW).images


def bent(ink: Ink, rng: np.random.Generator) -> Ink:
    """The same ink by another hand: turned, sheared, stretched, warped, its strokes thicker or thinner."""
    angle, shear = rng.normal(0, 7.0), rng.normal(0, 0.13)
    wide, tall = rng.uniform(0.72, 1.12), rng.uniform(0.85, 1.1)
    turn = cv2.getRotationMatrix2D((SIDE / 2, SIDE / 2), float(angle), 1.0)
    form = np.array([[wide, shear, 0], [0, tall, 0], [0, 0, 1]])
    middle = np.array([[1, 0, -SIDE / 2], [0, 1, -SIDE / 2], [0, 0, 1]])
    matrix = (np.vstack((turn, (0, 0, 1))) @ np.linalg.inv(middle) @ form @ middle)[:2]
    turned = cv2.warpAffine(ink, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR)
    waves = [
        cv2.resize(one, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
        for one in rng.normal(0, SIDE * 0.022, (2, 5, 5)).astype(np.float32)
    ]
    grid = np.meshgrid(np.arange(SIDE, dtype=np.float32), np.arange(SIDE, dtype=np.float32))
    warped = cv2.remap(turned, grid[0] + waves[0], grid[1] + waves[1], cv2.INTER_LINEAR)
    change = int(rng.integers(-2, 4))
    if abs(change) > 0:
        brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (abs(change) + 1, abs(change) + 1))
        warped = cv2.dilate(warped, brush) if change > 0 else cv2.erode(warped, brush)
    return np.asarray(warped, np.float32)


def _write(
    page: Grey, ink: Ink, cell: Rect, size: float, level: int, fine: int, rng: np.random.Generator
) -> None:
    """Put ink into a cell, its letters `size` mm high, here and there over the frame."""
    side = round(size * SIDE / 68 * _SCALE * fine)
    small = cv2.resize(ink, (side, side), interpolation=cv2.INTER_AREA)
    x = round((cell.x + cell.width / 2 + rng.normal(0, 0.28)) * _SCALE * fine - side / 2)
    y = round((cell.y + cell.height / 2 + rng.normal(0, 0.28)) * _SCALE * fine - side / 2)
    x, y = max(0, min(x, page.shape[1] - side)), max(0, min(y, page.shape[0] - side))
    place = page[y : y + side, x : x + side]
    np.minimum(place, (255 - small * (255 - level)).astype(np.uint8), out=place)


def _print_frames(page: Grey, fine: int, rng: np.random.Generator) -> None:
    """Frames of our own tone mostly, sometimes dark ones as older forms have, a little off their place."""
    tone = int(rng.integers(165, 205)) if rng.random() < 0.8 else int(rng.integers(0, 150))
    off = rng.normal(0, 0.12, 2)
    for cell in ROW.cells:
        corners = [
            round((edge + move) * _SCALE * fine)
            for edge, move in zip((cell.x, cell.y, cell.right, cell.bottom), (*off, *off), strict=True)
        ]
        cv2.rectangle(page, (corners[0], corners[1]), (corners[2], corners[3]), tone, 3 * fine // 2 + 3)


def _copied(page: Grey, rng: np.random.Generator) -> Grey:
    """The row as a scanner, a fax or a camera gives it, at ten pixels a millimetre."""
    way = int(rng.integers(4))
    picture = _faxed(page, rng) if way == 3 else _scanned(page, (300, 200, 150)[way], rng)
    sheet = cv2.resize(picture, (_WIDTH, _HEIGHT), interpolation=cv2.INTER_LINEAR)
    return np.asarray(sheet, np.uint8)


def _scanned(page: Grey, dpi: int, rng: np.random.Generator) -> Grey:
    size = (round(_WIDTH * dpi / 254), round(_HEIGHT * dpi / 254))
    picture = cv2.resize(page, size, interpolation=cv2.INTER_AREA)
    picture = cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.3, 0.8)))
    noise = rng.normal(0, rng.uniform(1, 6), picture.shape)
    noisy = np.clip(picture + noise, 0, 255).astype(np.uint8)
    _, encoded = cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(35, 92))])
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE), np.uint8)


def _faxed(page: Grey, rng: np.random.Generator) -> Grey:
    size = (round(_WIDTH * 204 / 254), round(_HEIGHT * 196 / 254))
    picture: NDArray[np.float64] = cv2.resize(page, size, interpolation=cv2.INTER_AREA).astype(np.float64)
    picture += rng.normal(0, 10, picture.shape)
    binary = np.where(picture < rng.uniform(115, 150), 0, 255).astype(np.uint8)
    specks = rng.random(binary.shape) < 0.0005
    binary[specks] = 255 - binary[specks]
    return binary
