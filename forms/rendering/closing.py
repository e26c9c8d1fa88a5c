"""The end of a printed form: the signature, legal basis, what to bring, and the part the city fills in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.rendering.blocks import CAPTION, LETTER, Block
from forms.rendering.geometry import CELL, CLEAR, LEFT, RIGHT, Frame, Rect
from forms.rendering.layout import Pages, Row
from forms.rendering.lettering import lines_of

if TYPE_CHECKING:
    from forms.definition import Procedure

NOTE = 3.0
NOTE_STEP = 4.2
OFFICE_HEIGHT = 17.5
SIGNATURE_HEIGHT = 14.0
OFFICE_CAPTIONS = ("受付番号", "受付日", "受け付けた職員", "備考")


def place_signature(pages: Pages, *, dated: bool) -> None:
    """Place the signature, with the filing date above it unless the form is `dated` elsewhere."""
    rows = [Row("署名", "（自署）", _signature())]
    if not dated:
        rows.insert(0, Row("届出・申請の日", "", _filed_on()))
    pages.heading("届出・申請（あて先　市長）", sum(row.height(pages.padding) for row in rows))
    for row in rows:
        pages.row(row)


def place_office(pages: Pages, procedure: Procedure) -> None:
    """Place the notes and the city's own box, kept together at the end."""
    notes = _notes(procedure)
    pages.need(len(notes) * NOTE_STEP + OFFICE_HEIGHT + 2.4)
    pages.y += 2.4
    for line in notes:
        pages.print(LEFT + 2.0, pages.y, line, NOTE)
        pages.y += NOTE_STEP
    _office(pages)


def _notes(procedure: Procedure) -> list[str]:
    width = RIGHT - LEFT - 4.0
    lines = lines_of("根拠：" + "、".join(str(basis) for basis in procedure.basis), NOTE, width)
    if procedure.attachments:
        brought = "、".join(attachment.label.text("ja") for attachment in procedure.attachments)
        lines += lines_of("お持ちいただくもの：" + brought, NOTE, width)
    return lines


def _filed_on() -> Block:
    block = Block("paper.filed_on", "date")
    left = block.text(0.0, (CELL - LETTER) / 2, "令和") + CLEAR
    for part, unit in (("year", "年"), ("month", "月"), ("day", "日")):
        left = block.cells(left, 0.0, 2, part) + CLEAR
        left = block.text(left, (CELL - LETTER) / 2, unit) + CLEAR
    return block


def _signature() -> Block:
    block = Block("paper.signature", "signature")
    block.line(0.0, 0.0, 110.0, height=SIGNATURE_HEIGHT)
    return block


def _office(pages: Pages) -> None:
    """The city's own box: captions and room to write, not read by the OCR."""
    top, width = round(pages.y + 1.0, 2), RIGHT - LEFT
    pages.print(LEFT, top, "市役所で記入します", CAPTION)
    box = Rect(LEFT, round(top + CAPTION + 1.4, 2), width, OFFICE_HEIGHT - CAPTION - 2.4)
    pages.frames.append(Frame(pages.page, box, "border"))
    step = width / len(OFFICE_CAPTIONS)
    for number, caption in enumerate(OFFICE_CAPTIONS):
        left = round(LEFT + number * step, 2)
        pages.print(left + 2.0, box.y + 1.6, caption, CAPTION)
        if number:
            pages.frames.append(Frame(pages.page, Rect(left, box.y, 0.0, box.height), "border"))
    pages.y = round(box.bottom, 2)
