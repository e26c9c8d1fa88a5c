"""In the hall: the display, the machine that gives numbers, and a resident's own ticket on their phone.

The display and the tickets show numbers and counters, never a name. The machine's address carries a
token that only the city's keys can make, so that numbers cannot be drawn from elsewhere.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import segno
from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from forms.errors import KakazuError
from office import clock
from office.accounts.actor import Actor
from office.database import reading
from office.errors import NotFound
from office.i18n import texts
from office.records import counters, queue, waiting
from office.records.models.bookings import Ticket, TicketState
from office.web import world
from office.web.booking import shown
from office.web.booking.limits import may_try
from office.web.booking.views import page
from office.web.policy import public

blueprint = Blueprint("hall", __name__, template_folder="templates", url_prefix="/hall")
MOST_CALLED = 6


def kiosk_token() -> str:
    """What the address of the city's number machines carries."""
    return world.platform().vault.blind_index("queue-kiosk", "1").hex()[:32]


@blueprint.errorhandler(KakazuError)
def refused(error: KakazuError) -> ResponseReturnValue:
    """Said in the resident's language."""
    world.give_up()
    return page("booking/fault.html", fault="not_found"), 404 if isinstance(error, NotFound) else 409


@blueprint.get("/display")
@public
def display() -> ResponseReturnValue:
    """The called numbers, large; asked for by htmx, only the part that changes."""
    partial = request.headers.get("HX-Request") is not None
    with _reading() as held:
        called = [one for one in _called(held) if one.counter is not None]
        services = counters.services(world.platform().catalogue)
        lines = [(one, services[one.service]) for one in waiting.lines(held) if one.service in services]
        return page(
            "queue/display_board.html" if partial else "queue/display.html",
            called=called,
            lines=lines,
            now=clock.now(),
            en=texts("booking", "en"),
            ja=texts("booking", "ja"),
        )


@blueprint.get("/ticket/<token>")
@public
def ticket(token: str) -> ResponseReturnValue:
    """A resident's own ticket: how many are before them, and when it is their turn."""
    shown.chosen_language(request.args.get("language", ""))
    partial = request.headers.get("HX-Request") is not None
    with _reading() as held:
        mine = queue.by_token(held, token)
        ahead = minutes = None
        today = mine.day == clock.today()
        if today and mine.state is TicketState.WAITING:
            ahead = waiting.before(held, mine)
            minutes = waiting.minutes_for(held, mine.service, ahead)
        return page(
            "queue/ticket_state.html" if partial else "queue/ticket.html",
            ticket=mine,
            ahead=ahead,
            minutes=minutes,
            today=today,
        )


@blueprint.get("/kiosk/<token>")
@public
def kiosk(token: str) -> ResponseReturnValue:
    """Take a number, or check in with a booking."""
    _refuse_strangers(token)
    shown.chosen_language(request.args.get("language", ""))
    known = counters.services(world.platform().catalogue)
    able = counters.listing(world.session(), active_only=True)
    offered = {slug for one in able for slug in one.services}
    return page(
        "queue/kiosk.html",
        token=token,
        services=[one for one in known.values() if one.slug in offered],
        fault=request.args.get("fault") == "1",
    )


@blueprint.post("/kiosk/<token>")
@public
def take(token: str) -> ResponseReturnValue:
    """Give the number and show it."""
    _refuse_strangers(token)
    try:
        if "service" in request.form:
            taken = queue.take_ticket(world.session(), Actor.nobody(), request.form["service"])
        elif may_try():
            taken = queue.check_in(world.session(), Actor.nobody(), request.form.get("number", ""))
        else:
            return redirect(url_for("hall.kiosk", token=token, fault=1))
    except KakazuError:
        world.give_up()
        return redirect(url_for("hall.kiosk", token=token, fault=1))
    return redirect(url_for("hall.taken", token=token, own=taken.token))


@blueprint.get("/kiosk/<token>/<own>")
@public
def taken(token: str, own: str) -> ResponseReturnValue:
    """The number just taken, with the QR of its own page."""
    _refuse_strangers(token)
    mine = queue.by_token(world.session(), own)
    return page("queue/taken.html", token=token, ticket=mine, qr=ticket_qr(mine))


def ticket_qr(mine: Ticket) -> str:
    """The QR of a ticket's own page, as a picture in a `data:` address."""
    address = url_for("hall.ticket", token=mine.token, _external=True)
    return str(segno.make(address, error="m").svg_data_uri(scale=6, border=3))


def _refuse_strangers(token: str) -> None:
    if not secrets.compare_digest(token.encode(), kiosk_token().encode()):
        raise NotFound("この発券機のアドレスは使えません。")


def _called(held: Session) -> list[Ticket]:
    """The numbers being called, the newest first."""
    found = queue.of_today(held, TicketState.CALLED)
    return sorted(found, key=lambda one: one.called_at or one.issued_at, reverse=True)[:MOST_CALLED]


@contextmanager
def _reading() -> Iterator[Session]:
    """A session that only reads: pages that ask every few seconds must not queue for SQLite's one writer."""
    with Session(reading(world.platform().engine)) as held:
        yield held
