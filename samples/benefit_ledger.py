"""給付金支払台帳.xlsx, to which the lines of paper payment lists are added: a title, frozen headings, rows of
last month with their source, a sheet of sums by formula. Robots must leave all of that as it was.
"""

from __future__ import annotations

import datetime
import io

import xlsxwriter

FILE_NAME = "給付金支払台帳.xlsx"
SHEET = "給付金支払台帳"
HEADINGS = ("番号", "受付日", "氏名", "フリガナ", "区分", "支給額", "支払日", "備考", "出所")
FIRST_ROW = 4
_WIDTHS = (6, 14, 18, 22, 14, 12, 14, 16, 34)
_ROWS = (
    (1, "見本 一郎", "ミホン イチロウ", "葬祭費", 50_000),
    (2, "見本 花子", "ミホン ハナコ", "出産育児", 500_000),
    (3, "北川 実", "キタガワ ミノル", "医療費助成", 12_480),
)


def benefit_ledger() -> bytes:
    """The workbook."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": datetime.datetime(2026, 4, 1, tzinfo=datetime.UTC)})
        bold, yen = (
            book.add_format({"bold": True, "border": 1}),
            book.add_format({"num_format": "#,##0", "border": 1}),
        )
        day, text = (
            book.add_format({"num_format": "[$-411]ge.m.d", "border": 1}),
            book.add_format({"border": 1}),
        )
        sheet = book.add_worksheet(SHEET)
        sheet.write_string(
            0, 0, "給付金支払台帳（令和8年度）", book.add_format({"bold": True, "font_size": 14})
        )
        for place, (heading, width) in enumerate(zip(HEADINGS, _WIDTHS, strict=True)):
            sheet.set_column(place, place, width)
            sheet.write_string(FIRST_ROW - 2, place, heading, bold)
        sheet.freeze_panes(FIRST_ROW - 1, 3)
        for row, (number, name, kana, kind, amount) in enumerate(_ROWS, start=FIRST_ROW - 1):
            sheet.write_number(row, 0, number, text)
            sheet.write_datetime(row, 1, datetime.date(2026, 4, 6), day)
            for place, value in ((2, name), (3, kana), (4, kind), (7, ""), (8, "手入力")):
                sheet.write(row, place, value, text)
            sheet.write_number(row, 5, amount, yen)
            sheet.write_datetime(row, 6, datetime.date(2026, 4, 20), day)
        sums = book.add_worksheet("集計")
        sums.write_string(0, 0, "支給額の合計", bold)
        sums.write_formula(0, 1, f"=SUM({SHEET}!F{FIRST_ROW}:F1000)", yen, sum(row[4] for row in _ROWS))
    return out.getvalue()
