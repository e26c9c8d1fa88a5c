"""The resident's face: language, documents, thanks, and back to the officer.

Every address carries the case, and the session must be bound to it.
"""

from __future__ import annotations

from flask import Response, current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError

from forms.errors import KakazuError
from forms.language import LANGUAGES
from office import clock
from office.accounts import operations as accounts
from office.accounts.operations import SignInRefused
from office.errors import NotFound
from office.records import cases, documents, faces
from office.records.models.applications import Application
from office.records.models.cases import Case, CaseState
from office.web import world
from office.web.handover import handed_over_case, is_left_alone, is_locked, lock, touch
from office.web.handover import take_back as give_to_officer
from office.web.pictures import page_count, page_png
from office.web.policy import resident
from office.web.resident import asking, privacy, signing
from office.web.resident.cards import cards
from office.web.resident.inputs import TakeBackForm
from office.web.resident.origins import question_of
from office.web.resident.pages import (
    application_of,
    blueprint,
    case_of,
    current,
    face,
    interview_of,
    languages,
    page,
)

__all__ = ["asking", "blueprint", "privacy", "signing"]

_ALWAYS = {f"resident.{name}" for name in ("call", "take_back", "look", "alive", "close_face", "locked")}
_WHILE_ASKING = {f"resident.{name}" for name in ("welcome", "ask", "question", "answered")}
_WHEN_LOCKED = {"resident.locked", "resident.take_back"}


@blueprint.before_request
def only_what_is_now() -> ResponseReturnValue | None:
    """Only what the case's state allows; a face left alone is closed."""
    case_id, endpoint = str((request.view_args or {})["case_id"]), str(request.endpoint)
    if _left_alone() and not is_locked(session):
        lock(session)
        privacy.record_lock(case_id)
    if is_locked(session):
        return None if endpoint in _WHEN_LOCKED else redirect(url_for("resident.locked", case_id=case_id))
    touch(session, clock.now())
    if endpoint in _ALWAYS:
        return None
    wanted = _wanted(case_id, endpoint)
    return redirect(url_for(wanted, case_id=case_id)) if wanted != endpoint else None


def _left_alone() -> bool:
    settings = world.platform().settings
    # One minute more than the page itself waits: the page is the one that closes, the server makes sure.
    limit = settings.resident_cover_seconds + settings.resident_wipe_seconds + 60
    return is_left_alone(session, clock.now(), limit)


def _wanted(case_id: str, endpoint: str) -> str:
    """Where a request belongs: thanks once signed and not before, questions while asked, else the officer."""
    case = case_of(case_id)
    if case.state is CaseState.SIGNED:
        return "resident.done"
    if case.state is CaseState.SHOWN:
        return "resident.welcome" if endpoint in (*_WHILE_ASKING, "resident.done") else endpoint
    if case.state is CaseState.OPEN and (face(case).asks or face(case).asks_all):
        return endpoint if endpoint in _WHILE_ASKING else "resident.welcome"
    return "resident.call"


@blueprint.errorhandler(KakazuError)
def refused(error: KakazuError) -> ResponseReturnValue:
    """Whatever goes wrong in a resident's hands is for the officer to put right."""
    case_id = (request.view_args or {}).get("case_id", "")
    world.give_up()
    if isinstance(error, SignInRefused | NotFound) or not _signed_meanwhile(case_id):
        return _call(error.message, 404 if isinstance(error, NotFound) else 409)
    return redirect(url_for("resident.done", case_id=case_id))


def _signed_meanwhile(case_id: str) -> bool:
    """A second tap on 「提出する」 comes when the first has done it: nothing is wrong."""
    if handed_over_case(session) != case_id or not current_user.is_authenticated:
        return False
    return case_of(case_id).state is CaseState.SIGNED


@blueprint.errorhandler(CSRFError)
def stale(_error: CSRFError) -> ResponseReturnValue:
    """A form of a session that is over: nothing of the officer's frame is shown here either."""
    return _call("画面の有効期限が切れました。書類を表示し直してください。", 400)


def _call(fault: str, status: int) -> ResponseReturnValue:
    world.give_up()
    if handed_over_case(session) is None or not current_user.is_authenticated:
        return redirect(url_for("signin.sign_in"))
    case = case_of(str(handed_over_case(session)))
    return page("resident/call.html", case, fault=fault, way="", more=False), status


