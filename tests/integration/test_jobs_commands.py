"""The commands of the grown shape as real processes, and the preview of the installed jobs' dates."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from office.calendar.rolls import show_day
from office.cli import kakazu
from office.database import make_engine, make_sessions
from office.jobs.installed import installed_jobs, schedules_of
from office.jobs.models import Executor
from tests.support.keys import key_folder

KAKAZU = Path(sys.executable).parent / "kakazu"


def started(data: Path, url: str, word: str) -> subprocess.Popen[str]:
    """A command as a process."""
    with (data / f"{word}.log").open("w") as log:
        return subprocess.Popen(
            [str(KAKAZU), "--data", str(data), word, "--json"],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env={**os.environ, "KAKAZU_DATABASE_URL": url},
        )


def ready(process: subprocess.Popen[str]) -> Any:
    """What the process says when it is ready."""
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, "the command ended"
    return json.loads(line)


def stopped(process: subprocess.Popen[str]) -> int:
    """Ask the process to stop; its exit code."""
    process.send_signal(signal.SIGTERM)
    code = process.wait(timeout=30)
    assert process.stdout is not None
    process.stdout.close()
    return code


def test_worker_and_clock_start_and_stop_cleanly(tmp_path: Path, empty_database_url: str) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "keys").symlink_to(key_folder())
    worker, clock = (started(data, empty_database_url, word) for word in ("worker", "clock"))
    here, told = ready(worker), ready(clock)
    engine = make_engine(empty_database_url)
    with make_sessions(engine)() as session:
        assert [each.pid for each in session.query(Executor)] == [worker.pid]
    assert (here["state"], told["state"]) == ("ready", "ready")
    assert told["schedules"] == sorted(schedules_of(installed_jobs()))
    assert (stopped(clock), stopped(worker)) == (0, 0)
    with make_sessions(engine)() as session:
        assert session.query(Executor).count() == 0
    engine.dispose()
    for word in ("worker", "clock"):
        for line in (data / f"{word}.log").read_text().splitlines():
            assert json.loads(line)["level"] == "info", line


def preview(tmp_path: Path, *options: str) -> Any:
    return CliRunner().invoke(kakazu, ["--data", str(tmp_path), "calendar", "preview", *options])


def test_the_preview_lists_every_date_of_every_installed_schedule(tmp_path: Path) -> None:
    (tmp_path / "calendar.toml").write_text(
        '[[closed]]\non = 2026-10-01\nreason = "市制記念日"\n', encoding="utf-8"
    )
    result = preview(tmp_path, "--from", "2026-10-01", "--to", "2027-09-30", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.output)
    assert {each["schedule"] for each in found} == set(schedules_of(installed_jobs()))
    assert all(bool(each["reason"]) for each in found if each["moved"])
    days = [date.fromisoformat(each["due_on"]) for each in found if each["due_on"]]
    lines = preview(tmp_path, "--from", "2026-10-01", "--to", "2027-09-30").output.splitlines()
    assert len(lines) == len(found)
    assert all(show_day(day) in line for day, line in zip(days, lines, strict=True))


def test_a_backward_range_is_refused(tmp_path: Path) -> None:
    result = preview(tmp_path, "--from", "2026-10-02", "--to", "2026-10-01")
    assert "おわりの日が、はじめの日より前です" in str(result.exception)
