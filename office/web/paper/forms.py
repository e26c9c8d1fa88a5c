"""Older forms: a blank scan is taken in, places are drawn on it, it is tried, used and retired."""

from __future__ import annotations

import tempfile
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from io import BytesIO
from pathlib import Path

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from forms.definition import Procedure
from ocr.batch import read_image
from ocr.engine import Grey
from ocr.older_forms import FREE, PAPERS, OlderForm
from ocr.page import PageImage
from ocr.readings import FieldReading, PageReading
from office.accounts.roles import Act
from office.records import older_copies, older_forms, older_zones
from office.records.models.paper_forms import PaperForm
from office.records.older_forms import Declaration, OlderFormRefused
from office.records.older_zones import SHAPES, Drawn
from office.web import world
from office.web.policy import permission

blueprint = Blueprint("older_forms", __name__, template_folder="templates", url_prefix="/paper/forms")

PAPER_NAMES = {
    "A4": "A4 縦", "A4-landscape": "A4 横", "A5": "A5 縦", "A5-landscape": "A5 横", "B5": "B5 縦",
    "B5-landscape": "B5 横", "A3-landscape": "A3 横",
}  # fmt: skip
_NEW = Drawn("", "", "line", "8", ("20", "20", "80", "10"))
_TRIED = 1
_LONGEST_NAME = 60


@blueprint.get("/")
@permission(Act.DECLARE_FORMS)
def listing() -> ResponseReturnValue:
    """Every declared form."""
    return _listing("")


@blueprint.route("/new", methods=["GET", "POST"])
@permission(Act.DECLARE_FORMS)
def new() -> ResponseReturnValue:
    """Take in a blank and make a form of it."""
    if request.method == "GET":
        return _new("")
    told = Declaration(*(request.form.get(name, "") for name in ("title", "procedure", "paper")))
    try:
        form = older_forms.declare(world.session(), world.actor(), world.platform(), told, _sent())
    except OlderFormRefused as error:
        world.give_up()
        return _new(error.message), HTTPStatus.UNPROCESSABLE_ENTITY
    flash("白紙の様式を取り込みました。読み取る欄を置いてください。", "good")
    return redirect(url_for("older_forms.edit", form_id=form.id), HTTPStatus.SEE_OTHER)


@blueprint.route("/<form_id>", methods=["GET", "POST"])
@permission(Act.DECLARE_FORMS)
def edit(form_id: str) -> ResponseReturnValue:
    """Draw, move and name the places of a form."""
    form = older_forms.find_form(world.session(), world.actor(), form_id)
    if request.method == "GET":
        return _edit(form, _kept(form))
    drawn = _typed()
    if "add" in request.form or "remove" in request.form:
        return _edit(form, _changed(drawn), note="まだ保存していません。欄を整えてから保存してください。")
    try:
        zones = older_zones.checked(_procedure(form), drawn, PAPERS[form.paper])
        older_forms.set_zones(world.session(), world.actor(), form, zones)
    except OlderFormRefused as error:
        world.give_up()
        return _edit(form, drawn, fault=error.message), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(f"{len(zones)}個の欄を保存しました。", "good")
    return redirect(url_for("older_forms.edit", form_id=form.id), HTTPStatus.SEE_OTHER)


@blueprint.get("/<form_id>/blank.png")
@permission(Act.DECLARE_FORMS)
def blank(form_id: str) -> ResponseReturnValue:
    """The blank's picture."""
    form = older_forms.find_form(world.session(), world.actor(), form_id)
    return Response(form.read_blank(world.platform().vault), mimetype="image/png")


@blueprint.post("/<form_id>/turn")
@permission(Act.DECLARE_FORMS)
def turn(form_id: str) -> ResponseReturnValue:
    """Turn the blank upside down."""
    form = older_forms.find_form(world.session(), world.actor(), form_id)
    older_forms.turn(world.session(), world.actor(), world.platform().vault, form)
    flash("上下を入れかえました。", "good")
    return redirect(url_for("older_forms.edit", form_id=form.id), HTTPStatus.SEE_OTHER)


