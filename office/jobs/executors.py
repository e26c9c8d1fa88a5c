"""Executors: who executes runs, whether it lives, and what happens to the runs of a dead one.

DBOS leaves the work of a dead executor pending for ever while another lives (robots.md §4.2): hence
heartbeat rows and a reaper. Adoption is one UPDATE that raises the run's `attempt`; whatever the old
execution still does, it can no longer commit (see `performing`).
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from office import clock
from office.database import new_id
from office.jobs.models import Executor, Run, RunState

# A run that has taken down this many processes is left to a person.
MAX_ADOPTIONS = 10
GAVE_UP = "実行中のプロセスが何度も止まりました。原因を確かめてから再開してください。"


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells this process from every other: its own id, its place, its number and start tick."""

    id: str
    host: str
    pid: int
    start_tick: int


def identity() -> Identity:
    """A new executor id for this process (robots.md §4.1: a shared id runs everything twice)."""
    pid = os.getpid()
    tick = _start_tick(pid)
    return Identity(new_id(), _host(), pid, 0 if tick is None else tick)


def register(session: Session, who: Identity) -> None:
    """Announce the executor, or give a sign of life."""
    now = clock.now()
    alive = update(Executor).where(Executor.id == who.id).values(seen_at=now)
    if session.execute(alive).rowcount == 0:  # type: ignore[attr-defined]
        session.add(
            Executor(
                id=who.id, host=who.host, pid=who.pid, start_tick=who.start_tick, started_at=now, seen_at=now
            )
        )


def lives(executor: Executor | None, stale_seconds: float) -> bool:
    """Whether the executor must be taken as alive: a fresh heartbeat, and not gone from this machine."""
    if executor is None:
        return False
    if executor.host == _host() and _start_tick(executor.pid) != executor.start_tick:
        return False
    return clock.now() - executor.seen_at < timedelta(seconds=stale_seconds)


def dead_executors(session: Session, stale_seconds: float) -> list[str]:
    """The ids of executors whose process is gone or has been silent for too long."""
    return [row.id for row in session.scalars(select(Executor)) if not lives(row, stale_seconds)]


def adopt(session: Session, run_id: str, attempt: int, state: RunState) -> bool:
    """Queue the run anew under the next attempt, unless someone else already did. True when we did."""
    run = session.get(Run, run_id)
    if run is not None and run.adoptions >= MAX_ADOPTIONS:
        values = {"state": RunState.FAILED, "message": GAVE_UP, "ended_at": clock.now()}
    else:
        values = {"state": RunState.QUEUED, "dispatched_at": None}
    done = session.execute(
        update(Run)
        .where(Run.id == run_id, Run.attempt == attempt, Run.state == state)
        .values(attempt=attempt + 1, adoptions=Run.adoptions + 1, executor_id=None, **values)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def _host() -> str:
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return f"{socket.gethostname()}/{boot}/{Path('/proc/self/ns/pid').readlink()}"[:200]


def _start_tick(pid: int) -> int | None:
    """The kernel's start tick of a living process, or None (proc(5): field 22, after the name)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else int(fields[19])
