"""The officers' board: choose a counter, call, call again, put aside, hand on, finish, take people in."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from forms.errors import KakazuError
from office import clock
from office.accounts.roles import Act
from office.records import bookings, counters, queue, waiting
from office.records.models.bookings import Counter, Ticket, TicketState
from office.web import world
from office.web.booking.shown import time_text
from office.web.policy import permission
from office.web.queue.hall import ticket_qr

blueprint = Blueprint("queue", __name__, template_folder="templates", url_prefix="/queue")
_COUNTER = "queue_counter"
_DONE = {
    "recall": "もう一度呼びました。",
    "skip": "あとに回しました。見えたら「待ちに戻す」を押してください。",
    "put-back": "待ちに戻しました。",
    "finish": "対応を終わりました。",
}


@blueprint.get("/")
@permission(Act.RUN_QUEUE)
def board() -> ResponseReturnValue:
    """Everything at this counter; asked for by htmx, only the part that changes."""
    partial = request.headers.get("HX-Request") is not None
    return render_template("queue/waiting.html" if partial else "queue/board.html", **_context(_mine()))


@blueprint.post("/counter")
@permission(Act.RUN_QUEUE)
def choose() -> ResponseReturnValue:
    """Sit down at a counter; this browser remembers it."""
    session[_COUNTER] = counters.find(world.session(), request.form.get("counter", "")).id
    return redirect(url_for("queue.board"))


@blueprint.post("/next")
@permission(Act.RUN_QUEUE)
def call_next() -> ResponseReturnValue:
    """Call whoever is next."""
    mine = _mine()
    if mine is None:
        flash("はじめに、担当する窓口を選んでください。", "warn")
        return redirect(url_for("queue.board"))
    try:
        ticket = queue.call_next(world.session(), world.actor(), mine.id)
    except queue.NobodyWaiting as error:
        flash(error.message, "warn")
    else:
        flash(f"{ticket.label}を呼びました。", "good")
    return redirect(url_for("queue.board"))


@blueprint.post("/tickets/<ticket_id>")
@permission(Act.RUN_QUEUE)
def change(ticket_id: str) -> ResponseReturnValue:
    """One step with one number: `act` is `recall`, `skip`, `put-back`, `finish` or `hand-on`."""
    ticket, act = queue.find(world.session(), world.actor(), ticket_id), request.form.get("act", "")
    steps = {
        "recall": queue.recall,
        "skip": queue.skip,
        "put-back": queue.put_back,
        "finish": queue.finish,
    }
    if act in steps:
        steps[act](world.session(), world.actor(), ticket)
        flash(f"{ticket.label}：{_DONE[act]}", "good")
    elif act == "hand-on":
        counter = counters.find(world.session(), request.form.get("counter", ""))
        queue.hand_on(world.session(), world.actor(), ticket, counter.id)
        flash(f"{ticket.label}を{counter.name}へ渡しました。", "good")
    return redirect(url_for("queue.board"))


@blueprint.post("/tickets")
@permission(Act.RUN_QUEUE)
def issue() -> ResponseReturnValue:
    """A number for somebody who has come without a booking, or with one."""
    try:
        if "service" in request.form:
            ticket = queue.take_ticket(world.session(), world.actor(), request.form["service"])
        else:
            ticket = queue.check_in(world.session(), world.actor(), request.form.get("number", ""))
    except KakazuError as error:
        world.give_up()
        flash(error.message, "bad")
        return redirect(url_for("queue.board"))
    return redirect(url_for("queue.slip", ticket_id=ticket.id))


@blueprint.get("/tickets/<ticket_id>/slip")
@permission(Act.RUN_QUEUE)
def slip(ticket_id: str) -> ResponseReturnValue:
    """The number to hand over, to print, with the QR of the resident's own page."""
    ticket = queue.find(world.session(), world.actor(), ticket_id)
    return render_template(
        "queue/slip.html", ticket=ticket, title=_titles()[ticket.service], qr=ticket_qr(ticket)
    )


def _mine() -> Counter | None:
    found = world.session().get(Counter, session.get(_COUNTER, ""))
    return found if found is not None and found.is_active else None


def _titles() -> dict[str, str]:
    known = counters.services(world.platform().catalogue)
    return {slug: one.title.text("ja") for slug, one in known.items()}


def _called_by(ticket: Ticket) -> str:
    """The name somebody with a booking chose to be called by."""
    return ticket.booking.read_call_name(world.platform().vault) if ticket.booking else ""


def _context(mine: Counter | None) -> dict[str, object]:
    held, able = world.session(), counters.listing(world.session(), active_only=True)
    return {
        "mine": mine,
        "counters": able,
        "serving": queue.current(held, mine.id) if mine else None,
        "following": waiting.fitting(held, mine) if mine else [],
        "skipped": queue.of_today(held, TicketState.SKIPPED),
        "lines": waiting.lines(held),
        "titles": _titles(),
        "events": world.platform().catalogue.life_events,
        "offered": sorted({slug for one in able for slug in one.services}),
        "bookings": bookings.of_day(held, world.actor(), clock.today()),
        "called_by": _called_by,
        "time_text": time_text,
        "minutes_since": lambda instant: int((clock.now() - instant).total_seconds() // 60),
        "shown_number": bookings.shown_number,
    }
