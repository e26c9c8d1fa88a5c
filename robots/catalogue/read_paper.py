"""Reads scanned paper page by page and drafts the applications that need no look.

Replaces: clerks typing handwritten forms into the system, sorting the scanner's pile by form, and looking
through it for blank backs, sheets that are missing and sheets that were scanned twice.
Trigger: a batch that an officer uploads or that the scanner puts into the watched folder; or an officer who
has pages read again.
Writes: each page with its hash, picture and reading exactly once, what became of it, and drafts of
applications for forms without a doubt; a second run finds everything read and writes nothing.
Stops for a person: never in the middle; what is in doubt, unknown or unreadable waits in the list of papers
for an officer, and the other pages go on.
"""

from __future__ import annotations

from office.jobs.job import Step, StepContext, StepResult
from office.records.papers.comparing import compare_next
from office.records.papers.running import read_next
from robots.matters.rooms import portion
from robots.robot import Robot

KEY = "read_paper"


def read(ctx: StepContext) -> StepResult:
    """The next page of the batches that wait; each is a portion of its own."""
    return portion(ctx, KEY, read_next)


def compare(ctx: StepContext) -> StepResult:
    """The next page of a batch whose reading is to be compared with that of the engines of now."""
    return portion(ctx, KEY, compare_next)


ROBOT = Robot(
    key=KEY,
    title="紙の読み取り",
    duty="スキャンした紙を1枚ずつ読み取り、仕分けて、申請の下書きを作る仕事",
    steps=(
        Step("read", "1ページずつ読み取る", read),
        Step("compare", "今のエンジンで読み比べる", compare),
    ),
)
