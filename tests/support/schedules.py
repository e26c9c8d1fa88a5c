"""Jobs with schedules for tests of the clock."""

from __future__ import annotations

from datetime import time

from office.calendar.rolls import Roll
from office.calendar.schedules import BusinessDaily, CatchUp, Monthly, Schedule
from office.jobs.job import Job, Step, StepContext, StepResult


def _nothing(_context: StepContext) -> StepResult:
    return StepResult({"done": 1})


def _scheduled(key: str, schedule: Schedule) -> Job:
    return Job(key, key, (Step("only", "一つだけ", _nothing),), schedule)


SCHEDULED: dict[str, Job] = {
    job.key: job
    for job in (
        _scheduled("each", Schedule(BusinessDaily(), at=time(6, 0), catch_up=CatchUp.EACH, grace_days=10)),
        _scheduled("latest", Schedule(BusinessDaily(), at=time(6, 0), catch_up=CatchUp.LATEST)),
        _scheduled("none", Schedule(BusinessDaily(), at=time(6, 0), catch_up=CatchUp.NONE)),
        _scheduled("payday", Schedule(Monthly(10), Roll.PRECEDING, at=time(9, 0), calendar="bank", lead=3)),
        _scheduled("skips", Schedule(Monthly(31, (5,)), Roll.SKIP)),
    )
}
