"""Files accepted moving-in applications in the Excel ledger 転入者台帳, one row for each person.

Replaces: a clerk reading each accepted 転入届 and typing every member of the family into the ledger at
the end of the day, with the names' readings and both addresses.
Trigger: every business day at 17:30, for what was accepted that day and for what earlier runs left; or
an officer, for any day.
Writes: one row per person under the last row of the ledger, its look and formulas taken from the row
above, with phonetic guides at the name; the workbook as it was goes to the folder 控え. Nothing else in
the workbook changes by a byte. A second run finds everybody there and writes nothing.
Stops for a person: an applicant without reading or birth date, an entry in the ledger that is nearly the
same, values that differ from those already filed, a ledger that is open, locked or missing a heading.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from office import clock
from office.calendar.schedules import BusinessDaily, CatchUp, Schedule
from office.jobs.job import BusinessException, Parameter, Step, StepContext, StepResult
from office.jobs.models import ItemState, RunItem
from office.records import applications
from office.records.models.applications import Application, ApplicationState, DecisionAct
from robots import city_data
from robots.connectors.workbook.edits import RowEdit
from robots.connectors.workbook.entries import Entry, PeopleLedger, Shape, described
from robots.connectors.workbook.package import Package
from robots.connectors.workbook.writing import write
from robots.errors import ReadBackDiffers
from robots.matters.ledgers import guarded, looked_up
from robots.matters.moving_in import Filing, Mover, movers
from robots.robot import Robot
from robots.run import counts_of, evidence, items_of, new_item, settle, settled_before

KEY = "file_move_ins"
PROCEDURE = "moving-in"
_CHANGED = "申請の内容が変わりました。もう一度、最初から実行してください。"
_TWICE = "同じ人が申請に二度書かれています。申請を確かめてください。"
_ACCEPTED = (ApplicationState.ACCEPTED, ApplicationState.GRANTED)


def collect(ctx: StepContext) -> StepResult:
    """Note every person of the applications to be filed as an item of the run."""
    with ctx.reading() as session:
        found = [(one, _movers(ctx, one)) for one in _wanted(ctx, session)]
    with ctx.session() as session:
        items = [item for one, people in found for item in _items(ctx, one, people)]
        session.add_all(items)
    return StepResult({"applications": len(found), "people": len(items)})


def probe(ctx: StepContext) -> StepResult:
    """Look everybody up in the ledger: there already, new, or a matter for a person."""
    with ctx.reading() as session:
        entries = _entries(ctx, session, items_of(session, ctx.run_id, ItemState.PLANNED))
    ledger = _opened(ctx)
    verdicts = {key: looked_up(ledger, entry) for key, entry in entries.items()}
    new = [key for key, (state, _, _) in verdicts.items() if state is ItemState.PLANNED]
    places = {
        key: ledger.place(edit.row)
        for key, edit in zip(new, ledger.edits([entries[key] for key in new]), strict=True)
    }
    with ctx.session() as session:
        items = items_of(session, ctx.run_id, ItemState.PLANNED)
        for item in items:
            if item.id not in entries:
                settle(item, ItemState.BUSINESS, _CHANGED)
                continue
            state, message, place = verdicts[item.id]
            settle(item, state, message, places.get(item.id, place))
            if state is ItemState.PLANNED:
                evidence(ctx.platform, item, None, described(entries[item.id].values))
        return StepResult(counts_of(items_of(session, ctx.run_id)) if ctx.dry_run else {})


def file(ctx: StepContext) -> StepResult:
    """Append those who are not there, in one write, and note where each one stands."""
    if ctx.dry_run:
        return StepResult({"changes": 0})
    with ctx.reading() as session:
        entries = _entries(ctx, session, items_of(session, ctx.run_id, ItemState.PLANNED))
    appended: list[RowEdit] = []

    def missing(package: Package) -> Sequence[RowEdit]:
        ledger = PeopleLedger(package, _shape(ctx))
        # After a crash those written by this run are found here, and not written twice.
        appended[:] = ledger.edits([entry for entry in entries.values() if ledger.find(entry) is None])
        return appended

    guarded(_path(ctx), lambda path: write(path, missing, ctx.platform.settings.data / _data(ctx)["backups"]))
    ledger = _opened(ctx)
    with ctx.session() as session:
        for item in items_of(session, ctx.run_id, ItemState.PLANNED):
            _settle_written(ledger, item, entries.get(item.id))
    return StepResult({"changes": len(appended)})


def check(ctx: StepContext) -> StepResult:
    """Open the ledger once more: everybody stands in their row, once, with every value as filed."""
    if ctx.dry_run:
        return StepResult()
    with ctx.reading() as session:
        items = items_of(session, ctx.run_id, ItemState.DONE)
        entries = _entries(ctx, session, items)
    ledger = _opened(ctx)
    for item in items:
        entry = entries.get(item.id)
        standing = ledger.find(entry) if entry else None
        if entry is None or standing is None or ledger.place(standing.row) != item.place:
            raise BusinessException(
                f"{item.label} が {item.place} に見つかりません。台帳を確かめてください。"
            )
        if different := ledger.differences(entry, standing):
            raise BusinessException(
                f"{item.label}（{item.place}）の {'、'.join(different)} が違います。台帳を確かめてください。"
            )
    with ctx.session() as session:
        return StepResult({"checked": len(items), **counts_of(items_of(session, ctx.run_id))})


def _wanted(ctx: StepContext, session: Session) -> list[Application]:
    """What was accepted on the day, and what no earlier run has filed."""
    day = _day(ctx)
    settled = settled_before(session, KEY, ctx.run_id)
    found = applications.filed(session, ctx.actor, PROCEDURE, _ACCEPTED, until=day)
    return [one for one in found if one.id not in settled or _accepted_on(one) == day]


def _day(ctx: StepContext) -> datetime.date:
    given = ctx.parameters.get("day")
    return datetime.date.fromisoformat(given) if given else ctx.nominal_on or clock.today()


def _accepted_on(application: Application) -> datetime.date | None:
    for decision in application.decisions:
        if decision.act is DecisionAct.ACCEPT:
            return clock.date_of(decision.decided_at)
    return None


def _movers(ctx: StepContext, application: Application) -> tuple[Mover, ...]:
    data = _data(ctx)
    filed_on = application.filed_on or _day(ctx)
    filing = Filing(application.receipt_number, filed_on, data["remark"])
    return movers(application.read_record(ctx.platform.vault), filing, data["columns"])


def _items(ctx: StepContext, application: Application, people: Sequence[Mover]) -> list[RunItem]:
    """One item for each person; whoever stands in the application twice is for a person to look at."""
    times = Counter(mover.anchor for mover in people)
    made = []
    for mover in people:
        item = new_item(ctx, application.id, f"{application.receipt_number} {mover.name}", mover.anchor)
        if mover.entry is None or times[mover.anchor] > 1:
            settle(item, ItemState.BUSINESS, mover.fault or _TWICE)
        made.append(item)
    return made


def _entries(ctx: StepContext, session: Session, items: Sequence[RunItem]) -> dict[str, Entry]:
    """The entries of items by item id, read anew from the applications and held against the anchors.

    In the order of the receipt numbers, and within a family in that of the application.
    """
    wanted = {(item.subject, item.anchor): item.id for item in items}
    found = [session.get_one(Application, subject) for subject in dict.fromkeys(i.subject for i in items)]
    return {
        wanted[one.id, mover.anchor]: mover.entry
        for one in sorted(found, key=lambda application: application.receipt_number)
        for mover in _movers(ctx, one)
        if mover.entry is not None and (one.id, mover.anchor) in wanted
    }


def _settle_written(ledger: PeopleLedger, item: RunItem, entry: Entry | None) -> None:
    standing = ledger.find(entry) if entry else None
    if standing is None:
        raise ReadBackDiffers(Path(item.place), f"{item.label} が台帳に書かれていません。")
    settle(item, ItemState.DONE, "", ledger.place(standing.row))


def _opened(ctx: StepContext) -> PeopleLedger:
    return guarded(_path(ctx), lambda path: PeopleLedger(Package.open(path), _shape(ctx)))


def _path(ctx: StepContext) -> Path:
    return ctx.platform.settings.data / str(_data(ctx)["file"])


def _data(ctx: StepContext) -> dict[str, Any]:
    return city_data.load(ctx.platform, f"{KEY}.toml")


def _shape(ctx: StepContext) -> Shape:
    data = _data(ctx)
    anchor = data["anchor"]
    headings = dict.fromkeys([*data["columns"], *(heading for heading in anchor.values() if heading)])
    return Shape(sheet=data["sheet"], headings=tuple(headings), compared=tuple(data["compared"]), **anchor)


ROBOT = Robot(
    key=KEY,
    title="転入者台帳への記入",
    duty="受理した転入届を、転入者台帳に1人1行で書き写す仕事",
    schedule=Schedule(BusinessDaily(), at=datetime.time(17, 30), catch_up=CatchUp.LATEST),
    parameters=(Parameter("day", "受理した日（2026-04-01の形）"),),
    steps=(
        Step("collect", "申請を集める", collect),
        Step("probe", "台帳を調べる", probe),
        Step("file", "台帳に書く", file),
        Step("check", "読み返して確かめる", check),
    ),
)
