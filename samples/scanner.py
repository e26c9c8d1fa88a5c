"""What a scanner, a fax or a telephone's camera does to a page, from a seed.

Each way gives the picture and the homography from pixels of the clean page to pixels of the picture, so that
registration can be measured against the truth.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Matrix = NDArray[np.float64]

_GRAIN = 1024
_COARSE = 16  # light changes slowly: it is worked out on every sixteenth pixel


@dataclass(frozen=True, slots=True)
class Scan:
    """A distorted page; `from_page` maps clean pixels to its pixels, `dpi` is what a TIFF would say."""

    image: Grey
    from_page: Matrix
    dpi: tuple[float, float]


def scan(page: Grey, way: str, rng: np.random.Generator) -> Scan:
    """Send a clean 300 dpi page through one of `WAYS`."""
    return WAYS[way](page, rng)


def _flatbed(
    dpi: int, skew: float, quality: int, quarter_turns: int = 0
) -> Callable[[Grey, np.random.Generator], Scan]:
    """A scanner at `dpi` whose paper lies askew by up to `skew` degrees, saved as JPEG of `quality`."""

    def way(page: Grey, rng: np.random.Generator) -> Scan:
        scale = dpi / 300
        matrix = _turned(page, float(rng.uniform(-skew, skew)), scale)
        picture = _warped(page, matrix, scale)
        picture, matrix = _quarter(picture, matrix, quarter_turns)
        picture = _noisy(cv2.GaussianBlur(picture, (0, 0), 0.6), rng, 4.0)
        return Scan(_jpeg(picture, quality), matrix, (dpi, dpi))

    return way


def _fax(page: Grey, rng: np.random.Generator) -> Scan:
    """Fine fax: 204 × 196 dpi, black and white, some specks."""
    matrix = np.diag([204 / 300, 196 / 300, 1.0]) @ _turned(page, float(rng.uniform(-1.2, 1.2)), 1.0)
    size = (round(page.shape[1] * 204 / 300), round(page.shape[0] * 196 / 300))
    soft = cv2.GaussianBlur(page, (0, 0), 0.8)
    picture = cv2.warpPerspective(soft, matrix, size, flags=cv2.INTER_AREA, borderValue=255)
    noisy = _noisy(picture, rng, 10.0)
    _, binary = cv2.threshold(noisy, 140, 255, cv2.THRESH_BINARY)
    specks = rng.random(binary.shape) < 0.0004
    binary[specks] = 255 - binary[specks]
    return Scan(np.asarray(binary, np.uint8), matrix, (204, 196))


def _plain(page: Grey, rng: np.random.Generator) -> Scan:
    """A careful scan at 150 dpi without noise, in few grey levels: small as a PNG."""
    matrix = _turned(page, float(rng.uniform(-0.5, 0.5)), 0.5)
    picture = _warped(page, matrix, 0.5) // 16 * 17
    return Scan(np.asarray(picture, np.uint8), matrix, (150, 150))


def _torn(page: Grey, rng: np.random.Generator) -> Scan:
    """A scan at 200 dpi of a sheet that lost a corner and its mark; the corner beside the QR stays."""
    torn = page.copy()
    height, width = page.shape
    across, down = int(rng.integers(420, 560)), int(rng.integers(420, 640))
    x, y = ((0, 0), (0, height), (width, height))[int(rng.integers(3))]
    inwards = (across if x == 0 else -across, down if y == 0 else -down)
    cv2.fillPoly(torn, [np.array([(x, y), (x + inwards[0], y), (x, y + inwards[1])])], 255)
    return _flatbed(200, 2.0, 80)(torn, rng)


def _bleeding(page: Grey, rng: np.random.Generator) -> Scan:
    """A scan at 200 dpi of thin paper: the print of a back like this page shines through."""
    shift = np.array([[1, 0, rng.uniform(-60, 60)], [0, 1, rng.uniform(-60, 60)]])
    back = cv2.warpAffine(cv2.flip(page, 1), shift, page.shape[::-1], borderValue=255)
    share = float(rng.uniform(0.06, 0.13))
    through = cv2.addWeighted(cv2.blur(back, (9, 9)), share, np.full_like(page, 255), 1 - share, 0)
    return _flatbed(200, 2.0, 80)(np.minimum(page, np.asarray(through, np.uint8)), rng)


def _phone(
    size: tuple[int, int], tilt: float, softness: float, quality: int
) -> Callable[[Grey, np.random.Generator], Scan]:
    """A photograph of `size` pixels on a dark table, its corners moved by `tilt` of its width."""

    def way(page: Grey, rng: np.random.Generator) -> Scan:
        height, width = page.shape
        corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
        wanted = np.array([(0.106, 0.0735), (0.891, 0.0735), (0.891, 0.907), (0.106, 0.907)]) * size
        moved = (wanted + rng.uniform(-tilt, tilt, (4, 2)) * size[0]).astype(np.float32)
        matrix = cv2.getPerspectiveTransform(corners, moved).astype(np.float64)
        sharp = cv2.GaussianBlur(page, (0, 0), 0.35 * page.shape[1] / size[0] / 0.785)
        picture = cv2.warpPerspective(sharp, matrix, size, flags=cv2.INTER_LINEAR, borderValue=70)
        shaded = _shaded(np.asarray(picture, np.uint8), rng)
        return Scan(
            _jpeg(_noisy(cv2.GaussianBlur(shaded, (0, 0), softness), rng, 5.0), quality), matrix, (300, 300)
        )

    return way


def _shaded(picture: Grey, rng: np.random.Generator) -> Grey:
    """Light from one side, and the soft edge of the shadow of a hand or a head."""
    height, width = picture.shape[0] // _COARSE, picture.shape[1] // _COARSE
    light = _slope(rng, 0.62, width)[None, :] * _slope(rng, 0.8, height)[:, None]
    if rng.random() < 0.5:
        x = np.linspace(0.0, 1.0, width)[None, :] - rng.uniform(0.1, 0.9)
        y = np.linspace(0.0, 1.0, height)[:, None] - rng.uniform(0.1, 0.9)
        angle = rng.uniform(0.0, 6.28)
        edge = (x * np.cos(angle) + y * np.sin(angle)) / rng.uniform(0.02, 0.08)
        light = light * (1 - rng.uniform(0.1, 0.32) / (1 + np.exp(-np.clip(edge, -30, 30))))
    every = cv2.resize(light.astype(np.float32), picture.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.multiply(picture, every, dtype=cv2.CV_8U), np.uint8)


def _slope(rng: np.random.Generator, darkest: float, length: int) -> NDArray[np.float64]:
    """Light that changes evenly from one end to the other."""
    return np.linspace(float(rng.uniform(darkest, 1.0)), float(rng.uniform(darkest, 1.0)), length)


def _turned(page: Grey, degrees: float, scale: float) -> Matrix:
    """A turn about the page's middle and a scale."""
    height, width = page.shape
    turn = np.vstack((cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0), (0, 0, 1)))
    return np.asarray(np.diag([scale, scale, 1.0]) @ turn, np.float64)


