"""Stacking blocks into rows, sections and pages of A4."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from forms.rendering.blocks import Block
from forms.rendering.drawers import PERSON, Slot, draw, draw_person
from forms.rendering.geometry import (
    BOTTOM,
    CLEAR,
    ENTRY_X,
    LABEL_WIDTH,
    LEFT,
    RIGHT,
    TOP,
    Frame,
    Look,
    Rect,
    Text,
    Tone,
    Zone,
)
from forms.rendering.lettering import label_lines, lines_of, width_of

ROOMY, TIGHT = 2.6, CLEAR
HEADING, GAP = 7.5, 2.5
LABEL, NOTE = 3.5, 2.9
LINE = 1.35
PEOPLE, PEOPLE_WHERE_ANY, ROWS = 4, 2, 6


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the form: label and note at the left, the block to fill in at the right."""

    label: str
    note: str
    block: Block

    def height(self, padding: float) -> float:
        """The row's height in mm with its padding above and below."""
        lines = len(_label_lines(self.label)) * LABEL * LINE + len(_note_lines(self.note)) * NOTE * LINE
        return round(max(self.block.height, lines) + 2 * padding, 2)


@dataclass(slots=True)
class Pages:
    """The pages filled so far, and where the next row comes: `y` in mm on page `page`, counted from 1."""

    padding: float = ROOMY
    page: int = 1
    y: float = TOP
    zones: list[Zone] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)

    def need(self, height: float) -> None:
        """Go on to the next page when `height` mm do not fit on this one."""
        if self.y > TOP and self.y + height > BOTTOM:
            self.page, self.y = self.page + 1, TOP

    def print(
        self, x: float, y: float, text: str, size: float, *, bold: bool = False, tone: Tone = "ink"
    ) -> None:
        """Print one line of text on the current page."""
        rect = Rect(round(x, 2), round(y, 2), width_of(text, size), size)
        self.texts.append(Text(self.page, rect, text, bold, tone))

    def frame(self, rect: Rect, look: Look) -> None:
        """Draw a rule, panel, border or heading on the current page."""
        self.frames.append(Frame(self.page, rect.moved(0, 0), look))

    def put(self, block: Block, x: float, y: float) -> None:
        """Place a block on the current page."""
        self.zones += [zone.moved(x, y, self.page) for zone in block.zones]
        self.texts += [text.moved(x, y, self.page) for text in block.texts]
        self.frames += [frame.moved(x, y, self.page) for frame in block.frames]

    def heading(self, text: str, following: float) -> None:
        """Begin a section; the heading stays on the page of its first row of `following` mm."""
        self.need(HEADING + GAP + following)
        self.y += GAP if self.y > TOP else 0.0
        self.frame(Rect(LEFT, self.y, RIGHT - LEFT, HEADING), "heading")
        self.print(LEFT + 3.0, self.y + (HEADING - 4.0) / 2, text, 4.0, bold=True, tone="heading")
        self.y = round(self.y + HEADING, 2)

    def row(self, row: Row) -> None:
        """Place one row with its rule below."""
        height = row.height(self.padding)
        self.need(height)
        if self.y == TOP:
            self.frame(Rect(LEFT, self.y, RIGHT - LEFT, 0.0), "rule")
        self.frame(Rect(LEFT, self.y, LABEL_WIDTH - CLEAR, height), "panel")
        self._label(row, height)
        self.put(row.block, ENTRY_X, round(self.y + (height - row.block.height) / 2, 2))
        self.y = round(self.y + height, 2)
        self.frame(Rect(LEFT, self.y, RIGHT - LEFT, 0.0), "rule")

    def _label(self, row: Row, row_height: float) -> None:
        label, note = _label_lines(row.label), _note_lines(row.note)
        height = (len(label) * LABEL + len(note) * NOTE) * LINE
        top = self.y + (row_height - height) / 2 + (LINE - 1) / 2 * LABEL
        for line in label:
            self.print(LEFT + 2.0, top, line, LABEL, bold=True)
            top += LABEL * LINE
        for line in note:
            self.print(LEFT + 2.0, top, line, NOTE)
            top += NOTE * LINE


def _label_lines(label: str) -> list[str]:
    return label_lines(label, LABEL, LABEL_WIDTH - CLEAR - 3.0)


def _note_lines(note: str) -> list[str]:
    return lines_of(note, NOTE, LABEL_WIDTH - CLEAR - 3.0) if note else []


def rows_of(slot: Slot) -> Iterable[Row]:
    """The rows of one field: one, or for people one per person."""
    people = slot.slots or PERSON
    if slot.kind == "people":
        for number in range(_room(slot, people)):
            yield Row(slot.label, f"{number + 1}人目", draw_person(people, f"{slot.name}.{number}"))
    elif slot.kind == "rows":
        for number in range(min(slot.most or ROWS, ROWS)):
            yield Row(slot.label, f"{number + 1}行目", draw_person(people, f"{slot.name}.{number}"))
    elif slot.kind == "person":
        yield Row(slot.label, slot.note, draw_person(people, slot.name))
    elif slot.kind == "consent":
        yield Row("同意", "", draw(slot, slot.name))
    else:
        yield Row(slot.label, slot.note, draw(slot, slot.name))


def _room(slot: Slot, columns: Sequence[Slot]) -> int:
    """For how many people the form has room: a family, but fewer where many columns seldom apply."""
    few = not slot.required and len(columns) > 3
    return min(slot.most or PEOPLE, PEOPLE_WHERE_ANY if few else PEOPLE)


def place_sections(pages: Pages, sections: Sequence[tuple[str, Sequence[Slot]]]) -> None:
    """Place every section (heading, fields) below each other."""
    for heading, slots in sections:
        rows = [row for slot in slots for row in rows_of(slot)]
        if not rows:
            continue
        pages.heading(heading, rows[0].height(pages.padding))
        for row in rows:
            pages.row(row)
