"""Width of characters: what was typed full-width or with a typographic dash is read as ASCII."""

from __future__ import annotations

DASHES = "‐‑‒–—―−－ー─ｰ﹣"
"""Characters written where a hyphen is meant; the prolonged mark only counts as one between digits."""

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
_HYPHENS = {ord(dash): ord("-") for dash in DASHES}


def narrow(text: str) -> str:
    """Full-width ASCII and the ideographic space become ASCII; every other character stays as it is."""
    return text.translate(_FULL_WIDTH)


def narrow_number(text: str) -> str:
    """As `narrow`, and every dash becomes a hyphen: for text that is made of digits and separators."""
    return text.translate(_FULL_WIDTH | _HYPHENS)
