"""The resident's face. Every address carries the case, and the session must be bound to it."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError

from forms.definition import LANGUAGES
from forms.errors import KakazuError
from forms.signing.errors import InvalidCapture
from office.accounts import operations as accounts
from office.accounts.operations import SignInRefused
from office.errors import NotFound
from office.i18n import HTML_LANGUAGE, texts
from office.records import cases, documents, signing
from office.records.models.applications import Application, ApplicationState
from office.records.models.cases import Case, CaseState
from office.ruby import without_readings
from office.web import world
from office.web.handover import handed_over_case
from office.web.handover import take_back as give_to_officer
from office.web.pictures import page_count, page_png
from office.web.policy import resident
from office.web.resident.cards import cards
from office.web.resident.inputs import TakeBackForm, read_signature

blueprint = Blueprint("resident", __name__, template_folder="templates", url_prefix="/resident/<case_id>")

_AFTER = {CaseState.SHOWN: "resident.welcome", CaseState.SIGNED: "resident.done"}


def _case(case_id: str) -> Case:
    return cases.find(world.session(), world.actor(), case_id)


def _page(template: str, case: Case, **context: object) -> str:
    t = texts("resident", case.language)
    return render_template(template, case=case, t=t, html_language=HTML_LANGUAGE[case.language], **context)


def _current(case: Case) -> list[Application]:
    return [one for one in case.applications if one.state != ApplicationState.WITHDRAWN]


def _application(case: Case, application_id: str) -> Application:
    for one in _current(case):
        if one.id == application_id:
            return one
    raise NotFound("この書類は見つかりません。職員をお呼びください。")


@blueprint.before_request
def only_while_shown() -> ResponseReturnValue | None:
    """Nothing is being shown: thanks once signed, else the officer is wanted; and no thanks too early."""
    case_id, endpoint = str((request.view_args or {})["case_id"]), request.endpoint
    if endpoint in ("resident.call", "resident.take_back"):
        return None
    wanted = _AFTER.get(_case(case_id).state, "resident.call")
    if wanted == "resident.welcome" and endpoint != "resident.done":
        return None
    return None if endpoint == wanted else redirect(url_for(wanted, case_id=case_id))


@blueprint.errorhandler(KakazuError)
def refused(error: KakazuError) -> ResponseReturnValue:
    """Whatever goes wrong in a resident's hands is for the officer to put right."""
    return _call(error.message, 404 if isinstance(error, NotFound) else 409)


@blueprint.errorhandler(CSRFError)
def stale(_error: CSRFError) -> ResponseReturnValue:
    """A form of a session that is over: nothing of the officer's frame is shown here either."""
    return _call("画面の有効期限が切れました。書類を表示し直してください。", 400)


def _call(fault: str, status: int) -> ResponseReturnValue:
    world.give_up()
    if handed_over_case(session) is None or not current_user.is_authenticated:
        return redirect(url_for("signin.sign_in"))
    return _page("resident/call.html", _case(str(handed_over_case(session))), fault=fault), status


@blueprint.route("/", methods=["GET", "POST"])
@resident
def welcome(case_id: str) -> ResponseReturnValue:
    """Choose the language."""
    case = _case(case_id)
    chosen = request.form.get("language")
    if chosen in LANGUAGES:
        cases.choose_language(world.session(), world.actor(), case, chosen)
        return redirect(url_for("resident.check", case_id=case_id))
    languages = [(code, texts("resident", code)("language_name"), HTML_LANGUAGE[code]) for code in LANGUAGES]
    return _page("resident/welcome.html", case, languages=languages)


@blueprint.get("/check")
@resident
def check(case_id: str) -> ResponseReturnValue:
    """Every application as a card."""
    case = _case(case_id)
    world_ = world.platform()
    shown = cards(world_.catalogue, world_.vault, _current(case), case.language)
    return _page("resident/check.html", case, cards=shown, step=1)


@blueprint.get("/documents/<application_id>")
@resident
def document(case_id: str, application_id: str) -> ResponseReturnValue:
    """The document itself, page by page."""
    case = _case(case_id)
    application = _application(case, application_id)
    pdf = documents.shown_pdf(world.session(), world.actor(), world.platform().vault, application)
    return _page("resident/document.html", case, application=application, pages=page_count(pdf), step=1)


@blueprint.get("/documents/<application_id>/<int:page>.png")
@resident
def picture(case_id: str, application_id: str, page: int) -> ResponseReturnValue:
    """One page of the very PDF that will be signed."""
    application = _application(_case(case_id), application_id)
    pdf = documents.shown_pdf(world.session(), world.actor(), world.platform().vault, application)
    png = page_png(pdf, page)
    if png is None:
        raise NotFound("このページはありません。")
    return Response(png, mimetype="image/png")


@blueprint.post("/documents/<application_id>/wrong")
@resident
def wrong(case_id: str, application_id: str) -> ResponseReturnValue:
    """「ここが ちがう」: the officer will see which document was meant."""
    case = _case(case_id)
    cases.object_to(world.session(), world.actor(), case, _application(case, application_id))
    return redirect(url_for("resident.call", case_id=case_id))


@blueprint.get("/call")
@resident
def call(case_id: str) -> ResponseReturnValue:
    """Please call the officer."""
    return _page("resident/call.html", _case(case_id), fault="")


@blueprint.route("/sign", methods=["GET", "POST"])
@resident
def sign(case_id: str) -> ResponseReturnValue:
    """The one signature."""
    case = _case(case_id)
    fault = _sign(case) if request.method == "POST" else ""
    if fault is None:
        return redirect(url_for("resident.done", case_id=case_id))
    page = _page("resident/sign.html", case, count=len(_current(case)), fault=fault, step=2)
    return page, 422 if fault else 200


def _sign(case: Case) -> str | None:
    """Sign with what was drawn; the text of what is wrong with the drawing, None once signed."""
    t = texts("resident", case.language)
    try:
        signature = read_signature(request.form.get("strokes", ""), request.user_agent.string)
    except InvalidCapture:
        return t("broken_signature")
    if signature is None:
        return t("empty_signature")
    consent, nonce = without_readings(t("consent")), request.form.get("nonce", "")
    signing.sign(world.session(), world.actor(), world.platform(), case, signature, consent, nonce)
    return None


@blueprint.get("/done")
@resident
def done(case_id: str) -> ResponseReturnValue:
    """Thank you, with the receipt numbers."""
    case = _case(case_id)
    world_ = world.platform()
    shown = cards(world_.catalogue, world_.vault, _current(case), case.language)
    return _page("resident/done.html", case, cards=shown, step=3)


@blueprint.route("/take-back", methods=["GET", "POST"])
@resident
def take_back(case_id: str) -> ResponseReturnValue:
    """The officer takes the tablet back with their password."""
    form, refused = TakeBackForm(), None
    if form.validate_on_submit():
        try:
            accounts.confirm_password(world.session(), world.actor(), form.password.data or "")
        except SignInRefused as error:
            current_app.logger.info("take-back refused")
            refused = error.message
            world.session().commit()
        else:
            give_to_officer(session)
            return redirect(url_for("counter.conversation", case_id=case_id))
    case = _case(case_id)
    page = _page("resident/take_back.html", case, form=form, refused=refused, current_user=current_user)
    return page, 403 if refused else 200
