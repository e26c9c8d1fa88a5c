"""Workbooks that must be refused: before anything large is built of them, in words a clerk understands."""

from __future__ import annotations

import io
import resource
import struct
import zipfile
from pathlib import Path

import pytest

from robots.connectors.workbook.limits import Limits
from robots.connectors.workbook.package import Package
from robots.connectors.workbook.patch import sheet_xml
from robots.connectors.workbook.reading import read_rows
from robots.errors import (
    WorkbookBroken,
    WorkbookEntities,
    WorkbookMacros,
    WorkbookOldFormat,
    WorkbookPassworded,
    WorkbookRefused,
    WorkbookTooLarge,
)
from tests.support.workbooks import SHEET, ledger, part_of, with_part

_SHEET_PART = "xl/worksheets/sheet1.xml"
_BOOK = Path("台帳.xlsx")
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def read(raw: bytes, path: Path = _BOOK, limits: Limits | None = None) -> None:
    package = Package.parse(path, raw, limits or Limits())
    sheet = sheet_xml(package, SHEET)
    for row in sheet.rows():
        sheet.cells(row)
    list(read_rows(package, SHEET))


def refused(raw: bytes, kind: type[WorkbookRefused], path: Path = _BOOK, limits: Limits | None = None) -> str:
    with pytest.raises(kind) as error:
        read(raw, path, limits)
    assert error.value.message.startswith(f"{path.name}: ")
    return error.value.message


def with_rows(rows: bytes) -> bytes:
    sheet = part_of(ledger(), _SHEET_PART)
    start, end = sheet.index(b"<sheetData>") + len(b"<sheetData>"), sheet.index(b"</sheetData>")
    return with_part(ledger(), _SHEET_PART, sheet[:start] + rows + sheet[end:])


def test_a_million_row_elements_are_refused_without_being_parsed() -> None:
    """trust.md §4: 5 MB of zip, 66 MB of XML; openpyxl takes 41.7 s without an error."""
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>%d</v></c></row>' % (n, n, n) for n in range(1, 1_000_001))
    assert "1,000,000行" in refused(with_rows(rows), WorkbookTooLarge)


def test_one_cell_at_the_far_corner_is_refused() -> None:
    """trust.md §4: a reader would make room for 17 thousand million cells."""
    message = refused(with_rows(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), WorkbookTooLarge)
    assert "1,048,576行×16,384列" in message
    hidden = b'<row r="1"><c r="XFD1"><v>1</v></c></row><row r="90000"><c r="A90000"><v>1</v></c></row>'
    refused(with_rows(hidden), WorkbookTooLarge)


@pytest.mark.parametrize("part", [_SHEET_PART, "xl/workbook.xml", "xl/sharedStrings.xml"])
def test_entities_are_refused_wherever_they_stand(part: str) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    content = part_of(ledger(), part)
    after_declaration = content.index(b"?>") + 2
    hostile = content[:after_declaration] + b" " * 3_000_000 + bomb + content[after_declaration:]
    assert "実体宣言" in refused(with_part(ledger(), part, hostile), WorkbookEntities)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "shift_jis"])
def test_an_encoding_that_could_hide_entities_is_refused(encoding: str) -> None:
    text = part_of(ledger(), "xl/workbook.xml").decode().replace("UTF-8", encoding)
    refused(with_part(ledger(), "xl/workbook.xml", text.encode(encoding)), WorkbookEntities)


def test_a_zip_bomb_is_refused_by_what_it_says_and_by_what_it_does() -> None:
    bomb = with_part(ledger(), "xl/media/image1.bin", bytes(60 << 20))
    assert "圧縮率" in refused(bomb, WorkbookTooLarge)
    assert "超えます" in refused(ledger(), WorkbookTooLarge, limits=Limits(entry_bytes=1000))
    blanks = with_part(ledger(), "xl/media/x.xml", b"<x>" + b" " * (40 << 20) + b"</x>")
    lying = _with_size(blanks, "xl/media/x.xml", 100)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert "壊れています" in refused(lying, WorkbookBroken)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30_000


