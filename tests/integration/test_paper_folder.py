"""The watched folder: complete files become a batch, each content once; whatever dies, nothing is lost."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from office.accounts.actor import Actor
from office.accounts.roles import Role
from office.jobs.engine import JobEngine
from office.jobs.models import Run
from office.jobs.timetable import Timetable
from office.platform import Platform
from office.records.models.paper_batches import BatchSource, PaperBatch
from office.records.papers import contents, folder
from office.records.papers.folder import DONE, FAILED, TAKING, Watch, take_over
from tests.support.ground import officer, opened
from tests.support.jobs import until
from tests.support.papers import scan
from tests.support.postgres import new_database

ROBOT = Actor.robot("read_paper")
OLD = time.time() - 60


@pytest.fixture(params=["sqlite"])
def platform(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Platform]:
    url = "" if request.param == "sqlite" else new_database(request.getfixturevalue("postgres"))
    place = tmp_path / "scanner"
    place.mkdir()
    made = with_settings(opened(tmp_path / "data", url), paper_folder=str(place), paper_folder_officer="jimu")
    officer(made.sessions, "jimu", Role.BACK_OFFICE)
    yield made
    made.engine.dispose()


def with_settings(platform: Platform, **told: str) -> Platform:
    return replace(platform, settings=platform.settings.model_copy(update=told))


def put(platform: Platform, name: str, content: bytes, at: float = OLD) -> Path:
    path = Path(platform.settings.paper_folder) / name
    path.write_bytes(content)
    os.utime(path, (at, at))
    return path


def look(platform: Platform, watch: Watch) -> int:
    asked: list[Session] = []
    taken = take_over(platform, ROBOT, watch, asked.append)
    assert bool(asked) == bool(taken), "whoever stores asks for the reading"
    return taken


def batches(platform: Platform) -> list[PaperBatch]:
    with platform.sessions() as session:
        found = list(session.scalars(select(PaperBatch).order_by(PaperBatch.id)))
        assert all(batch.files for batch in found)
        return found


def standing(platform: Platform, where: str) -> dict[str, str]:
    """What lies in a folder: name → the note beside it."""
    place = Path(platform.settings.paper_folder) / where
    notes = {path.name: path.read_text(encoding="utf-8") for path in place.rglob("*.txt")}
    names = [path.name for path in place.rglob("*") if path.is_file() and path.suffix != ".txt"]
    return {name: notes[f"{name}.txt"] for name in names}


@pytest.mark.parametrize("platform", ["sqlite", "postgresql"], indirect=True)
def test_a_complete_file_becomes_a_batch_of_the_officer_in_charge(platform: Platform) -> None:
    watch = Watch()
    put(platform, "one.jpg", scan("01-office.jpg"))
    put(platform, "two.png", scan("13-unknown.png"))
    assert look(platform, watch) == 0, "seen for the first time"
    assert look(platform, watch) == 2
    (batch,) = batches(platform)
    assert batch.source is BatchSource.FOLDER
    assert [file.name for file in batch.files] == ["one.jpg", "two.png"]
    with platform.sessions() as session:
        held = session.get_one(PaperBatch, batch.id)
        assert held.officer.login == "jimu"
        content = b"".join(contents.read(session, platform.vault, held.files[0].id))
    assert content == scan("01-office.jpg")
    assert set(standing(platform, DONE)) == {"one.jpg", "two.png"}
    assert all(batch.id in note for note in standing(platform, DONE).values())
    assert look(platform, watch) == 0


def test_a_file_still_growing_is_left_alone(platform: Platform) -> None:
    watch = Watch()
    for size, at in ((1000, OLD), (2000, OLD + 1), (3000, time.time())):
        put(platform, "slow.jpg", scan("01-office.jpg")[:size], at)
        assert look(platform, watch) == 0
    assert look(platform, watch) == 0, "written a moment ago"
    put(platform, "slow.jpg", scan("01-office.jpg"), OLD)
    for name in (".hidden.jpg", "~lock.jpg", "half.jpg.part"):
        put(platform, name, b"x")
    (Path(platform.settings.paper_folder) / "link.jpg").symlink_to("/etc/passwd")
    assert [look(platform, watch), look(platform, watch)] == [0, 1]
    assert len(batches(platform)) == 1


def test_the_same_content_twice_is_known_by_its_hash(platform: Platform) -> None:
    watch = Watch()
    put(platform, "a.png", scan("13-unknown.png"))
    put(platform, "b.png", scan("13-unknown.png"))
    look(platform, watch)
    look(platform, watch)
    put(platform, "a.png", scan("13-unknown.png"))
    look(platform, watch)
    assert look(platform, watch) == 0
    (batch,) = batches(platform)
    assert len(batch.files) == 1
    notes = standing(platform, DONE)
    assert set(notes) == {"a.png", "b.png", "a (2).png"}
    assert "前に取り込んだファイルと同じ" in notes["a (2).png"]
    assert "と同じファイル" in notes["b.png"]


def test_what_cannot_be_read_is_put_aside_with_the_reason(platform: Platform) -> None:
    watch = Watch()
    put(platform, "letter.png", b"PK\x03\x04word")
    put(platform, "empty.pdf", b"")
    put(platform, "good.jpg", scan("01-office.jpg"))
    look(platform, watch)
    assert look(platform, watch) == 1
    notes = standing(platform, FAILED)
    assert "WordやExcel" in notes["letter.png"]
    assert "空です" in notes["empty.pdf"]


def test_killed_before_or_after_storing_the_next_look_goes_on(platform: Platform) -> None:
    """Before: the file lies in the folder of those being taken. After: it lies there and is known by hash."""
    place = Path(platform.settings.paper_folder)
    (place / TAKING).mkdir()
    (place / TAKING / "before.jpg").write_bytes(scan("01-office.jpg"))
    assert look(platform, Watch()) == 1
    (place / TAKING / "after.jpg").write_bytes(scan("01-office.jpg"))
    assert look(platform, Watch()) == 0
    assert len(batches(platform)) == 1
    assert set(standing(platform, DONE)) == {"before.jpg", "after.jpg"}
    assert list((place / TAKING).iterdir()) == []


def test_two_clocks_never_take_the_same_file(platform: Platform) -> None:
    watch = Watch()
    path = put(platform, "one.jpg", scan("01-office.jpg"))
    look(platform, watch)
    with (path.parent / ".kakazu-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert look(platform, watch) == 0
    assert path.exists()
    assert look(platform, watch) == 1


def test_without_folder_or_officer_nothing_is_taken_and_it_is_said(platform: Platform) -> None:
    watch = Watch()
    path = put(platform, "one.jpg", scan("01-office.jpg"))
    wrong = (("paper_folder_officer", "nobody", "担当者"), ("paper_folder", "/nowhere", "見つかりません"))
    for key, value, says in wrong:
        other = with_settings(platform, **{key: value})
        with platform.sessions() as session:
            assert says in folder.fault(session, other)
        assert [look(other, watch), look(other, watch)] == [0, 0]
    assert path.exists()
    with platform.sessions() as session:
        assert folder.fault(session, platform) == ""


def test_the_clock_looks_by_itself_and_has_it_read(platform: Platform) -> None:
    put(platform, "one.jpg", scan("01-office.jpg"))
    timetable = Timetable(platform, JobEngine(platform))
    assert [one.key for one in timetable.looks] == ["paper-folder"]
    timetable.start()
    try:
        until(lambda: batches(platform), 40)
    finally:
        timetable.stop()
    with platform.sessions() as session:
        assert [run.robot for run in session.scalars(select(Run).where(Run.requested_by == ROBOT.key))] == [
            "read_paper"
        ]
