"""Pages: a settled list asked to go into a ledger or to be paid, its dry run, the approval by another."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forms.values.dates import show_short
from ocr.tables.results import Value
from office.accounts.roles import Act
from office.errors import NotNow
from office.jobs.models import Run, RunItem, RunState
from office.records import list_postings, paper_tables
from office.records.list_lines import Line, lines_of
from office.records.models.paper_postings import ListPosting, PostingKind
from office.records.models.paper_tables import PaperTable
from office.web import world
from office.web.policy import permission
from robots.catalogue import pay_lists, post_lists
from robots.console.words import ITEM_STATES, STATES
from robots.matters.bank import why_no_transfer
from robots.matters.listed import LEDGERS, PAYMENTS, ListUnfit, Target, each_due, lacking, target, targets
from robots.matters.trials import approve as approve_posting
from robots.matters.trials import why_not
from robots.run import items_of

blueprint = Blueprint("postings", __name__, template_folder="templates", url_prefix="/paper/postings")

KINDS = {PostingKind.LEDGER: "台帳への記入", PostingKind.PAYMENTS: "支払い"}
POSTING_STATES = {
    "asked": ("承認待ち", "warn"),
    "approved": ("実行中", "key"),
    "done": ("完了", "good"),
    "withdrawn": ("取り下げ", "plain"),
}
_FILES = {PostingKind.LEDGER: LEDGERS, PostingKind.PAYMENTS: PAYMENTS}
_ROBOTS = {PostingKind.LEDGER: post_lists.KEY, PostingKind.PAYMENTS: pay_lists.KEY}


@dataclass(frozen=True, slots=True)
class Choice:
    """A target with what the list lacks for it, and the faults of its lines."""

    kind: PostingKind
    target: Target
    lacks: tuple[str, ...]
    faults: tuple[str, ...] = ()
    total: int | None = None

    @property
    def value(self) -> str:
        """How a form names it."""
        return f"{self.kind.value} {self.target.key}"

    @property
    def possible(self) -> bool:
        """Whether it may be asked for."""
        return not self.lacks and not self.faults


@blueprint.get("/")
@permission(Act.SEE_APPLICATIONS)
def listing() -> ResponseReturnValue:
    """What was asked for, what waits for approval first."""
    found = list_postings.listed(world.session(), world.actor())
    return render_template("console/postings.html", postings=found, titles=_titles(), states=POSTING_STATES)


@blueprint.route("/new/<table_id>", methods=["GET", "POST"])
@permission(Act.CONFIRM_PAPER)
def new(table_id: str) -> ResponseReturnValue:
    """Choose where a settled list goes; a dry run begins at once."""
    session, actor, platform = world.session(), world.actor(), world.platform()
    table = paper_tables.find(session, actor, table_id)
    choices = _choices(table)
    fault, posting = "", None
    if request.method == "POST":
        fault, posting = _asked(table, choices)
    if posting is not None:
        parameters = {"posting": posting.id}
        posting.trial_id = world.engine().enqueue(
            session, actor, _ROBOTS[posting.kind], dry_run=True, parameters=parameters
        )
        flash("試し実行を始めました。まだ何も書きません。ほかの人が承認すると進みます。", "good")
        return redirect(url_for("postings.show", posting_id=posting.id), HTTPStatus.SEE_OTHER)
    lines = len(lines_of(platform.vault, table))
    page = render_template(
        "console/posting_new.html", table=table, choices=choices, lines=lines, fault=fault, kinds=KINDS
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK


def _choices(table: PaperTable) -> list[Choice]:
    vault = world.platform().vault
    found = [Choice(PostingKind.LEDGER, one, lacking(one, table)) for one in _targets(PostingKind.LEDGER)]
    for one in _targets(PostingKind.PAYMENTS):
        lacks = lacking(one, table)
        each = [] if lacks else list(each_due(one, lines_of(vault, table)))
        faults = tuple(fault for _, _, fault in each if fault)
        total = sum(due.amount for _, due, _ in each if due is not None)
        found.append(Choice(PostingKind.PAYMENTS, one, lacks, faults, total))
    return found


def _targets(kind: PostingKind) -> tuple[Target, ...]:
    return targets(world.platform(), _FILES[kind])


def _asked(table: PaperTable, choices: list[Choice]) -> tuple[str, ListPosting | None]:
    """Why it cannot be asked for, or what was asked for."""
    chosen = next((one for one in choices if one.value == request.form.get("target")), None)
    if chosen is None or not chosen.possible:
        return "進む先を選んでください。", None
    due_on = None
    if chosen.kind is PostingKind.PAYMENTS:
        try:
            due_on = datetime.date.fromisoformat(request.form.get("due_on", ""))
        except ValueError:
            return "振り込む日を入れてください。", None
        if fault := why_no_transfer(world.platform().settings.data, due_on):
            return fault, None
    try:
        posting = list_postings.ask(
            world.session(), world.actor(), world.platform().vault,
            table, chosen.kind, chosen.target.key, due_on, chosen.total,
        )  # fmt: skip
    except NotNow as error:
        return error.message, None
    return "", posting


@blueprint.get("/<posting_id>")
@permission(Act.SEE_APPLICATIONS)
def show(posting_id: str) -> ResponseReturnValue:
    """One posting: its lines with what the dry run or the run says of each, and the approval."""
    session, actor = world.session(), world.actor()
    posting = list_postings.find(session, actor, posting_id)
    run = _run(posting)
    items = {item.anchor: item for item in items_of(session, run.id)} if run else {}
    return render_template(
        "console/posting.html",
        posting=posting,
        run=run,
        running=run is not None and run.state in (RunState.QUEUED, RunState.RUNNING),
        lines=[(line, _item(items, line.page_sha256, line.number)) for line in _lines(posting)],
        labels=[column["label"] for column in posting.table.columns],
        kind_of={column["label"]: column["kind"] for column in posting.table.columns},
        shown=_shown,
        title=_title(posting),
        kinds=KINDS,
        why_not=why_not(session, actor, posting),
        may_decide=actor.may(Act.DECIDE),
        may_ask=actor.may(Act.CONFIRM_PAPER),
        states=POSTING_STATES,
        run_states=STATES,
        item_states=ITEM_STATES,
    )


def _shown(value: Value, kind: str) -> str:
    """The value of a cell for people: amounts and days as lists write them."""
    if value is None:
        return ""
    if kind == "date":
        return show_short(datetime.date.fromisoformat(str(value)))
    return f"{value:,}" if isinstance(value, int) and kind == "amount" else str(value)


def _lines(posting: ListPosting) -> tuple[Line, ...]:
    return lines_of(world.platform().vault, posting.table)


def _item(items: dict[str, RunItem], sha256: str, number: int) -> RunItem | None:
    return items.get(f"{sha256} {number:04d}")


def _run(posting: ListPosting) -> Run | None:
    run_id = posting.run_id or posting.trial_id
    return world.session().get(Run, run_id) if run_id else None


@blueprint.post("/<posting_id>/approve")
@permission(Act.DECIDE)
def approve(posting_id: str) -> ResponseReturnValue:
    """Approve it; a robot does it."""
    session, actor = world.session(), world.actor()
    posting = list_postings.find(session, actor, posting_id)
    approve_posting(session, actor, world.platform().vault, posting)
    parameters = {"posting": posting.id}
    posting.run_id = world.engine().enqueue(session, actor, _ROBOTS[posting.kind], parameters=parameters)
    flash("承認しました。続けて実行します。", "good")
    return redirect(url_for("postings.show", posting_id=posting.id), HTTPStatus.SEE_OTHER)


@blueprint.post("/<posting_id>/withdraw")
@permission(Act.SEE_APPLICATIONS)
def withdraw(posting_id: str) -> ResponseReturnValue:
    """Give it up, with a reason."""
    session, actor = world.session(), world.actor()
    posting = list_postings.find(session, actor, posting_id)
    list_postings.withdraw(session, actor, posting, request.form.get("reason", "")[:200])
    flash("取り下げました。", "good")
    return redirect(url_for("postings.show", posting_id=posting.id), HTTPStatus.SEE_OTHER)


@blueprint.post("/tables/<table_id>/reopen")
@permission(Act.CONFIRM_PAPER)
def reopen(table_id: str) -> ResponseReturnValue:
    """Take back that a table was settled, to mend it."""
    session, actor = world.session(), world.actor()
    table = paper_tables.find(session, actor, table_id)
    list_postings.reopen(session, actor, table)
    flash("確定を取り消しました。直してから、もう一度確定してください。", "good")
    return redirect(url_for("paper_tables.table", table_id=table.id), HTTPStatus.SEE_OTHER)


def _title(posting: ListPosting) -> str:
    try:
        return target(world.platform(), _FILES[posting.kind], posting.target).title
    except ListUnfit:
        return posting.target


def _titles() -> dict[tuple[PostingKind, str], str]:
    return {(kind, one.key): one.title for kind in PostingKind for one in _targets(kind)}
