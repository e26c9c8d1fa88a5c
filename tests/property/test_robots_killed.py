"""SIGKILL at every touch of disk or database: the ledger and the bank file end as in an unbroken run."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from office.jobs.models import RunState
from robots.connectors.workbook.package import Package
from robots.connectors.workbook.reading import diff
from tests.support.robots import FAMILY, RobotCity, killed_at

NOBODY = 10_000
STRIDE = 2


def outside(city: RobotCity) -> dict[str, str]:
    """Hashes of what the robots write outside the database; leftovers of a killed run do not count."""
    data = city.platform.settings.data
    found = [path for folder in ("ledgers", "outbox") for path in (data / folder).rglob("*")]
    return {
        str(path.relative_to(data)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in found
        if path.is_file() and not path.name.startswith(".")
    }


def settled(city: RobotCity, run_id: str) -> tuple[object, ...]:
    run = city.of(run_id)
    items = sorted((one.label, one.state.value, one.place) for one in city.items(run))
    return run.state, items, run.counts.get("checked")


def prepared(folder: Path, key: str) -> tuple[RobotCity, str]:
    city = RobotCity(folder)
    if key == "file_move_ins":
        city.move_in()
        city.move_in("R8-000207", FAMILY[:1])
        return city, city.request(key)
    city.allowance()
    city.allowance("R8-000209")
    return city, city.request(key, parameters={"month": "2026-06"})


@pytest.mark.parametrize("key", ["file_move_ins", "pay_child_allowance"])
@pytest.mark.parametrize("first", range(1, STRIDE + 1))
def test_killed_anywhere_and_begun_again_it_ends_the_same(tmp_path: Path, key: str, first: int) -> None:
    whole, run_id = prepared(tmp_path / "whole", key)
    died, touches = killed_at(whole.platform.settings.data, run_id, NOBODY)
    assert not died
    expected, record = outside(whole), settled(whole, run_id)
    assert record[0] is RunState.DONE
    assert touches > 20
    points = range(first, touches + 1, STRIDE)
    for at in points:
        city, run_id = prepared(tmp_path / f"at-{at}", key)
        died, _ = killed_at(city.platform.settings.data, run_id, at)
        assert died, at
        died, _ = killed_at(city.platform.settings.data, run_id, NOBODY)
        assert not died
        assert outside(city) == expected, f"killed at touch {at} of {touches}"
        assert settled(city, run_id) == record, f"killed at touch {at} of {touches}"


def test_killed_again_and_again_it_ends_the_same(tmp_path: Path) -> None:
    """The power fails every few touches, each time further on."""
    whole, run_id = prepared(tmp_path / "whole", "file_move_ins")
    killed_at(whole.platform.settings.data, run_id, NOBODY)
    city, run_id = prepared(tmp_path / "broken", "file_move_ins")
    deaths, at = 0, 7
    while killed_at(city.platform.settings.data, run_id, at)[0]:
        deaths += 1
        at += 2
    assert deaths > 2
    assert diff(Package.open(whole.ledger), Package.open(city.ledger)) == ()
    assert outside(city) == outside(whole)
