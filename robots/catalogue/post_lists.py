"""Writes the lines of a settled and approved list on paper into an Excel ledger, one row for each line.

Replaces: a clerk typing the lines of a paper list into a ledger and ticking them off with a ruler.
Trigger: an officer asks for it on the page of a settled list (then as a dry run), and another officer
approves it.
Writes: one row per line under the last row of the ledger, its look taken from the row above, with the file,
page and line it came from; the workbook as it was goes to the folder of backups. Nothing else in the workbook
changes by a byte. A second run finds every line there and writes nothing.
Stops for a person: a list that lacks a column or was changed since it was asked for, a line whose like
stands in the ledger already, values that differ, a ledger that is open, locked or missing a heading.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from forms.errors import InvalidValue
from office.jobs.job import BusinessException, Parameter, Step, StepContext, StepResult
from office.jobs.models import ItemState, RunItem
from office.records import list_postings
from office.records.list_lines import Line
from office.records.models.paper_postings import ListPosting, PostingKind
from robots import city_data
from robots.connectors.workbook.cells import Value
from robots.connectors.workbook.edits import RowEdit
from robots.connectors.workbook.entries import described
from robots.connectors.workbook.listed import ListLedger, ListShape
from robots.connectors.workbook.package import Package
from robots.connectors.workbook.writing import write
from robots.errors import ReadBackDiffers
from robots.matters.ledgers import guarded, looked_up
from robots.matters.listed import LEDGERS, Target, row_of
from robots.matters.postings import by_item, item_for, lines, posting_of, target_of
from robots.robot import Robot
from robots.run import counts_of, evidence, items_of, settle

KEY = "post_lists"
Entries = Mapping[str, Mapping[str, Value]]


def collect(ctx: StepContext) -> StepResult:
    """Note every line of the list as an item of the run; one that lacks something goes to a person."""
    with ctx.reading() as session:
        posting = posting_of(ctx, session, PostingKind.LEDGER)
        found = target_of(ctx, posting, LEDGERS)
        items = [_item(ctx, posting, found, line) for line in lines(ctx, posting)]
    with ctx.session() as session:
        session.add_all(items)
    return StepResult({"lines": len(items)})


def _item(ctx: StepContext, posting: ListPosting, found: Target, line: Line) -> RunItem:
    names = found.data["columns"].get(found.data["name"], ())
    item = item_for(ctx, posting, line, str(line.at(names) or ""))
    try:
        row_of(found, line, posting.table)
    except InvalidValue as error:
        settle(item, ItemState.BUSINESS, f"{line.place}：{error.message}")
    return item


def probe(ctx: StepContext) -> StepResult:
    """Look every line up in the ledger: there already, new, or a matter for a person."""
    entries, found = _entries(ctx, ItemState.PLANNED)
    ledger = _opened(ctx, found)
    verdicts = {key: looked_up(ledger, entry) for key, entry in entries.items()}
    new = [key for key, (state, _, _) in verdicts.items() if state is ItemState.PLANNED]
    edits = ledger.edits([entries[key] for key in new])
    places = {key: ledger.place(edit.row) for key, edit in zip(new, edits, strict=True)}
    with ctx.session() as session:
        for item in items_of(session, ctx.run_id, ItemState.PLANNED):
            state, message, place = verdicts[item.id]
            settle(item, state, message, places.get(item.id, place))
            if state is ItemState.PLANNED:
                evidence(ctx.platform, item, None, described(entries[item.id]))
        return StepResult(counts_of(items_of(session, ctx.run_id)) if ctx.dry_run else {})


def file(ctx: StepContext) -> StepResult:
    """Append the lines that are not there, in one write, and note where each one stands."""
    if ctx.dry_run:
        return StepResult({"changes": 0})
    entries, found = _entries(ctx, ItemState.PLANNED)
    _refuse_partly(ctx)
    appended: list[RowEdit] = []

    def missing(package: Package) -> Sequence[RowEdit]:
        ledger = ListLedger(package, _shape(found))
        # After a crash those written by this run are found here, and not written twice.
        appended[:] = ledger.edits([entry for entry in entries.values() if ledger.find(entry) is None])
        return appended

    backups = ctx.platform.settings.data / city_data.load(ctx.platform, LEDGERS)["backups"]
    guarded(_path(ctx, found), lambda path: write(path, missing, backups))
    ledger = _opened(ctx, found)
    with ctx.session() as session:
        for item in items_of(session, ctx.run_id, ItemState.PLANNED):
            standing = ledger.find(entries[item.id])
            if standing is None:
                raise ReadBackDiffers(Path(item.place), f"{item.label} が台帳に書かれていません。")
            settle(item, ItemState.DONE, "", ledger.place(standing.row))
    return StepResult({"changes": len(appended)})


def check(ctx: StepContext) -> StepResult:
    """Open the ledger once more: every line stands in its row, once, with every value as on paper."""
    if ctx.dry_run:
        return StepResult()
    entries, found = _entries(ctx, ItemState.DONE, ItemState.SKIPPED)
    ledger = _opened(ctx, found)
    with ctx.reading() as session:
        for item in items_of(session, ctx.run_id, ItemState.DONE, ItemState.SKIPPED):
            standing = ledger.find(entries[item.id])
            if standing is None or ledger.place(standing.row) != item.place:
                raise BusinessException(
                    f"{item.label} が {item.place} に見つかりません。台帳を確かめてください。"
                )
            if different := ledger.differences(entries[item.id], standing):
                raise BusinessException(
                    f"{item.label}（{item.place}）の{'、'.join(different)}が違います。台帳を確かめてください。"
                )
    with ctx.session() as session:
        posting = posting_of(ctx, session, PostingKind.LEDGER)
        list_postings.finish(session, ctx.actor, posting, ctx.run_id, len(entries))
        return StepResult({"checked": len(entries), **counts_of(items_of(session, ctx.run_id))})


def _refuse_partly(ctx: StepContext) -> None:
    """What was approved is the whole list: when a line of it can not be written, none is."""
    with ctx.reading() as session:
        if left := items_of(session, ctx.run_id, ItemState.BUSINESS):
            raise BusinessException(
                f"人が確かめる行が{len(left)}あるため、1行も書いていません。{left[0].message}"
            )


def _entries(ctx: StepContext, *states: ItemState) -> tuple[Entries, Target]:
    """The rows of the items in these states, by item, read anew from the list."""
    with ctx.reading() as session:
        posting = posting_of(ctx, session, PostingKind.LEDGER)
        found = target_of(ctx, posting, LEDGERS)
        items = items_of(session, ctx.run_id, *states)
        at = by_item(session, ctx, lines(ctx, posting), items)
        return {key: row_of(found, line, posting.table) for key, line in at.items()}, found


def _opened(ctx: StepContext, found: Target) -> ListLedger:
    return guarded(_path(ctx, found), lambda path: ListLedger(Package.open(path), _shape(found)))


def _path(ctx: StepContext, found: Target) -> Path:
    return ctx.platform.settings.data / str(found.data["file"])


def _shape(found: Target) -> ListShape:
    data = found.data
    headings = (*data["columns"], data["source"])
    return ListShape(data["sheet"], headings, data["source"], tuple(data["keys"]))


ROBOT = Robot(
    key=KEY,
    title="一覧表の台帳への記入",
    duty="確定して承認された紙の一覧表を、台帳に1行ずつ書き写す仕事",
    parameters=(Parameter("posting", "依頼の番号", required=True),),
    steps=(
        Step("collect", "一覧表の行を集める", collect),
        Step("probe", "台帳を調べる", probe),
        Step("file", "台帳に書く", file),
        Step("check", "読み返して確かめる", check),
    ),
)
