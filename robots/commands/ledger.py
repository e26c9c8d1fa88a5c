"""`kakazu ledger inspect FILE` and `kakazu ledger patch FILE --cell A1 --value text`."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from forms.values.dates import parse_date, show_both
from office.console import Report, reports
from robots.connectors.workbook.cells import Value
from robots.connectors.workbook.edits import CellEdit, Change
from robots.connectors.workbook.inspection import inspect
from robots.connectors.workbook.package import Package
from robots.connectors.workbook.writing import preview, write
from robots.errors import RobotError

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
BACKUPS = "控え"


@click.group("ledger")
def command() -> None:
    """Excelの台帳を調べ、指定したセルだけを書き換えます。"""


@command.command("inspect")
@click.argument("file", type=_FILE)
@reports
def inspect_ledger(file: Path) -> Report:
    """台帳のシート、見出し、行数と、他のソフトで保存すると失われるものを示します。"""
    found = inspect(Package.open(file))
    lines = [f"{file.name}（部品{found.parts}個、SHA-256 {found.sha256[:16]}…）"]
    for sheet in found.sheets:
        hidden = "" if sheet.state == "visible" else "（非表示）"
        lines.append(f"シート「{sheet.name}」{hidden} {sheet.rows}行、最後は{sheet.last_row}行目")
        lines.append(f"  見出し（{sheet.heading_row}行目まで、結合{len(sheet.merges)}か所）")
        lines += [f"    {letters}: {heading}" for letters, heading in sheet.headings.items()]
        if sheet.formulas:
            lines.append(f"  数式 {sheet.formulas}個")
    for name, count in found.would_lose.items():
        lines.append(f"他のソフトで保存すると失われるもの: {name} {count}個")
    return Report(asdict(found), lines)


@command.command("patch")
@click.argument("file", type=_FILE)
@click.option("--sheet", help="シート名（省略すると最初のシート）。")
@click.option("--cell", "cells", multiple=True, required=True, help="セルの番地。値と同じ数だけ指定します。")
@click.option("--value", "values", multiple=True, required=True, help="入れる値。空にするときは ''。")
@click.option(
    "--as",
    "kind",
    type=click.Choice(["text", "number", "date"]),
    default="text",
    help="値の種類（文字、数、日付）。",
)
@click.option("--dry-run", is_flag=True, help="変わるセルを示すだけで、書きません。")
@reports
def patch_ledger(
    file: Path, sheet: str | None, cells: Sequence[str], values: Sequence[str], kind: str, dry_run: bool
) -> Report:
    """指定したセルだけを書き換えます。ほかの部分は1バイトも変えません。"""
    if len(cells) != len(values):
        raise RobotError("--cell と --value は同じ数だけ指定してください。")
    package = Package.open(file)
    name = sheet or next(found.name for found in package.sheets if found.kind == "worksheet")
    edits = [CellEdit(name, cell, _value(kind, text)) for cell, text in zip(cells, values, strict=True)]
    if dry_run:
        changes, backup = preview(file, edits), None
    else:
        written = write(file, lambda _: edits, file.parent / BACKUPS, package.sha256)
        changes, backup = written.changes, written.backup
    lines = [_line(change) for change in changes] or ["変わるセルはありません（0件）。"]
    if backup is not None:
        lines.append(f"元のファイルは {backup} に残しました。")
    return Report({"dry_run": dry_run, "changes": [asdict(change) for change in changes]}, lines)


def _value(kind: str, text: str) -> Value:
    if text == "":
        return None
    if kind == "date":
        return parse_date(text)
    if kind == "number":
        try:
            return int(text) if text.lstrip("-").isdecimal() else float(text)
        except ValueError:
            raise RobotError(f"「{text}」は数ではありません。半角の数字で指定してください。") from None
    return text


def _line(change: Change) -> str:
    return f"{change.sheet}!{change.cell}: {_shown(change.before)} → {_shown(change.after)}"


def _shown(value: object) -> str:
    if value is None:
        return "（空）"
    return show_both(value) if isinstance(value, datetime.date) else str(value)