@blueprint.post("/<form_id>/use")
@permission(Act.DECLARE_FORMS)
def use(form_id: str) -> ResponseReturnValue:
    """Read pages as this form from now on."""
    form = older_forms.find_form(world.session(), world.actor(), form_id)
    older_forms.put_to_use(world.session(), world.actor(), form)
    flash(f"「{form.title}」を使い始めました。これから取り込む紙を、この様式として読み取ります。", "good")
    return redirect(url_for("older_forms.listing"), HTTPStatus.SEE_OTHER)


@blueprint.post("/<form_id>/retire")
@permission(Act.DECLARE_FORMS)
def retire(form_id: str) -> ResponseReturnValue:
    """Read no more pages as this form."""
    form = older_forms.find_form(world.session(), world.actor(), form_id)
    older_forms.retire(world.session(), world.actor(), form)
    flash(f"「{form.title}」を使うのをやめました。読み取りずみの申請はそのまま残ります。", "good")
    return redirect(url_for("older_forms.listing"), HTTPStatus.SEE_OTHER)


@blueprint.post("/<form_id>/try")
@permission(Act.DECLARE_FORMS)
def attempt(form_id: str) -> ResponseReturnValue:
    """Read a filled sample with the places as they are kept; the sample itself is not."""
    form = older_forms.find_form(world.session(), world.actor(), form_id)
    platform = world.platform()
    try:
        page = PageImage("sample", _TRIED, _sent(), "")
    except OlderFormRefused as error:
        return _edit(form, _kept(form), fault=error.message), HTTPStatus.UNPROCESSABLE_ENTITY
    declared = older_forms.opened(form, platform.vault)
    used = older_forms.forms_in_use(world.session(), platform.vault)
    world.session().commit()  # reading takes seconds: the database is not held meanwhile
    others = tuple(one for one in used if one.key != declared.key)
    reading = read_image(page, platform.catalogue, older=(declared, *others))
    problem = reading.problem or _another(reading, declared, others)
    return render_template(
        "paper/forms_tried.html",
        form=form,
        problem=problem,
        picture=_inline(reading.image),
        rows=[]
        if problem
        else [(_label(form, one), one, _inline(one.crop(reading.image))) for one in reading.fields],
    )


def _another(reading: PageReading, declared: OlderForm, others: Sequence[OlderForm]) -> str:
    """What to say of a sample that was read as something else; empty where it was not."""
    if reading.older == declared.key:
        return ""
    other = next((one.title for one in others if one.key == reading.older), "")
    if other:
        return f"この見本は、登録ずみの「{other}」として読み取られました。見本の版を確かめてください。"
    return "この見本には、Kakazuの用紙のQRコードがあります。旧様式に記入した見本を選んでください。"


@blueprint.get("/<form_id>/file")
@permission(Act.DECLARE_FORMS)
def file(form_id: str) -> ResponseReturnValue:
    """The form as one file."""
    form = older_forms.find_form(world.session(), world.actor(), form_id)
    made = older_copies.form_file(world.actor(), world.platform(), form)
    return send_file(
        BytesIO(made.content), mimetype="application/json", as_attachment=True, download_name=made.name
    )


@blueprint.post("/take-in")
@permission(Act.DECLARE_FORMS)
def take_in() -> ResponseReturnValue:
    """Keep the form of a file that was written here or elsewhere."""
    try:
        with _received() as path:
            form = older_copies.take_in(world.session(), world.actor(), world.platform(), path)
    except OlderFormRefused as error:
        world.give_up()
        return _listing(error.message), HTTPStatus.UNPROCESSABLE_ENTITY
    flash("様式と欄を取り込みました。試しに読み取ってから使い始めてください。", "good")
    return redirect(url_for("older_forms.edit", form_id=form.id), HTTPStatus.SEE_OTHER)


