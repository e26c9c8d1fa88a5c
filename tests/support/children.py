"""Real processes for tests, forked from one that has imported everything: quick to start, killed by pid.

The nursery is a process of its own (`python -m tests.support.children KEYS`) that reads one JSON object
a line. `{"do": …}` forks a child and answers its pid; `{"wait": PID}` answers how it ended.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import time
from pathlib import Path
from typing import Any

from office.jobs.engine import JobEngine
from office.jobs.models import Run, RunState
from office.jobs.signals import StopSignal
from office.jobs.timetable import Timetable
from tests.support.jobs import JOBS, PATIENT, QUICK, ask_for, die_at_commit, job_platform, until
from tests.support.keys import key_folder
from tests.support.schedules import every_day

UNFINISHED = (RunState.QUEUED, RunState.RUNNING)


class Nursery:
    """Starts children and knows how they ended."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.support.children", str(key_folder())]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._living: set[int] = set()

    def start(self, do: str, data: Path, url: str, **more: Any) -> int:
        """Fork a child that does one of `work`, `clock`, `die`; returns its pid."""
        pid: int = self._ask({"do": do, "data": str(data), "url": url, **more})
        self._living.add(pid)
        return pid

    def wait(self, pid: int) -> int:
        """How the child ended: its exit code, or minus the signal that killed it."""
        self._living.discard(pid)
        code: int = self._ask({"wait": pid})
        return code

    def kill(self, pid: int) -> None:
        """Pull the plug of one child and wait until it is gone."""
        os.kill(pid, signal.SIGKILL)
        self.wait(pid)

    def kill_the_rest(self) -> None:
        """Kill whoever is left: after a test that failed they would take up the work of the next."""
        for pid in list(self._living):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            self.wait(pid)

    def close(self) -> None:
        """Kill what is left and end."""
        self.kill_the_rest()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=60)
        self._process.stdout.close()

    def _ask(self, question: dict[str, Any]) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


@contextmanager
def nursery() -> Iterator[Nursery]:
    """A nursery, closed at the end."""
    made = Nursery()
    try:
        yield made
    finally:
        made.close()


def _work(question: dict[str, Any], keys: Path) -> None:
    """Be a worker until SIGTERM."""
    stop = StopSignal()
    engine = JobEngine(job_platform(Path(question["data"]), question["url"], keys=keys), JOBS, QUICK)
    engine.launch()
    stop.wait()
    engine.shutdown()


def _clock(question: dict[str, Any], keys: Path) -> None:
    """Be a clock until SIGTERM."""
    stop = StopSignal()
    platform = job_platform(Path(question["data"]), question["url"], keys=keys)
    jobs = every_day(question["key"], time.fromisoformat(question["at"]))
    timetable = Timetable(platform, JobEngine(platform, jobs, QUICK))
    timetable.start()
    stop.wait()
    timetable.stop()


def _die(question: dict[str, Any], keys: Path) -> None:
    """Be a worker that finishes what is left, then ask_fors a run and dies in it where told."""
    platform = job_platform(Path(question["data"]), question["url"], keys=keys)
    engine = JobEngine(platform, JOBS, PATIENT)
    engine.launch()

    def idle() -> bool:
        with platform.sessions() as session:
            return session.query(Run).filter(Run.state.in_(UNFINISHED)).count() == 0

    until(idle)
    if question["when"] in ("before", "after"):
        die_at_commit(question["when"], question["number"], question["thread"])
    ask_for(platform, engine, "copy", die=question["when"])
    threading.Event().wait(60)


DUTIES = {"work": _work, "clock": _clock, "die": _die}


def _fork(question: dict[str, Any], keys: Path) -> int:
    pid = os.fork()
    if pid:
        return pid
    log = (Path(question["data"]) / f"child-{os.getpid()}.log").open("w")
    os.dup2(log.fileno(), 1)
    os.dup2(log.fileno(), 2)
    code = 1
    try:
        DUTIES[question["do"]](question, keys)
        code = 0
    finally:
        sys.stderr.flush()
        if code:
            sys.excepthook(*sys.exc_info())
        log.flush()
        os._exit(code)


def main(keys: Path) -> None:
    """Answer questions until the other side goes."""
    for line in sys.stdin:
        question = json.loads(line)
        if "wait" in question:
            answer = os.waitstatus_to_exitcode(os.waitpid(question["wait"], 0)[1])
        else:
            answer = _fork(question, keys)
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
