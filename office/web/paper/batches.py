"""Batches of paper: how far they are, what came of their pages, drafts to approve, report and archive."""

from __future__ import annotations

import functools
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from office.accounts.roles import Act
from office.records.models.paper_batches import BatchState, DraftState, PaperBatch
from office.records.papers import approving, archives, batches, comparing, overview, reporting
from office.records.verification import queue
from office.records.verification.remaining import remaining, together
from office.web import world
from office.web.paper.approvals import entered, groups_of
from office.web.paper.doubtful import doubtful_of
from office.web.paper.reports import report_pdf
from office.web.paper.uploads import FILER, READER
from office.web.policy import permission

blueprint = Blueprint("batches", __name__, url_prefix="/batches")

STATES = {
    BatchState.READING: ("読み取り中", "key"),
    BatchState.PAUSED: ("一時停止中", "warn"),
    BatchState.CANCELLED: ("中止", "plain"),
    BatchState.DONE: ("読み取り済み", "good"),
}
_MOVES = {
    "pause": (batches.pause, "読み取りを一時停止しました。読んだページはそのまま残っています。"),
    "resume": (batches.resume, "読み取りを再開しました。"),
    "cancel": (batches.cancel, "読み取りを中止しました。読んだページとファイルは残っています。"),
}
_ON_PAGE, _RECENT = 30, 6


@blueprint.get("/")
@permission(Act.CONFIRM_PAPER)
def listing() -> ResponseReturnValue:
    """Every batch, the newest first; for the page's script only the part that lives."""
    if "HX-Request" in request.headers:
        return render_template("paper/batches_part.html", **recent())
    first = max(0, request.args.get("first", 0, int))
    return render_template("paper/batches.html", first=first, on_page=_ON_PAGE, **_listed(_ON_PAGE, first))


def recent() -> dict[str, Any]:
    """The newest batches, for the list that lives on the first page."""
    return _listed(_RECENT, 0)


def _listed(count: int, first: int) -> dict[str, Any]:
    found, total = batches.newest(world.session(), world.actor(), count, first)
    return {
        "batches": found,
        "total": total,
        "progress": overview.progresses(world.session(), found),
        "states": STATES,
    }


@blueprint.get("/<batch_id>")
@permission(Act.CONFIRM_PAPER)
def show(batch_id: str) -> ResponseReturnValue:
    """One batch; for the page's script only how far it is, and the whole page once it has ended."""
    batch = _find(batch_id)
    progress = overview.progress(world.session(), batch)
    if "HX-Request" in request.headers and "filing" in request.args:
        return _filing(batch)
    if "HX-Request" in request.headers:
        asked = queue.left(world.session(), world.actor(), queue.Scope(batch.id)).mine
        answer = Response(
            render_template(
                "paper/batch_progress.html", batch=batch, progress=progress, states=STATES, asked=asked
            )
        )
        if not progress.running:
            answer.headers["HX-Refresh"] = "true"
        return answer
    return _page(batch, progress)


def _filing(batch: PaperBatch) -> Response:
    """How many approved drafts are still to be filed; the whole page once there are none."""
    drafts = approving.drafts_of(world.session(), world.actor(), batch)
    left = sum(one.state is DraftState.APPROVED for one in drafts)
    answer = Response(render_template("paper/batch_filing.html", batch=batch, left=left))
    if not left:
        answer.headers["HX-Refresh"] = "true"
    return answer


def _page(batch: PaperBatch, progress: overview.Progress, faults: str = "") -> str:
    session, actor, platform = world.session(), world.actor(), world.platform()
    found = overview.sort(session, platform, batch)
    drafts = [
        one for one in approving.drafts_of(session, actor, batch) if one.state is not DraftState.WITHDRAWN
    ]
    places = remaining(session, platform, [row.page for one in found.groups for row in one.sheets])
    return render_template(
        "paper/batch.html",
        batch=batch,
        asked=queue.left(session, actor, queue.Scope(batch.id)).mine,
        remains={
            one.sheets[0].id: together(places, [row.page_id for row in one.sheets]) for one in found.groups
        },
        pictured=overview.pictured(session, found.unknown),
        progress=progress,
        states=STATES,
        found=found,
        drafts=drafts,
        groups=groups_of(platform, drafts),
        doubtful=doubtful_of(
            platform, found.groups, request.args.get("word", "").strip(), request.args.get("first", 0, int)
        ),
        left=sum(one.state is DraftState.APPROVED for one in drafts),
        archives=archives.archives_of(session, actor, batch),
        comparisons=comparing.comparisons_of(session, actor, batch),
        title_of=functools.partial(reporting.title_of, platform),
        receipts=overview.receipts(session, found.groups),
        first_pages=overview.first_pages(session, drafts),
        problems={row.id: reporting.problem_of(platform, row) for row in found.unknown},
        faults=faults,
    )


