"""How each kind of field is drawn on paper: one drawer per kind, each filling a block.

Furigana, digits and codes get one box per character, names and addresses a free line, choices check boxes;
a date is split into era and boxes, the postal code stands before its address (ocr.md §5).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from forms.rendering.blocks import CAPTION, CAPTION_WIDTH, INDENT, LETTER, Block
from forms.rendering.geometry import (
    BETWEEN_LINES,
    CELL,
    CHECK,
    CHECK_PITCH,
    CLEAR,
    ENTRY_WIDTH,
    LINE_HEIGHT,
    PITCH,
)
from forms.rendering.lettering import label_lines, lines_of, width_of

BIRTH_ERAS = (("大正", "大"), ("昭和", "昭"), ("平成", "平"), ("令和", "令"), ("西暦", "西暦"))
RECENT_ERAS = (("昭和", "昭和"), ("平成", "平成"), ("令和", "令和"))
ACCOUNT_KINDS = (("ordinary", "普通"), ("current", "当座"), ("savings", "貯蓄"))
YES_NO = (("yes", "はい"), ("no", "いいえ"))
AGREED, REFUSED = (("yes", "同意します"),), ("no", "同意しません")
MONEY = ("額", "料", "費", "費用", "単価")
UNITS = (("通数", "通"), ("人数", "人"), *((ending, "円") for ending in MONEY))
YEN_CELLS, NUMBER_CELLS = 9, 4
BESIDE = 7.0
AFTER_CHECK = 3.5
AROUND_CHECKS = 1.0  # rows of check boxes below each other keep the pitch of 10 mm


@dataclass(frozen=True, slots=True)
class Slot:
    """What a drawer needs to know of a field: its name and kind, Japanese label, options and length."""

    name: str
    kind: str
    label: str
    options: tuple[tuple[str, str], ...] = ()
    length: int | None = None
    most: int | None = None
    required: bool = True
    note: str = ""
    box: int | None = None
    slots: tuple[Slot, ...] = ()


PERSON = (
    Slot("name", "name", "氏名"),
    Slot("birth_on", "date", "生年月日"),
    Slot("sex", "choice", "性別", (("male", "男"), ("female", "女"))),
    Slot("relation", "text", "続柄", length=5),
)


def draw(slot: Slot, path: str, room: float = ENTRY_WIDTH) -> Block:
    """The block of one field, at most `room` mm wide; `path` as in the record (`members.0.name`)."""
    block = Block(path, slot.kind, room)
    _DRAWERS.get(slot.kind, _draw_text)(block, slot)
    return block


def draw_person(slots: Sequence[Slot], path: str) -> Block:
    """The block of one person: the fields of a person below and, where they fit, beside each other."""
    block = Block(path, "person")
    parts: list[Block] = []
    for slot in slots:
        part = _captioned(slot, f"{path}.{slot.name}")
        if sum(one.width + BESIDE for one in parts) + part.width > ENTRY_WIDTH:
            _put_beside(block, parts)
            parts = []
        parts.append(part)
    _put_beside(block, parts)
    return block


def _put_beside(block: Block, parts: Sequence[Block]) -> None:
    """Put parts beside each other below what is already there, on one middle line."""
    top = block.height + (BETWEEN_LINES if block.height else 0.0)
    height, left = max(part.height for part in parts), 0.0
    for part in parts:
        block.put(part, left, round(top + (height - part.height) / 2, 2))
        left = round(left + part.width + BESIDE, 2)


def _captioned(slot: Slot, path: str) -> Block:
    """A field inside a person: its own label as a caption at the left, unless it brings captions itself."""
    if slot.kind in ("name", "address", "account"):
        return draw(slot, path)
    inner = draw(slot, path, ENTRY_WIDTH - INDENT if slot.kind != "text" else LETTER * 16)
    outer = Block(path, slot.kind)
    lines = label_lines(slot.label, CAPTION, CAPTION_WIDTH)
    height = len(lines) * CAPTION * 1.2
    for number, line in enumerate(lines):
        outer.text(0.0, max(0.0, (inner.height - height) / 2) + number * CAPTION * 1.2, line, CAPTION)
    outer.put(inner, INDENT, max(0.0, (height - inner.height) / 2))
    return outer


def _draw_text(block: Block, slot: Slot) -> None:
    width = block.room if slot.length is None else min(block.room, max(25.0, slot.length * 7.0))
    block.line(0.0, 0.0, width)


def _draw_cells(block: Block, slot: Slot) -> None:
    most = int((block.room + PITCH - CELL) // PITCH)
    unit = _unit(slot) if slot.kind == "number" else ""
    count = slot.length or {"kana": most, "number": _number_cells(slot, unit)}.get(slot.kind, 10)
    if count > most:
        block.line(0.0, 0.0, block.room)
        return
    right = block.cells(0.0, 0.0, count)
    block.text(right + CLEAR, (CELL - LETTER) / 2, unit)


def _unit(slot: Slot) -> str:
    """What a number counts, by the end of its label; what stands in brackets after it says nothing more."""
    plain = re.sub("（[^（）]*）$", "", slot.label)
    return next((unit for ending, unit in UNITS if plain.endswith(ending)), "")


def _number_cells(slot: Slot, unit: str) -> int:
    """As many boxes as the largest value has digits; amounts of money without a limit get nine."""
    if slot.most is not None:
        return len(str(slot.most))
    return YEN_CELLS if unit == "円" else NUMBER_CELLS


def _draw_my_number(block: Block, slot: Slot) -> None:
    block.cells(0.0, 0.0, 12, groups=(4, 4))


def _draw_date(block: Block, slot: Slot) -> None:
    """Era check boxes, then boxes for year, month and day.

    For a birth the year has four boxes, so that 西暦 fits; an era year leaves two of them empty.
    """
    birth = "birth" in slot.name or "born" in slot.name
    left, middle = 0.0, (CELL - CHECK) / 2
    for era, label in BIRTH_ERAS if birth else RECENT_ERAS:
        left = block.check(left, middle, era, label, "era") + AFTER_CHECK
    for part, count, unit in (("year", 4 if birth else 2, "年"), ("month", 2, "月"), ("day", 2, "日")):
        left = block.cells(left, 0.0, count, part) + CLEAR
        left = block.text(left, (CELL - LETTER) / 2, unit) + CLEAR


def _draw_checks(block: Block, slot: Slot) -> None:
    options = slot.options or (YES_NO if slot.kind == "yes_no" else ())
    left = block.square(0.0, 0.0, slot.box) + BESIDE if slot.box else 0.0
    if options:
        _checks(block, left, AROUND_CHECKS, options)
        block.height = round(block.height + AROUND_CHECKS, 2)
    else:  # the options are people of this very case: their names are written by hand
        block.line(0.0, 0.0, block.room)


def _checks(block: Block, x: float, y: float, options: Sequence[tuple[str, str]], part: str = "") -> float:
    """Check boxes for (value, label) pairs, wrapping at the entry's width; gives the right edge."""
    left, top = x, y
    for value, label in options:
        if left > x and left + CHECK + CLEAR + width_of(label, LETTER) > block.room:
            left, top = x, _next_check_row(block, top)
        lines = lines_of(label, LETTER, block.room - left - CHECK - CLEAR)
        right = block.check(left, top, value, lines[0], part)
        for number, line in enumerate(lines[1:], 1):
            block.text(left + CHECK + CLEAR, top + (CHECK - LETTER) / 2 + number * LETTER * 1.5, line)
        left = max(right + AFTER_CHECK, left + CHECK_PITCH)
    return left


