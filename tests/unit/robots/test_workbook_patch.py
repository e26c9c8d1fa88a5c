"""What a patch changes in a workbook, and that nothing else does."""

from __future__ import annotations

import datetime
import io
import re
import warnings
import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from lxml import etree

from robots.connectors.workbook.archive import Archive
from robots.connectors.workbook.cells import Ruby, Value
from robots.connectors.workbook.dependents import looks_at
from robots.connectors.workbook.edits import CellEdit, Edit, RowEdit
from robots.connectors.workbook.limits import STANDARD
from robots.connectors.workbook.package import Package
from robots.connectors.workbook.patch import next_free_row, sheet_xml
from robots.connectors.workbook.reading import diff
from robots.connectors.workbook.writing import preview, write
from robots.errors import CellRefused, SheetMissing
from tests.support.workbooks import FIRST_ROW, SHEET, ledger, part_of, with_part

_SCHEMA = etree.XMLSchema(etree.parse(str(Path(__file__).parents[2] / "support/sheet_rows.xsd")))
_SHEET_PART = "xl/worksheets/sheet1.xml"
NAME = Ruby((("𠮷田", "ヨシダ"), ("　", ""), ("葛\U000e0100子", "カツコ")))
NEW_ROW: dict[str, Value] = {
    "A": "R8-000009",
    "B": NAME,
    "C": "ヨシダ　カツコ",
    "D": "平成2年3月4日",
    "E": datetime.date(2026, 4, 6),
}


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "台帳.xlsx"
    path.write_bytes(ledger())
    return path


def append(path: Path, row: int = 8) -> list[Edit]:
    return [RowEdit(SHEET, row, NEW_ROW, row - 1)]


def patched(path: Path, edits: Sequence[Edit]) -> tuple[bytes, bytes]:
    before = path.read_bytes()
    write(path, lambda _: edits, path.parent / "控え")
    return before, path.read_bytes()


def opened(path: Path) -> openpyxl.Workbook:
    with warnings.catch_warnings():  # openpyxl says that it will lose the sparkline
        warnings.simplefilter("ignore", UserWarning)
        return openpyxl.load_workbook(path)


def changed_parts(before: bytes, after: bytes) -> set[str]:
    """Parts whose raw bytes (local header, packed data, descriptor) or directory record differ."""
    old, new = (Archive.parse(Path("x.xlsx"), raw, STANDARD) for raw in (before, after))
    assert [entry.name for entry in new.entries] == [entry.name for entry in old.entries if entry.name in new]
    found = {entry.name for entry in old.entries if entry.name not in new}
    for entry in new.entries:
        other = old.entry(entry.name)
        same = before[other.start : other.end] == after[entry.start : entry.end]
        records = entry.central[:42] + entry.central[46:], other.central[:42] + other.central[46:]
        if not same or records[0] != records[1]:
            found.add(entry.name)
    return found


def test_only_the_sheet_changes(book: Path) -> None:
    assert changed_parts(*patched(book, append(book))) == {_SHEET_PART}


def test_a_library_that_saves_the_whole_book_loses_what_the_patch_keeps(book: Path) -> None:
    """The reason for patching: the same test fails for openpyxl."""
    before = book.read_bytes()
    other = opened(book)
    other[SHEET]["A8"] = "R8-000009"
    saved = io.BytesIO()
    other.save(saved)
    with zipfile.ZipFile(saved) as after:
        everything = b"".join(after.read(name) for name in after.namelist())
    assert b"rPh" in part_of(before, "xl/sharedStrings.xml")
    assert b"rPh" not in everything
    assert b"<xdr:sp" not in everything
    assert b"sparkline" not in everything


def test_the_new_zip_is_whole_and_keeps_dates_and_comment(book: Path) -> None:
    before, after = patched(book, append(book))
    with zipfile.ZipFile(io.BytesIO(before)) as old, zipfile.ZipFile(io.BytesIO(after)) as new:
        assert new.testzip() is None
        assert new.comment == old.comment == b"kept"
        for one, other in zip(old.infolist(), new.infolist(), strict=True):
            assert (one.filename, one.date_time, one.external_attr, one.extra) == (
                other.filename, other.date_time, other.external_attr, other.extra
            )  # fmt: skip


