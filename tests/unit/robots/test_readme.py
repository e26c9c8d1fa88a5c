"""The README's promise: a newcomer adds a robot from it. The code is taken from the page and run."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import select

from office.accounts.actor import Actor
from office.jobs import runs
from office.jobs.models import Run, RunItem
from office.jobs.performing import perform_run
from office.jobs.recording import Execution
from robots.robot import Robot, faults
from tests.support.robots import RobotCity
from tests.support.structure import ROOT

README = (ROOT / "robots/README.md").read_text(encoding="utf-8")


@pytest.fixture
def written(tmp_path: Path) -> Iterator[ModuleType]:
    """The README's robot as a module of its own."""
    (code,) = re.findall(r"```python\n(.*?)```", README, re.S)
    path = tmp_path / "list_waiting.py"
    path.write_text(code, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("list_waiting", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["list_waiting"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["list_waiting"]


def run(city: RobotCity, robot: Robot, *, dry_run: bool = False) -> Run:
    with city.platform.sessions.begin() as session:
        run_id = runs.enqueue(session, Actor.console(), robot, dry_run=dry_run)
    execution = Execution(city.platform, run_id, 1, "test")
    perform_run(execution, {robot.key: robot}, lambda _name, work: work(), lambda: False)
    return city.of(run_id)


def test_the_readmes_robot_keeps_the_rules_of_the_catalogue(written: ModuleType) -> None:
    assert faults(written) == []


def test_the_readmes_robot_runs_as_the_readme_says(written: ModuleType, tmp_path: Path) -> None:
    city = RobotCity(tmp_path / "data")
    city.move_in("R8-000201")
    outbox = city.platform.settings.data / "outbox"
    assert run(city, written.ROBOT, dry_run=True).counts == {"changes": 0}
    assert not outbox.exists()
    first = run(city, written.ROBOT)
    assert (first.state.value, first.counts) == ("done", {"changes": 1})
    (file,) = outbox.iterdir()
    assert "R8-000201,moving-in,2026-04-06" in file.read_text(encoding="utf-8-sig")
    assert run(city, written.ROBOT).counts == {"changes": 0}
    with city.platform.sessions() as session:
        places = session.scalars(select(RunItem.place).where(RunItem.run_id == first.id)).all()
    assert places == [file.name]
