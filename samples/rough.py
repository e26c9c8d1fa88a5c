"""Rougher treatment than `samples.scanner`: bent paper, lenses, strong tilt, any corner torn, slow faxes.

The true place of every point is known by the same formula that bends the picture, so that registration can
be measured where no homography is the truth.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Points = NDArray[np.float64]
_Map = Callable[[Points], Points]


@dataclass(frozen=True, slots=True)
class Rough:
    """A distorted page; `place` takes points (n × 2) of the clean page to the picture, in pixels."""

    image: Grey
    place: _Map


def rough(page: Grey, way: str, rng: np.random.Generator) -> Rough:
    """Send a clean 300 dpi page through one of `ROUGH_WAYS`."""
    return ROUGH_WAYS[way](page, rng)


def _tilted(page: Grey, rng: np.random.Generator) -> Rough:
    """A photograph of 3 megapixels, strongly tilted and turned a little."""
    return _photograph(page, rng, (1536, 2048), spread=150, bend_mm=0.0, lens=0.0)


def _bent(page: Grey, rng: np.random.Generator) -> Rough:
    """A photograph of 8 megapixels of a sheet that had been folded in the middle, through a phone's lens."""
    return _photograph(page, rng, (2448, 3264), spread=100, bend_mm=2.5, lens=0.012)


def _photograph(
    page: Grey, rng: np.random.Generator, size: tuple[int, int], spread: float, bend_mm: float, lens: float
) -> Rough:
    height, width = page.shape
    across, down = size[0] * 0.1, size[1] * 0.08
    frame = [
        (across, down),
        (size[0] - across, down),
        (size[0] - across, size[1] - down),
        (across, size[1] - down),
    ]
    moved = (
        np.array(frame, np.float32) + rng.uniform(-spread, spread, (4, 2)).astype(np.float32) * size[0] / 2448
    )
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    tilt = cv2.getPerspectiveTransform(corners, moved).astype(np.float64)
    deep = float(rng.uniform(-bend_mm, bend_mm)) * 300 / 25.4
    barrel = float(rng.uniform(-lens, lens))

    def place(points: Points) -> Points:
        bulge = np.sin(np.pi * points[:, 1] / height) * deep
        bent = np.stack(
            (points[:, 0] + bulge * (points[:, 0] / width - 0.5), points[:, 1] + bulge * 0.4), axis=1
        )
        seen = cv2.perspectiveTransform(bent.reshape(-1, 1, 2), tilt).reshape(-1, 2)
        middle, unit = np.array(size) / 2, max(size) / 2
        away = (seen - middle) / unit
        return np.asarray(middle + unit * away * (1 + barrel * (away**2).sum(axis=1, keepdims=True)))

    picture = _drawn(np.asarray(cv2.GaussianBlur(page, (0, 0), 0.9), np.uint8), place, size, 75)
    light = np.linspace(rng.uniform(0.6, 1), rng.uniform(0.6, 1), size[0])[None, :]
    light = light * np.linspace(rng.uniform(0.7, 1), rng.uniform(0.7, 1), size[1])[:, None]
    return Rough(_saved(picture * light, rng, 5.0, 70, soft=0.8), place)


def _torn(page: Grey, rng: np.random.Generator) -> Rough:
    """A 200 dpi scan whose corner is torn off with its mark, but not the one with the code."""
    torn, (height, width) = page.copy(), page.shape
    x, y = [(0, 0), (0, height), (width, height)][int(rng.integers(3))]
    reach_x, reach_y = rng.uniform(330, 520), rng.uniform(330, 620)
    triangle = [(x, y), (abs(x - reach_x), y), (x, abs(y - reach_y))]
    cv2.fillPoly(torn, [np.array(triangle, np.int32)], 255)
    return _flat(torn, rng, 200, 3.0)


def _thin(page: Grey, rng: np.random.Generator) -> Rough:
    """A 150 dpi scan of a faded copy: light print, grey paper, noise."""
    faded = (255 - (255 - page.astype(np.float32)) * float(rng.uniform(0.35, 0.6)) - 25).astype(np.uint8)
    return _flat(faded, rng, 150, 3.0)


def _stretched(page: Grey, rng: np.random.Generator) -> Rough:
    """A feeder that pulls the paper unevenly: 200 dpi, up to a millimetre too far down the page."""
    height = page.shape[0]
    pulled = float(rng.uniform(-1.0, 1.0)) * 300 / 25.4

    def place(points: Points) -> Points:
        fed = points[:, 1] + pulled * np.sin(np.pi * points[:, 1] / height)
        return np.stack((points[:, 0], fed), axis=1) * 200 / 300

    size = (round(page.shape[1] / 1.5), round(height / 1.5))
    picture = _drawn(np.asarray(cv2.GaussianBlur(page, (0, 0), 0.7), np.uint8), place, size, 250)
    return Rough(_saved(picture.astype(np.float64), rng, 4.0, 75, soft=0.6), place)


