"""The dates of schedules as rows: foreseen, fired, caught up, waived; a missed one stays visible as due.

Never commits. Several clocks may do all of this at once: a row is inserted once by its key and leaves
state `due` once by a conditional UPDATE, in the transaction that requests the run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from office import clock
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit.commitments import commit
from office.audit.journal import write
from office.calendar.business import BusinessCalendar
from office.calendar.schedules import CatchUp, Occurrence, Schedule
from office.errors import NotFound, NotNow
from office.jobs.events import DATE_CAUGHT_UP, DATE_WAIVED
from office.jobs.job import Job
from office.jobs.models import DateState, ScheduleDate
from office.jobs.runs import enqueue_scheduled

HORIZON = timedelta(days=40)
# A date that rolled forward over the longest closure has its nominal day no further back than this.
LOOK_BACK = timedelta(days=20)
# Fired within this time after its hour a date counts as on time, later as caught up.
ON_TIME = timedelta(minutes=15)
_TAKEN = "この予定日は、ちょうど今ほかで処理されました。"
MERGED = "止まっていた間の回は、あとの回にまとめました。"


def starts_at(schedule: Schedule, starts_on: date) -> datetime:
    """The instant at which the work of an occurrence starts (its hour is that of Japan)."""
    return datetime.combine(starts_on, schedule.at, tzinfo=clock.TOKYO)


def foresee(
    session: Session, key: str, schedule: Schedule, calendars: Mapping[str, BusinessCalendar]
) -> None:
    """Write down the dates from the last known one to the horizon; a new schedule begins today.

    Dates still to come are brought into line when rule, roll or calendar changed.
    """
    last = session.scalar(select(func.max(ScheduleDate.nominal_on)).where(ScheduleDate.schedule == key))
    today = clock.today()
    begin = min(today - LOOK_BACK, last or today)
    until = max(today + HORIZON + timedelta(days=schedule.lead * 4), last or today)
    found = {each.nominal_on: each for each in schedule.occurrences(calendars, begin, until)}
    kept = session.scalars(select(ScheduleDate).where(*_ahead(key))).all()
    for row in kept:
        _align(session, schedule, row, found)
    fresh = [
        _values(key, schedule, each, each.starts_on)
        for each in found.values()
        if each.starts_on is not None and _is_news(schedule, each.nominal_on, each.starts_on, last)
    ]
    if fresh:
        insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
        session.execute(insert(ScheduleDate).values(fresh).on_conflict_do_nothing())


def fire(session: Session, job: Job, schedule: Schedule) -> list[str]:
    """Request the runs of every date that is due by now, as the schedule's catch-up rule says; their ids."""
    now = clock.now()
    due = session.scalars(
        select(ScheduleDate)
        .where(
            ScheduleDate.schedule == job.key,
            ScheduleDate.state == DateState.DUE,
            ScheduleDate.starts_at <= now,
            ScheduleDate.starts_at > now - timedelta(days=schedule.grace_days) - ON_TIME,
        )
        .order_by(ScheduleDate.nominal_on)
    ).all()
    late = [row for row in due if now - row.starts_at > ON_TIME]
    if schedule.catch_up is CatchUp.NONE:
        due = [row for row in due if row not in late]
    merged = due[:-1] if schedule.catch_up is CatchUp.LATEST else []
    fired = [_fire(session, job, row, row in late) for row in due if row not in merged]
    for row in merged:
        _leave_due(session, row, DateState.CAUGHT_UP, reason=_and(row.reason, MERGED), run_id=fired[-1])
    return [run_id for run_id in fired if run_id is not None]


def catch_up(session: Session, actor: Actor, job: Job, nominal_on: date) -> str:
    """Run a missed date now, on a person's word; returns the run's id.

    Raises NotPermitted, NotFound, NotNow.
    """
    require(actor, Act.START_RUNS)
    row = _due(session, job.key, nominal_on)
    if row.starts_at > clock.now():
        raise NotNow("この予定日はまだ来ていません。その日になると自動で始まります。")
    run_id = _fire(session, job, row, late=True)
    if run_id is None:
        raise NotNow(_TAKEN)
    write(session, actor, DATE_CAUGHT_UP, _subject(row), run=run_id)
    return run_id


