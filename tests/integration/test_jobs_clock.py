"""The clock: dates as rows, firing once whatever the number of clocks, catching up, waiving."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from office import clock
from office.accounts.actor import Actor
from office.audit import events, journal
from office.audit.models import AuditCheckpoint, AuditEntry
from office.calendar.amendments import FILE
from office.calendar.rolls import Roll
from office.calendar.schedules import BusinessDaily, CatchUp, Monthly, Schedule
from office.errors import NotFound, NotNow, NotPermitted
from office.jobs import dates
from office.jobs.engine import JobEngine
from office.jobs.job import Job
from office.jobs.models import DateState, Run, ScheduleDate
from office.jobs.timetable import Timetable
from office.platform import Platform
from tests.support.children import Nursery, nursery
from tests.support.jobs import CONSOLE, QUICK, module_platform, until
from tests.support.schedules import every_day, scheduled

platform = module_platform


@pytest.fixture(scope="module")
def children() -> Iterator[Nursery]:
    with nursery() as made:
        yield made


def timetable(platform: Platform, jobs: dict[str, Job]) -> Timetable:
    return Timetable(platform, JobEngine(platform, jobs, QUICK))


def at(text: str) -> time_machine.travel:
    """Travel to an instant of Japan's October 2026 ("06 09:00" is the 6th)."""
    moment = datetime.strptime(f"2026-10-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=clock.TOKYO)
    return time_machine.travel(moment, tick=False)


def rows(platform: Platform, key: str) -> dict[str, ScheduleDate]:
    """The dates of a schedule by their nominal day, as "10-06"."""
    with platform.sessions() as session:
        found = session.scalars(
            select(ScheduleDate).where(ScheduleDate.schedule == key).order_by(ScheduleDate.nominal_on)
        )
        return {each.nominal_on.isoformat()[5:]: each for each in found}


def states(platform: Platform, key: str) -> dict[str, str]:
    """What became of the dates up to 9 October."""
    return {day: row.state.value for day, row in rows(platform, key).items() if day <= "10-09"}


def daily(platform: Platform, key: str, catch_up: CatchUp, grace_days: int = 31) -> Timetable:
    """A daily schedule that ran on Monday the 5th, then nothing ticked until Friday the 9th, 07:00."""
    schedule = Schedule(BusinessDaily(), at=time(6, 0), catch_up=catch_up, grace_days=grace_days)
    made = timetable(platform, scheduled(key, schedule))
    with at("05 05:00"):
        assert made.tick(key) == []
    with at("05 06:00"):
        assert made.tick(key) == [f"{key}:2026-10-05"]
        assert made.tick(key) == []
    return made


def test_a_new_schedule_begins_with_its_next_date(platform: Platform) -> None:
    made = timetable(platform, scheduled("fresh", Schedule(BusinessDaily(), at=time(6, 0))))
    with at("05 07:00"):
        assert made.tick("fresh") == []
        assert made.tick("fresh") == []
    known = rows(platform, "fresh")
    assert next(iter(known)) == "10-06"
    assert "11-03" not in known
    assert all(row.state is DateState.DUE for row in known.values())


def test_each_missed_date_is_caught_up(platform: Platform) -> None:
    made = daily(platform, "each", CatchUp.EACH)
    with at("09 07:00"):
        assert made.tick("each") == [f"each:2026-10-0{day}" for day in (6, 7, 8, 9)]
    assert states(platform, "each") == {
        "10-05": "fired",
        **dict.fromkeys(("10-06", "10-07", "10-08", "10-09"), "caught-up"),
    }
    with platform.sessions() as session:
        run = session.get_one(Run, "each:2026-10-08")
        assert (run.nominal_on, run.requested_by) == (date(2026, 10, 8), "clock")


def test_the_latest_missed_date_stands_for_those_before(platform: Platform) -> None:
    made = daily(platform, "latest", CatchUp.LATEST)
    with at("09 07:00"):
        assert made.tick("latest") == ["latest:2026-10-09"]
    known = rows(platform, "latest")
    assert {known[day].run_id for day in ("10-06", "10-07", "10-08", "10-09")} == {"latest:2026-10-09"}
    assert (known["10-08"].reason, known["10-09"].reason) == (dates.MERGED, "")


def test_dates_not_caught_up_stay_visible_until_a_person_decides(platform: Platform) -> None:
    made = daily(platform, "none", CatchUp.NONE)
    job = made.jobs["none"]
    with at("09 07:00"):
        assert made.tick("none") == []
        with platform.sessions() as session:
            overdue = [row for row in dates.missed(session, clock.now()) if row.schedule == "none"]
            assert [row.nominal_on.day for row in overdue] == [6, 7, 8, 9]
        with platform.sessions.begin() as session:
            run_id = dates.catch_up(session, CONSOLE, job, date(2026, 10, 9))
            dates.waive(session, CONSOLE, "none", date(2026, 10, 8), "8日は庁舎が停電")
        assert run_id == "none:2026-10-09"
        _refusals(platform, job)
    assert states(platform, "none") == {
        "10-05": "fired",
        "10-06": "due",
        "10-07": "due",
        "10-08": "waived",
        "10-09": "caught-up",
    }
    waived = rows(platform, "none")["10-08"]
    assert (waived.reason, waived.waived_by) == ("8日は庁舎が停電", CONSOLE.key)
    with platform.sessions() as session:
        bodies = session.scalars(
            select(AuditEntry.body).where(AuditEntry.body.contains("none:2026-10-0"))
        ).all()
    assert [any(f'"{name}"' in body for body in bodies) for name in ("date.waived", "date.caught-up")] == [
        True
    ] * 2
    assert not any("停電" in body for body in bodies)


def _refusals(platform: Platform, job: Job) -> None:
    with platform.sessions() as session:
        with pytest.raises(NotNow, match="もう処理"):
            dates.waive(session, CONSOLE, "none", date(2026, 10, 9), "理由")
        with pytest.raises(NotNow, match="理由"):
            dates.waive(session, CONSOLE, "none", date(2026, 10, 7), " ")
        with pytest.raises(NotFound):
            dates.catch_up(session, CONSOLE, job, date(2026, 10, 4))
        for act in (
            lambda: dates.catch_up(session, Actor.nobody(), job, date(2026, 10, 7)),
            lambda: dates.waive(session, Actor.nobody(), "none", date(2026, 10, 7), "理由"),
        ):
            with pytest.raises(NotPermitted):
                act()


def test_beyond_its_grace_a_date_is_not_caught_up(platform: Platform) -> None:
    made = daily(platform, "graced", CatchUp.EACH, grace_days=2)
    with at("09 05:00"):
        assert made.tick("graced") == ["graced:2026-10-07", "graced:2026-10-08"]
    assert states(platform, "graced")["10-06"] == "due"


def test_months_of_standstill_are_remembered_date_by_date(platform: Platform) -> None:
    made = daily(platform, "long", CatchUp.LATEST)
    with time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=clock.TOKYO), tick=False):
        assert made.tick("long") == ["long:2027-03-01"]
    known = rows(platform, "long")
    assert known["02-26"].state is DateState.CAUGHT_UP
    assert known["12-28"].state is DateState.DUE
    assert "12-29" not in known


