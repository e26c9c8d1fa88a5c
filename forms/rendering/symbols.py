"""Marks and codes drawn as vectors: black squares on a place in mm, as one SVG path."""

from __future__ import annotations

from collections.abc import Sequence

import segno

from forms.rendering.geometry import Rect

# The inner 4 × 4 bits of the ArUco marks 0 to 3 of DICT_4X4_50; 1 is white.
_MARK_BITS = (
    ("1011", "0101", "0011", "0010"),
    ("0000", "1111", "1001", "1010"),
    ("0011", "0011", "0010", "1101"),
    ("1001", "1001", "0100", "0110"),
)
_INVERTED = str.maketrans("01", "10")


def squares(place: Rect, rows: Sequence[str]) -> str:
    """An SVG path filling a square for every "1" of the `rows` spread over `place`."""
    step = place.width / len(rows)
    path = [
        f"M{place.x + column * step:.3f} {place.y + row * step:.3f}h{step:.3f}v{step:.3f}h-{step:.3f}z"
        for row, bits in enumerate(rows)
        for column, bit in enumerate(bits)
        if bit == "1"
    ]
    return f'<path d="{"".join(path)}" fill="black"/>'


def mark_path(number: int, place: Rect) -> str:
    """The ArUco mark `number` (0 to 3) with its black border of one module."""
    inner = [f"1{row.translate(_INVERTED)}1" for row in _MARK_BITS[number]]
    return squares(place, ["111111", *inner, "111111"])


def code_path(payload: str, place: Rect) -> str:
    """A QR of version 1, level Q (21 modules, 16 letters of the alphanumeric set), without quiet zone."""
    symbol = segno.make(payload, error="q", version=1, micro=False, boost_error=False)
    return squares(place, ["".join("1" if module else "0" for module in row) for row in symbol.matrix])
