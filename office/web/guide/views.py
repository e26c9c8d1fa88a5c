"""The guide page and its index. Open to everyone: it holds nothing but what procedures there are."""

from __future__ import annotations

from flask import Blueprint, abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from forms.guide import guide_index
from forms.language import LANGUAGES, language
from office.accounts.roles import Act, permits
from office.i18n import texts
from office.web import world
from office.web.policy import public

blueprint = Blueprint("guide", __name__, template_folder="templates", url_prefix="/guide")


@blueprint.get("/")
@public
def page() -> ResponseReturnValue:
    """Say it in your own words; below, everything there is."""
    code = _language()
    index = guide_index(world.platform().catalogue, code)
    return render_template(
        "guide/guide.html",
        t=texts("guide", code),
        code=code,
        languages=[language(one) for one in LANGUAGES],
        entries=index["entries"],
        may_start=current_user.is_authenticated and permits(current_user.actor.roles, Act.HOLD_INTERVIEW),
    )


@blueprint.get("/index.json")
@public
def index() -> ResponseReturnValue:
    """What the page compares words with."""
    return jsonify(guide_index(world.platform().catalogue, _language()))


def _language() -> str:
    code = request.args.get("language", "ja")
    return code if code in LANGUAGES else abort(404)
