"""Phonetic guides (ふりがな) put into a finished workbook; no writing library makes them.

Excel keeps them beside the shared strings (`rPh`, ECMA-376 part 1 §18.4.6); `sb` and `eb` count UTF-16 units.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from xml.sax.saxutils import escape

from forms.values.names import PersonalName

_STRINGS = "xl/sharedStrings.xml"
_SHEET = "xl/worksheets/sheet1.xml"
_SETTING = '<phoneticPr fontId="1" type="fullwidthKatakana"/>'
_MOMENT = (2026, 4, 1, 8, 30, 0)


def with_guides(workbook: bytes, names: Iterable[PersonalName]) -> bytes:
    """The workbook with a guide at each of the names and dated parts that do not change with the clock."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as before, zipfile.ZipFile(packed, "w") as after:
        for part in before.namelist():
            content = before.read(part)
            if part == _STRINGS:
                content = _guided(content.decode(), names).encode()
            elif part == _SHEET:
                end = "</mergeCells>"
                content = content.decode().replace(end, end + _SETTING, 1).encode()
            entry = zipfile.ZipInfo(part, _MOMENT)
            entry.external_attr = 0o600 << 16
            after.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _guided(strings: str, names: Iterable[PersonalName]) -> str:
    for name in names:
        if name.full_kana and not name.full.isascii():
            plain = f"<t>{escape(name.full)}</t></si>"
            strings = strings.replace(plain, f"<t>{escape(name.full)}</t>{_guides(name)}</si>")
    return strings


def _guides(name: PersonalName) -> str:
    """One run for the family name and one for the given name."""
    family, whole = _units(name.family), _units(name.full)
    runs = [(0, family, name.family_kana), (family + 1, whole, name.given_kana)]
    marks = "".join(f'<rPh sb="{start}" eb="{end}"><t>{kana}</t></rPh>' for start, end, kana in runs)
    return f"{marks}{_SETTING}"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
