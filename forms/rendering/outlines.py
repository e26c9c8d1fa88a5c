"""Words as outlines: filled curves in PDF points, for what is put on a page that has no font for it."""

from __future__ import annotations

import functools
from typing import Any

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

from forms.rendering.fonts import UDP, Face, file_of, letters_of, runs_of


def outlines(text: str, size: float, left: float, base: float) -> str:
    """Path operators (`m l c h`) that draw `text` from `left` on the baseline `base`, `size` points high.

    The same text gives the same operators with the same fonts. Raises `MissingGlyph`.
    """
    parts = []
    for run in runs_of(text, UDP):
        scale = size / _units(run.face)
        for letter in letters_of(run.text):
            advance, segments = _glyph(run.face, letter)
            parts += [_placed(operator, points, scale, left, base) for operator, points in segments]
            left += advance * scale
    return "".join(parts)


def width_of(text: str, size: float) -> float:
    """How wide `outlines` sets a text. Raises `MissingGlyph`."""
    return sum(
        _glyph(run.face, letter)[0] * size / _units(run.face)
        for run in runs_of(text, UDP)
        for letter in letters_of(run.text)
    )


def _placed(
    operator: str, points: tuple[tuple[float, float], ...], scale: float, left: float, base: float
) -> str:
    numbers = [number for x, y in points for number in (left + x * scale, base + y * scale)]
    return "".join(f"{number:.2f} " for number in numbers) + operator + "\n"


Segment = tuple[str, tuple[tuple[float, float], ...]]


class _Recorder(BasePen):  # type: ignore[misc]
    """Takes a glyph's contours as cubic curves."""

    def __init__(self, glyphs: Any) -> None:
        super().__init__(glyphs)
        self.segments: list[Segment] = []

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self.segments.append(("m", (pt,)))

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self.segments.append(("l", (pt,)))

    def _curveToOne(self, pt1: Any, pt2: Any, pt3: Any) -> None:  # noqa: N802
        self.segments.append(("c", (pt1, pt2, pt3)))

    def _closePath(self) -> None:  # noqa: N802
        self.segments.append(("h", ()))


@functools.cache
def _font(face: Face) -> TTFont:
    return TTFont(file_of(face), lazy=True, fontNumber=face.number)


@functools.cache
def _units(face: Face) -> int:
    return int(_font(face)["head"].unitsPerEm)


@functools.lru_cache(maxsize=2_000)
def _glyph(face: Face, letter: str) -> tuple[float, tuple[Segment, ...]]:
    """A letter's advance and contours in font units."""
    glyphs = _font(face).getGlyphSet()
    glyph = glyphs[_name(face, letter)]
    pen = _Recorder(glyphs)
    glyph.draw(pen)
    return float(glyph.width), tuple(pen.segments)


def _name(face: Face, letter: str) -> str:
    base = str(_font(face).getBestCmap()[ord(letter[0])])
    if len(letter) == 1:
        return base
    for table in _font(face)["cmap"].tables:
        if table.format == 14:
            for found, glyph in table.uvsDict.get(ord(letter[1]), []):
                if found == ord(letter[0]):
                    return str(glyph or base)
    return base
