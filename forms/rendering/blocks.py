"""A block: the zones and captions of one field on paper, measured from the block's top left corner (0, 0).

`drawers` fill blocks, `layout` stacks them into rows and pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from forms.rendering.geometry import (
    CELL,
    CHECK,
    CLEAR,
    ENTRY_WIDTH,
    LINE_HEIGHT,
    PITCH,
    Frame,
    Rect,
    Role,
    Text,
    Zone,
)
from forms.rendering.lettering import width_of

CAPTION = 2.8
LETTER = 3.4
CAPTION_WIDTH = 13.0
INDENT = CAPTION_WIDTH + CLEAR


@dataclass(slots=True)
class Block:
    """Zones and captions drawn so far for one field, at most `room` mm wide; the size grows with them."""

    path: str
    kind: str
    room: float = ENTRY_WIDTH
    zones: list[Zone] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    width: float = 0.0
    height: float = 0.0

    def _reach(self, rect: Rect) -> None:
        self.width = round(max(self.width, rect.right), 2)
        self.height = round(max(self.height, rect.bottom), 2)

    def text(self, x: float, y: float, text: str, size: float = LETTER, *, bold: bool = False) -> float:
        """Print one line with its letters' top at `y`; gives its right edge."""
        rect = Rect(round(x, 2), round(y, 2), width_of(text, size), size)
        if not text:
            return rect.x
        self.texts.append(Text(0, rect, text, bold))
        self._reach(rect)
        return rect.right

    def _zone(self, role: Role, rect: Rect, part: str, option: str | None, cells: Sequence[Rect]) -> float:
        self.zones.append(Zone(self.path, self.kind, role, 0, rect, tuple(cells), option, part))
        self._reach(rect)
        return rect.right

    def cells(self, x: float, y: float, count: int, part: str = "", groups: Sequence[int] = ()) -> float:
        """Draw `count` cells, a wider space after each of `groups` many; gives the right edge."""
        breaks = {sum(groups[: index + 1]) for index in range(len(groups))}
        cells, left = [], x
        for number in range(count):
            left += 3.0 if number in breaks else 0.0
            cells.append(Rect(round(left, 2), round(y, 2), CELL, CELL))
            left += PITCH
        hull = Rect(cells[0].x, cells[0].y, round(cells[-1].right - cells[0].x, 2), CELL)
        return self._zone("cells", hull, part, None, cells)

    def line(self, x: float, y: float, width: float, part: str = "", height: float = LINE_HEIGHT) -> float:
        """Draw a free place to write a line by hand; gives its right edge."""
        return self._zone("line", Rect(round(x, 2), round(y, 2), round(width, 2), height), part, None, ())

    def check(self, x: float, y: float, option: str, label: str, part: str = "") -> float:
        """Draw a check box with its label to the right; gives the label's right edge."""
        right = self._zone("check", Rect(round(x, 2), round(y, 2), CHECK, CHECK), part, option, ())
        return self.text(right + CLEAR, y + (CHECK - LETTER) / 2, label)

    def square(self, x: float, y: float, side: float) -> float:
        """Print an empty square that is not read, for what stays physical; gives its right edge."""
        rect = Rect(round(x, 2), round(y, 2), side, side)
        self.frames.append(Frame(0, rect, "border"))
        self._reach(rect)
        return rect.right

    def put(self, other: Block, dx: float, dy: float) -> None:
        """Take over what another block drew, moved by mm."""
        self.zones += [zone.moved(dx, dy, 0) for zone in other.zones]
        self.texts += [text.moved(dx, dy, 0) for text in other.texts]
        self.frames += [frame.moved(dx, dy, 0) for frame in other.frames]
        self._reach(Rect(dx, dy, other.width, other.height))