@blueprint.route("/", methods=["GET", "POST"])
@resident
def welcome(case_id: str) -> ResponseReturnValue:
    """Choose the language."""
    case = case_of(case_id)
    chosen = request.form.get("language")
    if chosen in LANGUAGES:
        cases.choose_language(world.session(), world.actor(), case, chosen)
        then = "resident.ask" if case.state is CaseState.OPEN else "resident.check"
        return redirect(url_for(then, case_id=case_id))
    return page("resident/welcome.html", case, languages=languages())


@blueprint.get("/check")
@resident
def check(case_id: str) -> ResponseReturnValue:
    """Every application as a card, with 「ここが ちがう」 at each line."""
    case, platform = case_of(case_id), world.platform()
    shown = cards(platform.catalogue, platform.vault, current(case), case.language)
    marked = {(application, box) for application, box, _ in face(case).wrong}
    return page("resident/check.html", case, cards=shown, marked=marked, step=1)


@blueprint.get("/documents/<application_id>")
@resident
def document(case_id: str, application_id: str) -> ResponseReturnValue:
    """The document itself, page by page."""
    case = case_of(case_id)
    application = application_of(case, application_id)
    pdf = documents.shown_pdf(world.session(), world.actor(), world.platform().vault, application)
    return page("resident/document.html", case, application=application, pages=page_count(pdf), step=1)


@blueprint.get("/documents/<application_id>/<int:number>.png")
@resident
def picture(case_id: str, application_id: str, number: int) -> ResponseReturnValue:
    """One page of the very PDF that will be signed."""
    application = application_of(case_of(case_id), application_id)
    pdf = documents.shown_pdf(world.session(), world.actor(), world.platform().vault, application)
    png = page_png(pdf, number)
    if png is None:
        raise NotFound("このページはありません。")
    return Response(png, mimetype="image/png")


@blueprint.post("/documents/<application_id>/wrong")
@resident
def wrong(case_id: str, application_id: str) -> ResponseReturnValue:
    """「ここが ちがう」: the officer will see which document and which line was meant."""
    case = case_of(case_id)
    application, box = application_of(case, application_id), request.form.get("box", "")
    if box:
        _line_is_wrong(case, application, box)
    else:
        cases.object_to(world.session(), world.actor(), case, application)
    return redirect(url_for("resident.call", case_id=case_id))


def _line_is_wrong(case: Case, application: Application, box: str) -> None:
    procedure = world.platform().catalogue.procedure(application.procedure, version=application.version)
    field = next((one for one in procedure.fields if one.name == box), None)
    if field is None:
        raise NotFound("この項目は見つかりません。職員をお呼びください。")
    fact = question_of(interview_of(case), procedure, field.fact)
    faces.object_to_line(world.session(), world.actor(), case, application, field.name, fact)


@blueprint.get("/call")
@resident
def call(case_id: str) -> ResponseReturnValue:
    """Please call the officer."""
    case = case_of(case_id)
    shown = case.state is CaseState.SHOWN
    way = face(case).way if shown else ""
    return page("resident/call.html", case, fault="", way=way, more=shown and bool(face(case).wrong))


@blueprint.get("/done")
@resident
def done(case_id: str) -> ResponseReturnValue:
    """Thank you, with the receipt numbers."""
    case, platform = case_of(case_id), world.platform()
    shown = cards(platform.catalogue, platform.vault, current(case), case.language)
    return page("resident/done.html", case, cards=shown, step=3)


@blueprint.route("/take-back", methods=["GET", "POST"])
@resident
def take_back(case_id: str) -> ResponseReturnValue:
    """The officer takes the tablet back with their password."""
    form, refusal = TakeBackForm(), None
    if form.validate_on_submit():
        try:
            accounts.confirm_password(world.session(), world.actor(), form.password.data or "")
        except SignInRefused as error:
            current_app.logger.info("take-back refused")
            refusal = error.message
            world.session().commit()
        else:
            give_to_officer(session)
            return redirect(_officers_page(case_id))
    case = case_of(case_id)
    body = page("resident/take_back.html", case, form=form, refused=refusal, current_user=current_user)
    return body, 403 if refusal else 200


def _officers_page(case_id: str) -> str:
    """Where the officer goes on: the question that is wanted, the paper to be signed, else the case."""
    case = case_of(case_id)
    looks = face(case)
    if case.state is CaseState.SHOWN and looks.way:
        return url_for("signing.paper", case_id=case_id)
    wanted = looks.help_wanted[-1:] if case.state is CaseState.OPEN else ()
    faces.stop_asking(world.session(), case)
    anchor = f"ask-{wanted[0]}" if wanted else None
    return url_for("counter.conversation", case_id=case_id, _anchor=anchor)