def test_the_row_tells_nominal_date_due_date_start_and_reason(platform: Platform) -> None:
    payday = Schedule(Monthly(10), Roll.PRECEDING, at=time(9, 0), calendar="bank", lead=3)
    made = timetable(platform, scheduled("payday", payday))
    with at("05 12:00"):
        assert made.tick("payday") == []
    with at("06 09:00"):
        assert made.tick("payday") == ["payday:2026-10-10"]
    row = rows(platform, "payday")["10-10"]
    assert row.due_on == date(2026, 10, 9)
    assert row.starts_at == datetime(2026, 10, 6, 0, 0, tzinfo=row.starts_at.tzinfo)
    assert row.reason == (
        "10月10日（土）は土曜日のため、前の銀行営業日の10月9日（金）にしました。3営業日前の10月6日（火）に始めます。"
    )


def test_dates_to_come_follow_a_changed_calendar_and_rule(platform: Platform) -> None:
    rule = Schedule(Monthly(20), Roll.PRECEDING)
    with at("05 12:00"):
        timetable(platform, scheduled("moved", rule)).tick("moved")
        assert rows(platform, "moved")["10-20"].due_on == date(2026, 10, 20)
        amendments = platform.settings.data / FILE
        amendments.write_text('[[closed]]\non = 2026-10-20\nreason = "市制記念日"\n', encoding="utf-8")
        timetable(platform, scheduled("moved", rule)).tick("moved")
        amendments.unlink()
        moved = rows(platform, "moved")["10-20"]
        assert (moved.due_on, "市制記念日" in moved.reason) == (date(2026, 10, 19), True)
        timetable(platform, scheduled("moved", Schedule(Monthly(25)))).tick("moved")
    assert list(rows(platform, "moved")) == ["10-25"]


