"""The administrator's pages of the counters."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from office.accounts.roles import Act
from office.records import counters
from office.records.counters import CounterRefused
from office.web import world
from office.web.policy import permission
from office.web.queue.hall import kiosk_token
from office.web.queue.inputs import CounterForm, clock_time, filled

blueprint = Blueprint("counters", __name__, template_folder="templates", url_prefix="/counters")


@blueprint.get("/")
@permission(Act.SET_COUNTERS)
def listing() -> ResponseReturnValue:
    """Every counter, and the addresses for the hall's machines."""
    return render_template(
        "queue/counters.html",
        counters=counters.listing(world.session()),
        titles=_titles(),
        clock_time=clock_time,
        kiosk=url_for("hall.kiosk", token=kiosk_token(), _external=True),
        display=url_for("hall.display", _external=True),
        booking=url_for("booking.start", _external=True),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@permission(Act.SET_COUNTERS)
def new() -> ResponseReturnValue:
    """A new counter."""
    return _edit("", CounterForm())


@blueprint.route("/<counter_id>", methods=["GET", "POST"])
@permission(Act.SET_COUNTERS)
def edit(counter_id: str) -> ResponseReturnValue:
    """One counter's settings."""
    counter = counters.find(world.session(), counter_id)
    return _edit(counter_id, CounterForm(data=filled(counter)))


def _edit(counter_id: str, form: CounterForm) -> ResponseReturnValue:
    titles, status, fault = _titles(), 200, ""
    form.services.choices = list(titles.items())
    if form.validate_on_submit():
        try:
            saved = counters.save(world.session(), world.actor(), titles, form.settings(), counter_id)
        except CounterRefused as error:
            fault, status = error.message, 422
        else:
            flash(f"{saved.name}の設定を保存しました。", "good")
            return redirect(url_for("counters.listing"))
    elif form.is_submitted():
        status = 422
    events = world.platform().catalogue.life_events
    page = render_template("queue/counter.html", form=form, fault=fault, events=events, is_new=not counter_id)
    return page, status


def _titles() -> dict[str, str]:
    known = counters.services(world.platform().catalogue)
    return {slug: one.title.text("ja") for slug, one in known.items()}