def test_only_the_intended_cells_differ(book: Path) -> None:
    before, _ = patched(book, append(book))
    found = diff(Package.parse(book, before), Package.open(book))
    assert {(change.cell, change.before, change.after) for change in found} == {
        ("A8", None, "R8-000009"),
        ("B8", None, NAME.text),
        ("C8", None, "ヨシダ　カツコ"),
        ("D8", None, "平成2年3月4日"),
        ("E8", None, datetime.date(2026, 4, 6)),
    }


def test_another_reader_sees_the_row_with_the_look_of_the_row_above(book: Path) -> None:
    patched(book, append(book))
    sheet = opened(book)[SHEET]
    assert sheet["B8"].value == NAME.text
    for letter in "ABCDEFG":
        assert sheet[f"{letter}8"].style_id == sheet[f"{letter}7"].style_id
    assert sheet.row_dimensions[8].height == sheet.row_dimensions[7].height
    assert sorted(str(area) for area in sheet.merged_cells.ranges) == ["A1:G1", "B3:D3"]


def test_a_row_beyond_the_formatted_ones_is_made_like_the_one_above(book: Path) -> None:
    _, after = patched(book, [RowEdit(SHEET, 21, NEW_ROW, 20)])
    sheet = opened(book)[SHEET]
    assert [sheet[f"{c}21"].style_id for c in "ABCDEFG"] == [sheet[f"{c}20"].style_id for c in "ABCDEFG"]
    assert sheet.row_dimensions[21].height == 21
    assert b'<dimension ref="A1:G21"/>' in part_of(after, _SHEET_PART)


def test_rows_are_valid_against_the_schema(book: Path) -> None:
    edits: list[Edit] = [
        *append(book),
        RowEdit(SHEET, 21, NEW_ROW, 20),
        CellEdit(SHEET, "K2", True),
        CellEdit(SHEET, "K3", -1.5),
        CellEdit(SHEET, "K4", " 前後の空白と\n改行 <&> "),
        CellEdit(SHEET, "G5", None),
    ]
    _, after = patched(book, edits)
    root = etree.fromstring(part_of(after, _SHEET_PART))
    rows = root.find("{*}sheetData")
    assert rows is not None
    _SCHEMA.assertValid(etree.fromstring(etree.tostring(rows)))
    assert opened(book)[SHEET]["K4"].value == " 前後の空白と\n改行 <&> "


def test_a_text_that_looks_like_an_escape_stays_a_text(book: Path) -> None:
    """_x0041_ alone would be read as A (ECMA-376 part 1, §22.9.2.19)."""
    _, after = patched(book, [CellEdit(SHEET, "G5", "_x0041_")])
    assert b"<t>_x005F_x0041_</t>" in part_of(after, _SHEET_PART)
    assert preview(book, [CellEdit(SHEET, "G5", "_x0041_")]) == ()


def test_the_schema_refuses_what_excel_would_call_damaged() -> None:
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    for wrong in (
        '<c r="A1" t="inlineStr"><is><rPh sb="0" eb="1"><t>ア</t></rPh><t>亜</t></is></c>',
        '<c r="A1" t="inlineStr"><is><t>亜</t><rPh sb="0"><t>ア</t></rPh></is></c>',
        '<c r="A1" t="inlineStr"><is><t>亜</t><phoneticPr/></is></c>',
        '<c r="1A"/>',
    ):
        document = etree.fromstring(f'<sheetData {space}><row r="1">{wrong}</row></sheetData>')
        assert not _SCHEMA.validate(document), wrong


def test_ruby_counts_in_utf16_units(book: Path) -> None:
    _, after = patched(book, append(book))
    text = part_of(after, _SHEET_PART).decode()
    assert '<rPh sb="0" eb="3"><t>ヨシダ</t></rPh><rPh sb="4" eb="8"><t>カツコ</t></rPh>' in text
    assert '<phoneticPr fontId="1"/></is>' in text