def test_a_date_the_rule_drops_has_no_row(platform: Platform) -> None:
    with at("05 12:00"):
        timetable(platform, scheduled("skips", Schedule(Monthly(10), Roll.SKIP))).tick("skips")
    assert list(rows(platform, "skips")) == ["11-10"]


def test_the_scheduler_ticks_at_the_start_and_at_the_hour(platform: Platform) -> None:
    due = clock.now() + timedelta(seconds=4)
    made = timetable(platform, every_day("ticks", due.astimezone(clock.TOKYO).time()))
    made.start()
    try:
        nominal_on = clock.date_of(due)
        until(lambda: _state(platform, "ticks", nominal_on) is DateState.DUE, 3.9)
        until(lambda: _state(platform, "ticks", nominal_on) is DateState.FIRED)
    finally:
        made.stop()
    assert clock.now() >= due


def test_the_clock_signs_the_journal_as_it_grows_and_at_its_stop(platform: Platform) -> None:
    made = timetable(platform, {})
    assert made.signing == timedelta(minutes=platform.settings.checkpoint_minutes)
    made.sign()
    before = _signed(platform)
    _enter(platform)
    made.signing = timedelta(seconds=0.2)
    made.start()
    try:
        until(lambda: len(_signed(platform)) == len(before) + 1)
        _enter(platform)
        until(lambda: len(_signed(platform)) == len(before) + 2)
        made.signing = timedelta(hours=1)
    finally:
        made.stop()
    known = _signed(platform)
    assert known[-1] > known[-2]
    assert not made.sign()
    made.start()
    _enter(platform)
    made.stop()
    known = _signed(platform)
    made.start()
    made.stop()
    assert _signed(platform) == known
    with platform.sessions() as session:
        entries = session.scalar(select(func.count()).select_from(AuditEntry))
        assert entries == known[-1] + 1
        last = session.get_one(AuditEntry, known[-1])
    assert '"event":"journal.checkpoint"' in last.body
    assert '"actor":"clock"' in last.body


def _signed(platform: Platform) -> list[int]:
    """The sizes of the journal that were signed."""
    with platform.sessions() as session:
        return list(session.scalars(select(AuditCheckpoint.size).order_by(AuditCheckpoint.size)))


def _enter(platform: Platform) -> None:
    with platform.sessions.begin() as session:
        journal.write(session, CONSOLE, events.CASE_REOPENED, "counter_case:1")


def test_three_clocks_request_one_run(platform: Platform, children: Nursery) -> None:
    """robots.md §4.5: once for a date that comes due, once for each that was missed."""
    due = clock.now() + timedelta(seconds=3)
    nominal_on = clock.date_of(due)
    missed = [nominal_on - timedelta(days=days) for days in (3, 2, 1)]
    with platform.sessions.begin() as session:
        for day in missed:
            start = datetime.combine(day, time(6, 0), tzinfo=clock.TOKYO)
            session.add(ScheduleDate(schedule="three", nominal_on=day, due_on=day, starts_at=start))
    more = {"key": "three", "at": due.astimezone(clock.TOKYO).time().isoformat()}
    url = platform.settings.database_url
    clocks = [children.start("clock", platform.settings.data, url, **more) for _ in range(3)]
    until(lambda: _state(platform, "three", nominal_on) is DateState.FIRED)
    for pid in clocks:
        os.kill(pid, signal.SIGTERM)
        assert children.wait(pid) == 0
    wanted = [f"three:{day.isoformat()}" for day in [*missed, nominal_on]]
    with platform.sessions() as session:
        assert sorted(session.scalars(select(Run.id).where(Run.robot == "three"))) == wanted
        bodies = session.scalars(select(AuditEntry.body).where(AuditEntry.body.contains('"run:three:'))).all()
    assert len(bodies) == len(wanted)
    assert [_state(platform, "three", day) for day in missed] == [DateState.CAUGHT_UP] * 3


def _state(platform: Platform, key: str, nominal_on: date) -> DateState | None:
    with platform.sessions() as session:
        row = session.get(ScheduleDate, (key, nominal_on))
        return None if row is None else row.state
