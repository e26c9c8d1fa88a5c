"""Batches of paper for tests: files taken in, and the robots that read and file them run to their end."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from sqlalchemy import select

from forms.rendering.prefill import value_at
from ocr.page import to_png
from ocr.reading_process import Measured, Seen
from ocr.readings import FieldReading, PageReading, State
from office.accounts.actor import Actor
from office.jobs import runs
from office.jobs.models import Run, RunState, RunStep
from office.jobs.performing import perform_run
from office.jobs.recording import Execution
from office.platform import Platform
from office.records.models.paper_batches import BatchSource, PaperBatch
from office.records.papers import batches, comparing, overview, reading
from office.records.papers.incoming import Incoming
from office.records.papers.reading import Piece, Work
from office.records.sheets import layout_of
from robots.discovery import robot
from samples.records import record_of
from tests.support.jobs import state_of, until

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
    # Beside a running suite it may have been the suite's worker that took the run.
    until(lambda: state_of(platform, run_id) not in (RunState.QUEUED, RunState.RUNNING), 240)
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


def certain_sheets(platform: Platform, slug: str, seed: int, officers: bool = False) -> list[PageReading]:
    """The sheets of an invented application as if every field of a resident had been read for sure; the
    officer's boxes are empty unless `officers`.
    """
    procedure = platform.catalogue.procedure(slug)
    record = record_of(procedure, f"certain {seed}")
    mine = {field.name for field in procedure.fields if field.asked_of == "officer"}
    layout = layout_of(procedure)
    found = []
    for number in range(1, layout.pages + 1):
        zones = {zone.field: zone for zone in (*layout.zones, *layout.own) if zone.page == number}
        fields = []
        for path, zone in zones.items():
            hidden = path in mine and not officers
            value = True if path == "paper.signature" else None if hidden else value_at(record, path)
            state = State.REJECTED if hidden else State.ACCEPTED
            fields.append(FieldReading(path, "" if value is None else "read", value, 0.999, state, zone.rect))
        sha256 = hashlib.sha256(f"{slug} {seed} {number}".encode()).hexdigest()
        white = to_png(np.full((297, 210), 255, np.uint8))
        found.append(
            PageReading(
                f"{slug}.pdf",
                number,
                slug,
                procedure.version,
                f"{seed:06d}",
                tuple(fields),
                None,
                white,
                sha256,
                number,
            )
        )
    return found


def store_read(
    platform: Platform, actor: Actor, sheets: Sequence[PageReading], name: str = "pile.pdf"
) -> str:
    """A batch of one file whose pages came out like this, all read and nothing drafted yet; its id."""
    batch_id = take_in(platform, actor, {name: b"never opened"})
    robot_actor = Actor.robot("read_paper")
    with platform.sessions.begin() as session:
        file = session.get_one(PaperBatch, batch_id).files[0]
        for number, sheet in enumerate(sheets, start=1):
            piece = Piece(Work.READ, batch_id, file, number)
            seen = Seen(number, sheet.sha256, blank=sheet.problem == BLANK)
            page = reading.known(session, robot_actor, sheet.sha256)
            if page is not None:
                reading.keep_known(session, piece, seen, page)
            else:
                measured = Measured(replace(sheet, page=number), "engine-1", 900)
                reading.keep_read(session, robot_actor, platform.vault, piece, seen, measured)
        reading.end_file(session, file.id)
    return batch_id


BLANK = "白紙です。"


def unread(seed: int, problem: str = "この市の用紙ではありません。") -> PageReading:
    """A page nothing could be read of."""
    sha256 = hashlib.sha256(f"unread {seed}".encode()).hexdigest()
    return PageReading("pile.pdf", seed, None, None, None, (), problem, blank(), sha256)