def test_a_formula_column_goes_on_and_what_depends_on_it_is_counted_again(tmp_path: Path) -> None:
    path = tmp_path / "式.xlsx"
    path.write_bytes(ledger(formulas=True))
    before, after = patched(path, append(path))
    sheet = opened(path)[SHEET]
    assert sheet["F8"].value == '=DATEDIF(E8,TODAY(),"Y")'
    assert b'fullCalcOnLoad="1"' in part_of(after, "xl/workbook.xml")
    assert changed_parts(before, after) - {"xl/workbook.xml"} == {
        _SHEET_PART, "xl/calcChain.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels"
    }  # fmt: skip
    assert b"calcChain" not in part_of(after, "[Content_Types].xml") + part_of(
        after, "xl/_rels/workbook.xml.rels"
    )


@pytest.mark.parametrize(
    ("formula", "looks"),
    [
        ("COUNTA(A5:A200)", True),
        ("COUNTA($A$5:$A$7)", False),
        ("SUM(A:A)", True),
        ("SUM(B:C)", False),
        ("台帳!A8+1", True),
        ("'台帳'!A8", True),
        ("集計!A8", False),
        ('IF("A8"="",1,B2)', False),
        ("A8", True),
        ("A80+AA8", False),
        ("台帳表[受付番号]", True),
        ("LOG10(B1)", False),
    ],
)
def test_which_formulas_look_at_a_cell(formula: str, looks: bool) -> None:
    assert looks_at(formula, SHEET, {(1, 8)}) is looks


def test_old_results_in_the_sheet_go_and_others_stay(tmp_path: Path) -> None:
    """LibreOffice shows kept results: an old total must not look like a new one."""
    path = tmp_path / "式.xlsx"
    path.write_bytes(ledger(formulas=True))
    _, after = patched(path, [CellEdit(SHEET, "E5", datetime.date(2026, 4, 9)), CellEdit(SHEET, "K9", 1)])
    sheet = part_of(after, _SHEET_PART)
    assert b'<f>DATEDIF(E6,TODAY(),"Y")</f><v>0</v>' in sheet


def test_a_value_that_formulas_look_at_keeps_calc_chain(tmp_path: Path) -> None:
    path = tmp_path / "式.xlsx"
    path.write_bytes(ledger(formulas=True))
    before, after = patched(path, [CellEdit(SHEET, "G5", "変更")])
    assert "xl/calcChain.xml" not in changed_parts(before, after)


def test_a_shared_formula_is_continued(book: Path) -> None:
    sheet = part_of(book.read_bytes(), _SHEET_PART).decode()
    master = '<c r="F5"><f t="shared" ref="F5:F7" si="0">E5+1</f><v>1</v></c>'
    for row, cell in ((5, master), (7, '<c r="F7"><f t="shared" si="0"/><v>1</v></c>')):
        start = sheet.index(f'<c r="F{row}"')
        sheet = sheet[:start] + cell + sheet[sheet.index("/>", start) + 2 :]
    book.write_bytes(with_part(book.read_bytes(), _SHEET_PART, sheet.encode()))
    patched(book, append(book))
    assert opened(book)[SHEET]["F8"].value == "=E8+1"


def test_a_table_grows_with_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "表.xlsx"
    path.write_bytes(ledger(table=True))
    row = next_free_row(sheet_xml(Package.open(path), SHEET), "A", FIRST_ROW - 1)
    before, after = patched(path, [*append(path, row), *append(path, row + 1)])
    assert changed_parts(before, after) == {_SHEET_PART, "xl/tables/table1.xml"}
    table = opened(path)[SHEET].tables["台帳表"]
    assert (table.ref, table.autoFilter.ref) == ("A4:G9", "A4:G9")


