"""Pages: the dates of the schedules, those that were missed first, and what a person does about these."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from office import clock
from office.accounts.roles import Act
from office.calendar.preview import calendars_of
from office.errors import NotFound
from office.jobs import dates
from office.jobs.installed import schedules_of
from office.jobs.models import DateState, ScheduleDate
from office.web import world
from office.web.policy import permission
from office.web.staff import officer_names
from robots.console.words import COMING, DATE_STATES, MISSED

blueprint = Blueprint("dates", __name__, template_folder="templates", url_prefix="/runs/dates")
PAST, TO_COME = timedelta(days=60), timedelta(days=120)


@dataclass(frozen=True, slots=True)
class DateShown:
    """One date of a schedule. `installed`: the job still exists, so that its run can be requested."""

    schedule: str
    title: str
    nominal_on: date
    due_on: date | None
    reason: str
    state: tuple[str, str]
    waived_by: str = ""
    run_id: str | None = None
    installed: bool = True


@blueprint.get("/")
@permission(Act.SEE_RUNS)
def listing() -> ResponseReturnValue:
    """Missed dates however old, dates to come, and what became of those gone by."""
    session, wanted = world.session(), request.args.get("robot", "")
    jobs = world.engine().jobs
    kept = _kept(session, wanted)
    missed = [one for one in kept if one.state == MISSED]
    known = {(one.schedule, one.nominal_on) for one in kept}
    coming = [one for one in kept if one.state == COMING]
    coming += [one for one in _foreseen(wanted) if (one.schedule, one.nominal_on) not in known]
    return render_template(
        "console/dates.html",
        wanted=wanted,
        titles={key: jobs[key].title for key in schedules_of(jobs)},
        missed=missed,
        coming=sorted(coming, key=lambda one: (one.due_on or one.nominal_on, one.schedule)),
        past=[one for one in reversed(kept) if one.state not in (MISSED, COMING)],
        may_start=world.actor().may(Act.START_RUNS),
    )


@blueprint.post("/<schedule>/<nominal_on>/catch-up")
@permission(Act.START_RUNS)
def catch_up(schedule: str, nominal_on: str) -> ResponseReturnValue:
    """Request the run of a missed date now; the page of the run follows."""
    job = world.engine().jobs.get(schedule)
    if job is None:
        raise NotFound("このロボットはもう入っていないため、実行できません。見送ってください。")
    run_id = dates.catch_up(world.session(), world.actor(), job, _day(nominal_on))
    flash("過ぎた予定日の実行を申し込みました。", "good")
    return redirect(url_for("console.run", run_id=run_id))


@blueprint.post("/<schedule>/<nominal_on>/waive")
@permission(Act.START_RUNS)
def waive(schedule: str, nominal_on: str) -> ResponseReturnValue:
    """Do without a missed date, with a reason."""
    reason = request.form.get("reason", "")[:200]
    dates.waive(world.session(), world.actor(), schedule, _day(nominal_on), reason)
    flash("この予定日を見送りました。理由は記録に残ります。", "good")
    return redirect(url_for("dates.listing"))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotFound("この予定日は見つかりません。一覧から選び直してください。") from error


def _kept(session: Session, wanted: str) -> Sequence[DateShown]:
    """The stored dates of the time shown, and missed ones of any age; oldest first."""
    today = clock.today()
    shown = ScheduleDate.nominal_on.between(today - PAST, today + TO_COME)
    query = select(ScheduleDate).where(shown | (ScheduleDate.state == DateState.DUE))
    if wanted:
        query = query.where(ScheduleDate.schedule == wanted)
    names = officer_names(session)
    rows = session.scalars(query.order_by(ScheduleDate.nominal_on, ScheduleDate.schedule))
    return [_shown(row, names.get(row.waived_by.removeprefix("officer:"), row.waived_by)) for row in rows]


def _shown(row: ScheduleDate, waived_by: str) -> DateShown:
    job = world.engine().jobs.get(row.schedule)
    state = DATE_STATES[row.state.value]
    if row.state is DateState.DUE:
        state = MISSED if row.starts_at < dates.overdue() else COMING
    return DateShown(
        schedule=row.schedule,
        title=job.title if job else row.schedule,
        nominal_on=row.nominal_on,
        due_on=row.due_on,
        reason=row.reason,
        state=state,
        waived_by=waived_by,
        run_id=row.run_id,
        installed=job is not None,
    )


def _foreseen(wanted: str) -> Iterator[DateShown]:
    """The dates to come as the rules give them: the clock writes down only the nearest."""
    jobs, today = world.engine().jobs, clock.today()
    calendars = calendars_of(world.platform().settings.data)
    for key, schedule in schedules_of(jobs).items():
        if wanted not in ("", key):
            continue
        for one in schedule.starting(calendars, today, today + TO_COME):
            if one.starts_on is None or dates.starts_at(schedule, one.starts_on) <= clock.now():
                continue
            yield DateShown(key, jobs[key].title, one.nominal_on, one.due_on, one.reason, COMING)
