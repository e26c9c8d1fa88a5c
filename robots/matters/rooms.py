"""What the robots that read paper share: one reading process each, kept from portion to portion."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from office.jobs.job import StepContext, StepResult
from office.records.papers.room import Room

# By robot and data folder: runs of a robot never overlap, and a portion goes on where the one before it
# stood in the file.
_rooms: dict[tuple[str, Path], Room] = {}


def portion(
    ctx: StepContext, robot: str, work: Callable[[StepContext, Room], Mapping[str, int] | None]
) -> StepResult:
    """One piece of the work; when there is none left, or it fails, the reading process ends."""
    if ctx.dry_run:
        return StepResult()
    key = (robot, ctx.platform.settings.data)
    room = _rooms.setdefault(key, Room(ctx.platform))
    counts: Mapping[str, int] | None = None
    try:
        counts = work(ctx, room)
    finally:
        if counts is None:
            _rooms.pop(key, room).close()
    return StepResult() if counts is None else StepResult(counts, more=True)