def _next_check_row(block: Block, top: float) -> float:
    return max(top + CHECK_PITCH, block.height + BETWEEN_LINES)


def _draw_name(block: Block, slot: Slot) -> None:
    """Furigana in boxes over two free lines, family name left and given name right."""
    block.text(0.0, (CELL - CAPTION) / 2, "フリガナ", CAPTION)
    below = CELL + BETWEEN_LINES
    middle = below + (LINE_HEIGHT - LETTER) / 2
    block.text(CAPTION_WIDTH - LETTER, middle, "氏")
    right = block.cells(INDENT, 0.0, 10, "family_kana")
    block.line(INDENT, below, right - INDENT, "family")
    given = block.text(right + 2.3, middle, "名") + 2.3
    block.cells(given, 0.0, 10, "given_kana")
    block.line(given, below, right - INDENT, "given")


def _draw_address(block: Block, slot: Slot) -> None:
    """Postal code in boxes first (it proves the address), then the address and the building in free lines."""
    block.text(0.0, (CELL - CAPTION) / 2, "郵便番号", CAPTION)
    block.cells(INDENT, 0.0, 7, "postal_code", groups=(3,))
    for number, (caption, part) in enumerate((("住所", "street"), ("建物・室", "building"))):
        top = CELL + BETWEEN_LINES + number * (LINE_HEIGHT + BETWEEN_LINES)
        block.text(0.0, top + (LINE_HEIGHT - CAPTION) / 2, caption, CAPTION)
        block.line(INDENT, top, ENTRY_WIDTH - INDENT, part)


