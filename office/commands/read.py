"""`kakazu read FILE…`: read scans of our printed forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import click
import cv2
import numpy as np

from forms.catalogue import Catalogue, UnknownProcedure, load_catalogue
from ocr.batch import read_image
from ocr.errors import UnknownPage
from ocr.older_files import FormFileRefused, read_forms
from ocr.older_forms import OlderForm
from ocr.page import load_pages
from ocr.readings import FieldReading, PageReading, State
from ocr.stages.registration import find_marks
from ocr.tables.columns import Column, load_columns
from ocr.tables.layout import find_layout
from ocr.tables.lists import joined
from ocr.tables.results import BLANK, RowReading
from ocr.tables.straighten import straightened
from ocr.tables.table import read_tables
from office.console import Report, data_folder, reports
from office.masters import towns_of_city
from office.platform import open_platform
from office.records.older_forms import forms_in_use
from office.settings import load_settings

_TABLE_COLUMNS, _TABLE_LINES = 4, 6
_IF_TABLE = "台帳や一覧表なら、--table を付けて読み取ってください。"
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
@click.option(
    "--forms",
    "forms_folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="旧様式のファイル（*.form.json）のフォルダー。なければ、この市で使用中の旧様式で読み取ります。",
)
@reports
def command(
    files: tuple[Path, ...], slug: str | None, as_table: bool, columns: Path | None, forms_folder: Path | None
) -> Report:
    """PNG・JPEG・TIFF・PDFの用紙を読み取り、項目ごとに値と確からしさを示します。

    この市のデータがあるフォルダーでは、登録して使用中の旧様式も読み取ります。
    """
    if as_table:
        return _tables(files, load_columns(columns) if columns else ())
    catalogue, older = _known(forms_folder)
    if slug is not None:
        catalogue.procedure(slug)
    towns = towns_of_city(data_folder())
    pages = [
        _told_of_tables(read_image(page, catalogue, slug, towns=towns, older=older))
        for file in files
        for page in load_pages(file)
    ]
    titles = {one.key: one.title for one in older}
    return Report(
        data=[page.to_json() for page in pages],
        lines=[line for page in pages for line in _lines(page, titles)],
        wrong=any(page.problem for page in pages),
    )


def _known(folder: Path | None) -> tuple[Catalogue, tuple[OlderForm, ...]]:
    """The procedures, and the older forms declared: of a folder of files, else of the city's own data.

    Raises `FormFileRefused` for a file whose procedure is not known here.
    """
    catalogue, older = _of_the_city(data_folder())
    if folder is None:
        return catalogue, older
    older = read_forms(folder)
    for form in older:
        try:
            catalogue.procedure(form.procedure, version=form.version)
        except UnknownProcedure:
            raise FormFileRefused(
                f"旧様式「{form.title}」の手続「{form.procedure}」第{form.version}版がここにはありません。"
                "手続の定義を置いてから読み取ってください。"
            ) from None
    return catalogue, older


def _of_the_city(data: Path) -> tuple[Catalogue, tuple[OlderForm, ...]]:
    """What an installed suite knows; without one (no keys in the data folder) what Kakazu ships."""
    settings = load_settings(data)
    if not settings.keys_folder.is_dir():
        return load_catalogue(), ()
    platform = open_platform(settings)
    try:
        with platform.sessions() as session:
            return platform.catalogue, forms_in_use(session, platform.vault)
    finally:
        platform.engine.dispose()


def _told_of_tables(page: PageReading) -> PageReading:
    """A page that is none of our forms says how to read it where it is a table of many lines."""
    if not page.problem or not page.image:
        return page
    picture = np.asarray(cv2.imdecode(np.frombuffer(page.image, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)
    if find_marks(picture):
        return page
    try:
        grid = find_layout(straightened(picture).image).grid
    except UnknownPage:
        return page
    if not grid.ruled_down or len(grid.xs) <= _TABLE_COLUMNS or len(grid.ys) <= _TABLE_LINES:
        return page
    return replace(page, problem=page.problem + _IF_TABLE)


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


def _lines(page: PageReading, titles: Mapping[str, str]) -> Iterator[str]:
    place = f"{page.source} {page.page}ページ目"
    if page.problem:
        yield f"{place}：読み取れませんでした。{page.problem}"
        return
    form = f"様式 {page.form} 第{page.version}版 {page.form_page}枚目"
    if page.older:
        yield f"{place}：旧様式「{titles[page.older]}」（{page.form} 第{page.version}版として）"
    else:
        yield f"{place}：{form} 通し番号 {page.serial or '不明'}"
    for one in page.fields:
        yield f"  {_STATES[one.state]}  {one.name}：{_shown(one)}（{one.confidence:.2f}）{one.note}"


def _shown(one: FieldReading) -> str:
    return one.text or "（記入なし）"
