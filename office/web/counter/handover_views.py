"""Passing a case on, and taking up one that waits."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from office.accounts.roles import Act
from office.errors import NotNow
from office.records import handovers
from office.web import world
from office.web.counter.blueprint import blueprint, case_of
from office.web.policy import permission


@blueprint.get("/<case_id>/hand-on")
@permission(Act.HOLD_INTERVIEW)
def hand_on(case_id: str) -> ResponseReturnValue:
    """To whom, and what they need to know."""
    return _page(case_id, "")


@blueprint.post("/<case_id>/hand-on")
@permission(Act.HOLD_INTERVIEW)
def hand_on_case(case_id: str) -> ResponseReturnValue:
    """Put the case on the list of those waiting."""
    form = request.form
    try:
        handovers.hand_on(
            world.session(),
            world.actor(),
            world.platform().vault,
            case_of(case_id),
            note=form.get("note", ""),
            desk=form.get("desk", ""),
            to=form.get("to", ""),
        )
    except NotNow as error:
        return _page(case_id, error.message), 422
    flash("引き継ぎ待ちにしました。どの端末からでも続けられます。", "good")
    return redirect(url_for("counter.cases"))


@blueprint.post("/handovers/<handover_id>/take-up")
@permission(Act.HOLD_INTERVIEW)
def take_up(handover_id: str) -> ResponseReturnValue:
    """Go on with a case that waits."""
    case = handovers.take_up(world.session(), world.actor(), handover_id)
    flash("引き継ぎました。続きから始められます。", "good")
    return redirect(url_for("counter.conversation", case_id=case.id))


def _page(case_id: str, fault: str) -> str:
    return render_template(
        "counter/hand_on.html",
        case=case_of(case_id),
        colleagues=handovers.colleagues(world.session(), world.actor()),
        form=request.form,
        fault=fault,
    )
