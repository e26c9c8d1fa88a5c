"""Paper ledgers and lists: read, checked beside their picture with the doubts first, settled, taken out."""

from __future__ import annotations

import re
from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ocr.readings import State
from office.accounts.roles import Act
from office.errors import NotFound
from office.records import paper_list_intake, paper_table_export, paper_tables
from office.records.models.paper_tables import PaperTable
from office.records.papers.incoming import FileRefused, Incoming
from office.web import world
from office.web.paper.inputs import DiscardForm, UploadForm
from office.web.paper.lists import READER
from office.web.paper.lists import blueprint as lists
from office.web.paper.uploads import allow_large
from office.web.policy import permission

blueprint = Blueprint("paper_tables", __name__, template_folder="templates", url_prefix="/paper/tables")
blueprint.url_value_preprocessor(allow_large)
blueprint.register_blueprint(lists)

_PLACE = re.compile(r"r(\d+)c(\d+)")
_FORMATS = {
    "csv": (paper_table_export.as_csv, "text/csv; charset=utf-8"),
    "xlsx": (
        paper_table_export.as_workbook,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
}
KINDS = {
    "entry": "",
    "subtotal": "小計",
    "carried_in": "繰越（前頁）",
    "carried_out": "繰越（次頁）",
    "total": "合計",
}


@blueprint.get("/")
@permission(Act.CONFIRM_PAPER)
def listing() -> ResponseReturnValue:
    """The tables that were read, and where files are taken in."""
    return _listing(UploadForm())


def _listing(form: UploadForm) -> str:
    vault = world.platform().vault
    found = [
        (table, rows, len(paper_tables.doubts(rows)))
        for table in paper_tables.listed(world.session(), world.actor())
        for rows in [table.read_rows(vault)]
    ]
    running = paper_list_intake.unfinished(world.session(), world.actor())
    progress = {one.id: paper_list_intake.progress(world.session(), one) for one in running}
    return render_template("paper/tables.html", form=form, listed=found, running=running, progress=progress)


@blueprint.post("/")
@permission(Act.STORE_PAPER)
def upload() -> ResponseReturnValue:
    """Store the files; a robot reads them, and a page shows how far it is."""
    form = UploadForm()
    files = [file for file in request.files.getlist("file") if file.filename]
    if not form.validate_on_submit() or not files:
        return _listing(form), HTTPStatus.UNPROCESSABLE_ENTITY
    session, actor = world.session(), world.actor()
    try:
        incoming = (Incoming(file.filename or "", file.stream) for file in files)
        reading = paper_list_intake.take_in(session, actor, world.platform().vault, incoming)
    except FileRefused as error:
        world.give_up()
        form.file.errors = [error.message]
        return _listing(form), HTTPStatus.UNPROCESSABLE_ENTITY
    world.engine().enqueue(session, actor, READER)
    return redirect(url_for("paper_tables.lists.show", reading_id=reading.id), HTTPStatus.SEE_OTHER)


@blueprint.get("/<table_id>")
@permission(Act.CONFIRM_PAPER)
def table(table_id: str) -> ResponseReturnValue:
    """Rows beside the picture, the doubts first."""
    return _table(_find(table_id), {})


@blueprint.post("/<table_id>")
@permission(Act.CONFIRM_PAPER)
def save(table_id: str) -> ResponseReturnValue:
    """Keep what was typed; add or take out a line; settle the table when asked to."""
    session, actor, vault = world.session(), world.actor(), world.platform().vault
    found = _find(table_id)
    typed = {_place(name): value for name, value in request.form.items() if _PLACE.fullmatch(name)}
    rows, width = len(found.read_rows(vault)), len(found.columns)
    typed = {(row, column): text for (row, column), text in typed.items() if row < rows and column < width}
    decided = {_place(name) for name in request.form.getlist("ok") if _PLACE.fullmatch(name)}
    faults = paper_tables.save(session, actor, vault, found, typed, decided)
    if faults:
        return _table(found, faults), HTTPStatus.UNPROCESSABLE_ENTITY
    if "add" in request.form:
        paper_tables.add_row(session, actor, vault, found, _number("add"))
    elif "drop" in request.form:
        paper_tables.drop_row(session, actor, vault, found, _number("drop"))
    elif "take" in request.form:
        paper_tables.take(session, actor, vault, found)
        flash("表の内容を確定しました。CSVかExcelで書き出せます。", "good")
    else:
        flash("ここまでの内容を保存しました。", "good")
    return redirect(url_for("paper_tables.table", table_id=table_id), HTTPStatus.SEE_OTHER)


@blueprint.route("/<table_id>/discard", methods=["GET", "POST"])
@permission(Act.CONFIRM_PAPER)
def discard(table_id: str) -> ResponseReturnValue:
    """Put a table aside, the reason asked for first."""
    found, form = _find(table_id), DiscardForm()
    if form.validate_on_submit():
        paper_tables.discard(world.session(), world.actor(), found, form.reason.data)
        flash(f"「{found.file_name}」の表を除きました。", "good")
        return redirect(url_for("paper_tables.listing"), HTTPStatus.SEE_OTHER)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    return render_template("paper/tables_discard.html", form=form, table=found), status


@blueprint.get("/<table_id>/pages/<int:place>.png")
@permission(Act.CONFIRM_PAPER)
def picture(table_id: str, place: int) -> ResponseReturnValue:
    """The straightened picture of a page."""
    page = next((one for one in _find(table_id).pages if one.place == place), None)
    if page is None:
        raise NotFound("このページの画像はありません。画面を開き直してください。")
    return Response(page.read_image(world.platform().vault), mimetype="image/png")


@blueprint.get("/<table_id>/rows.<form>")
@permission(Act.CONFIRM_PAPER)
def taken(table_id: str, form: str) -> ResponseReturnValue:
    """The settled rows as CSV or Excel."""
    if form not in _FORMATS:
        raise NotFound("この形では書き出せません。CSVかExcelを選んでください。")
    make, kind = _FORMATS[form]
    content = make(world.session(), world.actor(), world.platform().vault, _find(table_id))
    headers = {"Content-Disposition": f'attachment; filename="table.{form}"'}
    return Response(content, mimetype=kind, headers=headers)


def _find(table_id: str) -> PaperTable:
    return paper_tables.find(world.session(), world.actor(), table_id)


def _place(name: str) -> tuple[int, int]:
    found = _PLACE.fullmatch(name)
    return (int(found[1]), int(found[2])) if found else (-1, -1)


def _number(name: str) -> int:
    value = request.form.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 6 else -1


def _table(found: PaperTable, faults: dict[tuple[int, int], str]) -> str:
    rows = found.read_rows(world.platform().vault)
    doubts = paper_tables.doubts(rows)
    checks = paper_tables.sums(found, rows)
    return render_template(
        "paper/tables_check.html",
        table=found,
        rows=rows,
        columns=paper_tables.columns_of(found),
        doubts=doubts,
        first=next(iter(faults), None) or next(iter(doubts), None),
        faults=faults,
        checks={(check.row, check.column): check for check in checks},
        wrong=[check for check in checks if check.holds is False],
        shown=paper_tables.shown,
        kinds=KINDS,
        rejected=str(State.REJECTED),
        typed=request.form if faults else {},
    )
