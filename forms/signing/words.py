"""Words in the signature's place: set as outlines, the first line large where there are several."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from forms.rendering.geometry import Rect
from forms.rendering.outlines import outlines, width_of

MM = 72 / 25.4
EDGE = 5.0
NAME_SIZE, LINE_SIZE, SMALLEST = 17.0, 7.5, 4.0


def words_path(lines: Sequence[str], place: Rect) -> bytes:
    """Path operators in points from the place's lower left corner. Raises `MissingGlyph`.

    A single line stands small at the foot (ink is above it); of several the first is the name.
    """
    width, height = place.width * MM - 2 * EDGE, place.height * MM
    if len(lines) == 1:
        return _line(lines[0], 6.0, width, 3.5)
    base = height - EDGE - NAME_SIZE
    drawn = [_line(lines[0], NAME_SIZE, width, base)]
    for line in lines[1:]:
        base -= LINE_SIZE * 1.7
        drawn.append(_line(line, LINE_SIZE, width, base))
    return b"".join(drawn)


def words_sha256(lines: Sequence[str], place: Rect) -> str:
    """The hex SHA-256 of `words_path`."""
    return hashlib.sha256(words_path(lines, place)).hexdigest()


def _line(text: str, size: float, width: float, base: float) -> bytes:
    size = max(SMALLEST, min(size, size * width / max(width_of(text, size), 1.0)))
    return outlines(text, size, EDGE, base).encode("ascii")
