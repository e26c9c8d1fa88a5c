"""What a scanner, a fax or a telephone's camera does to a page, from a seed.

Each way gives the picture and the homography from pixels of the clean page to pixels of the picture, so that
registration can be measured against the truth.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Matrix = NDArray[np.float64]


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
    """A scan at 200 dpi whose lower left corner is torn off with its mark."""
    torn = page.copy()
    height = page.shape[0]
    corner = np.array([(0, height - 620), (500, height), (0, height)])
    cv2.fillPoly(torn, [corner], 255)
    return _flatbed(200, 2.0, 80)(torn, rng)


def _phone(page: Grey, rng: np.random.Generator) -> Scan:
    """A photograph of 8 megapixels on a dark table: tilted, with a shadow, a little soft."""
    height, width = page.shape
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    wanted = np.array([(260, 240), (2180, 240), (2180, 2960), (260, 2960)], np.float32)
    moved = wanted + rng.uniform(-110, 110, (4, 2)).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(corners, moved).astype(np.float64)
    sharp = cv2.GaussianBlur(page, (0, 0), 0.7)
    picture = cv2.warpPerspective(sharp, matrix, (2448, 3264), flags=cv2.INTER_LINEAR, borderValue=70)
    across = _slope(rng, 0.62, 2448)[None, :]
    down = _slope(rng, 0.8, 3264)[:, None]
    shaded = np.clip(picture * (across * down), 0, 255).astype(np.uint8)
    return Scan(_jpeg(_noisy(cv2.GaussianBlur(shaded, (0, 0), 0.8), rng, 5.0), 80), matrix, (300, 300))


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
    noise = rng.normal(0, spread, picture.shape).astype(np.float32)
    return np.asarray(np.clip(picture + noise, 0, 255), np.uint8)


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
    "phone": _phone,
}
