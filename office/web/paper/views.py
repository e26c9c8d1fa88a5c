"""Paper: take in scans, list what waits, confirm image and value side by side."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from office.accounts.roles import Act
from office.errors import NotFound, NotNow
from office.records import intake
from office.records.models.applications import Application
from office.records.models.paper import PaperPage, PaperState
from office.records.papers import folder
from office.records.papers.incoming import FileRefused
from office.records.papers.links import drafted_pages
from office.records.sheets import Bundle, bundles, joined
from office.records.verification import queue, whole
from office.records.verification.remaining import remaining, together
from office.records.verification.rows import SIGNATURE, rows_of
from office.records.verification.shown import shown_field
from office.records.verification.values import record_of
from office.web import world
from office.web.paper.batches import blueprint as batches
from office.web.paper.batches import recent
from office.web.paper.comparisons import blueprint as comparisons
from office.web.paper.finding import blueprint as finding
from office.web.paper.inputs import DiscardForm, UploadForm, entry_of, values_of
from office.web.paper.sorting import blueprint as sorting
from office.web.paper.uploads import allow_large, take_in
from office.web.paper.verify import blueprint as verify
from office.web.policy import permission

blueprint = Blueprint("paper", __name__, template_folder="templates", url_prefix="/paper")
blueprint.url_value_preprocessor(allow_large)
blueprint.register_blueprint(batches)
blueprint.register_blueprint(comparisons)
blueprint.register_blueprint(finding)
blueprint.register_blueprint(sorting)
blueprint.register_blueprint(verify)

_SHOWN = 60
_CHANGED = "この様式の紙が増えたか、ほかの職員が使いました。画像を確かめてから、もう一度受け付けてください。"


@blueprint.get("/")
@permission(Act.CONFIRM_PAPER)
def waiting() -> ResponseReturnValue:
    """What waits for an officer's eyes, and where files are taken in."""
    return _waiting(UploadForm())


