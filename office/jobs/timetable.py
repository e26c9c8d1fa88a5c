"""The clock: one APScheduler tick per schedule, in memory, which only requests runs (robots.md §5).

It also looks, every few seconds, for what extensions want looked for. And it signs the journal: what
happened after the last checkpoint is what a holder of the key could rewrite, so their interval is short,
and a clean stop closes with one (trust.md §3).

Nothing is kept in the scheduler: it is rebuilt from the jobs' schedules at every start, and what is due
stands in `schedule_date`. So any number of clocks may run, and a clock that was down catches up.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.interval import IntervalTrigger

from office import clock
from office.audit import checkpoints
from office.audit.checkpoints import Signer
from office.calendar.preview import calendars_of
from office.calendar.schedules import Schedule
from office.extensions import Pulse, extensions
from office.jobs import dates
from office.jobs.engine import JobEngine
from office.jobs.installed import schedules_of
from office.jobs.runs import CLOCK
from office.platform import Platform

# A tick is cheap. Beside the exact hour of each date there is one at least this often, so that a machine
# that slept, or whose clock was set, notices soon.
PULSE = timedelta(minutes=5)
# No job's key has a colon in it.
_SIGNING = "journal:checkpoint"
# Looks may read large files: they never keep a tick waiting.
_BESIDE = "beside"
_log = logging.getLogger(__name__)


class Timetable:
    """Requests the run of every scheduled date when its hour comes, and signs the journal as it grows."""

    def __init__(self, platform: Platform, engine: JobEngine, pulse: timedelta = PULSE) -> None:
        self.platform = platform
        self.engine = engine
        self.jobs = engine.jobs
        self.looks = [one for extension in extensions() for one in extension.pulses]
        self.schedules = schedules_of(engine.jobs)
        self.calendars = calendars_of(platform.settings.data)
        self.pulse = pulse
        self.signing = timedelta(minutes=platform.settings.checkpoint_minutes)
        self._signer = Signer.open(platform.settings)
        self._scheduler: BackgroundScheduler | None = None

    def start(self) -> None:
        """Catch up on what was missed, sign what is not yet signed, then tick.

        Making a timetable raises CalendarFault for faulty amendments and KeyRefused for a bad key.
        """
        self._scheduler = BackgroundScheduler(
            jobstores={"default": MemoryJobStore()},
            executors={"default": ThreadPoolExecutor(1), _BESIDE: ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone=clock.TOKYO,
        )
        for key in self.schedules:
            self._scheduler.add_job(self._tick_safely, _NextStart(self, key), args=[key], id=key)
        signing = IntervalTrigger(seconds=self.signing.total_seconds(), timezone=clock.TOKYO)
        self._scheduler.add_job(self._sign_safely, signing, id=_SIGNING, next_run_time=clock.now())
        for look in self.looks:
            often = IntervalTrigger(seconds=look.seconds, timezone=clock.TOKYO)
            self._scheduler.add_job(self._look_safely, often, args=[look], id=look.key, executor=_BESIDE)
        self._scheduler.start()

    def stop(self) -> None:
        """Stop ticking; a tick under way is finished, and what the journal then holds is signed."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=True)
            self._scheduler = None
            self._sign_safely()

    def tick(self, key: str) -> list[str]:
        """Foresee the dates of one schedule and request what is due; the ids of the runs requested."""
        schedule = self.schedules[key]
        with self.platform.sessions.begin() as session:
            dates.foresee(session, key, schedule, self.calendars)
            return dates.fire(session, self.jobs[key], schedule)

    def sign(self) -> bool:
        """Make a checkpoint of the journal if it has grown; whether one was made."""
        with self.platform.sessions.begin() as session:
            return checkpoints.make_when_grown(session, CLOCK, self._signer) is not None

    def next_start(self, key: str, now: datetime) -> datetime | None:
        """The next instant after `now` at which work of the schedule starts."""
        schedule: Schedule = self.schedules[key]
        today = clock.date_of(now)
        for found in schedule.starting(self.calendars, today, today + timedelta(days=2)):
            if found.starts_on is not None and dates.starts_at(schedule, found.starts_on) > now:
                return dates.starts_at(schedule, found.starts_on)
        return None

    def _tick_safely(self, key: str) -> None:
        try:
            for run_id in self.tick(key):
                _log.info("a scheduled run was requested", extra={"run": run_id})
        except Exception as error:  # noqa: BLE001 - the next tick tries again
            _log.warning("a tick of the clock failed", exc_info=error, extra={"job": key})

    def _look_safely(self, look: Pulse) -> None:
        try:
            look.act(self.platform, self.engine)
        except Exception as error:  # noqa: BLE001 - the next look tries again
            _log.warning("a look of the clock failed", exc_info=error, extra={"job": look.key})

    def _sign_safely(self) -> None:
        try:
            self.sign()
        except Exception as error:  # noqa: BLE001 - the next minute tries again
            _log.warning("the journal could not be signed", exc_info=error)


class _NextStart(BaseTrigger):  # type: ignore[misc]
    """Fires at once, then at each start of the schedule, and at least once a pulse."""

    def __init__(self, timetable: Timetable, key: str) -> None:
        self.timetable = timetable
        self.key = key

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        """The next tick."""
        if previous is None:
            return now
        pulse = now + self.timetable.pulse
        start = self.timetable.next_start(self.key, now)
        return pulse if start is None else min(start, pulse)
