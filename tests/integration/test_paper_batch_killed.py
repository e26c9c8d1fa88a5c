"""A worker killed in the middle of a batch loses no page and doubles none; the reading process neither."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import func, select

from ocr.page import load_pages, to_png
from office.accounts.actor import Actor
from office.accounts.roles import Role
from office.audit.models import AuditEntry
from office.jobs import runs
from office.platform import Platform
from office.records.models.paper import PaperPage
from office.records.models.paper_batches import BatchPage, BatchState, PaperBatch
from office.records.papers import reading
from office.records.papers.room import Room
from robots.discovery import robot
from tests.support.ground import officer, opened
from tests.support.papers import SCANS, scan, take_in
from tests.support.suite import KAKAZU

PAGES = 6


def pile() -> bytes:
    """Sheets that are none of ours, each another one: quick to look at, and every one is kept."""
    rng = np.random.default_rng(40)
    sheets = [Image.fromarray(rng.integers(200, 256, (877, 620)).astype(np.uint8)) for _ in range(PAGES)]
    written = io.BytesIO()
    sheets[0].save(written, "TIFF", save_all=True, append_images=sheets[1:], compression="tiff_deflate")
    return written.getvalue()


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    return opened(tmp_path / "data")


@pytest.fixture
def mado(platform: Platform) -> Actor:
    return officer(platform.sessions, "mado", Role.COUNTER)


@contextmanager
def worker(platform: Platform) -> Iterator[subprocess.Popen[str]]:
    """`kakazu worker` over the same data."""
    command = [str(KAKAZU), "--data", str(platform.settings.data), "worker", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["state"] == "ready"
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=60)


def pages(platform: Platform, batch_id: str) -> list[tuple[str, int, str]]:
    """File, page and hash of every page noted, in the order of reading."""
    with platform.sessions() as session:
        rows = select(BatchPage).where(BatchPage.batch_id == batch_id).order_by(BatchPage.position)
        return [(row.file.name, row.number, row.page.sha256) for row in session.scalars(rows)]


def wait_for(condition: Callable[[], bool], seconds: float = 240) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def answer_key(files: dict[str, bytes], folder: Path) -> list[tuple[str, int, str]]:
    """What has to be there: every page of every file by its hash."""
    found = []
    for name, content in files.items():
        (folder / name).write_bytes(content)
        found += [(name, page.page, page.sha256) for page in load_pages(folder / name)]
    return found


def state(platform: Platform, batch_id: str) -> BatchState:
    with platform.sessions() as session:
        return session.get_one(PaperBatch, batch_id).state


@pytest.mark.timeout(600)
def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(
    platform: Platform, mado: Actor, tmp_path: Path
) -> None:
    files = {"01-office.jpg": scan("01-office.jpg"), "pile.tif": pile()}
    wanted = answer_key(files, tmp_path)
    batch_id = take_in(platform, mado, files)
    with platform.sessions.begin() as session:
        runs.enqueue(session, mado, robot("read_paper"))
        runs.enqueue(session, mado, robot("read_paper"))  # the same batch asked for twice
    with worker(platform) as first:
        wait_for(lambda: len(pages(platform, batch_id)) >= 3)
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
    before = pages(platform, batch_id)
    assert 3 <= len(before) < len(wanted)
    assert before == wanted[: len(before)]
    with worker(platform):
        wait_for(lambda: state(platform, batch_id) is BatchState.DONE)
        wait_for(lambda: not list((platform.settings.data / "reading").iterdir()))  # nothing unsealed is left
    assert pages(platform, batch_id) == wanted
    with platform.sessions() as session:
        assert session.scalar(select(func.count()).select_from(PaperPage)) == len(wanted)
        bodies = [entry.body for entry in session.scalars(select(AuditEntry))]
    stored = [json.loads(body)["details"]["sha256"] for body in bodies if '"paper.stored"' in body]
    assert sorted(stored) == sorted(sha256 for _, _, sha256 in wanted)
    assert sum('"paper-batch.read"' in body for body in bodies) == 1


def test_a_reading_process_that_dies_costs_no_page(platform: Platform, mado: Actor) -> None:
    batch_id = take_in(platform, mado, {"pile.tif": pile()})
    room = Room(platform)
    seen = []
    try:
        with platform.sessions() as session:
            file = session.get_one(PaperBatch, batch_id).files[0]
            for number in (1, 2):
                page = room.page(session, file, number)
                assert page is not None
                if number == 2:
                    os.kill(room.pid, signal.SIGKILL)
                seen.append((page.number, room.read(session, file, page).reading))
    finally:
        room.close()
    assert [(number, one.page, one.sha256 != "") for number, one in seen] == [
        (1, 1, True),
        (2, 2, True),
    ]
    assert all(one.problem and "処理が止まりました" not in one.problem for _, one in seen)


def test_what_a_dead_process_left_unsealed_is_removed(platform: Platform, mado: Actor) -> None:
    told = "import os; print(os.getpid())"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, check=True)
    left = platform.settings.data / "reading" / f"{socket.gethostname()}-{int(done.stdout)}-x"
    left.mkdir(parents=True)
    shutil.copy(SCANS / "13-unknown.png", left / "file")
    batch_id = take_in(platform, mado, {"one.png": to_png(np.full((900, 640), 255, np.uint8))})
    room = Room(platform)
    with platform.sessions() as session:
        piece = reading.next_piece(session, platform)
        assert piece is not None
        assert piece.batch_id == batch_id
        assert piece.file is not None
        assert room.count(session, piece.file) == 1
    assert not left.exists()
    room.close()
    assert list((platform.settings.data / "reading").iterdir()) == []
