"""Lists that are being read: how far a request is, what came of it, and pages of a batch sent to be read."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from office.accounts.roles import Act
from office.records import paper_list_intake, paper_tables
from office.records.papers import batches
from office.web import world
from office.web.policy import permission

blueprint = Blueprint("lists", __name__, url_prefix="/readings")

READER = "read_lists"


@blueprint.get("/<reading_id>")
@permission(Act.CONFIRM_PAPER)
def show(reading_id: str) -> ResponseReturnValue:
    """How far it is; for the page's script only that, and the whole page once it has ended."""
    session, actor = world.session(), world.actor()
    reading = paper_list_intake.find(session, actor, reading_id)
    progress = paper_list_intake.progress(session, reading)
    if "HX-Request" in request.headers:
        part = render_template("paper/list_progress.html", reading=reading, progress=progress)
        answer = Response(part)
        if not progress.running:
            answer.headers["HX-Refresh"] = "true"
        return answer
    found = paper_list_intake.outcomes(session, reading)
    if not progress.running and len(found.tables) == 1 and not (found.unreadable or found.known):
        return redirect(url_for("paper_tables.table", table_id=found.tables[0]), HTTPStatus.SEE_OTHER)
    tables = [one for one in paper_tables.listed(session, actor) if one.id in found.tables]
    return render_template(
        "paper/list_reading.html", reading=reading, progress=progress, found=found, tables=tables
    )


@blueprint.post("/from-batch/<batch_id>")
@permission(Act.CONFIRM_PAPER)
def from_batch(batch_id: str) -> ResponseReturnValue:
    """Have pages of a batch read as one list or several."""
    session, actor = world.session(), world.actor()
    batch = batches.find(session, actor, batch_id)
    chosen = set(request.form.getlist("page"))
    rows = [row for row in batches.pages_of(session, batch) if row.id in chosen]
    reading = paper_list_intake.from_batch(session, actor, rows)
    world.engine().enqueue(session, actor, READER)
    flash(f"{len(rows)}ページを一覧表として読み取ります。", "good")
    return redirect(url_for("paper_tables.lists.show", reading_id=reading.id), HTTPStatus.SEE_OTHER)
