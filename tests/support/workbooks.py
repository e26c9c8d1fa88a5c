"""Workbooks as cities really have them; made here, so that no binary stands in the tests."""

from __future__ import annotations

import datetime
import io
import zipfile
from pathlib import Path

import xlsxwriter

SHEET = "台帳"
HEADINGS = ("受付番号", "氏名", "フリガナ", "生年月日", "転入日", "年齢", "備考")
FIRST_ROW, LAST_FORMATTED = 5, 20
PEOPLE = (
    (
        "R8-000001",
        "山田　太郎",
        "ヤマダ　タロウ",
        "昭和55年5月1日",
        datetime.date(2026, 4, 1),
        "髙橋さん紹介",
    ),
    ("R8-000001", "山田　花子", "ヤマダ　ハナコ", "昭和58年12月31日", datetime.date(2026, 4, 1), ""),
    (
        "R8-000004",
        "𠮷田　次郎",
        "ヨシダ　ジロウ",
        "平成元年1月8日",
        datetime.date(2026, 4, 3),
        "印影あり",
    ),
)
_ERA = '[$-411]ggge"年"m"月"d"日"'
_MOMENT = (2025, 11, 5, 13, 7, 42)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_CHAIN = f'<?xml version="1.0" encoding="UTF-8"?><calcChain xmlns="{_MAIN}"><c r="F5" i="1"/></calcChain>'
_CHAIN_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"
_CHAIN_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain"


def ledger(*, formulas: bool = False, table: bool = False, footer: bool = False) -> bytes:
    """A ledger with merged headings, era dates, phonetic guides, a stamp box, validation, comments, a chart.

    `formulas`: an age column, so that calcChain exists; `table`: an Excel table over the rows; `footer`: a
    total under them.
    """
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    sheet = book.add_worksheet(SHEET)
    era = book.add_format({"num_format": _ERA, "border": 1, "align": "center"})
    cell = book.add_format({"border": 1, "shrink": True})
    sheet.merge_range("A1:G1", "転入者台帳（様式第3号）", cell)
    sheet.merge_range("B3:D3", "転入した方", cell)
    sheet.write_row(3, 0, HEADINGS, cell)
    for row in range(FIRST_ROW - 1, FIRST_ROW - 1 + len(PEOPLE) if table else LAST_FORMATTED):
        values = PEOPLE[row - FIRST_ROW + 1] if row - FIRST_ROW + 1 < len(PEOPLE) else None
        sheet.set_row(row, 21)
        number, name, kana, born, moved, note = values or ("", "", "", "", "", "")
        for column, value in ((0, number), (1, name), (2, kana), (3, born), (4, moved), (5, None), (6, note)):
            sheet.write(row, column, value if value != "" else None, era if column == 4 else cell)
        if formulas and values:
            sheet.write_formula(row, 5, f'=DATEDIF(E{row + 1},TODAY(),"Y")', cell, 0)
    if footer:
        sheet.write_row(LAST_FORMATTED + 1, 1, ["合計", 3], cell)
    if table:
        bottom = FIRST_ROW + len(PEOPLE) - 2
        sheet.add_table(3, 0, bottom, 6, {"name": "台帳表", "columns": [{"header": h} for h in HEADINGS]})
    sheet.insert_textbox(0, 7, "課長\n\n印", {"width": 70, "height": 70})
    sheet.data_validation("A5:A200", {"validate": "length", "criteria": "<=", "value": 12})
    sheet.conditional_format("E5:E200", {"type": "data_bar", "data_bar_2010": True})
    sheet.add_sparkline("I5", {"range": f"{SHEET}!A5:E5"})
    sheet.write_comment("B4", "住民票のとおりに", {"author": "市民課"})
    other = book.add_worksheet("集計")
    if formulas:
        other.write_formula("A1", f"=COUNTA({SHEET}!A5:A200)", None, 3)
    other.write("B1", "触らないシート")
    other.hide()
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": f"={SHEET}!$A$5:$A$7"})
    other.insert_chart("D4", chart)
    book.close()
    return _as_excel_packs(made.getvalue(), chain=formulas)


def _as_excel_packs(workbook: bytes, *, chain: bool) -> bytes:
    """Guides and calcChain put in; odd dates, extra fields, data descriptors, stored entries, a comment."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as before, zipfile.ZipFile(_Unseekable(packed), "w") as after:
        for place, part in enumerate(before.namelist()):
            content = before.read(part).decode() if part.endswith((".xml", ".rels")) else before.read(part)
            if isinstance(content, str):
                content = _with_guides(part, _with_chain(part, content, chain)).encode()
            entry = zipfile.ZipInfo(part, _MOMENT)
            entry.external_attr = 0o640 << 16
            entry.extra = b"\x99\x99\x04\x00kaka" if place % 2 else b""
            method = zipfile.ZIP_STORED if part.startswith("docProps") else zipfile.ZIP_DEFLATED
            after.writestr(entry, content, method)
        if chain:
            after.writestr(zipfile.ZipInfo("xl/calcChain.xml", _MOMENT), _CHAIN, zipfile.ZIP_DEFLATED)
        after.comment = b"kept"
    return packed.getvalue()


def _with_guides(part: str, text: str) -> str:
    if part == "xl/sharedStrings.xml":
        guide = '<rPh sb="0" eb="2"><t>ヤマダ</t></rPh><phoneticPr fontId="1"/>'
        text = text.replace("<t>山田　太郎</t>", f"<t>山田　太郎</t>{guide}")
        assert guide in text
    if part == "xl/worksheets/sheet1.xml":
        text = text.replace("</mergeCells>", '</mergeCells><phoneticPr fontId="1"/>')
    return text


def _with_chain(part: str, text: str, chain: bool) -> str:
    if chain and part == "[Content_Types].xml":
        return text.replace(
            "</Types>", f'<Override PartName="/xl/calcChain.xml" ContentType="{_CHAIN_TYPE}"/></Types>'
        )
    if chain and part == "xl/_rels/workbook.xml.rels":
        relation = f'<Relationship Id="rId99" Type="{_CHAIN_RELATION}" Target="calcChain.xml"/>'
        return text.replace("</Relationships>", f"{relation}</Relationships>")
    return text


class _Unseekable(io.RawIOBase):
    """Makes `zipfile` write data descriptors, as streaming exporters do."""

    def __init__(self, target: io.BytesIO) -> None:
        self._target = target

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        return self._target.write(data)  # type: ignore[arg-type]

    def flush(self) -> None:
        self._target.flush()


def with_part(workbook: bytes, part: str, content: bytes) -> bytes:
    """The workbook with one part replaced or added."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as before,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            after.writestr(name, content if name == part else before.read(name))
        if part not in before.namelist():
            after.writestr(part, content)
    return packed.getvalue()


def part_of(workbook: bytes, part: str) -> bytes:
    """One part, unpacked."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as opened:
        return opened.read(part)


def large_ledger(path: Path, rows: int, columns: int = 10) -> None:
    """A plain ledger of many rows, for benches and limits."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet(SHEET)
    sheet.write_row(0, 0, [f"見出し{column}" for column in range(columns)])
    for row in range(1, rows + 1):
        sheet.write_row(
            row,
            0,
            [
                f"R8-{row:06d}",
                "山田　太郎",
                "ヤマダ　タロウ",
                row,
                row * 7,
                f"みほん市北町{row % 37}-{row % 23}-{row % 11}",
                "昭和55年5月1日",
                "男",
                "世帯主",
                3.5,
            ][:columns],
        )
    book.close()