def _warped(page: Grey, matrix: Matrix, scale: float) -> Grey:
    size = (round(page.shape[1] * scale), round(page.shape[0] * scale))
    soft = page if scale >= 1 else cv2.GaussianBlur(page, (0, 0), 0.45 / scale)
    return np.asarray(
        cv2.warpPerspective(soft, matrix, size, flags=cv2.INTER_LINEAR, borderValue=250), np.uint8
    )


def _quarter(picture: Grey, matrix: Matrix, turns: int) -> tuple[Grey, Matrix]:
    """Turn a picture by quarters to the left, as paper is put in the wrong way round."""
    for _ in range(turns):
        width = picture.shape[1]
        matrix = np.array([[0, 1, 0], [-1, 0, width - 1], [0, 0, 1]], np.float64) @ matrix
        picture = np.ascontiguousarray(np.rot90(picture))
    return picture, matrix


def _noisy(picture: NDArray[Any], rng: np.random.Generator, spread: float) -> Grey:
    """Grain: one field of chance values laid over the picture at a place of its own."""
    grain = np.roll(_grain(), rng.integers(0, _GRAIN, 2), axis=(0, 1))
    height, width = picture.shape
    over = np.tile(grain, (height // _GRAIN + 1, width // _GRAIN + 1))[:height, :width]
    return np.asarray(cv2.scaleAdd(over, spread, picture.astype(np.float32)).clip(0, 255), np.uint8)


@functools.cache
def _grain() -> NDArray[np.float32]:
    return np.random.default_rng(0).normal(0, 1, (_GRAIN, _GRAIN)).astype(np.float32)


def _jpeg(picture: Grey, quality: int) -> Grey:
    _, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE), np.uint8)


WAYS: dict[str, Callable[[Grey, np.random.Generator], Scan]] = {
    "plain": _plain,
    "clean": _flatbed(300, 0.3, 90),
    "office": _flatbed(200, 3.0, 75),
    "coarse": _flatbed(150, 3.0, 35),
    "upside-down": _flatbed(200, 1.5, 80, 2),
    "sideways": _flatbed(200, 1.5, 80, 1),
    "torn": _torn,
    "fax": _fax,
    "bleeding": _bleeding,
    "phone": _phone((2448, 3264), 0.045, 0.8, 80),
    "phone-tilted": _phone((1536, 2048), 0.085, 0.6, 70),
}
