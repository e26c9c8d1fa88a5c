"""The XML of changed and new rows, their look taken from the row they continue."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from xml.sax.saxutils import escape, unescape

from openpyxl.formula.translate import Translator

from robots.connectors.workbook.cells import (
    Area,
    Ruby,
    Value,
    cell_xml,
    column_letters,
    column_number,
    refused_text,
    serial_of,
)
from robots.connectors.workbook.package import Package
from robots.connectors.workbook.sheet import Cell, Row, SheetXml
from robots.errors import CellRefused

_QUOTES = {"&quot;": '"', "&apos;": "'"}
# What a new row does not take over: its place, and that its neighbour is hidden or folded away.
_ROW_OWN = {"r", "spans", "hidden", "collapsed"}
_KEPT = ("s", "ph")


class RowWriter:
    """Writes rows of one sheet; raises `CellRefused` naming sheet, row and column."""

    def __init__(self, package: Package, sheet: SheetXml) -> None:
        self._package = package
        self._sheet = sheet
        self._tag = f"{sheet.prefix}c"
        self._font = sheet.attribute("phoneticPr", "fontId")
        self._merges = sheet.merges()
        self._formula = re.compile(
            rf"<{sheet.prefix}f\b([^>]*?)(?:/>|>(.*?)</{sheet.prefix}f>)".encode(), re.DOTALL
        )
        self.adds_formulas = False
        self.new_merges: list[Area] = []

    def refused(self, reference: str, what: str) -> CellRefused:
        """The error for one cell."""
        return CellRefused(
            self._package.path,
            f"シート「{self._sheet.name}」のセル {reference} に書けません。{what}。",
        )

    def changed(self, row: Row, values: Mapping[int, Value], like: Row | None, overwrite: bool) -> bytes:
        """The bytes of an existing row with `values` (by column number) in it.

        With `overwrite` a cell may hold something before; never a formula.
        """
        cells = {cell.column: cell for cell in self._sheet.cells(row)}
        models = {} if like is None else {cell.column: cell for cell in self._sheet.cells(like)}
        written: dict[int, bytes] = {
            column: self._sheet.content[cell.start : cell.end] for column, cell in cells.items()
        }
        for column, value in values.items():
            old = cells.get(column)
            self._check_target(column, row.number, old, overwrite)
            written[column] = self._cell(column, row.number, value, old or models.get(column))
        if like is not None and not overwrite:
            for column, model in models.items():
                own = cells.get(column, model)
                if column not in values and (own.blank or own is model) and self.formula(model) is not None:
                    written[column] = self._continued(model, like, row.number, own)
        start = self._row_start(row.number, row.attributes, written)
        body = b"".join(written[column] for column in sorted(written))
        return start + body + f"</{self._sheet.prefix}row>".encode()

    def new(self, number: int, values: Mapping[int, Value], like: Row | None) -> bytes:
        """The bytes of a row that did not exist."""
        models = {} if like is None else {cell.column: cell for cell in self._sheet.cells(like)}
        written: dict[int, bytes] = {}
        for column in sorted({*models, *values}):
            self._check_target(column, number, None, overwrite=False)
            model = models.get(column)
            if column in values:
                written[column] = self._cell(column, number, values[column], model)
            elif model is not None:
                written[column] = self._continued(model, like, number, model)
        attributes = {k: v for k, v in (like.attributes if like else {}).items() if k not in _ROW_OWN}
        self._continue_merges(like, number)
        start = self._row_start(number, {"r": str(number), "spans": "", **attributes}, written)
        body = b"".join(written[column] for column in sorted(written))
        return start + body + f"</{self._sheet.prefix}row>".encode()

    def formula(self, cell: Cell) -> tuple[str, str] | None:
        """`(attributes, text)` of the cell's formula, None when it has none."""
        match = self._formula.search(cell.inside)
        if match is None:
            return None
        return match[1].decode(), unescape((match[2] or b"").decode(), _QUOTES)

    def _check_target(self, column: int, number: int, old: Cell | None, overwrite: bool) -> None:
        reference = f"{column_letters(column)}{number}"
        for area in self._merges:
            if area.holds(column, number) and (area.left, area.top) != (column, number):
                raise self.refused(reference, f"結合セル {area} の途中です。左上のセルを指定してください")
        if old is None or old.blank:
            return
        if self.formula(old) is not None:
            raise self.refused(reference, "数式が入っています。数式は書き換えません")
        if not overwrite:
            raise self.refused(reference, "すでに値が入っています。空いている行か確かめてください")

    def _cell(self, column: int, number: int, value: Value, model: Cell | None) -> bytes:
        reference = f"{column_letters(column)}{number}"
        style = model.attributes.get("s") if model else self._column_style(column)
        kept = {key: model.attributes[key] for key in _KEPT if model and key in model.attributes}
        if style is not None:
            kept["s"] = style
        if isinstance(value, str | Ruby) and (
            fault := refused_text(value if isinstance(value, str) else value.text)
        ):
            raise self.refused(reference, fault)
        attributes = "".join(f' {key}="{kept[key]}"' for key in kept)
        serial = self._serial(reference, value, int(style or 0)) if isinstance(value, datetime.date) else None
        return cell_xml(self._tag, reference, attributes, value, serial, self._font).encode()

    def _serial(self, reference: str, day: datetime.date, style: int) -> int:
        if style not in self._package.date_styles:
            raise self.refused(
                reference, "日付の書式になっていないため、数字で表示されます。列の書式を日付にしてください"
            )
        try:
            return serial_of(day, self._package.since_1904)
        except ValueError as error:
            raise self.refused(reference, "明治33年3月1日より前の日付はExcelの日付にできません") from error

    def _column_style(self, column: int) -> str | None:
        tag = self._sheet.prefix.encode()
        head = self._sheet.content[: self._sheet.data_tag.start()]
        for match in re.finditer(rb"<" + tag + rb"col\s([^>]*)/>", head):
            found = dict(re.findall(rb"(\w+)=\"([^\"]*)\"", match[1]))
            if int(found[b"min"]) <= column <= int(found[b"max"]):
                style: bytes | None = found.get(b"style")
                return None if style is None else style.decode()
        return None

    def _continued(self, model: Cell, like: Row | None, number: int, look: Cell) -> bytes:
        """A cell nobody gave a value: the style of `look`, and the model's formula moved down."""
        reference = f"{column_letters(model.column)}{number}"
        attributes = "".join(f' {key}="{look.attributes[key]}"' for key in _KEPT if key in look.attributes)
        formula = self.formula(model)
        if formula is None or like is None:
            return cell_xml(self._tag, reference, attributes, None, None, "").encode()
        origin, text = self._plain_formula(f"{column_letters(model.column)}{like.number}", *formula)
        moved = Translator(f"={text}", origin=origin).translate_formula(reference)[1:]
        self.adds_formulas = True
        prefix = self._sheet.prefix
        return (
            f'<{self._tag} r="{reference}"{attributes}><{prefix}f>{escape(moved)}</{prefix}f></{self._tag}>'
        ).encode()

    def _plain_formula(self, reference: str, attributes: str, text: str) -> tuple[str, str]:
        """The cell a formula was written for, and its text; a shared one is looked up."""
        kind = re.search(r't="(\w+)"', attributes)
        if kind is not None and kind[1] in ("array", "dataTable"):
            raise self.refused(reference, "上の行が配列数式です。この行は人が追加してください")
        if text:
            return reference, text
        shared = re.search(r'si="(\d+)"', attributes)
        found = shared and self._shared_formula(shared[1])
        if not found:
            raise self.refused(reference, "上の行の共有数式の元が見つかりません")
        return found

    def _shared_formula(self, index: str) -> tuple[str, str] | None:
        content = self._sheet.content
        for match in self._formula.finditer(content, self._sheet.data_start, self._sheet.data_end):
            if f'si="{index}"'.encode() in match[1] and match[2]:
                at = content.rfind(f"<{self._tag} ".encode(), 0, match.start())
                reference = re.search(rb'\br="([A-Z]+\d+)"', content[at : match.start()])
                if reference is not None:
                    return reference[1].decode(), unescape(match[2].decode(), _QUOTES)
        return None

    def _continue_merges(self, like: Row | None, number: int) -> None:
        for area in self._merges:
            if like is not None and area.top == area.bottom == like.number:
                self.new_merges.append(Area(area.left, number, area.right, number))

    def _row_start(self, number: int, attributes: Mapping[str, str], written: Mapping[int, bytes]) -> bytes:
        given = dict(attributes)
        if "spans" in given and written:
            given["spans"] = _spans(given["spans"], min(written), max(written))
        text = "".join(f' {key}="{value}"' for key, value in given.items() if value != "" or key != "spans")
        return f"<{self._sheet.prefix}row{text}>".encode()


def _spans(old: str, first: int, last: int) -> str:
    """The row's `spans` (`1:12`, only ever widened)."""
    for part in old.split():
        low, _, high = part.partition(":")
        first, last = min(first, int(low)), max(last, int(high))
    return f"{first}:{last}"


def by_column(values: Mapping[str, Value]) -> dict[int, Value]:
    """Column letters → column numbers."""
    return {column_number(letters): value for letters, value in values.items()}
