"""The pictures the digit reader learns from and is measured by: sources written, copied, made alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ocr.digits.normal import normalised
from samples.digits.rows import CELLS, cells_of
from samples.digits.sources import NO_DIGIT, PRINT_FACES, Ink, drawn, lettered, no_digit

Draw = Callable[[np.random.Generator], tuple[Ink, int]]

SHARES = {"mnist": 0.40, "optdigits": 0.08, "hand": 0.16, "print": 0.12, "pen": 0.16, "none": 0.08}


@dataclass(frozen=True, slots=True)
class Pictures:
    """`images` (N × 28 × 28, 0 to 255), their `labels` (10: no digit) and the `sources` they are from."""

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    sources: NDArray[np.str_]

    def of(self, source: str) -> Pictures:
        """Only those of one source."""
        kept = self.sources == source
        return Pictures(self.images[kept], self.labels[kept], self.sources[kept])


def joined(parts: Sequence[Pictures]) -> Pictures:
    """Pictures of several makings as one."""
    return Pictures(
        np.concatenate([part.images for part in parts]),
        np.concatenate([part.labels for part in parts]),
        np.concatenate([part.sources for part in parts]),
    )


def draws(
    real: Sequence[tuple[Ink, int]], eights: Sequence[tuple[Ink, int]], faces: Sequence[str]
) -> dict[str, Draw]:
    """How each source is drawn from: `real` hands, `eights` (8 × 8 scans) and handwriting `faces`."""
    return {
        "mnist": lambda rng: real[int(rng.integers(len(real)))],
        "optdigits": lambda rng: eights[int(rng.integers(len(eights)))],
        "hand": lambda rng: _lettered(faces, rng),
        "print": lambda rng: _lettered(PRINT_FACES, rng),
        "pen": lambda rng: _drawn(rng),
        "none": lambda rng: (no_digit(real, faces, rng), NO_DIGIT),
    }


def made(ways: Mapping[str, Draw], shares: Mapping[str, float], count: int, seed: int) -> Pictures:
    """About `count` pictures from a seed; each row of boxes holds one source, as one hand writes it."""
    rng = np.random.default_rng(seed)
    names, chances = list(shares), np.array(list(shares.values()))
    images, labels, sources = [], [], []
    for _ in range(-(-count // CELLS)):
        source = names[int(rng.choice(len(names), p=chances / chances.sum()))]
        row = [ways[source](rng) for _ in range(CELLS)]
        for image, (_, label) in zip(cells_of([ink for ink, _ in row], rng), row, strict=True):
            if image is not None:
                images.append(normalised(image))
                labels.append(label)
                sources.append(source)
    return Pictures(np.array(images), np.array(labels), np.array(sources))


def _lettered(faces: Sequence[str], rng: np.random.Generator) -> tuple[Ink, int]:
    digit = int(rng.integers(10))
    return lettered(str(digit), faces[int(rng.integers(len(faces)))]), digit


def _drawn(rng: np.random.Generator) -> tuple[Ink, int]:
    digit = int(rng.integers(10))
    return drawn(digit, rng), digit
