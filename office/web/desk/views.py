"""The officer's screen: larger letters, strong contrast, hiding it at a touch or when nobody is there."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import PasswordField
from wtforms.validators import InputRequired, Length

from office import clock
from office.accounts import operations as accounts
from office.accounts.operations import SignInRefused
from office.accounts.roles import Act
from office.audit import events, journal
from office.records.faces import TEXT_SIZES
from office.web import world
from office.web.addresses import own_address
from office.web.handover import handed_over_case
from office.web.policy import permission

blueprint = Blueprint("desk", __name__, template_folder="templates", url_prefix="/screen")

_HIDDEN, _BACK, _SEEN = "screen_hidden", "screen_back", "screen_seen"
_SIZE, _CONTRAST = "text_size", "contrast"
_PAGES = ("text/html", "application/json")
_OPEN_WHEN_HIDDEN = {"desk.hidden", "desk.hide", "signin.sign_out", "static"}


class OpenForm(FlaskForm):  # type: ignore[misc]
    """The officer's own password."""

    password = PasswordField(
        "パスワード",
        [InputRequired("パスワードを入力してください。"), Length(max=256)],
        render_kw={"autocomplete": "current-password", "autofocus": True},
    )


@blueprint.before_app_request
def keep_hidden() -> ResponseReturnValue | None:
    """A hidden screen shows nothing else, whatever address is asked for."""
    if not current_user.is_authenticated or handed_over_case(session) is not None:
        return None
    if request.endpoint in _OPEN_WHEN_HIDDEN or str(request.endpoint).endswith(".static"):
        return None
    now, seen = clock.now().timestamp(), session.get(_SEEN)
    idle = world.platform().settings.officer_idle_seconds
    if seen is not None and now - float(seen) > idle + 60 and not session.get(_HIDDEN):
        _hide("idle", request.full_path.rstrip("?") if request.method == "GET" else "")
    return _to_hidden() if session.get(_HIDDEN) else None


@blueprint.after_app_request
def note_seen(response: Response) -> Response:
    """Note that the officer is there: by pages only, late pictures would bring an old session back."""
    watched = current_user.is_authenticated and handed_over_case(session) is None
    if watched and not session.get(_HIDDEN) and response.mimetype in _PAGES:
        session[_SEEN] = clock.now().timestamp()
    return response


def _to_hidden() -> ResponseReturnValue:
    address = url_for("desk.hidden")
    if request.headers.get("HX-Request"):
        return Response(status=204, headers={"HX-Redirect": address})
    return redirect(address)


@blueprint.post("/hide")
@permission(Act.SEE_TODAY)
def hide() -> ResponseReturnValue:
    """Hide the screen."""
    cause = "idle" if request.form.get("cause") == "idle" else "button"
    if not session.get(_HIDDEN):
        _hide(cause, request.form.get("back", ""))
    return redirect(url_for("desk.hidden"))


@blueprint.route("/hidden", methods=["GET", "POST"])
@permission(Act.SEE_TODAY)
def hidden() -> ResponseReturnValue:
    """Says nothing; the officer's password leads back to where they were."""
    form, refused = OpenForm(), ""
    if form.validate_on_submit():
        try:
            accounts.confirm_password(world.session(), world.actor(), form.password.data or "")
        except SignInRefused as error:
            refused = error.message
            world.session().commit()
        else:
            return _open()
    return render_template("desk/hidden.html", form=form, refused=refused), 403 if refused else 200


@blueprint.post("/look")
@permission(Act.SEE_TODAY)
def look() -> ResponseReturnValue:
    """Larger letters, stronger contrast; for this session."""
    size = request.form.get("text_size", "")
    if size in TEXT_SIZES:
        session[_SIZE] = size
    if request.form.get("contrast") in ("yes", "no"):
        session[_CONTRAST] = request.form["contrast"] == "yes"
    return redirect(own_address(request.form.get("back", "")) or url_for("today.today"))


def looks() -> dict[str, object]:
    """For the frame of officers' pages: size of letters, contrast, and after how long it hides itself."""
    return {
        "text_size": session.get(_SIZE, "normal"),
        "contrast": bool(session.get(_CONTRAST)),
        "sizes": TEXT_SIZES,
        "idle_seconds": world.platform().settings.officer_idle_seconds,
        "here": request.full_path.rstrip("?") if request.method == "GET" else "",
    }


def _hide(cause: str, back: str) -> None:
    session[_HIDDEN], session[_BACK] = True, own_address(back) or ""
    officer = current_user.actor
    journal.write(world.session(), officer, events.SCREEN_HIDDEN, f"officer:{officer.officer}", cause=cause)
    current_app.logger.info("screen hidden")


def _open() -> ResponseReturnValue:
    back = session.pop(_BACK, "") or url_for("today.today")
    session.pop(_HIDDEN, None)
    session[_SEEN] = clock.now().timestamp()
    officer = current_user.actor
    journal.write(world.session(), officer, events.SCREEN_OPENED, f"officer:{officer.officer}")
    return redirect(back)
