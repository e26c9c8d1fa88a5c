"""Telephone numbers: ASCII digits and hyphens, a landline's area code may stand in brackets (GIF 441-445)."""

from __future__ import annotations

import re

from forms.errors import InvalidValue
from forms.values.widths import narrow_number

_EXTENSION = re.compile(r"\s*(?:内線|ext\.?)\s*:?\s*(\d{1,6})$", re.IGNORECASE)
_BRACKETED = re.compile(r"\((0\d{1,4})\)[- ]?(\d{1,4})[- ](\d{4})")
_PARTED = re.compile(r"(0\d{1,4})[- ](\d{1,4})[- ](\d{3,4})")
_CLOSED_AREA = re.compile(r"(0\d{1,4})\((\d{1,4})\)(\d{4})")
_SEVERAL = re.compile(r"\s*[/、,;]\s*")

_ELEVEN_DIGITS = ("050", "060", "070", "080", "090", "020")
_PLAIN = (
    (re.compile(r"(0[25-9]0)(\d{4})(\d{4})"), "{}-{}-{}"),
    (re.compile(r"(0800)(\d{3})(\d{4})"), "{}-{}-{}"),
    (re.compile(r"(0120|0570|0990)(\d{3})(\d{3})"), "{}-{}-{}"),
    (re.compile(r"(0[36])(\d{4})(\d{4})"), "{}-{}-{}"),
)
"""Numbers without separators that can be parted for certain; other area codes differ in length."""


def parse_telephone(text: str) -> str:
    """One Japanese number: `090-9999-9999`, `(03)5353-5111`, `09-9999-9999 内線999`.

    Brackets round an area code are kept, other separators become hyphens; +81 becomes 0. A landline
    written without separators stays so, as area codes differ in length. Raises `InvalidValue`.
    """
    plain = narrow_number(text).strip()
    extension = _EXTENSION.search(plain)
    number = _parted(_EXTENSION.sub("", plain))
    return f"{number} 内線{extension[1]}" if extension else number


def parse_telephones(text: str) -> tuple[str, ...]:
    """Several numbers written with a slash or comma between them. Raises `InvalidValue`."""
    return tuple(parse_telephone(part) for part in _SEVERAL.split(narrow_number(text).strip()))


def show_telephones(numbers: tuple[str, ...]) -> str:
    """Several numbers joined by space, slash, space (GIF 441-445)."""
    return " / ".join(numbers)


def _parted(written: str) -> str:
    """The number with its separators in one form, its length checked."""
    number = re.sub(r"^\+81[- ]?(?:\(0\)|0)?", "0", written.strip())
    number = re.sub(r"[ -]*-[ -]*", "-", number)
    digits = re.sub(r"[()\s-]", "", number)
    if not digits:
        raise InvalidValue("電話番号を入力してください。")
    if not (digits.isascii() and digits.isdigit()):
        raise InvalidValue("電話番号に使えない文字があります。数字とハイフンで入力してください。")
    _check_length(digits)
    if match := _BRACKETED.fullmatch(number):
        return f"({match[1]}){match[2]}-{match[3]}"
    if match := _PARTED.fullmatch(number) or _CLOSED_AREA.fullmatch(number):
        return "-".join(match.groups())
    if number != digits:
        raise InvalidValue("電話番号の区切りが正しくありません。「03-1234-5678」のように入力してください。")
    return _separated(digits)


def _check_length(digits: str) -> None:
    """Ten digits, eleven for mobile, IP and 0800 numbers, and an area code first."""
    if not digits.startswith("0"):
        raise InvalidValue("電話番号は0で始まる市外局番から入力してください。")
    expected = 11 if digits[:3] in _ELEVEN_DIGITS or digits.startswith("0800") else 10
    if len(digits) != expected:
        raise InvalidValue(
            f"電話番号の桁数が違います。この番号は{expected}桁のはずですが、{len(digits)}桁あります。"
        )


def _separated(digits: str) -> str:
    """Digits parted where that is certain."""
    for pattern, shape in _PLAIN:
        if match := pattern.fullmatch(digits):
            return shape.format(*match.groups())
    return digits