def test_merges_across_the_row_above_are_continued(book: Path) -> None:
    sheet = part_of(book.read_bytes(), _SHEET_PART).replace(
        b'<mergeCells count="2">', b'<mergeCells count="3"><mergeCell ref="F20:G20"/>'
    )
    book.write_bytes(with_part(book.read_bytes(), _SHEET_PART, sheet))
    patched(book, [RowEdit(SHEET, 21, NEW_ROW, 20)])
    merged = {str(area) for area in opened(book)[SHEET].merged_cells.ranges}
    assert merged == {"A1:G1", "B3:D3", "F20:G20", "F21:G21"}


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (CellEdit(SHEET, "C3", "x"), "結合セル B3:D3 の途中"),
        (RowEdit(SHEET, 6, {"A": "x"}, 5), "すでに値が入っています"),
        (CellEdit(SHEET, "A8", datetime.date(2026, 4, 1)), "日付の書式になっていない"),
        (CellEdit(SHEET, "E8", datetime.date(1899, 1, 1)), "明治33年3月1日より前"),
        (CellEdit(SHEET, "A8", "鐘\x07"), "制御文字"),
        (CellEdit(SHEET, "A8", "あ" * 32768), "32767字"),
        (CellEdit(SHEET, "A0", "x"), "番地ではありません"),
        (CellEdit(SHEET, "XFE1", "x"), "番地ではありません"),
    ],
)
def test_what_must_not_be_written_is_refused_by_name(book: Path, edit: Edit, says: str) -> None:
    before = book.read_bytes()
    with pytest.raises(CellRefused, match=says) as refused:
        write(book, lambda _: [edit], book.parent / "控え")
    assert "台帳.xlsx" in refused.value.message
    assert book.read_bytes() == before


def test_a_formula_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "式.xlsx"
    path.write_bytes(ledger(formulas=True))
    with pytest.raises(CellRefused, match="セル F5 に書けません。数式"):
        preview(path, [CellEdit(SHEET, "F5", 3)])


def test_a_total_under_the_rows_stops_appending(tmp_path: Path) -> None:
    path = tmp_path / "合計.xlsx"
    path.write_bytes(ledger(footer=True))
    with pytest.raises(CellRefused, match=r"22行目.*合計などの行"):
        next_free_row(sheet_xml(Package.open(path), SHEET), "A", FIRST_ROW - 1)


def test_formatted_free_rows_are_free(book: Path) -> None:
    assert next_free_row(sheet_xml(Package.open(book), SHEET), "A", FIRST_ROW - 1) == 8


def test_an_unknown_sheet_is_named(book: Path) -> None:
    with pytest.raises(SheetMissing, match="シート「台張」がありません（あるのは 台帳、集計）"):
        preview(book, [CellEdit("台張", "A1", "x")])


def test_an_empty_sheet_takes_its_first_cell(tmp_path: Path) -> None:
    path = tmp_path / "空.xlsx"
    empty = part_of(ledger(), _SHEET_PART)
    start, end = empty.index(b"<sheetData>"), empty.index(b"</sheetData>") + len(b"</sheetData>")
    path.write_bytes(with_part(ledger(), _SHEET_PART, empty[:start] + b"<sheetData/>" + empty[end:]))
    patched(path, [CellEdit(SHEET, "B5", "初")])
    assert opened(path)[SHEET]["B5"].value == "初"


def test_a_sheet_whose_names_carry_a_prefix_is_patched(book: Path) -> None:
    """As some exporters write them: <x:worksheet>, <x:row>, <x:c>."""
    sheet = part_of(book.read_bytes(), _SHEET_PART).decode()
    plain = sheet[: sheet.index("<sheetPr")] if "<sheetPr" in sheet else sheet[: sheet.index("<dimension")]
    rows = sheet[sheet.index("<sheetData>") : sheet.index("</sheetData>") + 12]
    prefixed = plain.replace("<worksheet xmlns=", "<x:worksheet xmlns:x=")
    rows = re.sub(r"<(/?)(\w+)", r"<\1x:\2", rows)
    book.write_bytes(with_part(book.read_bytes(), _SHEET_PART, f"{prefixed}{rows}</x:worksheet>".encode()))
    patched(book, append(book))
    assert opened(book)[SHEET]["B8"].value == NAME.text
