"""Sign-in, sign-out."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user, logout_user

from office.accounts import operations as accounts
from office.accounts.operations import SignInRefused
from office.web import world
from office.web.addresses import own_address
from office.web.handover import handed_over_case
from office.web.policy import public
from office.web.signin.identity import SignedIn
from office.web.signin.inputs import SignInForm
from office.web.signin.welcome import demo_accounts

blueprint = Blueprint("signin", __name__, template_folder="templates")


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """The door. With the sample city loaded it also names the accounts and the first thing to do."""
    form = SignInForm()
    refused = None
    if form.validate_on_submit():
        try:
            officer = accounts.sign_in(world.session(), form.login.data or "", form.password.data or "")
        except SignInRefused as error:
            refused = error.message
            world.session().commit()  # the failed attempt counts although the page answers 403
        else:
            session.clear()
            session.permanent = True
            login_user(SignedIn(officer))
            return redirect(_safe_next() or url_for("today.today"))
    page = render_template(
        "signin/sign_in.html", form=form, refused=refused, accounts=demo_accounts(world.session())
    )
    return page, 403 if refused else 200


@blueprint.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """Leave; a tablet in a resident's hands must be taken back first."""
    case_id = handed_over_case(session)
    if case_id is not None:
        return redirect(url_for("resident.welcome", case_id=case_id))
    accounts.sign_out(world.session(), world.actor())
    logout_user()
    session.clear()
    return redirect(url_for("signin.sign_in"))


def _safe_next() -> str | None:
    """The page asked for before signing in, only when it is one of ours."""
    return own_address(request.args.get("next", ""))
