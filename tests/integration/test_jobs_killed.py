"""SIGKILL of a real process at every commit of a run and in the middle of its steps: the same end."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from office.jobs.models import Run, RunState
from office.platform import Platform
from tests.support.children import Nursery, nursery
from tests.support.jobs import JOBS, PATIENT, ask_for, module_platform, outcome, reaches, running

platform = module_platform

# Commits of an unbroken run: taking it, gather, three portions of write, total, closing it.
COMMITS = range(1, 8)
RUN, DISPATCH = "dbos-executor", "kakazu-dispatch"
PLACES = [
    ("before", 1, DISPATCH),
    ("after", 1, DISPATCH),
    *(("before", number, RUN) for number in COMMITS),
    *(("after", number, RUN) for number in COMMITS),
    ("middle of gather", 0, RUN),
    ("before write 1", 0, RUN),
    ("middle of write 1", 0, RUN),
]


@pytest.fixture(scope="module")
def children() -> Iterator[Nursery]:
    with nursery() as made:
        yield made


def test_killed_anywhere_the_run_ends_as_an_unbroken_one(platform: Platform, children: Nursery) -> None:
    """Each child first finishes what the one before left, then dies in a run of its own."""
    for when, number, thread in PLACES:
        where = {"when": when, "number": number, "thread": thread}
        child = children.start("die", platform.settings.data, platform.settings.database_url, **where)
        assert children.wait(child) == -signal.SIGKILL, where
    with running(platform, JOBS, PATIENT) as engine:
        unbroken = ask_for(platform, engine, "copy")
        reaches(platform, unbroken, RunState.DONE)
        with platform.sessions() as session:
            broken = session.scalars(select(Run.id).where(Run.id != unbroken).order_by(Run.queued_at)).all()
        assert len(broken) == len(PLACES)
        for run_id, place in zip(broken, PLACES, strict=True):
            reaches(platform, run_id, RunState.DONE)
            assert outcome(platform, run_id) == outcome(platform, unbroken), place
    with platform.sessions() as session:
        runs = {run.id: run for run in session.scalars(select(Run))}
    # Killed while being handed over it may have been claimed or not; after its last commit it is done.
    assert [runs[run_id].adoptions for run_id in broken[2:]] == [
        0 if place == ("after", COMMITS[-1], RUN) else 1 for place in PLACES[2:]
    ]
