"""Pages: the runs, one run, the robots with their next dates, and starting one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from office.accounts.roles import Act
from office.calendar.preview import calendars_of
from office.errors import NotFound
from office.jobs.models import ItemState, Run, RunItem, RunState
from office.records import payments
from office.records.models.applications import Application
from office.web import world
from office.web.policy import permission
from robots.console.words import COUNTS, ITEM_STATES, STATES, STEP_STATES
from robots.discovery import catalogue, robot
from robots.leftovers import release, why_kept
from robots.robot import Robot, next_due
from robots.run import items_of

blueprint = Blueprint("console", __name__, template_folder="templates", url_prefix="/runs")
SHOWN = 100


@dataclass(frozen=True, slots=True)
class ItemShown:
    """One item with its evidence opened, and the receipt number of its application for the link."""

    item: RunItem
    receipt: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Filter:
    """Which runs to list; empty means all."""

    robot: str
    state: str

    @property
    def any(self) -> bool:
        """Whether anything is filtered."""
        return bool(self.robot or self.state)


@blueprint.get("/")
@permission(Act.SEE_RUNS)
def runs() -> ResponseReturnValue:
    """The runs, newest first."""
    wanted = Filter(request.args.get("robot", ""), request.args.get("state", ""))
    session = world.session()
    query = select(Run).order_by(Run.queued_at.desc(), Run.id).limit(SHOWN)
    if wanted.robot:
        query = query.where(Run.robot == wanted.robot)
    if wanted.state in set(RunState):
        query = query.where(Run.state == RunState(wanted.state))
    found = session.scalars(query).all()
    return render_template(
        "console/runs.html",
        filter=wanted,
        runs=found,
        waiting=_waiting(session, [run.id for run in found]),
        titles=_titles(),
        states=STATES,
    )


@blueprint.get("/run/<run_id>")
@permission(Act.SEE_RUNS)
def run(run_id: str) -> ResponseReturnValue:
    """One run: its steps, what became of each record, before and after, and why it stopped."""
    session = world.session()
    found = session.get(Run, run_id)
    if found is None:
        raise NotFound("この実行は見つかりません。一覧から選び直してください。")
    job = _robot(found.robot)
    planned = payments.planned_by(session, run_id) if found.state is RunState.CANCELLED else ()
    return render_template(
        "console/run.html",
        run=found,
        title=_titles().get(found.robot, found.robot),
        steps=found.steps,
        step_titles={step.name: step.title for step in job.steps} if job else {},
        items=_items(session, found),
        notices=job.notices(world.platform()) if job else (),
        states=STATES,
        step_states=STEP_STATES,
        item_states=ITEM_STATES,
        may_start=world.actor().may(Act.START_RUNS),
        counts={COUNTS.get(name, name): count for name, count in found.counts.items()},
        planned=planned,
        kept=why_kept(session, found) if planned else "",
        running=found.state in (RunState.QUEUED, RunState.RUNNING),
        resumable=found.state in (RunState.WAITING, RunState.FAILED)
        or (bool(planned) and found.state is RunState.CANCELLED),
        cancellable=found.state in (RunState.QUEUED, RunState.WAITING),
    )


@blueprint.get("/robots")
@permission(Act.SEE_RUNS)
def robots() -> ResponseReturnValue:
    """Every robot: its duty, its next date, and what must be confirmed before trusting it."""
    calendars = calendars_of(world.platform().settings.data)
    rows: list[tuple[Robot, date | None, tuple[str, ...]]] = [
        (one, next_due(one, calendars), one.notices(world.platform())) for one in catalogue()
    ]
    may_start = world.actor().may(Act.START_RUNS)
    return render_template("console/robots.html", rows=rows, may_start=may_start)


@blueprint.post("/robots/<key>")
@permission(Act.START_RUNS)
def start(key: str) -> ResponseReturnValue:
    """Request a run, or a dry run; the page of the run follows."""
    parameters = {
        one.name: value
        for one in robot(key).parameters
        if (value := request.form.get(one.name, "").strip()[:40])
    }
    dry_run = request.form.get("act") != "run"
    run_id = world.engine().enqueue(
        world.session(), world.actor(), key, dry_run=dry_run, parameters=parameters
    )
    flash("試し実行を申し込みました。何も書きません。" if dry_run else "実行を申し込みました。", "good")
    return redirect(url_for("console.run", run_id=run_id))


@blueprint.post("/run/<run_id>/resume")
@permission(Act.START_RUNS)
def resume(run_id: str) -> ResponseReturnValue:
    """Go on with a stopped run; steps that are done are not repeated."""
    world.engine().resume(world.session(), world.actor(), run_id)
    flash("続きから再開します。", "good")
    return redirect(url_for("console.run", run_id=run_id))


@blueprint.post("/run/<run_id>/cancel")
@permission(Act.START_RUNS)
def cancel(run_id: str) -> ResponseReturnValue:
    """Give a run up before its next step."""
    world.engine().cancel(world.session(), world.actor(), run_id)
    flash("中止しました。", "good")
    return redirect(url_for("console.run", run_id=run_id))


@blueprint.post("/run/<run_id>/release")
@permission(Act.START_RUNS)
def release_payments(run_id: str) -> ResponseReturnValue:
    """Take back what a cancelled run planned to pay."""
    reason, looked = request.form.get("reason", "")[:200], bool(request.form.get("not_at_bank"))
    count = release(world.session(), world.actor(), run_id, reason, not_at_bank=looked)
    flash(f"支払いの予定{count}件を取り消しました。次の実行で改めて予定します。", "good")
    return redirect(url_for("console.run", run_id=run_id))


def _titles() -> dict[str, str]:
    return {one.key: one.title for one in world.engine().jobs.values()}


def _robot(key: str) -> Robot | None:
    return next((one for one in catalogue() if one.key == key), None)


def _waiting(session: Session, run_ids: list[str]) -> dict[str, int]:
    """How many items of each run wait for a person."""
    query = (
        select(RunItem.run_id, func.count())
        .where(RunItem.run_id.in_(run_ids), RunItem.state == ItemState.BUSINESS)
        .group_by(RunItem.run_id)
    )
    return dict(session.execute(query).tuples().all())


def _items(session: Session, found: Run) -> list[ItemShown]:
    vault = world.platform().vault
    shown = []
    for item in items_of(session, found.id):
        application = session.get(Application, item.subject)
        before, after = item.read_evidence(vault)
        receipt = application.receipt_number if application else ""
        shown.append(ItemShown(item, receipt, before or "", after or ""))
    return shown
