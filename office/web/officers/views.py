"""Officers: list, add, stop and restart accounts."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from office.accounts import operations as accounts
from office.accounts.models import Officer
from office.accounts.operations import AccountRefused
from office.accounts.roles import OFFICER_ROLES, Act, Role
from office.errors import NotFound
from office.web import world
from office.web.officers.inputs import OfficerForm
from office.web.policy import permission

blueprint = Blueprint("officers", __name__, template_folder="templates", url_prefix="/officers")


@blueprint.route("/", methods=["GET", "POST"])
@permission(Act.MANAGE_OFFICERS)
def listing() -> ResponseReturnValue:
    """Everyone with an account; a form to add one."""
    form, code = OfficerForm(), 200
    if form.validate_on_submit():
        roles = [Role(role) for role in form.roles.data or ()]
        try:
            accounts.add_officer(
                world.session(),
                world.actor(),
                form.login.data or "",
                form.name.data or "",
                roles,
                form.password.data or "",
            )
        except AccountRefused as error:
            flash(error.message, "bad")
            code = 422
        else:
            flash(f"{form.name.data}さんを追加しました。", "good")
            return redirect(url_for("officers.listing"))
    elif form.is_submitted():
        code = 422
    officers = accounts.list_officers(world.session(), world.actor())
    titles = {role.value: role.label for role in OFFICER_ROLES}
    return render_template("officers/listing.html", officers=officers, form=form, role_titles=titles), code


@blueprint.post("/<officer_id>/active")
@permission(Act.MANAGE_OFFICERS)
def switch(officer_id: str) -> ResponseReturnValue:
    """Stop or restart an account."""
    officer = world.session().get(Officer, officer_id)
    if officer is None:
        raise NotFound("この職員は登録されていません。")
    active = request.form.get("active") == "yes"
    roles = [Role(role) for role in officer.roles]
    accounts.change_officer(world.session(), world.actor(), officer.id, roles, is_active=active)
    flash(f"{officer.name}さんのアカウントを{'再開' if active else '停止'}しました。", "good")
    return redirect(url_for("officers.listing"))
