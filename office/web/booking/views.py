"""Booking a time: what for, which day, which time; then seeing, moving and cancelling it."""

from __future__ import annotations

from datetime import date, datetime

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from forms.definition import LANGUAGES
from forms.errors import KakazuError
from office import clock
from office.accounts.actor import Actor
from office.calendar.business import BusinessCalendar
from office.calendar.preview import calendars_of
from office.errors import NotFound
from office.i18n import HTML_LANGUAGE, texts
from office.records import bookings, counters, slots
from office.records.bookings import ContactRefused, SlotTaken, TooManyBookings, Wish
from office.records.models.bookings import Booking, BookingState
from office.ruby import without_readings
from office.web import world
from office.web.booking import shown
from office.web.booking.inputs import ContactForm, ProofForm
from office.web.booking.limits import client, may_try
from office.web.policy import public

blueprint = Blueprint("booking", __name__, template_folder="templates", url_prefix="/booking")
_MINE, _CODE = "booking_number", "booking_code"


def page(template: str, **context: object) -> str:
    """A page of the booking family in the device's language."""
    t = shown.words()
    return render_template(
        template,
        t=t,
        languages=[
            (code, texts("booking", code)("language_name"), HTML_LANGUAGE[code]) for code in LANGUAGES
        ],
        day_text=lambda day: shown.day_text(day, t),
        time_text=shown.time_text,
        **context,
    )


@blueprint.errorhandler(KakazuError)
def refused(error: KakazuError) -> ResponseReturnValue:
    """Whatever cannot be done is said in the resident's language."""
    world.give_up()
    return page("booking/fault.html", fault="not_found"), 404 if isinstance(error, NotFound) else 409


@blueprint.errorhandler(CSRFError)
def stale(_error: CSRFError) -> ResponseReturnValue:
    """The page stood open too long."""
    return page("booking/fault.html", fault="stale"), 400


@blueprint.get("/")
@public
def start() -> ResponseReturnValue:
    """Choose the language and what to come for."""
    shown.chosen_language(request.args.get("language", ""))
    offered = {
        slug
        for one in counters.listing(world.session(), active_only=True)
        for slug in (one.services if one.takes_bookings else ())
    }
    known = counters.services(world.platform().catalogue).values()
    return page("booking/start.html", services=[one for one in known if one.slug in offered])


@blueprint.get("/for/<service>")
@public
def days(service: str) -> ResponseReturnValue:
    """Choose the day."""
    found = slots.days(world.session(), _calendar(), service)
    return page(
        "booking/days.html", service=_service(service), weeks=shown.weeks(found), moving=_moving(service)
    )


@blueprint.get("/for/<service>/<day>")
@public
def times(service: str, day: str) -> ResponseReturnValue:
    """Choose the time."""
    on = _day(day)
    found = slots.times(world.session(), _calendar(), service, on)
    return page("booking/times.html", service=_service(service), day=on, slots=found, moving=_moving(service))


@blueprint.route("/for/<service>/<day>/<time>", methods=["GET", "POST"])
@public
def confirm(service: str, day: str, time: str) -> ResponseReturnValue:
    """Leave a name to be called by, or none, and book; or move a booking to this time."""
    starts_at, form, fault = _instant(day, time), ContactForm(), ("", "")
    moving = _moving(service)
    if request.method == "POST":
        form.validate()
        try:
            _move(moving, starts_at) if moving else _book(service, starts_at, form)
        except SlotTaken:
            world.give_up()
            flash(without_readings(shown.words()("slot_taken")), "warn")
            return redirect(url_for("booking.times", service=service, day=day))
        except TooManyBookings:
            fault = ("", "too_many")
        except ContactRefused as error:
            fault = (error.field, f"bad_{error.field}")
        else:
            return redirect(url_for("booking.show"))
    elif not any(
        slots.offers(one, _calendar(), starts_at) for one in slots.serving(world.session(), service)
    ):
        flash(without_readings(shown.words()("slot_taken")), "warn")
        return redirect(url_for("booking.days", service=service))
    context = page(
        "booking/confirm.html",
        service=_service(service),
        starts_at=starts_at,
        day=_day(day),
        form=form,
        fault=fault,
        moving=moving,
        bring=_bring(service, _day(day)),
    )
    return context, 422 if fault[1] else 200


