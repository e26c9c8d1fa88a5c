"""A pile of mixed paper through the whole suite, from the watched folder to the archive, without a stop.

    python -m tests.bench.paper_pile PILE --pages 500
    python -m tests.bench.paper_batch PILE [--pages N] [--postgresql] [--data NEW_FOLDER] [--out FILE.json]

On SQLite `kakazu up` does everything in one process; on PostgreSQL web, worker and clock are processes of
their own. A clerk's browser asks for the batch's progress and for a page of the counter every second all the
while. Pages a minute are wall time; what the pages are is in the pile's key.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from office.accounts.roles import Role
from office.platform import Platform
from office.records.models.paper_batches import BatchPage, BatchState, PaperArchive, PaperBatch
from office.records.models.paper_decisions import PaperDoubt
from tests.bench.paper_account import Account, account
from tests.bench.paper_machine import Machine, Visitor, grown_suite
from tests.bench.paper_pile import FILES, Told, told
from tests.support.ground import officer, opened
from tests.support.postgres import new_database, private_cluster
from tests.support.suite import running_suite

CLERK = "mado"
_EVERY, _STEP = 1.0, 100
_LONGEST = 3 * 3600


@dataclass(slots=True)
class Run:
    """What was seen while the pile was read. Seconds count from when the files lay in the folder."""

    files: int = 0
    taken_in: float = 0.0
    first_doubt: float = 0.0
    ended: float = 0.0
    read_minutes: float = 0.0
    pages: int = 0
    answers: dict[str, list[float]] = field(default_factory=dict)
    memory: list[tuple[int, int, int]] = field(default_factory=list)
    peaks: dict[str, int] = field(default_factory=dict)
    processor: dict[str, float] = field(default_factory=dict)
    after: dict[str, float] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)


def chosen(pile: Path, pages: int) -> list[Told]:
    """Files of the pile with so many pages, every kind among them."""
    files, found, count = told(pile), [], 0
    for file in files:
        if count < pages:
            found.append(file)
            count += len(file.pages)
    return found


def drop(pile: Path, files: Sequence[Told], folder: Path) -> None:
    """Put the files where the scanner does, complete at once."""
    for file in files:
        target = folder / file.file
        shutil.copyfile(pile / FILES / file.file, target.with_suffix(".part"))
        target.with_suffix(".part").rename(target)


def watched(platform: Platform, visitor: Visitor, machine: Machine, begun: float) -> Run:
    """Ask for pages every second until every batch was read."""
    run, seen = Run(), 0
    while time.monotonic() - begun < _LONGEST:
        turn = time.monotonic()
        pages, batches = _progress(platform)
        machine.look()
        if pages // _STEP > seen // _STEP:
            run.memory.append((pages, machine.suite, machine.reader))
            _say(f"{pages} pages, {turn - begun:.0f} s, suite {machine.suite} MB, reader {machine.reader} MB")
        seen = pages
        if batches and not run.taken_in:
            run.taken_in = turn - begun
        if batches and all(state is BatchState.DONE for state in batches.values()):
            break
        for batch_id in list(batches)[:1]:
            visitor.get("progress of the batch", f"/paper/batches/{batch_id}", part=True)
            visitor.get("the batch's whole page", f"/paper/batches/{batch_id}", every=20)
            visitor.get("next doubt", f"/paper/verify/?batch={batch_id}", every=10 if pages else 1000)
        visitor.get("cases of the counter", "/counter/")
        visitor.get("paper that waits", "/paper/", every=20)
        if not run.first_doubt and _doubts(platform):
            run.first_doubt = time.monotonic() - begun
        time.sleep(max(0.0, _EVERY - (time.monotonic() - turn)))
    run.ended = time.monotonic() - begun
    run.pages, run.answers, run.peaks, run.processor = seen, visitor.took, machine.peaks, machine.spent
    return run


def _progress(platform: Platform) -> tuple[int, dict[str, BatchState]]:
    with platform.sessions() as session:
        pages = session.scalar(select(func.count(BatchPage.id))) or 0
        rows = session.execute(select(PaperBatch.id, PaperBatch.state).order_by(PaperBatch.id)).all()
        return pages, {row[0]: row[1] for row in rows}


def _doubts(platform: Platform) -> int:
    with platform.sessions() as session:
        return session.scalar(select(func.count(PaperDoubt.id))) or 0


def afterwards(platform: Platform, visitor: Visitor, run: Run) -> None:
    """What people do when it is read: look at it, verify, take the report and the archive."""
    _, batches = _progress(platform)
    batch_id = next(iter(batches))
    for what, address in (
        ("list of batches", "/paper/batches/"),
        ("the batch's page", f"/paper/batches/{batch_id}"),
        ("verification opened first", f"/paper/verify/?batch={batch_id}"),
        ("verification opened again", f"/paper/verify/?batch={batch_id}"),
        ("paper that waits", "/paper/"),
        ("report", f"/paper/batches/{batch_id}/report"),
        ("report as CSV", f"/paper/batches/{batch_id}/report.csv"),
        ("report as PDF", f"/paper/batches/{batch_id}/report.pdf"),
    ):
        run.after[what] = visitor.get(f"after: {what}", address)
    begun = time.monotonic()
    visitor.post(f"/paper/batches/{batch_id}/archive", f"/paper/batches/{batch_id}")
    while _parts_to_make(platform):
        time.sleep(0.5)
    run.after["archive made"] = 1000 * (time.monotonic() - begun)
    with platform.sessions() as session:
        run.sizes["archive"] = session.scalar(select(func.sum(PaperArchive.length))) or 0
        run.sizes["parts"] = session.scalar(select(func.count(PaperArchive.id))) or 0
        run.sizes["doubts"] = session.scalar(select(func.count(PaperDoubt.id))) or 0
        whole = session.scalars(select(PaperBatch)).all()
        began = min(one.started_at for one in whole if one.started_at)
        ended = max(one.ended_at for one in whole if one.ended_at)
        run.read_minutes = (ended - began).total_seconds() / 60


def _parts_to_make(platform: Platform) -> int:
    with platform.sessions() as session:
        wanted = select(func.count(PaperArchive.id)).where(PaperArchive.made_at.is_(None))
        return session.scalar(wanted) or 0


@contextmanager
def suite(data: Path, scanner: Path, *, postgresql: bool) -> Iterator[tuple[Platform, str, int]]:
    """A running suite that watches the folder: its world, its address, the process that reads."""
    environment = {"KAKAZU_PAPER_FOLDER": str(scanner), "KAKAZU_PAPER_FOLDER_OFFICER": CLERK}
    with ExitStack() as stack:
        url = new_database(stack.enter_context(private_cluster())) if postgresql else ""
        if url:
            environment["KAKAZU_DATABASE_URL"] = url
        platform = opened(data, url)
        officer(platform.sessions, CLERK, Role.COUNTER, Role.BACK_OFFICE)
        if postgresql:
            address, pid = stack.enter_context(grown_suite(data, environment))
        else:
            address = stack.enter_context(running_suite(data, empty=True, **environment))
            pid = Machine.child_named("up")
        yield platform, address, pid
        platform.engine.dispose()


def main() -> None:
    """Run it and print what RESULTS.md shows."""
    parser = argparse.ArgumentParser()
    parser.add_argument("pile", type=Path)
    parser.add_argument("--pages", type=int, default=500)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with tempfile.TemporaryDirectory() as place:
        data, scanner = given.data or Path(place) / "data", Path(place) / "scanner"
        scanner.mkdir()
        files = chosen(given.pile, given.pages)
        with suite(data, scanner, postgresql=given.postgresql) as (platform, address, pid):
            visitor = Visitor(address, CLERK)
            drop(given.pile, files, scanner)
            run = watched(platform, visitor, Machine(pid), time.monotonic())
            run.files = len(files)
            afterwards(platform, visitor, run)
            with platform.sessions() as session:
                found = account(session, platform, given.pile, files, scanner)
            run.sizes["data folder"] = sum(one.stat().st_size for one in data.rglob("*") if one.is_file())
        run.sizes["files"] = sum((given.pile / FILES / one.file).stat().st_size for one in files)
    _tell(run, found)
    if given.out:
        given.out.write_text(json.dumps([asdict(run), asdict(found)], ensure_ascii=False, indent=1))


def _tell(run: Run, found: Account) -> None:
    rows: list[tuple[str, Any]] = [
        ("pages of files", f"{found.pages} of {run.files}"),
        ("minutes, pages a minute", f"{run.read_minutes:.1f}, {found.pages / run.read_minutes:.0f}"),
        ("taken in, first doubt shown, read (s)", (run.taken_in, run.first_doubt, run.ended)),
        ("lost, doubled", (found.lost, found.doubled)),
        ("outcomes", found.outcomes),
        ("fields, drafts", (found.fields, found.drafts)),
        ("not taken in", found.refused),
        ("taken for another form", found.wrong_form),
        ("wrong accepted", found.wrong_accepted),
        ("problems", found.problems),
        ("memory (pages, suite MB, reader MB)", run.memory),
        ("peaks MB", run.peaks),
        ("processor seconds while reading", run.processor),
        ("afterwards (ms)", {key: round(took) for key, took in run.after.items()}),
        ("sizes", run.sizes),
    ]
    for what, said in rows:
        _say(f"{what}: {said}")
    for what, took in run.answers.items():
        ordered = sorted(took)
        p50, p95 = (ordered[min(len(took) - 1, int(share * len(took)))] for share in (0.5, 0.95))
        figures = f"p50 {p50:.0f}, p95 {p95:.0f}, worst {ordered[-1]:.0f} ms"
        _say(f"{what}: {len(took)} times, {figures}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
