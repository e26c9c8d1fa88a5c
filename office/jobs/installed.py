"""The jobs of the installed extensions."""

from __future__ import annotations

from collections.abc import Mapping

from office.calendar.schedules import Schedule
from office.extensions import extensions
from office.jobs.job import Job


def installed_jobs() -> Mapping[str, Job]:
    """Every job by its key. Raises ValueError when two extensions bring the same key."""
    found: dict[str, Job] = {}
    for extension in extensions():
        for job in extension.jobs():
            if job.key in found:
                raise ValueError(f"two extensions bring the job {job.key}")
            found[job.key] = job
    return found


def schedules_of(jobs: Mapping[str, Job]) -> Mapping[str, Schedule]:
    """The schedules of the jobs that have one, by the job's key."""
    return {key: job.schedule for key, job in jobs.items() if job.schedule is not None}