def _draw_telephone(block: Block, slot: Slot) -> None:
    """Three groups of boxes with printed hyphens; an area code takes up to five digits."""
    left = 0.0
    for number, (part, count) in enumerate((("area", 5), ("exchange", 4), ("subscriber", 4))):
        if number:
            left = block.text(left + CLEAR, (CELL - LETTER) / 2, "－") + CLEAR
        left = block.cells(left, 0.0, count, part)


def _draw_account(block: Block, slot: Slot) -> None:
    """Bank and branch with name and code, kind, number, and the holder's kana."""
    for number, (caption, part, count) in enumerate((("金融機関", "bank", 4), ("支店", "branch", 3))):
        top = number * (LINE_HEIGHT + BETWEEN_LINES)
        block.text(0.0, top + (LINE_HEIGHT - CAPTION) / 2, caption, CAPTION)
        right = block.line(INDENT, top, 80.0, f"{part}_name")
        right = block.text(right + BESIDE, top + (LINE_HEIGHT - CAPTION) / 2, "コード", CAPTION)
        block.cells(right + CLEAR, top + (LINE_HEIGHT - CELL) / 2, count, f"{part}_code")
    top = block.height + BETWEEN_LINES
    block.text(0.0, top + (CELL - CAPTION) / 2, "預金種別", CAPTION)
    right = _checks(block, INDENT, top + (CELL - CHECK) / 2, ACCOUNT_KINDS, "kind")
    right = block.text(right + CLEAR, top + (CELL - CAPTION) / 2, "口座番号", CAPTION)
    block.cells(right + CLEAR, top, 7, "number")
    top += CELL + BETWEEN_LINES
    block.text(0.0, top + (CELL - CAPTION) / 2, "名義カナ", CAPTION)
    block.cells(INDENT, top, 21, "holder_kana")


def _draw_consent(block: Block, slot: Slot) -> None:
    top = 0.0
    for line in lines_of(slot.note or slot.label, LETTER, block.room):
        block.text(0.0, top, line)
        top = round(top + LETTER * 1.5, 2)
    _checks(block, 0.0, top + CLEAR - 0.5, AGREED if slot.required else (*AGREED, REFUSED))
    block.height = round(block.height + AROUND_CHECKS, 2)


_DRAWERS: dict[str, Callable[[Block, Slot], None]] = {
    "text": _draw_text,
    "kana": _draw_cells,
    "number": _draw_cells,
    "digits": _draw_cells,
    "my_number": _draw_my_number,
    "name": _draw_name,
    "address": _draw_address,
    "telephone": _draw_telephone,
    "date": _draw_date,
    "choice": _draw_checks,
    "choices": _draw_checks,
    "yes_no": _draw_checks,
    "consent": _draw_consent,
    "account": _draw_account,
}
