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

from office.jobs.job import Step, StepContext, StepResult
from office.records.paper_lists import read_next
from robots.matters.rooms import portion
from robots.robot import Robot

KEY = "read_lists"


def read(ctx: StepContext) -> StepResult:
    """The next page of the lists that wait; each is a portion of its own."""
    return portion(ctx, KEY, read_next)


ROBOT = Robot(
    key=KEY,
    title="一覧表の読み取り",
    duty="スキャンした台帳や支払一覧を1ページずつ読み取り、行と列の表にする仕事",
    steps=(Step("read", "1ページずつ読み取り、つなぐ", read),),
)
