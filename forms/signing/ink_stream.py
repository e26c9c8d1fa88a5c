"""The ink as a page's last content stream: written by the seal, recognised by the verification.

The grammar is deliberately poor: one clip rectangle, one scale, black, round lines. A stream that can
say nothing else cannot white out or rewrite what stands on the page.
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
_STREAM = re.compile(
    rb"Q q\n(?P<clip>(?:" + _NUMBER + rb" ){4})re W n\n(?:" + _NUMBER + rb" ){6}cm\n0 G 1 J 1 j\n"
    rb"(?P<path>(?:" + _NUMBER + rb" w (?:" + _NUMBER + rb" ){2}m (?:(?:" + _NUMBER + rb" ){6}c |(?:"
    rb"" + _NUMBER + rb" ){2}l )+S\n)*)Q\n"
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
    """What an ink stream says: its clip rectangle (points: x, y, width, height) and its path."""

    clip: tuple[float, float, float, float]
    path: bytes


def write(strokes: Sequence[Stroke], device: Device, place: Rect, page: Page) -> bytes:
    """The content stream that draws the strokes, the whole canvas scaled into the place."""
    left, top = page.left + place.x * MM, page.top - place.y * MM
    width, height = place.width * MM, place.height * MM
    scale = min(width / device.canvas_width, height / device.canvas_height)
    across = left + (width - device.canvas_width * scale) / 2
    down = top - (height - device.canvas_height * scale) / 2
    clip = f"{left:.3f} {top - height:.3f} {width:.3f} {height:.3f} re W n\n"
    matrix = f"{scale:.5f} 0 0 {-scale:.5f} {across:.3f} {down:.3f} cm\n"
    path = ink.pdf_path(strokes)
    return b"Q q\n" + clip.encode() + matrix.encode() + b"0 G 1 J 1 j\n" + path + b"Q\n"


def read(stream: bytes) -> DrawnInk | None:
    """Recognise a stream of `write`; None for anything that says more than ink may say."""
    found = _STREAM.fullmatch(stream)
    if found is None:
        return None
    x, y, width, height = (float(number) for number in found["clip"].split())
    return DrawnInk((x, y, width, height), found["path"])
