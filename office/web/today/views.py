"""Today: the officer's waiting work, and what the robots will do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, func, select

from office import clock
from office.accounts.roles import Act, permits
from office.calendar.preview import calendars_of
from office.jobs import dates
from office.jobs.models import Run, RunState
from office.records import bookings, counters, waiting
from office.records.models.applications import Application, ApplicationState
from office.records.models.bookings import Booking, BookingState
from office.records.models.cases import Case, CaseState
from office.records.models.paper import PaperPage, PaperState
from office.web import world
from office.web.booking.shown import time_text
from office.web.policy import permission
from office.web.routes.reminders import waiting_decisions

NEXT_BOOKINGS = 6

blueprint = Blueprint("today", __name__, template_folder="templates")


@dataclass(frozen=True, slots=True)
class Tile:
    """One kind of waiting work."""

    title: str
    count: int
    help: str
    url: str


@dataclass(frozen=True, slots=True)
class Planned:
    """The next start of a robot, and why it is not on its nominal date."""

    title: str
    starts_on: date | None
    nominal_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Queue:
    """What the counter can expect: the next bookings, and the lines with somebody in them."""

    bookings: Sequence[Booking]
    lines: Sequence[waiting.Line]
    titles: Mapping[str, str]


@blueprint.get("/")
@permission(Act.SEE_TODAY)
def today() -> ResponseReturnValue:
    """The first page after signing in."""
    day = clock.today()
    roles = world.actor().roles
    return render_template(
        "today/today.html",
        today=day,
        closed=calendars_of(world.platform().settings.data)["city"].closed(day),
        may_interview=permits(roles, Act.HOLD_INTERVIEW),
        tiles=_tiles(),
        dates=_upcoming(day) if permits(roles, Act.SEE_RUNS) else (),
        queue=_queue() if permits(roles, Act.RUN_QUEUE) else None,
        time_text=time_text,
        missed=len(dates.missed(world.session(), dates.overdue())) if permits(roles, Act.SEE_RUNS) else 0,
    )


def _queue() -> Queue:
    """The next bookings of today that have not come yet, and who waits in the hall."""
    session, known = world.session(), counters.services(world.platform().catalogue)
    coming = [
        one
        for one in bookings.of_day(session, world.actor(), clock.today())
        if one.state is BookingState.BOOKED and one.starts_at >= clock.now() - waiting.LATE
    ]
    titles = {slug: one.title.text("ja") for slug, one in known.items()}
    return Queue(coming[:NEXT_BOOKINGS], [one for one in waiting.lines(session) if one.waiting], titles)


def _upcoming(day: date) -> list[Planned]:
    """The next start of each robot's schedule within the coming months, soonest first."""
    known = calendars_of(world.platform().settings.data)
    found = []
    for job in world.engine().jobs.values():
        if job.schedule is None:
            continue
        for one in job.schedule.starting(known, day, day + timedelta(days=70)):
            found.append(Planned(job.title, one.starts_on, one.nominal_on, one.reason))
            break
    return sorted(found, key=lambda planned: planned.starts_on or day)


def _tiles() -> list[Tile]:
    roles, listing = world.actor().roles, "applications.listing"
    tiles: list[tuple[Act, str, ColumnElement[bool], str, str]] = [
        (
            Act.HOLD_INTERVIEW, "途中の聞き取り", Case.state.in_([CaseState.OPEN, CaseState.SHOWN]),
            "窓口で続きから始められます。", url_for("counter.cases"),
        ),
        (
            Act.ACCEPT, "受理を待つ申請", Application.state == ApplicationState.FILED,
            "内容と添付を確かめてください。", url_for(listing, state="filed"),
        ),
        (
            Act.DECIDE, "決裁を待つ申請", Application.state == ApplicationState.ACCEPTED,
            "受理された申請です。", url_for(listing, state="accepted"),
        ),
        (
            Act.CONFIRM_PAPER, "読み取りの確認待ち", PaperPage.state == PaperState.WAITING,
            "画像と値を見くらべてください。", url_for("paper.waiting"),
        ),
        (
            Act.SEE_RUNS, "人の判断を待つ実行", Run.state.in_([RunState.WAITING, RunState.FAILED]),
            "ロボットが止まった理由を確かめてください。", url_for("console.runs"),
        ),
    ]  # fmt: skip
    found = [
        Tile(title, world.session().scalar(select(func.count()).where(waits)) or 0, text, url)
        for act, title, waits, text, url in tiles
        if permits(roles, act)
    ]
    return found + [Tile(*one) for one in waiting_decisions(world.session(), world.actor())]
