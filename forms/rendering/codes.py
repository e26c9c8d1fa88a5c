"""The QR of a printed sheet: form number, version, page and serial in at most 14 characters (ocr.md §2)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from forms.errors import KakazuError

_PAYLOAD = re.compile(r"(\d{2})-(\d{1,2})-(\d)-(\d{6})")


class UnknownCode(KakazuError):
    """A QR is not one of our sheets'."""

    code = "unknown-sheet-code"


@dataclass(frozen=True, slots=True)
class SheetCode:
    """What the QR of a sheet says; `page` counts from 1, `serial` is six digits."""

    number: int
    version: int
    page: int
    serial: str


def code_payload(number: int, version: int, page: int, serial: str) -> str:
    """The text of the QR, e.g. `05-1-1-000123`: short, so that a module stays wider than 0.6 mm."""
    payload = f"{number:02d}-{version}-{page}-{serial}"
    if not _PAYLOAD.fullmatch(payload):
        raise UnknownCode(f"用紙の番号「{payload}」は作れません。通し番号は6けたの数字にしてください。")
    return payload


def parse_code(text: str) -> SheetCode:
    """Read a QR back. Raises `UnknownCode` for any text that is not of our sheets."""
    match = _PAYLOAD.fullmatch(text.strip())
    if match is None:
        raise UnknownCode(
            f"QRコード「{text[:40]}」は、この市の用紙のものではありません。用紙を確かめてください。"
        )
    number, version, page, serial = match.groups()
    return SheetCode(int(number), int(version), int(page), serial)
