"""Pages of a batch that a person has to sort: which form an unknown one is, blank ones put aside together."""

from __future__ import annotations

from http import HTTPStatus

import cv2
import numpy as np
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange

from ocr.tables.table import is_ruled
from office.accounts.roles import Act
from office.errors import NotFound
from office.records import intake
from office.records.models.paper import PaperPage, PaperState
from office.records.papers import batches, overview, reporting
from office.records.sheets import layout_of
from office.web import world
from office.web.paper.inputs import REASONS
from office.web.paper.uploads import READER
from office.web.policy import permission

blueprint = Blueprint("sorting", __name__, url_prefix="/sorting")

_THUMBNAIL = 180
_MOST_SHEETS = 9


class AssignForm(FlaskForm):  # type: ignore[misc]
    """Which sheet of which form a page is."""

    form = SelectField("様式", [InputRequired("様式を選んでください。")])
    sheet = IntegerField(
        "何枚目",
        [
            InputRequired("何枚目かを入力してください。"),
            NumberRange(1, _MOST_SHEETS, "1から9で入力してください。"),
        ],
        default=1,
    )


@blueprint.route("/<row_id>/assign", methods=["GET", "POST"])
@permission(Act.CONFIRM_PAPER)
def assign(row_id: str) -> ResponseReturnValue:
    """Say which form a page is, with its picture beside it."""
    session, actor, platform = world.session(), world.actor(), world.platform()
    row = batches.find_page(session, actor, row_id)
    form = AssignForm()
    forms = sorted(platform.catalogue.versions, key=lambda one: (one.number, -one.version))
    form.form.choices = [
        ("", "選んでください"),
        *(
            (f"{one.slug}/{one.version}", reporting.title_of(platform, one.slug, one.version))
            for one in forms
        ),
    ]
    if form.validate_on_submit():
        slug, _, version = form.form.data.partition("/")
        sheets = layout_of(platform.catalogue.procedure(slug, version=int(version))).pages
        sheet = form.sheet.data or 0
        if sheet <= sheets:
            batch = batches.assign(session, actor, row, slug, int(version), sheet)
            world.engine().enqueue(session, actor, READER)
            flash("様式を決めました。その様式として、もう一度読み取ります。", "good")
            return redirect(url_for("paper.batches.show", batch_id=batch.id), HTTPStatus.SEE_OTHER)
        form.sheet.errors = [f"この様式は{sheets}枚です。{sheets}以下で入力してください。"]
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    problem = reporting.problem_of(platform, row)
    ruled = request.method == "GET" and _ruled(row.page)
    return render_template("paper/assign.html", form=form, row=row, problem=problem, ruled=ruled), status


def _ruled(page: PaperPage) -> bool:
    """Whether the page's picture shows a ruled table."""
    image = page.read_image(world.platform().vault)
    return bool(image) and is_ruled(
        np.asarray(cv2.imdecode(np.frombuffer(image, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)
    )


@blueprint.post("/<batch_id>/blanks")
@permission(Act.CONFIRM_PAPER)
def blanks(batch_id: str) -> ResponseReturnValue:
    """Put the blank pages of a batch aside: backs of sheets printed on one side."""
    session, actor = world.session(), world.actor()
    batch = batches.find(session, actor, batch_id)
    found = overview.sort(session, world.platform(), batch).blanks
    waiting = [row.page for row in found if row.page.state is PaperState.WAITING]
    for page in waiting:
        intake.discard(session, actor, page, REASONS[0])
    flash(f"白紙{len(waiting)}ページを確認待ちから除きました。", "good")
    return redirect(url_for("paper.batches.show", batch_id=batch.id), HTTPStatus.SEE_OTHER)


@blueprint.get("/<page_id>/small.png")
@permission(Act.CONFIRM_PAPER)
def small(page_id: str) -> ResponseReturnValue:
    """A page, small."""
    page = intake.find_page(world.session(), world.actor(), page_id)
    image = page.read_image(world.platform().vault)
    if not image:
        raise NotFound("このページの画像はありません。スキャンし直して取り込んでください。")
    whole = np.asarray(cv2.imdecode(np.frombuffer(image, np.uint8), cv2.IMREAD_GRAYSCALE))
    height = round(whole.shape[0] * _THUMBNAIL / whole.shape[1])
    _, png = cv2.imencode(".png", cv2.resize(whole, (_THUMBNAIL, height), interpolation=cv2.INTER_AREA))
    return Response(png.tobytes(), mimetype="image/png")
