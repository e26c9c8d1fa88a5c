"""`kakazu read FILE…`: read scans of our printed forms."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from forms.catalogue import load_catalogue
from ocr.batch import read_pages
from ocr.readings import FieldReading, PageReading, State
from ocr.tables.columns import Column, load_columns
from ocr.tables.lists import joined
from ocr.tables.results import BLANK, RowReading
from ocr.tables.table import read_tables
from office.console import Report, data_folder, reports
from office.masters import towns_of_city

_STATES = {"accepted": "確定", "ask": "要確認", "rejected": "要入力"}


@click.command(short_help="スキャンした用紙を読み取ります。")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--form", "slug", help="読み取る様式（手続の名前）。ほかの様式は読み取りません。")
@click.option("--table", "as_table", is_flag=True, help="台帳や一覧表として、行ごとに読み取ります。")
@click.option(
    "--columns",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="表の列を決めるTOML（[[columns]] に label と kind）。--table と使います。",
)
@reports
def command(files: tuple[Path, ...], slug: str | None, as_table: bool, columns: Path | None) -> Report:
    """PNG・JPEG・TIFF・PDFの用紙を読み取り、項目ごとに値と確からしさを示します。"""
    if as_table:
        return _tables(files, load_columns(columns) if columns else ())
    catalogue = load_catalogue()
    if slug is not None:
        catalogue.procedure(slug)
    towns = towns_of_city(data_folder())
    pages = [page for file in files for page in read_pages(file, catalogue, slug, towns=towns)]
    return Report(
        data=[page.to_json() for page in pages],
        lines=[line for page in pages for line in _lines(page)],
        wrong=any(page.problem for page in pages),
    )


def _tables(files: tuple[Path, ...], columns: tuple[Column, ...]) -> Report:
    """The rows of paper ledgers, pages of one list joined."""
    pages = [page for file in files for page in read_tables(file, columns)]
    lists = joined(pages)
    unread = [page for page in pages if page.problem]
    lines = [f"{page.source} {page.page}ページ目：読み取れませんでした。{page.problem}" for page in unread]
    for one in lists:
        lines += [" | ".join(column.label for column in one.columns), *one.problems]
        for page in one.pages:
            lines += [_row(row) for row in page.rows if row.kind != BLANK]
    data = {
        "lists": [
            {"pages": [page.to_json() for page in one.pages], "problems": list(one.problems)} for one in lists
        ],
        "unread": [page.to_json() for page in unread],
    }
    wrong = bool(unread) or any(one.problems for one in lists)
    return Report(data=data, lines=lines, wrong=wrong)


def _row(row: RowReading) -> str:
    marks = {State.ACCEPTED: "", State.ASK: "？", State.REJECTED: "！"}
    return " | ".join(f"{cell.text}{marks[cell.state]}" for cell in row.cells)


def _lines(page: PageReading) -> Iterator[str]:
    place = f"{page.source} {page.page}ページ目"
    if page.problem:
        yield f"{place}：読み取れませんでした。{page.problem}"
        return
    form = f"様式 {page.form} 第{page.version}版 {page.form_page}枚目"
    yield f"{place}：{form} 通し番号 {page.serial or '不明'}"
    for one in page.fields:
        yield f"  {_STATES[one.state]}  {one.name}：{_shown(one)}（{one.confidence:.2f}）{one.note}"


def _shown(one: FieldReading) -> str:
    return one.text or "（記入なし）"