@blueprint.get("/show")
@public
def show() -> ResponseReturnValue:
    """The booking of this device: number, QR, what to bring; to print, to move, to cancel."""
    booking = _own()
    if booking is None:
        return redirect(url_for("booking.mine"))
    on = booking.starts_at.astimezone(clock.TOKYO).date()
    return page(
        "booking/show.html",
        booking=booking,
        number=bookings.shown_number(booking.number),
        code=session[_CODE],
        day=on,
        service=counters.services(world.platform().catalogue).get(booking.service),
        qr=shown.qr(booking),
        bring=_bring(booking.service, on),
        open=booking.state is BookingState.BOOKED and booking.starts_at > clock.now(),
        call_name=booking.read_call_name(world.platform().vault),
    )


@blueprint.route("/mine", methods=["GET", "POST"])
@public
def mine() -> ResponseReturnValue:
    """Come back to a booking with its number and its code."""
    form, fault, status = ProofForm(), "", 200
    if request.method == "POST":
        form.validate()
        if not may_try():
            fault, status = "too_many_tries", 429
        else:
            number, code = form.number.data or "", form.code.data or ""
            booking = bookings.prove(world.session(), world.platform().vault, number, code)
            world.session().commit()
            if booking is not None:
                _remember(booking, code)
                return redirect(url_for("booking.show"))
            fault, status = "wrong_code", 422
    elif request.args.get("number"):
        form.number.data = bookings.number_in(request.args["number"])
    return page("booking/mine.html", form=form, fault=fault), status


@blueprint.post("/cancel")
@public
def cancel() -> ResponseReturnValue:
    """Give the booking of this device up."""
    booking = _own()
    if booking is None:
        return redirect(url_for("booking.mine"))
    bookings.cancel(world.session(), Actor.nobody(), booking)
    return redirect(url_for("booking.show"))


@blueprint.post("/move")
@public
def move() -> ResponseReturnValue:
    """Choose another time for the booking of this device."""
    booking = _own()
    if booking is None:
        return redirect(url_for("booking.mine"))
    session["booking_moving"] = booking.service
    return redirect(url_for("booking.days", service=booking.service))


@blueprint.post("/leave")
@public
def leave() -> ResponseReturnValue:
    """Forget the booking on this device, for example a shared one."""
    for key in (_MINE, _CODE, "booking_moving"):
        session.pop(key, None)
    return redirect(url_for("booking.start"))


def _book(service: str, starts_at: datetime, form: ContactForm) -> None:
    wish = Wish(
        service,
        starts_at,
        shown.chosen_language(),
        form.call_name.data or "",
        form.phone.data or "",
        client(),
    )
    booking, code = bookings.book(world.session(), Actor.nobody(), world.platform().vault, _calendar(), wish)
    _remember(booking, code)


def _move(booking: Booking, starts_at: datetime) -> None:
    bookings.move(world.session(), Actor.nobody(), _calendar(), booking, starts_at)
    session.pop("booking_moving", None)


def _remember(booking: Booking, code: str) -> None:
    session[_MINE], session[_CODE] = booking.number, code.strip().upper()


def _own() -> Booking | None:
    """The booking this device has proved, checked again."""
    if _MINE not in session:
        return None
    return bookings.prove(world.session(), world.platform().vault, session[_MINE], session[_CODE])


def _moving(service: str) -> Booking | None:
    return _own() if session.get("booking_moving") == service else None


def _calendar() -> BusinessCalendar:
    return calendars_of(world.platform().settings.data)["city"]


def _service(slug: str) -> counters.Service:
    known = counters.services(world.platform().catalogue)
    if slug not in known or not slots.serving(world.session(), slug):
        raise NotFound("この用件の予約は受け付けていません。")
    return known[slug]


def _bring(service: str, on: date) -> list[shown.Bring]:
    return shown.to_bring(world.platform().catalogue, service, on, shown.chosen_language())


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound("この日はありません。") from None


def _instant(day: str, time: str) -> datetime:
    hour, _, minute = time.partition("-")
    if not (hour.isdecimal() and minute.isdecimal() and len(time) <= 5):
        raise NotFound("この時間はありません。")
    return slots.instant(_day(day), int(hour) * 60 + int(minute))
