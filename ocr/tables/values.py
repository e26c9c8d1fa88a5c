"""What the text of a cell means for its kind of column, and why it may not be right."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from forms.errors import InvalidValue
from forms.values.dates import parse_date
from forms.values.kana import parse_kana
from ocr.tables.results import Value

DITTOS = re.compile(r"〃|同上|々|仝|〃〃")

_AMOUNT = re.compile(r"[¥円]?(?P<minus>[△-])?[¥]?(?P<digits>[0-9,]+)円?-?")
_GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{3})*")
_DAY = re.compile(r"(?P<month>[0-9]{1,2})[月/.-](?P<day>[0-9]{1,2})日?")
_LONGEST_TELEPHONE = 11

Meaning = tuple[Value, str]
"""The value (None when the text has none) and the reason for a doubt in Japanese (empty: none)."""


def meaning(kind: str, text: str) -> Meaning:
    """The value of a text in a column of a kind."""
    plain = text.strip()
    return _KINDS.get(kind, _text)(plain)


def _amount(text: str) -> Meaning:
    found = _AMOUNT.fullmatch(text)
    if found is None:
        return None, "金額として読めません。画像を見て入力してください。"
    digits = found["digits"].strip(",")
    value = int(digits.replace(",", "") or 0) * (-1 if found["minus"] else 1)
    if "," in digits and not _GROUPED.fullmatch(digits):
        return value, "桁区切りの位置が合いません。画像と見比べてください。"
    if digits != "0" and digits.startswith("0"):
        return value, "0で始まる金額です。画像と見比べてください。"
    return value, ""


def _date(text: str) -> Meaning:
    try:
        return parse_date(text).isoformat(), ""
    except InvalidValue:
        return None, "日付として読めません。画像を見て入力してください。"


def _day(text: str) -> Meaning:
    found = _DAY.fullmatch(text)
    if found is None or not (1 <= int(found["month"]) <= 12 and 1 <= int(found["day"]) <= 31):
        return None, "月日として読めません。画像を見て入力してください。"
    return f"{int(found['month'])}/{int(found['day'])}", ""


def _digits(text: str) -> Meaning:
    if not re.fullmatch(r"[0-9][0-9-]*", text) or "--" in text or text.endswith("-"):
        return None, "番号として読めません。画像を見て入力してください。"
    return text, ""


def _telephone(text: str) -> Meaning:
    digits = re.sub(r"\D", "", text)
    if not 10 <= len(digits) <= _LONGEST_TELEPHONE or not digits.startswith("0"):
        return text, "電話番号の桁数が合いません。画像と見比べてください。"
    if not re.fullmatch(r"[0-9]+([-(][0-9]+)([-)][0-9]+)?|[0-9]+", text):
        return text, "電話番号の区切りを確かめてください。"
    return text, ""


def _kana(text: str) -> Meaning:
    try:
        return parse_kana(text), ""
    except InvalidValue:
        return None, "カナとして読めません。画像を見て入力してください。"


def _address(text: str) -> Meaning:
    """A hyphen of an address stands between numbers: elsewhere a digit was lost beside it."""
    if re.search(r"(^|[^0-9A-Za-z])-|-($|[^0-9A-Za-z])", text):
        return text, "番地の数字が抜けているかもしれません。画像と見比べてください。"
    return text, ""


def _text(text: str) -> Meaning:
    return text, ""


_KINDS: Mapping[str, Callable[[str], Meaning]] = {
    "amount": _amount,
    "date": _date,
    "day": _day,
    "serial": _digits,
    "number": _digits,
    "telephone": _telephone,
    "kana": _kana,
    "address": _address,
}