def waive(session: Session, actor: Actor, schedule: str, nominal_on: date, reason: str) -> None:
    """Do without a date, on a person's word and with a reason.

    Raises NotPermitted, NotFound, NotNow.
    """
    require(actor, Act.START_RUNS)
    if not reason.strip():
        raise NotNow("見送る理由を書いてください。")
    row = _due(session, schedule, nominal_on)
    why = _and(row.reason, reason.strip())
    if not _leave_due(session, row, DateState.WAIVED, reason=why, waived_by=actor.key):
        raise NotNow(_TAKEN)
    write(session, actor, DATE_WAIVED, _subject(row), reason=commit(session, reason))


def overdue() -> datetime:
    """A date still due whose work should have started before this instant counts as missed."""
    return clock.now() - ON_TIME


def missed(session: Session, before: datetime) -> Sequence[ScheduleDate]:
    """Dates whose work should have started before the instant and has not, oldest first."""
    return session.scalars(
        select(ScheduleDate)
        .where(ScheduleDate.state == DateState.DUE, ScheduleDate.starts_at < before)
        .order_by(ScheduleDate.starts_at)
    ).all()


def _fire(session: Session, job: Job, row: ScheduleDate, late: bool) -> str | None:
    """Request the run of a date; None when another clock was faster."""
    state = DateState.CAUGHT_UP if late else DateState.FIRED
    if not _leave_due(session, row, state):
        return None
    run_id = enqueue_scheduled(session, job, row.nominal_on)
    session.execute(update(ScheduleDate).where(*_is(row)).values(run_id=run_id))
    return run_id


def _leave_due(session: Session, row: ScheduleDate, state: DateState, **values: Any) -> bool:
    left = session.execute(
        update(ScheduleDate)
        .where(*_is(row), ScheduleDate.state == DateState.DUE)
        .values(state=state, **values)
    )
    return bool(left.rowcount)  # type: ignore[attr-defined]


def _align(session: Session, schedule: Schedule, row: ScheduleDate, found: Mapping[date, Occurrence]) -> None:
    """Bring a date to come into line with the rules of today; a date the rules no longer give goes."""
    now_is = found.get(row.nominal_on)
    if now_is is None or now_is.starts_on is None or now_is.due_on is None:
        session.delete(row)
        return
    row.due_on, row.reason = now_is.due_on, now_is.reason
    row.starts_at = starts_at(schedule, now_is.starts_on)


def _is_news(schedule: Schedule, nominal_on: date, starts_on: date, last: date | None) -> bool:
    """Still to come, or nobody looked since: what lies before a schedule's first day was never missed."""
    return starts_at(schedule, starts_on) >= clock.now() or (last is not None and nominal_on > last)


def _values(key: str, schedule: Schedule, each: Occurrence, starts_on: date) -> dict[str, Any]:
    return {
        "schedule": key,
        "nominal_on": each.nominal_on,
        "due_on": each.due_on,
        "starts_at": starts_at(schedule, starts_on),
        "state": DateState.DUE,
        "reason": each.reason,
        "waived_by": "",
    }


def _due(session: Session, schedule: str, nominal_on: date) -> ScheduleDate:
    row = session.get(ScheduleDate, (schedule, nominal_on), populate_existing=True)
    if row is None:
        raise NotFound("この予定日は見つかりません。一覧から選び直してください。")
    if row.state is not DateState.DUE:
        raise NotNow("この予定日はもう処理されています。")
    return row


def _ahead(key: str) -> tuple[Any, ...]:
    return (
        ScheduleDate.schedule == key,
        ScheduleDate.state == DateState.DUE,
        ScheduleDate.starts_at > clock.now(),
    )


def _subject(row: ScheduleDate) -> str:
    return f"schedule_date:{row.schedule}:{row.nominal_on.isoformat()}"


def _is(row: ScheduleDate) -> tuple[Any, ...]:
    return (ScheduleDate.schedule == row.schedule, ScheduleDate.nominal_on == row.nominal_on)


def _and(left: str, right: str) -> str:
    return f"{left}{right}" if left else right
