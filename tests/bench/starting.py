"""What a start costs, and what the suite costs while nothing happens.

Run by hand: `python -m tests.bench.starting [SECONDS]`. CPU time. Baselines: reading the definitions with the
line of every key looked for at once; looking for work ten times a second; the objects of a start looked
through as often as Python does by itself.
"""

from __future__ import annotations

import gc
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from forms.catalogue import PACKAGED, catalogue_of
from forms.definition_files import Files, read_files
from forms.definition_lines import lines_of
from office.cli import NEW_OBJECTS
from office.jobs.engine import JobEngine, Pace
from office.platform import open_platform
from office.settings import load_settings
from tests.support.suite import sample_city

ROUNDS = 5
OFTEN = 0.1


def cpu(act: Callable[[], object]) -> float:
    """CPU seconds of this process, all threads."""
    begin = time.process_time()
    act()
    return time.process_time() - begin


def with_lines(files: Files) -> None:
    """Read the definitions, and where every key stands."""
    catalogue_of(files)
    for content in files.values():
        lines_of.__wrapped__(content.decode())


def in_turn(*acts: Callable[[], object]) -> list[float]:
    """The median CPU seconds of each, measured in turn."""
    rounds = [[cpu(act) for act in acts] for _ in range(ROUNDS)]
    return [statistics.median(column) for column in zip(*rounds, strict=True)]


def seldom_collected(files: Files) -> None:
    """Read the definitions while Python looks for garbage as seldom as `kakazu` has it."""
    before = gc.get_threshold()
    gc.set_threshold(*NEW_OBJECTS)
    try:
        catalogue_of(files)
    finally:
        gc.set_threshold(*before)


def idle(engine: JobEngine, pace: Pace, seconds: float) -> float:
    """The share of one core that an executor takes which has nothing to do."""
    engine.pace = pace
    engine.launch()
    time.sleep(2)
    share = cpu(lambda: time.sleep(seconds)) / seconds
    engine.shutdown()
    return share


def main(seconds: float = 20) -> None:
    """Print the figures."""
    files = read_files(PACKAGED)
    acts = (lambda: with_lines(files), lambda: catalogue_of(files), lambda: seldom_collected(files))
    baseline, lazy, now = in_turn(*acts)
    for name, found in (("every line looked for", baseline), ("lines on demand", lazy), ("as it is", now)):
        sys.stdout.write(f"definitions, {name}: {found * 1000:.0f} ms, {found / baseline:.2f}×\n")
    with tempfile.TemporaryDirectory() as folder:
        platform = open_platform(load_settings(sample_city(Path(folder) / "data")))
        engine, pace = JobEngine(platform), Pace()
        often = idle(engine, replace(pace, poll=OFTEN), seconds)
        seldom = idle(engine, pace, seconds)
        platform.engine.dispose()
    for name, share in ((f"every {OFTEN} s", often), (f"every {pace.poll} s", seldom)):
        sys.stdout.write(f"idle, looking {name}: {share:.2%} of a core, {share / often:.2f}×\n")


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