@blueprint.post("/<form_id>/edition")
@permission(Act.DECLARE_FORMS)
def edition(form_id: str) -> ResponseReturnValue:
    """Make the next edition of a form: its places on another blank."""
    form = older_forms.find_form(world.session(), world.actor(), form_id)
    title = request.form.get("title", "")
    try:
        made = older_copies.new_edition(
            world.session(), world.actor(), world.platform(), form, title, _sent()
        )
    except OlderFormRefused as error:
        world.give_up()
        return _edit(form, _kept(form), fault=error.message), HTTPStatus.UNPROCESSABLE_ENTITY
    flash("欄を新しい版に写しました。印刷がずれている欄を直してから保存してください。", "good")
    return redirect(url_for("older_forms.edit", form_id=made.id), HTTPStatus.SEE_OTHER)


def _procedure(form: PaperForm) -> Procedure:
    return world.platform().catalogue.procedure(form.procedure, version=form.version)


def _sent() -> Grey:
    """The first page of the file sent. Raises `OlderFormRefused`."""
    with _received() as path:
        return older_forms.first_page(path)


@contextmanager
def _received() -> Iterator[Path]:
    """The file sent, for as long as it is needed. Raises `OlderFormRefused`."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise OlderFormRefused("ファイルを選んでください。")
    with tempfile.TemporaryDirectory(prefix="kakazu-form-") as folder:
        path = Path(folder) / Path(file.filename.replace("\\", "/")).name[-_LONGEST_NAME:]
        file.save(path)
        yield path


def _kept(form: PaperForm) -> list[Drawn]:
    """The places as they are stored, as the page sends them."""
    zones = older_forms.opened(form, world.platform().vault).zones
    return [older_zones.drawn_of(zone) for zone in zones]


def _typed() -> list[Drawn]:
    names = ("place", "name", "shape", "count", "x", "y", "width", "height")
    columns = [request.form.getlist(name) for name in names]
    return [
        Drawn(place, name, shape, count, (x, y, width, height))
        for place, name, shape, count, x, y, width, height in zip(*columns, strict=False)
    ]


def _changed(drawn: list[Drawn]) -> list[Drawn]:
    """The places with one more, or without one: for pages without scripts."""
    if "add" in request.form:
        return [*drawn, _NEW]
    gone = request.form["remove"]
    return [one for number, one in enumerate(drawn) if str(number) != gone]


def _label(form: PaperForm, reading: FieldReading) -> str:
    if reading.name.startswith(FREE):
        return reading.name.removeprefix(FREE)
    return older_zones.heading(_procedure(form), reading.name)


def _inline(png: bytes) -> str:
    """A picture in the page itself: the sample is kept nowhere."""
    return f"data:image/png;base64,{b64encode(png).decode()}" if png else ""


def _listing(fault: str) -> str:
    found = older_forms.list_forms(world.session(), world.actor())
    listed = [(form, _procedure(form)) for form in found]
    return render_template("paper/forms.html", listed=listed, papers=PAPER_NAMES, fault=fault)


def _new(fault: str) -> str:
    procedures = {one.slug: one.title.text("ja") for one in world.platform().catalogue.procedures()}
    return render_template(
        "paper/forms_new.html", fault=fault, typed=request.form, procedures=procedures, papers=PAPER_NAMES
    )


def _edit(form: PaperForm, drawn: list[Drawn], fault: str = "", note: str = "") -> str:
    procedure = _procedure(form)
    return render_template(
        "paper/forms_edit.html",
        form=form,
        title=procedure.title.text("ja"),
        drawn=drawn,
        fault=fault,
        note=note,
        size=PAPERS[form.paper],
        groups=older_zones.places_of(procedure),
        shapes=SHAPES,
        fresh=_NEW,
    )
