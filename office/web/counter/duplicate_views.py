"""重複のおそれ: the same thing is there already; the officer opens it, or goes on with a reason."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from office.accounts.roles import Act
from office.errors import NotNow
from office.records import duplicates
from office.records.duplicates import Double
from office.web import world
from office.web.counter.blueprint import blueprint, case_of, interview_of
from office.web.policy import permission


@blueprint.get("/<case_id>/doubles")
@permission(Act.HOLD_INTERVIEW)
def doubles(case_id: str) -> ResponseReturnValue:
    """What is there already."""
    found = _found(case_id)
    if not found:
        return redirect(url_for("counter.conversation", case_id=case_id))
    return _page(case_id, found, "")


@blueprint.post("/<case_id>/doubles")
@permission(Act.HOLD_INTERVIEW)
def settle_doubles(case_id: str) -> ResponseReturnValue:
    """Go on although it is there, with the reason."""
    found = _found(case_id)
    try:
        duplicates.settle(
            world.session(), world.actor(), case_of(case_id), found, request.form.get("reason", "")
        )
    except NotNow as error:
        return _page(case_id, found, error.message), 422
    flash("重複のおそれを確かめたことを記録しました。「住民に見せる」で進めます。", "good")
    return redirect(url_for("counter.conversation", case_id=case_id))


def _found(case_id: str) -> list[Double]:
    case = case_of(case_id)
    return duplicates.unsettled(world.session(), world.actor(), world.platform(), case, interview_of(case))


def _page(case_id: str, found: list[Double], fault: str) -> str:
    return render_template(
        "counter/doubles.html",
        case=case_of(case_id),
        doubles=found,
        titles=_titles(),
        days=world.platform().settings.duplicate_days,
        reason=request.form.get("reason", ""),
        fault=fault,
    )


def _titles() -> Mapping[str, str]:
    """Titles of procedures and life events by their slugs."""
    catalogue = world.platform().catalogue
    procedures = {one.slug: one.title.text("ja") for one in catalogue.procedures()}
    return procedures | {one.slug: one.title.text("ja") for one in catalogue.events()}
