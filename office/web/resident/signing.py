"""Equal ways to sign: draw, type before a witness, have it written (代筆), or sign on paper."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup

from forms.rendering.errors import MissingGlyph
from forms.signing import ink
from forms.signing.errors import InvalidCapture
from forms.signing.marks import ASSISTED, DRAWN, PAPER, TYPED, Mark, TypedName, WrittenFor
from forms.signing.strokes import Capture
from office.accounts.operations import SignInRefused
from office.errors import NotNow, NotPermitted
from office.i18n import texts
from office.records import faces, witnesses
from office.records import signing as records
from office.records.models.cases import Case
from office.records.witnesses import WitnessRefused
from office.ruby import without_readings
from office.web import world
from office.web.policy import resident
from office.web.resident.inputs import AssistedForm, WitnessForm, read_name, read_signature
from office.web.resident.pages import FAMILY, blueprint, case_of, current, page

WAYS = (
    (DRAWN, "resident.sign", "way_drawn"),
    (TYPED, "resident.sign_typed", "way_typed"),
    (ASSISTED, "resident.sign_assisted", "way_assisted"),
    (PAPER, "resident.sign_paper", "way_paper"),
)
CONFIRMED = "本人が画面で「これでよい」と確かめました。"
_OWN_WORDS = 200


@blueprint.route("/sign", methods=["GET", "POST"])
@resident
def sign(case_id: str) -> ResponseReturnValue:
    """The one signature, drawn. What looks odd is asked about once and never refused."""
    case, t = case_of(case_id), texts(FAMILY, case_of(case_id).language)
    if request.method == "GET":
        return _page(case, DRAWN, "resident/sign.html")
    try:
        capture = read_signature(request.form.get("strokes", ""), request.user_agent.string)
    except InvalidCapture:
        return _page(case, DRAWN, "resident/sign.html", fault=t("broken_signature")), 422
    if capture is None:
        return _page(case, DRAWN, "resident/sign.html", fault=t("empty_signature")), 422
    odd = [*ink.warnings(capture.strokes), *(["unseen"] if request.form.get("unseen") == "yes" else [])]
    if odd and request.form.get("sure") != "yes":
        return _ask_again(case, capture)
    reason = " ".join(request.form.get("override_reason", "").split())[:_OWN_WORDS] or CONFIRMED
    return _sign(case, capture, reason if odd else "")


def _ask_again(case: Case, capture: Capture) -> ResponseReturnValue:
    drawn = Markup(ink.svg(capture.strokes, capture.device.canvas_width, capture.device.canvas_height))  # noqa: S704 - numbers only
    return page(
        "resident/sure.html",
        case,
        drawn=drawn,
        strokes=request.form["strokes"],
        unseen=request.form.get("unseen", ""),
        nonce=request.form.get("nonce", ""),
        step=2,
    )


@blueprint.route("/sign/typed", methods=["GET", "POST"])
@resident
def sign_typed(case_id: str) -> ResponseReturnValue:
    """The resident types their name; the officer who sees it confirms with their password."""
    case, form = case_of(case_id), WitnessForm()
    name, t = read_name(request.form.get("name", "")), texts(FAMILY, case.language)
    if request.method == "GET" or request.form.get("act") == "again":
        return _page(case, TYPED, "resident/sign_typed.html", name=name)
    if not name:
        return _page(case, TYPED, "resident/sign_typed.html", name="", fault=t("empty_name")), 422
    refusal, status = "", 200
    if request.form.get("act") == "confirm" and form.validate():
        try:
            witness = witnesses.confirmed(
                world.session(), world.actor(), case, form.password.data or "", "witness"
            )
            return _sign(case, TypedName(name, witness))
        except (SignInRefused, MissingGlyph) as error:
            refusal, status = _refusal(error), 403
    other = "" if request.form.get("act") == "confirm" else _other_name(case, name)
    told: dict[str, Any] = {"form": form, "name": name, "refused": refusal, "other": other, "officer": _me()}
    return _page(case, TYPED, "resident/witness.html", **told), status


@blueprint.route("/sign/assisted", methods=["GET", "POST"])
@resident
def sign_assisted(case_id: str) -> ResponseReturnValue:
    """代筆: an officer writes the name and says why, a second officer witnesses with their own password."""
    case, form, refusal = case_of(case_id), AssistedForm(), ""
    if form.validate_on_submit():
        name = read_name(form.name.data or "")
        try:
            if name:
                return _sign(case, _written(case, form, name))
            refusal = "氏名に使えない文字があります。入力し直してください。"
        except (SignInRefused, WitnessRefused, NotPermitted, MissingGlyph) as error:
            refusal = _refusal(error)
    body = _page(case, ASSISTED, "resident/sign_assisted.html", form=form, refused=refusal, officer=_me())
    return body, 403 if refusal else 200


def _written(case: Case, form: AssistedForm, name: str) -> WrittenFor:
    session, actor = world.session(), world.actor()
    writer = witnesses.confirmed(session, actor, case, form.password.data or "", "writer")
    login, password = form.witness_login.data or "", form.witness_password.data or ""
    return WrittenFor(name, form.reason.data, writer, witnesses.second(session, actor, case, login, password))


@blueprint.route("/sign/paper", methods=["GET", "POST"])
@resident
def sign_paper(case_id: str) -> ResponseReturnValue:
    """The resident would rather sign a print: the officer takes over."""
    case = case_of(case_id)
    if request.method == "GET":
        return _page(case, PAPER, "resident/sign_paper.html")
    faces.choose_way(world.session(), world.actor(), case, PAPER)
    return redirect(url_for("resident.call", case_id=case_id))


def _sign(case: Case, mark: Mark, override_reason: str = "") -> ResponseReturnValue:
    consent = without_readings(texts(FAMILY, case.language)("consent"))
    nonce = request.form.get("nonce", "")
    actor, platform = world.actor(), world.platform()
    signing = records.begin(world.session(), actor, platform, case, mark, consent, nonce, override_reason)
    # Sealed while everybody else may write.
    world.begin_again()
    sealed = signing.seal(platform.keys)
    records.finish(world.session(), actor, platform, case_of(case.id), signing.evidence, sealed)
    return redirect(url_for("resident.done", case_id=case.id))


def _page(case: Case, way: str, template: str, fault: str = "", **context: object) -> str:
    if case.nonce is None:
        raise NotNow("書類はもう表示されていません。職員をお呼びください。")
    return page(template, case, ways=WAYS, way=way, count=len(current(case)), fault=fault, step=2, **context)


def _refusal(error: SignInRefused | WitnessRefused | NotPermitted | MissingGlyph) -> str:
    """What is said of a refused password or name; a failed attempt counts although nothing is signed."""
    if isinstance(error, SignInRefused):
        world.session().commit()
    else:
        world.give_up()
    return error.message


def _other_name(case: Case, name: str) -> str:
    """The applicant's name on the documents, where another one was typed."""
    wanted = next((one.applicant_name for one in current(case) if one.applicant_name), "")
    return wanted if "".join(wanted.split()) != "".join(name.split()) else ""


def _me() -> str:
    return str(current_user.name)