@blueprint.post("/")
@permission(Act.STORE_PAPER)
def upload() -> ResponseReturnValue:
    """Store the files as a batch; a robot reads it, and its page shows how far it is."""
    form = UploadForm()
    files = [file for file in request.files.getlist("file") if file.filename]
    if not form.validate_on_submit() or not files:
        return _waiting(form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        batch = take_in(world.session(), world.actor(), world.platform(), world.engine(), files)
    except FileRefused as error:
        world.give_up()
        form.file.errors = [error.message]
        return _waiting(form), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(f"{len(batch.files)}ファイルを取り込みました。読み終わったページから、ここに並びます。", "good")
    return redirect(url_for("paper.batches.show", batch_id=batch.id), HTTPStatus.SEE_OTHER)


@blueprint.get("/<page_id>")
@permission(Act.CONFIRM_PAPER)
def confirm(page_id: str) -> ResponseReturnValue:
    """Image and value of every field side by side, doubts first to the eye."""
    return _confirmation(page_id, _bundle(page_id, request.args.getlist("with")))


@blueprint.post("/<page_id>")
@permission(Act.CONFIRM_PAPER)
def accept(page_id: str) -> ResponseReturnValue:
    """Make the application of what the officer has confirmed, then show the next pages."""
    bundle = _bundle(page_id, request.form.getlist("sheet"))
    if bundle.procedure is None:
        raise NotNow("どの様式か分からない紙です。スキャンし直して取り込んでください。")
    if {sheet.page.id for sheet in bundle.sheets} != set(request.form.getlist("sheet")):
        return _confirmation(page_id, bundle, {"": _CHANGED}), HTTPStatus.CONFLICT
    rows = [row for _, section in rows_of(bundle) for row in section]
    values, untaken = values_of(rows, entry_of(rows, request.form))
    decided = whole.decided_of(world.session(), world.platform(), bundle)
    record, faults = record_of(bundle.procedure, rows, values)
    faults |= untaken | whole.alone(rows, decided, values)
    if faults:
        return _confirmation(page_id, bundle, faults), HTTPStatus.UNPROCESSABLE_ENTITY
    session, actor, platform = world.session(), world.actor(), world.platform()
    whole.keep(session, actor, platform, bundle, rows, values)
    pages = [sheet.page for sheet in bundle.sheets]
    application = intake.confirm(session, actor, platform, pages[0], record, pages[1:], whole=True)
    flash(_received(application), "good")
    others = intake.waiting_pages(world.session(), world.actor())
    following = next((one for one in others if one.procedure is not None), None)
    if following is None:
        return redirect(url_for("paper.waiting"), HTTPStatus.SEE_OTHER)
    return redirect(url_for("paper.confirm", page_id=following.id), HTTPStatus.SEE_OTHER)


@blueprint.route("/<page_id>/discard", methods=["GET", "POST"])
@permission(Act.CONFIRM_PAPER)
def discard(page_id: str) -> ResponseReturnValue:
    """Put a page aside, with its picture and the reason asked for first."""
    page = intake.find_page(world.session(), world.actor(), page_id)
    form = DiscardForm()
    if form.validate_on_submit():
        intake.discard(world.session(), world.actor(), page, form.reason.data)
        flash(f"「{page.file_name}」の{page.page}ページを確認待ちから除きました。", "good")
        return redirect(url_for("paper.waiting"), HTTPStatus.SEE_OTHER)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    return render_template("paper/discard.html", form=form, page=page, has_image=_has_image(page)), status


@blueprint.get("/<page_id>/crops/<int:index>.png")
@permission(Act.CONFIRM_PAPER)
def crop(page_id: str, index: int) -> ResponseReturnValue:
    """One field cut out of the page."""
    platform = world.platform()
    page = intake.find_page(world.session(), world.actor(), page_id)
    shown = shown_field(platform, page, index)
    return _png(shown.crop(page.read_image(platform.vault)))


@blueprint.get("/<page_id>/picture.png")
@permission(Act.CONFIRM_PAPER)
def page_picture(page_id: str) -> ResponseReturnValue:
    """The page as it was scanned, straightened."""
    page = intake.find_page(world.session(), world.actor(), page_id)
    image = page.read_image(world.platform().vault)
    if not image:
        raise NotFound("このページの画像はありません。スキャンし直して取り込んでください。")
    return _png(image)


def _has_image(page: PaperPage) -> bool:
    return bool(page.read_image(world.platform().vault))


def _png(content: bytes) -> Response:
    return Response(content, mimetype="image/png")


def _bundles(near: PaperPage) -> tuple[Bundle, ...]:
    """The bundles of the waiting pages of a page's form; those of other forms need not be opened."""
    form = (near.procedure, near.version)
    pages = intake.waiting_pages(world.session(), world.actor())
    return bundles(world.platform(), [one for one in pages if (one.procedure, one.version) == form])


def _bundle(page_id: str, further: Sequence[str]) -> Bundle:
    """The bundle of a waiting page with the further pages an officer has joined; raises `NotNow`."""
    page = intake.find_page(world.session(), world.actor(), page_id)
    if page.state is not PaperState.WAITING:
        raise NotNow("この紙はもう確認が済んでいます。確認待ちの一覧から選び直してください。")
    found = _bundles(page)
    bundle = next(one for one in found if one.holds(page_id))
    others = [sheet for one in found for sheet in one.sheets if sheet.page.id in further]
    return joined(bundle, others)


def _candidates(bundle: Bundle) -> list[Bundle]:
    """Other waiting bundles that hold a sheet this one lacks."""
    others = [one for one in _bundles(bundle.first.page) if len(one.sheets) == 1]
    return [one for one in others if not bundle.holds(one.first.page.id) and bundle.takes(one.first)]


def _waiting(form: UploadForm) -> str:
    session, actor, platform = world.session(), world.actor(), world.platform()
    pages = intake.waiting_pages(session, actor)
    drafted = drafted_pages(session)
    shown = bundles(platform, pages[:_SHOWN])
    places = remaining(session, platform, pages[:_SHOWN])
    return render_template(
        "paper/waiting.html",
        form=form,
        listed=[
            (one, together(places, [sheet.page.id for sheet in one.sheets]), one.first.page.id in drafted)
            for one in shown
        ],
        more=len(pages[_SHOWN:]),
        folder=platform.settings.paper_folder,
        folder_fault=folder.fault(session, platform),
        doubts=queue.left(session, actor, queue.Scope()).mine,
        **recent(),
    )


def _confirmation(page_id: str, bundle: Bundle, faults: dict[str, str] | None = None) -> str:
    decided = whole.decided_of(world.session(), world.platform(), bundle)
    sections = [(label, whole.marked(section, decided)) for label, section in rows_of(bundle)]
    rows = [row for _, section in sections for row in section]
    typed = request.form if request.method == "POST" else None
    return render_template(
        "paper/confirm.html",
        bundle=bundle,
        page_id=page_id,
        title=bundle.procedure.title.text("ja") if bundle.procedure else "様式不明",
        sections=sections,
        entry=entry_of(rows, typed, decided),
        faults=faults or {},
        first=next((row.name for row in rows if row.name in (faults or {})), None)
        or next((row.name for row in rows if row.doubt), None),
        doubts=sum(bool(row.doubt) for row in rows),
        candidates=_candidates(bundle),
        signature=SIGNATURE,
        has_image=_has_image(bundle.first.page),
    )


def _received(application: Application) -> Markup:
    address = url_for("applications.detail", receipt=application.receipt_number)
    return Markup('受付番号 <a href="{}">{}</a> で受け付けました。').format(
        address, application.receipt_number
    )
