"""What is in a workbook, and what other tools would lose of it when saving (robots.md §6)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from robots.connectors.workbook.headings import guess_headings
from robots.connectors.workbook.package import Package
from robots.connectors.workbook.patch import sheet_xml
from robots.connectors.workbook.sheet import SheetXml

# Measured with openpyxl 3.1.5, load and save; what is looked for is bytes of the part named.
_LOST_IN_SHEET = (
    ("ふりがな（セル内）", re.compile(rb"<(?:\w+:)?rPh\b")),
    ("スパークライン", re.compile(rb"<\w+:sparkline\b")),
    ("拡張データバー", re.compile(rb"<x14:dataBar\b")),
    ("動的配列数式", re.compile(rb"<(?:\w+:)?c\b[^>]*\scm=")),
)
_LOST_IN_STRINGS = (
    ("ふりがな", re.compile(rb"<(?:\w+:)?rPh\b")),
    ("セル内の部分書式", re.compile(rb"<(?:\w+:)?r>")),
)
_LOST_IN_DRAWINGS = (("図形・テキストボックス（印影欄など）", re.compile(rb"<xdr:(?:sp|grpSp|cxnSp)\b")),)
_LOST_PARTS = (("フォームのボタンなど", re.compile(r"xl/ctrlProps/")), ("マクロ", re.compile(r"vbaProject")))


@dataclass(frozen=True, slots=True)
class SheetFound:
    """One worksheet: rows with something in them, the last row of headings, the headings by column."""

    name: str
    state: str
    rows: int
    last_row: int
    heading_row: int
    headings: Mapping[str, str]
    merges: tuple[str, ...]
    formulas: int
    protected: bool


@dataclass(frozen=True, slots=True)
class Inspection:
    """A workbook: its sheets and, by name, how many things another tool would lose."""

    sha256: str
    parts: int
    sheets: tuple[SheetFound, ...]
    would_lose: Mapping[str, int]


def inspect(package: Package) -> Inspection:
    """Look through a workbook; raises a `WorkbookRefused`."""
    sheets = tuple(
        _sheet(package, sheet_xml(package, sheet.name), sheet.state)
        for sheet in package.sheets
        if sheet.kind == "worksheet"
    )
    return Inspection(package.sha256, len(package.archive.entries), sheets, _would_lose(package))


def _sheet(package: Package, sheet: SheetXml, state: str) -> SheetFound:
    heading_row, headings = guess_headings(package, sheet)
    last = sheet.last_content_row()
    filled = sum(
        1 for row in sheet.rows() if row.number <= last and any(not cell.blank for cell in sheet.cells(row))
    )
    formulas = re.compile(rb"<(?:(?!xm:)\w+:)?f[\s>/]").findall(sheet.content)
    return SheetFound(
        name=sheet.name,
        state=state,
        rows=filled,
        last_row=last,
        heading_row=heading_row,
        headings=headings,
        merges=tuple(str(area) for area in sheet.merges()),
        formulas=len(formulas),
        protected=sheet.element("sheetProtection") is not None,
    )


def _would_lose(package: Package) -> dict[str, int]:
    found: dict[str, int] = {}
    for entry in package.archive.entries:
        for name, pattern in _LOST_PARTS:
            if pattern.search(entry.name):
                found[name] = found.get(name, 0) + 1
        for name, wanted in _patterns(entry.name):
            count = len(wanted.findall(package.archive.read(entry.name)))
            if count:
                found[name] = found.get(name, 0) + count
    return found


def _patterns(part: str) -> tuple[tuple[str, re.Pattern[bytes]], ...]:
    if part.startswith("xl/worksheets/") and part.endswith(".xml"):
        return _LOST_IN_SHEET
    if part == "xl/sharedStrings.xml":
        return _LOST_IN_STRINGS
    return _LOST_IN_DRAWINGS if part.startswith("xl/drawings/") and part.endswith(".xml") else ()
