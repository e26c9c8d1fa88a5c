"""How wide printed Japanese is and where a line may break.

BIZ UDGothic is of fixed width: 1 em for full-width letters, 0.5 em for half-width ones.
"""

from __future__ import annotations

import unicodedata

# A line does not begin with these nor end with those (行頭・行末禁則, JIS X 4051).
_NOT_FIRST = "、。，．・：；？！）〕］｝〉》」』】ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々"
_NOT_LAST = "（〔［｛〈《「『【"


def width_of(text: str, size: float) -> float:
    """The width in mm of one line of `text` in letters of `size` mm."""
    ems = 0.0
    for character in text:
        if unicodedata.combining(character) or "\U000e0100" <= character <= "\U000e01ef":
            continue
        ems += 1.0 if unicodedata.east_asian_width(character) in "WFA" else 0.5
    return round(ems * size, 2)


def lines_of(text: str, size: float, width: float) -> list[str]:
    """Break `text` into lines of at most `width` mm; a newline in the text always breaks."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines += _broken(paragraph, size, width)
    return lines


def label_lines(text: str, size: float, width: float) -> list[str]:
    """Break a short label where a reader pauses: after の and other kana before kanji, else evenly."""
    if width_of(text, size) <= width:
        return [text]
    best = min(range(1, len(text)), key=lambda at: _cost(text, at, size, width))
    if width_of(text[:best], size) > width:
        return lines_of(text, size, width)
    return [text[:best], *label_lines(text[best:], size, width)]


def _cost(text: str, at: int, size: float, width: float) -> float:
    """How bad it is to break a label before its letter `at`."""
    before, after = text[at - 1], text[at]
    cost = abs(at - len(text) / 2) + (100.0 if width_of(text[:at], size) > width else 0.0)
    if _stays(text, at) or before in _NOT_LAST:
        return cost + 50.0
    if "ぁ" <= before <= "ん" and not "ぁ" <= after <= "ん":
        return cost - 3.0
    if before in "・）、ー" or after in "（":
        return cost - 4.0
    return cost - (1.5 if ("ァ" <= before <= "ー") != ("ァ" <= after <= "ー") else 0.0)


def _broken(text: str, size: float, width: float) -> list[str]:
    lines, line = [], ""
    for character in text:
        if line and width_of(line + character, size) > width:
            kept = _break_before(line, character)
            lines.append(line[:kept])
            line = line[kept:].lstrip(" ")
        line += character
    return [*lines, line] if line or not lines else lines


def _stays(text: str, at: int) -> bool:
    """Whether the letter `at` may not begin a line: 行頭禁則, or a variation selector of the one before."""
    return text[at] in _NOT_FIRST or "\U000e0100" <= text[at] <= "\U000e01ef"


def _break_before(line: str, character: str) -> int:
    """How many characters of `line` stay when `character` no longer fits."""
    kept = len(line)
    if character.isascii() and character.isalnum():
        start = line.rfind(" ") + 1
        if 0 < start < kept:
            return start
    while kept > 1 and (_stays(line + character, kept) or line[kept - 1] in _NOT_LAST):
        kept -= 1
    return kept