@blueprint.post("/<batch_id>/<move>")
@permission(Act.STORE_PAPER)
def change(batch_id: str, move: str) -> ResponseReturnValue:
    """Pause, go on, cancel, or read again what could not be read."""
    batch = _find(batch_id)
    session, actor = world.session(), world.actor()
    if move == "again":
        pages = batches.read_again(session, actor, batch)
        flash(f"読み取れなかった{pages}ページを、もう一度読み取ります。", "good")
    elif move in _MOVES:
        act, said = _MOVES[move]
        act(session, actor, batch)
        flash(said, "good")
    if batch.state is BatchState.READING:
        world.engine().enqueue(session, actor, READER)
    return _back(batch)


@blueprint.post("/<batch_id>/approve")
@permission(Act.CONFIRM_PAPER)
def approve(batch_id: str) -> ResponseReturnValue:
    """Approve the chosen drafts in one go; a robot files them."""
    batch = _find(batch_id)
    session, actor, platform = world.session(), world.actor(), world.platform()
    drafts = approving.drafts_of(session, actor, batch)
    chosen = request.form.getlist("draft")
    values, fault = entered([one for one in drafts if one.id in chosen], platform, request.form)
    if fault or not chosen:
        progress = overview.progress(session, batch)
        told = fault or "確認する申請を選んでください。"
        return _page(batch, progress, told), HTTPStatus.UNPROCESSABLE_ENTITY
    count = approving.approve(session, actor, platform, batch, chosen, values)
    world.engine().enqueue(session, actor, FILER)
    flash(f"{count}件を確認しました。続けて受け付け、受付番号を付けます。", "good")
    return _back(batch)


@blueprint.post("/<batch_id>/archive")
@permission(Act.CONFIRM_PAPER)
def make_archive(batch_id: str) -> ResponseReturnValue:
    """Have the archive made."""
    batch = _find(batch_id)
    archives.ask(world.session(), world.actor(), batch)
    world.engine().enqueue(world.session(), world.actor(), FILER)
    flash("保存用PDFを作っています。できると、この画面から取り出せます。", "good")
    return _back(batch)


@blueprint.get("/<batch_id>/archive/<int:part>.pdf")
@permission(Act.CONFIRM_PAPER)
def archive(batch_id: str, part: int) -> ResponseReturnValue:
    """One part of the archive."""
    batch = _find(batch_id)
    pdf = archives.taken(world.session(), world.actor(), world.platform(), batch, part)
    return _file(pdf, "application/pdf", f"{reporting.file_stem(batch)}-{part}.pdf")


@blueprint.post("/<batch_id>/compare")
@permission(Act.CONFIRM_PAPER)
def compare(batch_id: str) -> ResponseReturnValue:
    """Have the batch compared with what the engines of now would read."""
    batch = _find(batch_id)
    made = comparing.ask(world.session(), world.actor(), batch)
    world.engine().enqueue(world.session(), world.actor(), READER)
    return redirect(url_for("paper.comparisons.show_comparison", comparison_id=made.id), HTTPStatus.SEE_OTHER)


@blueprint.get("/<batch_id>/report")
@permission(Act.CONFIRM_PAPER)
def report(batch_id: str) -> ResponseReturnValue:
    """The report of a batch, made to be printed."""
    batch = _find(batch_id)
    found = reporting.report(world.session(), world.actor(), world.platform(), batch)
    return render_template("paper/report.html", batch=batch, report=found, states=STATES)


@blueprint.get("/<batch_id>/report.<any(csv, pdf):way>")
@permission(Act.CONFIRM_PAPER)
def report_file(batch_id: str, way: str) -> ResponseReturnValue:
    """The report as a file."""
    batch = _find(batch_id)
    found = reporting.report(world.session(), world.actor(), world.platform(), batch)
    reporting.taken(world.session(), world.actor(), batch, way)
    name = f"{reporting.file_stem(batch)}.{way}"
    if way == "csv":
        return _file(reporting.as_csv(found), "text/csv", name)
    return _file(report_pdf(batch, found, STATES), "application/pdf", name)


def _find(batch_id: str) -> PaperBatch:
    return batches.find(world.session(), world.actor(), batch_id)


def _back(batch: PaperBatch) -> Response:
    address = url_for(".show", batch_id=batch.id)
    return redirect(address, HTTPStatus.SEE_OTHER)  # type: ignore[return-value]


def _file(content: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype=kind, headers=headers)
