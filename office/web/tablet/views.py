"""Tablets without the network. `/tablet/` is the shell a tablet keeps; `/tablets/` is for officers."""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from forms.errors import KakazuError
from office import clock
from office.accounts.roles import Act
from office.platform import Platform
from office.records import arrivals, tablets
from office.records.arrivals import CAUSES, Parcel
from office.records.models.cases import Case
from office.records.models.tablets import ArrivalState
from office.records.tablets import TabletRefused
from office.web import world
from office.web.policy import permission, public
from office.web.tablet.assets import package, shell_files, version
from office.web.tablet.turns import Busy, Turns

blueprint = Blueprint("tablet", __name__, template_folder="templates")
_TURNS = "kakazu-tablet-turns"


@blueprint.record
def one_at_a_time(state: BlueprintSetupState) -> None:
    """Each application gives turns of its own; the database keeps several processes apart."""
    state.app.extensions[_TURNS] = Turns()


@blueprint.app_context_processor
def signed_again() -> dict[str, object]:
    """For the conversation's page: why a case that came from a tablet has to be signed again."""

    def reason(case: Case) -> str:
        arrival = arrivals.of_case(world.session(), case)
        return CAUSES[arrival.cause] if arrival is not None else ""

    return {"reason_to_sign_again": reason}


@blueprint.get("/tablet/")
@public
def shell() -> ResponseReturnValue:
    """The page a tablet keeps: it holds nothing of anybody, and asks for the passphrase."""
    return _shell()


def _shell() -> str:
    return render_template("tablet/shell.html")


@blueprint.get("/tablet/worker.js")
@public
def worker() -> ResponseReturnValue:
    """The service worker: its text changes with the shell, so browsers fetch the new one."""
    files = [url_for("static", filename=name) for name in shell_files()]
    text = render_template("tablet/worker.js", version=version(_shell()), files=files)
    return Response(text, mimetype="text/javascript")


@blueprint.get("/tablet/bundle.json")
@public
def definitions() -> ResponseReturnValue:
    """The city's definitions and fixed texts for today: public, nobody's data."""
    platform = world.platform()
    return jsonify(package(platform.catalogue, clock.today(), platform.settings.municipality))


@blueprint.post("/tablet/cases")
@public
def receive() -> ResponseReturnValue:
    """One case from a tablet, which shows its own token: no session, so no CSRF either."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    try:
        if scheme != "Bearer" or not token:
            raise TabletRefused("端末の登録を確かめられません。端末に保存した内容はそのままです。")
        parcel = Parcel.parse(request.get_json(silent=True))
        with current_app.extensions[_TURNS].taken():
            told = _received(world.platform(), token, parcel)
        return jsonify(told)
    except KakazuError as error:
        world.give_up()
        if not isinstance(error, Busy):
            current_app.logger.warning("tablet's case refused", extra={"code": error.code})
        status = 403 if isinstance(error, TabletRefused) else 400
        if not isinstance(error, TabletRefused | arrivals.Damaged):
            status = 503  # the server's own trouble: the tablet keeps the case and tries again
        return jsonify({"code": error.code, "message": error.message}), status


def _received(platform: Platform, token: str, parcel: Parcel) -> dict[str, Any]:
    """The receipt. What is printed is printed ahead, while everybody else may write."""
    platform.press.print_ahead(arrivals.typeset_ahead(platform, token, parcel))
    arrival = arrivals.receive(world.session(), platform, token, parcel)
    told = arrivals.receipt(world.session(), arrival)
    world.begin_again()  # kept before the next one asks for its receipt numbers
    return told


@blueprint.get("/tablets/")
@permission(Act.HOLD_INTERVIEW)
def listing() -> ResponseReturnValue:
    """Tablets, what arrived, and what waits for a person."""
    waiting, lately = arrivals.listing(world.session(), world.actor())
    return render_template(
        "tablet/listing.html",
        tablets=tablets.listing(world.session(), world.actor()),
        waiting=waiting,
        lately=lately,
        causes=CAUSES,
        may_open=ArrivalState.HELD,
    )


@blueprint.get("/tablets/new")
@permission(Act.HOLD_INTERVIEW)
def new() -> ResponseReturnValue:
    """Enrol the tablet this page is open on."""
    return render_template("tablet/new.html")


@blueprint.post("/tablets/enrol")
@permission(Act.HOLD_INTERVIEW)
def enrol() -> ResponseReturnValue:
    """Called by the page once the tablet has made its key; the token is told once and never again."""
    try:
        enrolled = tablets.enrol(world.session(), world.actor(), request.form.get("name", ""))
    except TabletRefused as error:
        return jsonify({"message": error.message}), 422
    tablet, officer = enrolled.tablet, world.actor().name
    return jsonify({"id": tablet.id, "name": tablet.name, "token": enrolled.token, "officer": officer})


@blueprint.post("/tablets/<tablet_id>/revoke")
@permission(Act.HOLD_INTERVIEW)
def revoke(tablet_id: str) -> ResponseReturnValue:
    """Stop a tablet."""
    tablet = tablets.revoke(world.session(), world.actor(), tablet_id)
    flash(f"「{tablet.name}」を止めました。この端末からは、もう何も届きません。", "good")
    return redirect(url_for("tablet.listing"))


@blueprint.post("/tablets/<tablet_id>/restore")
@permission(Act.HOLD_INTERVIEW)
def restore(tablet_id: str) -> ResponseReturnValue:
    """Let a stopped tablet send again."""
    tablet = tablets.restore(world.session(), world.actor(), tablet_id)
    flash(
        f"「{tablet.name}」をまた使えるようにしました。残っている分は、次につながったときに届きます。",
        "good",
    )
    return redirect(url_for("tablet.listing"))


@blueprint.post("/tablets/arrivals/<arrival_id>/open")
@permission(Act.HOLD_INTERVIEW)
def open_arrival(arrival_id: str) -> ResponseReturnValue:
    """Make an interview of what is held."""
    case = arrivals.open_held(world.session(), world.actor(), world.platform(), arrival_id)
    return redirect(url_for("counter.conversation", case_id=case.id))


@blueprint.post("/tablets/arrivals/<arrival_id>/settle")
@permission(Act.HOLD_INTERVIEW)
def settle(arrival_id: str) -> ResponseReturnValue:
    """A person has looked at it."""
    arrivals.settle(world.session(), world.actor(), arrival_id)
    flash("確認ずみにしました。届いた内容は保管されています。", "good")
    return redirect(url_for("tablet.listing"))
