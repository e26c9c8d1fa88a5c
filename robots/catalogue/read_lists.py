"""Reads paper ledgers and payment lists page by page, and joins the pages of one list into one table.

Replaces: clerks typing the lines of a list into Excel, adding up its columns on a calculator and looking
for the page that is missing.
Trigger: an officer sends scanned lists, or says of pages of a batch that they are a list; or an officer, at
any time.
Writes: each page with its hash, picture and rows exactly once, and one table for each list, its totals
checked and its doubtful cells marked; a second run finds everything read and writes nothing.
Stops for a person: never in the middle; a page that is no table is named with its reason, what is in doubt
waits in the table for an officer, and nothing leaves a table before somebody has settled it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from office.jobs.job import Step, StepContext, StepResult
from office.records.paper_lists import read_next
from office.records.papers.room import Room
from robots.robot import Robot

KEY = "read_lists"
# The reading process of this process, by data folder: runs of a robot never overlap.
_rooms: dict[Path, Room] = {}


def read(ctx: StepContext) -> StepResult:
    """The next page of the lists that wait; each is a portion of its own."""
    if ctx.dry_run:
        return StepResult()
    data = ctx.platform.settings.data
    room = _rooms.setdefault(data, Room(ctx.platform))
    counts: Mapping[str, int] | None = None
    try:
        counts = read_next(ctx, room)
    finally:
        if counts is None:
            _rooms.pop(data, room).close()
    return StepResult() if counts is None else StepResult(counts, more=True)


ROBOT = Robot(
    key=KEY,
    title="一覧表の読み取り",
    duty="スキャンした台帳や支払一覧を1ページずつ読み取り、行と列の表にする仕事",
    steps=(Step("read", "1ページずつ読み取り、つなぐ", read),),
)
