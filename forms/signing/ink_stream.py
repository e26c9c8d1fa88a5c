"""Ink and words as a page's last content stream: written by the seal, recognised by the verification.

The grammar is deliberately poor: one clip rectangle, one scale, black, round lines; then, inside the same
rectangle, black outlines. A stream that can say nothing else cannot white out or rewrite what stands on
the page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from forms.rendering.geometry import Rect
from forms.signing import ink
from forms.signing.strokes import Device, Stroke

MM = 72 / 25.4
# Put before the page's own content, and undone first thing by the ink's stream.
GUARD = b"q\n"
_NUMBER = rb"-?\d+(?:\.\d+)?"
_WORDS = (
    rb"q\n(?P<words_clip>(?:" + _NUMBER + rb" ){4})re W n\n1 0 0 1 (?:" + _NUMBER + rb" ){2}cm\n0 g\n"
    rb"(?P<words>(?:(?:(?:" + _NUMBER + rb" ){2}[ml]|(?:" + _NUMBER + rb" ){6}c|h)\n)*)f\nQ\n"
)
_STREAM = re.compile(
    rb"Q q\n(?P<clip>(?:" + _NUMBER + rb" ){4})re W n\n(?:" + _NUMBER + rb" ){6}cm\n0 G 1 J 1 j\n"
    rb"(?P<path>(?:" + _NUMBER + rb" w (?:" + _NUMBER + rb" ){2}m (?:(?:" + _NUMBER + rb" ){6}c |(?:"
    rb"" + _NUMBER + rb" ){2}l )+S\n)*)Q\n(?:" + _WORDS + rb")?"
)


@dataclass(frozen=True, slots=True)
class Page:
    """A page's media box in points: left, bottom, right, top."""

    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True, slots=True)
class DrawnInk:
    """What a stream says: its clip rectangle (points: x, y, width, height), the ink's path, the words'."""

    clip: tuple[float, float, float, float]
    path: bytes
    words: bytes | None = None


def write(
    strokes: Sequence[Stroke], device: Device | None, place: Rect, page: Page, words: bytes = b""
) -> bytes:
    """The content stream that draws the strokes, the whole canvas scaled into the place, and the words.

    Without a device nothing was drawn by hand.
    """
    left, top = page.left + place.x * MM, page.top - place.y * MM
    width, height = place.width * MM, place.height * MM
    wide, high = (device.canvas_width, device.canvas_height) if device else (width, height)
    scale = min(width / wide, height / high)
    across, down = left + (width - wide * scale) / 2, top - (height - high * scale) / 2
    clip = f"{left:.3f} {top - height:.3f} {width:.3f} {height:.3f} re W n\n".encode()
    matrix = f"{scale:.5f} 0 0 {-scale:.5f} {across:.3f} {down:.3f} cm\n"
    drawn = b"Q q\n" + clip + matrix.encode() + b"0 G 1 J 1 j\n" + ink.pdf_path(strokes) + b"Q\n"
    if not words:
        return drawn
    moved = f"1 0 0 1 {left:.3f} {top - height:.3f} cm\n".encode()
    return drawn + b"q\n" + clip + moved + b"0 g\n" + words + b"f\nQ\n"


def read(stream: bytes) -> DrawnInk | None:
    """Recognise a stream of `write`; None for anything that says more than ink and words may say."""
    found = _STREAM.fullmatch(stream)
    if found is None or found["words_clip"] not in (None, found["clip"]):
        return None
    x, y, width, height = (float(number) for number in found["clip"].split())
    return DrawnInk((x, y, width, height), found["path"], found["words"])
