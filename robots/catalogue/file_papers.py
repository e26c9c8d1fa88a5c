"""Files the drafts of paper applications that an officer approved, and makes the archives of batches.

Replaces: a clerk opening each faultless form once more to press the same button, and binding a day's pile
of paper into a file for the storeroom.
Trigger: an officer approves a list of drafts or asks for the archive of a batch; or an officer, at any time.
Writes: each approved application once, sealed and with its receipt number, in the name of whoever approved
it; each archive once, as a sealed and searchable PDF/A; a second run finds nothing to do.
Stops for a person: a draft whose pages were used otherwise meanwhile is given up, and one that can not be
filed any more goes back to the list to be confirmed.
"""

from __future__ import annotations

from office.jobs.job import Step, StepContext, StepResult
from office.records.papers.approving import file_next, typeset_next
from office.records.papers.archives import make_next
from robots.robot import Robot

KEY = "file_papers"


def file(ctx: StepContext) -> StepResult:
    """The next approved draft."""
    if ctx.dry_run:
        return StepResult()
    with ctx.reading() as look:  # printed ahead: a pile of paper must not hold up the counter
        ctx.platform.press.print_ahead(typeset_next(look, ctx.platform))
    with ctx.session() as session:
        done = file_next(session, ctx.platform)
    if done is None:
        return StepResult()
    return StepResult({"filed": int(done), "back": int(not done)}, more=True)


def archive(ctx: StepContext) -> StepResult:
    """The next part of an archive somebody asked for."""
    made = None if ctx.dry_run else make_next(ctx)
    return StepResult() if made is None else StepResult({"archives": made}, more=True)


ROBOT = Robot(
    key=KEY,
    title="紙の受付と保存",
    duty="職員が確認した紙の申請を受け付け、まとまりの保存用PDFを作る仕事",
    steps=(Step("file", "確認した下書きを受け付ける", file), Step("archive", "保存用PDFを作る", archive)),
)
