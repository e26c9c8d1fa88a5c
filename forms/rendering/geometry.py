"""The parts of a printed sheet, in mm from the top left of an A4 page, and the rules of its design.

The distances are those of ocr.md §5 (ABBYY, MediaDrive and own measurements): boxes of 6 mm at a pitch of
6.5 mm, 3 mm between lines, 2 mm clear round every place to write in, check boxes of 4 mm at 10 mm.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

PAGE_WIDTH, PAGE_HEIGHT = 210.0, 297.0
MARGIN = 8.0
MARK = 8.0
CODE = 16.0

CELL, PITCH = 6.0, 6.5
LINE_HEIGHT = 10.0
CLEAR = 2.0
BETWEEN_LINES = 3.0
CHECK, CHECK_PITCH = 4.0, 10.0

LEFT, RIGHT = 10.0, 200.0
TOP, BOTTOM = 28.0, 278.5
LABEL_WIDTH = 32.0
ENTRY_X = LEFT + LABEL_WIDTH
ENTRY_WIDTH = 156.0

Role = Literal["cells", "line", "check", "circle"]
Tone = Literal["ink", "heading"]
Look = Literal["rule", "panel", "border", "heading"]


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle; `x` and `y` of its top left corner, all in mm."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge in mm."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The bottom edge in mm."""
        return self.y + self.height

    def moved(self, dx: float, dy: float) -> Rect:
        """The same rectangle elsewhere, rounded to 0.01 mm so that sums leave no dust."""
        return Rect(round(self.x + dx, 2), round(self.y + dy, 2), self.width, self.height)

    def gap(self, other: Rect) -> float:
        """The distance in mm between two rectangles on their farther axis; 0 or less when they touch."""
        across = max(other.x - self.right, self.x - other.right)
        down = max(other.y - self.bottom, self.y - other.bottom)
        return max(across, down)


@dataclass(frozen=True, slots=True)
class Zone:
    """One place to write in: a row of cells (one character each), a free line, or one check box.

    `field` is the path of the value (`moved_on`, `members.0.name`), `part` which part of it stands here
    (`family_kana`, `year`, `postal_code` …), `option` the value a check box stands for. `rect` is the outer
    frame; of role `cells` it is the hull of `cells`.
    """

    field: str
    kind: str
    role: Role
    page: int
    rect: Rect
    cells: tuple[Rect, ...] = ()
    option: str | None = None
    part: str = ""

    def moved(self, dx: float, dy: float, page: int) -> Zone:
        """The same zone on `page`, moved by mm."""
        cells = tuple(cell.moved(dx, dy) for cell in self.cells)
        return replace(self, page=page, rect=self.rect.moved(dx, dy), cells=cells)


@dataclass(frozen=True, slots=True)
class Text:
    """One line of printed text; `rect` is as wide as the text, its height is the size of the letters."""

    page: int
    rect: Rect
    text: str
    bold: bool = False
    tone: Tone = "ink"

    def moved(self, dx: float, dy: float, page: int) -> Text:
        """The same text on `page`, moved by mm."""
        return replace(self, page=page, rect=self.rect.moved(dx, dy))


@dataclass(frozen=True, slots=True)
class Frame:
    """A printed rectangle that is not a place to write in: a rule (height 0), a shaded panel or a border."""

    page: int
    rect: Rect
    look: Look

    def moved(self, dx: float, dy: float, page: int) -> Frame:
        """The same frame on `page`, moved by mm."""
        return replace(self, page=page, rect=self.rect.moved(dx, dy))


@dataclass(frozen=True, slots=True)
class Mark:
    """A registration mark: ArUco DICT_4X4_50, ids 0 to 3 clockwise from the top left."""

    id: int
    page: int
    rect: Rect


MARK_PLACES = tuple(
    Rect(x, y, MARK, MARK)
    for x, y in (
        (MARGIN, MARGIN),
        (PAGE_WIDTH - MARGIN - MARK, MARGIN),
        (PAGE_WIDTH - MARGIN - MARK, PAGE_HEIGHT - MARGIN - MARK),
        (MARGIN, PAGE_HEIGHT - MARGIN - MARK),
    )
)
# The QR keeps its quiet zone of four modules (4 × 0.76 mm) free on every side.
CODE_PLACE = Rect(PAGE_WIDTH - MARGIN - MARK - 5.0 - CODE, MARGIN, CODE, CODE)

# Where the resident's ink comes on the last page of an application, 3 : 1 as the pad on the tablet.
SIGNATURE_PLACE = Rect(115.0, 245.0, 75.0, 25.0)
