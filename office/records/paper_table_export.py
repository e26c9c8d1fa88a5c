"""Taking the rows of a settled paper table out as CSV or Excel; no spreadsheet takes a text for a formula."""

from __future__ import annotations

import csv
import hashlib
import io
from typing import Any

import xlsxwriter
from sqlalchemy.orm import Session

from ocr.tables.results import ENTRY
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import events, journal
from office.errors import NotNow
from office.records.models.paper_tables import PaperTable, TableState
from office.records.survey_export import neutral
from office.secrets import Vault

Rows = list[dict[str, Any]]


def as_csv(session: Session, actor: Actor, vault: Vault, table: PaperTable) -> bytes:
    """The entries as CSV (UTF-8 with a mark, as Excel wants it). Raises `NotNow` before they are settled."""
    rows = _taken(session, actor, vault, table)
    return csv_of(table, rows)


def as_workbook(session: Session, actor: Actor, vault: Vault, table: PaperTable) -> bytes:
    """The entries as an Excel sheet; amounts are numbers, every other value is text."""
    rows = _taken(session, actor, vault, table)
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("読み取った表")
        bold, yen = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0;△#,##0"})
        sheet.write_row(0, 0, [one["label"] for one in table.columns], bold)
        for number, values in enumerate(_values(rows), start=1):
            for place, value in enumerate(values):
                if isinstance(value, int):
                    sheet.write_number(number, place, value, yen)
                else:
                    sheet.write_string(number, place, value)
    return out.getvalue()


def _taken(session: Session, actor: Actor, vault: Vault, table: PaperTable) -> Rows:
    require(actor, Act.CONFIRM_PAPER)
    if table.state is not TableState.TAKEN:
        raise NotNow("まだ確定していない表です。すべての欄を確かめて確定すると、書き出せます。")
    rows = table.read_rows(vault)
    digest = hashlib.sha256(csv_of(table, rows)).hexdigest()
    subject = f"paper_table:{table.id}"
    journal.write(session, actor, events.PAPER_TABLE_READ, subject, rows=len(rows), sha256=digest)
    return rows


def _values(rows: Rows) -> list[list[str | int]]:
    """The values of the entries; totals and carried sums are left out."""
    return [
        [cell["value"] if cell["value"] is not None else "" for cell in row["cells"]]
        for row in rows
        if row["kind"] == ENTRY
    ]


def csv_of(table: PaperTable, rows: Rows) -> bytes:
    """The entries of a table as CSV; the journal holds its hash."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([neutral(one["label"]) for one in table.columns])
    for values in _values(rows):
        writer.writerow([neutral(one) if isinstance(one, str) else one for one in values])
    return out.getvalue().encode("utf-8-sig")
