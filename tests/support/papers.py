"""Batches of paper for tests: files taken in, and the robots that read and file them run to their end."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from sqlalchemy import select

from ocr.page import to_png
from office.accounts.actor import Actor
from office.jobs import runs
from office.jobs.models import Run, RunState, RunStep
from office.jobs.performing import perform_run
from office.jobs.recording import Execution
from office.platform import Platform
from office.records.models.paper_batches import BatchSource
from office.records.papers import batches, comparing, overview
from office.records.papers.batches import Incoming
from robots.discovery import robot

UNSURE = "08-unsure-mark.png"
SCANS = Path(__file__).resolve().parents[2] / "samples" / "scans"


def scan(name: str) -> bytes:
    """One of the sample city's scans."""
    return (SCANS / name).read_bytes()


def take_in(platform: Platform, actor: Actor, files: Mapping[str, bytes]) -> str:
    """Store files as a batch; its id. Nothing is read yet."""
    incoming = [Incoming(name, io.BytesIO(content)) for name, content in files.items()]
    with platform.sessions.begin() as session:
        return batches.make(session, actor, platform.vault, incoming, BatchSource.UPLOAD).id


def run(platform: Platform, key: str) -> dict[str, int]:
    """Run a robot to its end in this process; what it counted. Fails with the cause of a failed step."""
    found = robot(key)
    with platform.sessions.begin() as session:
        run_id = runs.enqueue(session, Actor.console(), found)
    execution = Execution(platform, run_id, 1, "test")
    perform_run(execution, {key: found}, lambda _name, work: work(), lambda: False)
    with platform.sessions() as session:
        ended = session.get_one(Run, run_id)
        causes = session.scalars(select(RunStep.message).where(RunStep.run_id == run_id)).all()
        assert ended.state is RunState.DONE, causes
        return dict(ended.counts)


def read_all(platform: Platform) -> dict[str, int]:
    """Read everything that waits to be read."""
    return run(platform, "read_paper")


def batch_at_work(platform: Platform, actor: Actor) -> dict[str, str]:
    """A batch that was read, with a page in doubt, an unknown one and a blank one, and a comparison of it."""
    batch_id = take_in(
        platform,
        actor,
        {UNSURE: scan(UNSURE), "13-unknown.png": scan("13-unknown.png"), "white.png": blank()},
    )
    read_all(platform)
    with platform.sessions.begin() as session:
        batch = batches.find(session, actor, batch_id)
        comparison = comparing.ask(session, actor, batch).id
        unknown = overview.sort(session, platform, batch).unknown[0].id
    return {"batch": batch_id, "comparison": comparison, "unknown_page": unknown}


def blank() -> bytes:
    """An empty sheet."""
    return to_png(np.full((1754, 1240), 250, np.uint8))