def _slow_fax(page: Grey, rng: np.random.Generator) -> Rough:
    """A standard fax: 204 × 98 dpi, black and white."""
    turn = np.vstack(
        (
            cv2.getRotationMatrix2D((page.shape[1] / 2, page.shape[0] / 2), float(rng.uniform(-1, 1)), 1.0),
            (0, 0, 1),
        )
    )
    matrix = np.diag([204 / 300, 98 / 300, 1.0]) @ turn
    size = (round(page.shape[1] * 204 / 300), round(page.shape[0] * 98 / 300))
    soft = cv2.GaussianBlur(page, (0, 0), sigmaX=0.8, sigmaY=1.4)
    picture = cv2.warpPerspective(soft, matrix, size, flags=cv2.INTER_AREA, borderValue=255)
    noisy = picture + rng.normal(0, 10, picture.shape)
    return Rough(np.where(noisy > 140, 255, 0).astype(np.uint8), _by(matrix))


def _flat(page: Grey, rng: np.random.Generator, dpi: int, skew: float) -> Rough:
    height, width = page.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(rng.uniform(-skew, skew)), 1.0)
    matrix = np.diag([dpi / 300, dpi / 300, 1.0]) @ np.vstack((turn, (0, 0, 1)))
    size = (round(width * dpi / 300), round(height * dpi / 300))
    soft = cv2.GaussianBlur(page, (0, 0), 0.45 * 300 / dpi)
    picture = cv2.warpPerspective(soft, matrix, size, flags=cv2.INTER_LINEAR, borderValue=245)
    return Rough(_saved(picture.astype(np.float64), rng, 5.0, 60, soft=0.6), _by(matrix))


def _by(matrix: NDArray[np.float64]) -> _Map:
    def place(points: Points) -> Points:
        return np.asarray(cv2.perspectiveTransform(points.reshape(-1, 1, 2), matrix).reshape(-1, 2))

    return place


def _drawn(page: Grey, place: _Map, size: tuple[int, int], around: int) -> Grey:
    """The picture whose points are those of the page moved by `place`; inverted on a grid of 24 pixels."""
    step, (height, width) = 24, page.shape
    grid = np.stack(
        np.meshgrid(np.arange(-240, width + 240, step), np.arange(-240, height + 240, step)), axis=-1
    )
    seen = place(grid.reshape(-1, 2).astype(np.float64)).reshape(grid.shape)
    start, _ = cv2.findHomography(seen.reshape(-1, 2), grid.reshape(-1, 2).astype(np.float64), 0)
    coarse = np.stack(np.meshgrid(np.arange(0, size[0] + 8, 8), np.arange(0, size[1] + 8, 8)), axis=-1)
    wanted = coarse.reshape(-1, 2).astype(np.float64)
    guess = cv2.perspectiveTransform(wanted.reshape(-1, 1, 2), start).reshape(-1, 2)
    for _ in range(12):
        missed = place(np.asarray(guess, np.float64)) - wanted
        back = cv2.perspectiveTransform((wanted + missed).reshape(-1, 1, 2), start).reshape(-1, 2)
        there = cv2.perspectiveTransform(wanted.reshape(-1, 1, 2), start).reshape(-1, 2)
        guess = np.asarray(guess - (back - there))
    field = guess.reshape(coarse.shape).astype(np.float32)
    x, y = (np.arange(length, dtype=np.float32) / 8 for length in size)
    across, down = np.meshgrid(x, y)
    maps = [
        cv2.remap(np.ascontiguousarray(field[..., axis]), across, down, cv2.INTER_LINEAR) for axis in (0, 1)
    ]
    return np.asarray(cv2.remap(page, maps[0], maps[1], cv2.INTER_LINEAR, borderValue=around), np.uint8)


def _saved(
    picture: NDArray[np.float64], rng: np.random.Generator, noise: float, quality: int, soft: float
) -> Grey:
    blurred = cv2.GaussianBlur(picture.astype(np.float32), (0, 0), soft)
    noisy = np.clip(blurred + rng.normal(0, noise, picture.shape), 0, 255).astype(np.uint8)
    _, encoded = cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE), np.uint8)


ROUGH_WAYS: dict[str, Callable[[Grey, np.random.Generator], Rough]] = {
    "tilted-phone": _tilted,
    "bent-phone": _bent,
    "any-corner-torn": _torn,
    "faded": _thin,
    "stretched": _stretched,
    "slow-fax": _slow_fax,
}