def _with_size(workbook: bytes, part: str, size: int) -> bytes:
    """The directory says the entry is small; the data is not."""
    raw = bytearray(workbook)
    at = raw.rindex(part.encode()) - 46
    struct.pack_into("<I", raw, at + 24, size)
    return bytes(raw)


def test_entries_over_the_same_bytes_are_refused() -> None:
    raw = bytearray(ledger())
    first = raw.index(b"PK\x01\x02")
    second = raw.index(b"PK\x01\x02", first + 4)
    one = bytes(raw[first:second])
    doubled = one.replace(b"[Content_Types].xml", b"[Content_Typez].xml")
    end = raw.rindex(b"PK\x05\x06")
    here, size = struct.unpack_from("<H", raw, end + 10)[0], struct.unpack_from("<I", raw, end + 12)[0]
    raw[end:end] = doubled
    end += len(doubled)
    struct.pack_into("<HHI", raw, end + 8, here + 1, here + 1, size + len(doubled))
    refused(bytes(raw), WorkbookRefused)


def test_too_many_entries_are_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        for number in range(6000):
            made.writestr(f"xl/{number}", b"")
    assert "6000個" in refused(packed.getvalue(), WorkbookTooLarge)


def test_a_passworded_book_is_refused_by_name() -> None:
    encrypted = _OLE + bytes(1000) + "EncryptedPackage".encode("utf-16-le") + bytes(100)
    assert "パスワード" in refused(encrypted, WorkbookPassworded)


def test_an_encrypted_zip_entry_is_refused() -> None:
    raw = bytearray(ledger())
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    assert "暗号化" in refused(bytes(raw), WorkbookPassworded)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (_OLE + bytes(2000), "古い形式"),
        (b"a,b,c\n1,2,3\n", "Excelブックではありません"),
        (b"", "Excelブックではありません"),
    ],
)
def test_other_formats_are_refused(raw: bytes, says: str) -> None:
    assert says in refused(raw, WorkbookOldFormat, Path("台帳.xls"))


def test_macros_under_an_xlsx_name_are_refused() -> None:
    assert "マクロ" in refused(with_part(ledger(), "xl/vbaProject.bin", b"x"), WorkbookMacros)
    signed = with_part(ledger(), "_xmlsignatures/sig1.xml", b"<x/>")
    assert "署名" in refused(signed, WorkbookMacros)


def test_macros_under_their_own_name_are_carried_along() -> None:
    types = part_of(ledger(), "[Content_Types].xml").replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    book = with_part(with_part(ledger(), "xl/vbaProject.bin", b"x"), "[Content_Types].xml", types)
    assert Package.parse(Path("台帳.xlsm"), book).sheets
    refused(book, WorkbookMacros, Path("台帳.xlsx"))


@pytest.mark.parametrize(
    "rows",
    [
        b'<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>',
        b'<row><c r="A1"><v>1</v></c></row>',
        b'<row r="1"><!-- c --><c r="A1"><v>1</v></c></row>',
        b'<row r="1"><c r="A1"><v>1</v></c>',
        b'<row r="1"><c r="B1"/><c r="A1"/></row>',
        b'<row r="1"><c><v>1</v></c></row>',
        b'<row r="1"><c r="A2"><v>1</v></c></row>',
    ],
)
def test_rows_that_are_not_as_they_should_be_are_not_guessed_at(rows: bytes) -> None:
    assert "シート「台帳」" in refused(with_rows(rows), WorkbookBroken)


@pytest.mark.parametrize("place", range(0, 13_000, 650))
def test_damage_anywhere_is_a_clear_refusal(place: int) -> None:
    raw = bytearray(ledger())
    raw[place % len(raw)] ^= 0x55
    changed = bytes(raw)
    said = outcome(changed)
    # Nothing is said when the byte belongs to an entry that is only carried along, or to a date.
    assert said == "" or said.startswith("台帳.xlsx: ")


def outcome(raw: bytes) -> str:
    try:
        read(raw)
    except WorkbookRefused as error:
        return error.message
    return ""
