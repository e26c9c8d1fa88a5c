"""Plans the payments of a settled and approved list on paper, and makes the bank's 総合振込 file for them.

Replaces: a clerk typing payees, accounts and amounts of a paper list into the bank's entry screen.
Trigger: an officer asks for it on the page of a settled list (then as a dry run), and another officer
approves it.
Writes: one payment per line of the list (never a second one, also when the list is scanned again), and one
file in the outbox, read back and added up before it takes its name. A second run writes nothing.
Stops for a person: a line whose amount, payee or account the bank would not take, a line that is paid by
another list, a list that was changed since it was asked for; then no line of the list is paid.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from office.jobs.job import BusinessException, Parameter, Step, StepContext, StepResult
from office.jobs.models import ItemState, RunItem
from office.platform import Platform
from office.records import list_payments, list_postings
from office.records.list_lines import Line
from office.records.list_payments import Due
from office.records.models.paper_postings import ListPosting, PostingKind, PostingState
from robots import city_data
from robots.errors import PayeesRefused
from robots.exchanges.zengin.writing import Values
from robots.matters.bank import BANK, Bank
from robots.matters.listed import PAYMENTS, Target, each_due
from robots.matters.postings import anchor, item_for, lines, posting_of, target_of
from robots.matters.transfers import Payee, Rules, transfer_row
from robots.robot import Robot
from robots.run import counts_of, evidence, items_of, settle

KEY = "pay_lists"
_AGAIN = "{place}：同じ支払いを、別の一覧表（{other}）で予定しています。二重払いになるため、進められません。"


@dataclass(frozen=True, slots=True)
class Work:
    """What a run is about: the posting, its target, its lines with the payment or the fault of each."""

    posting: ListPosting
    target: Target
    each: tuple[tuple[Line, Due | None, str], ...]

    @property
    def dues(self) -> list[Due]:
        """The payments."""
        return [due for _, due, _ in self.each if due is not None]


def collect(ctx: StepContext) -> StepResult:
    """Note every line of the list; what the bank would not take or is paid elsewhere goes to a person."""
    with ctx.reading() as session:
        work, rules = _work(ctx, session), _bank(ctx).rules
        items = [_item(ctx, session, work, rules, place, one) for place, one in enumerate(work.each, start=1)]
        yen = sum(due.amount for due in work.dues)
    with ctx.session() as session:
        session.add_all(items)
        session.flush()
        known = counts_of(items) if ctx.dry_run else {}
        return StepResult({"lines": len(items), "yen": yen, **known})


def _item(
    ctx: StepContext,
    session: Session,
    work: Work,
    rules: Rules,
    place: int,
    one: tuple[Line, Due | None, str],
) -> RunItem:
    line, due, fault = one
    name = str(line.at(work.target.data["columns"]["name"]) or "")
    item = item_for(ctx, work.posting, line, name)
    if due is not None:
        fault = _refused(due, place, rules) or _paid_elsewhere(ctx, session, work.posting, due)
    if fault or due is None:
        settle(item, ItemState.BUSINESS, fault)
    elif work.posting.state is PostingState.DONE:
        settle(item, ItemState.SKIPPED, "この行の支払いは、振込データに入っています。")
    else:
        account = due.payee["account"]
        number = f"{account['bank_code']}-{account['branch_code']} {account['number']}"
        evidence(
            ctx.platform,
            item,
            None,
            f"金額: {due.amount:,}円\n口座: {number}\n名義: {account['holder_kana']}",
        )
    return item


def _refused(due: Due, place: int, rules: Rules) -> str:
    try:
        _row(due, place, rules)
    except PayeesRefused as error:
        return f"{due.line.place}：{error.message}"
    return ""


def _paid_elsewhere(ctx: StepContext, session: Session, posting: ListPosting, due: Due) -> str:
    other = list_payments.elsewhere(session, ctx.platform.vault, posting, due)
    if other is None:
        return ""
    return _AGAIN.format(place=due.line.place, other=other.posting.table.file_name)


def plan(ctx: StepContext) -> StepResult:
    """Put every line down as a payment; the database allows one per line and per like payment."""
    if ctx.dry_run:
        return StepResult()
    with ctx.session() as session:
        if left := items_of(session, ctx.run_id, ItemState.BUSINESS):
            raise BusinessException(
                f"振り込めない行が{len(left)}あるため、1行も予定していません。{left[0].message}"
            )
        work = _work(ctx, session)
        if work.posting.state is PostingState.DONE:
            return StepResult()
        for due in work.dues:
            list_payments.plan(session, ctx.actor, ctx.platform.vault, work.posting, due)
    return StepResult()


def make_file(ctx: StepContext) -> StepResult:
    """Write the file from the payments put down, read it back, add it up, and let it take its name."""
    if ctx.dry_run:
        return StepResult({"changes": 0})
    with ctx.reading() as session:
        work = _work(ctx, session)
        if work.posting.state is PostingState.DONE:
            return StepResult({"changes": 0})
        rows, path = _rows(ctx, session, work), _path(ctx, work)
    _bank(ctx).hand_over(path, rows, work.posting.due_on)
    return StepResult({"changes": len(rows)})


def send(ctx: StepContext) -> StepResult:
    """Mark the payments as gone into the file, and note each line's place in it."""
    if ctx.dry_run:
        return StepResult()
    with ctx.session() as session:
        work = _work(ctx, session)
        if work.posting.state is not PostingState.DONE:
            payments = list_payments.planned(session, work.posting)
            for payment in payments:
                list_payments.mark_sent(session, ctx.actor, payment, ctx.run_id)
            path = _path(ctx, work)
            numbers = {anchor(due.line): number for number, due in enumerate(work.dues, start=1)}
            for item in items_of(session, ctx.run_id, ItemState.PLANNED):
                settle(item, ItemState.DONE, "", f"{path.name} {numbers[item.anchor]}件目")
            list_postings.finish(session, ctx.actor, work.posting, ctx.run_id, len(payments))
        return StepResult(counts_of(items_of(session, ctx.run_id)))


def _work(ctx: StepContext, session: Session) -> Work:
    posting = posting_of(ctx, session, PostingKind.PAYMENTS)
    found = target_of(ctx, posting, PAYMENTS)
    return Work(posting, found, tuple(each_due(found, lines(ctx, posting))))


def _rows(ctx: StepContext, session: Session, work: Work) -> list[Values]:
    """One record per line, as planned and as on paper: both must say the same."""
    rules = _bank(ctx).rules
    made = {(one.page_sha256, one.line): one for one in list_payments.planned(session, work.posting)}
    rows = []
    for number, due in enumerate(work.dues, start=1):
        payment = made.get((due.line.page_sha256, due.line.number))
        if payment is None or payment.amount != due.amount:
            raise BusinessException(f"{due.line.place}：予定した支払いと一覧表が合いません。")
        rows.append(_row(due, number, rules))
    return rows


def _row(due: Due, number: int, rules: Rules) -> Values:
    payee = Payee(due.payee["name"], due.payee["kana"], due.payee["account"])
    return transfer_row(payee, due.amount, number, rules)


def _path(ctx: StepContext, work: Work) -> Path:
    """Named by date and posting: the same posting makes the same file."""
    return (
        _bank(ctx).outbox
        / f"総合振込_{work.target.title}_{work.posting.due_on:%Y%m%d}_{work.posting.id[-8:]}.txt"
    )


def _bank(ctx: StepContext) -> Bank:
    return Bank.of(ctx.platform)


def notices(platform: Platform) -> tuple[str, ...]:
    """What the city has not confirmed yet."""
    return tuple(
        f"要確認：{data.get('note', '')}は、まだ市が確かめていません（{name}）。確かめてから使ってください。"
        for name in (PAYMENTS, BANK)
        for data in [city_data.load(platform, name)]
        if not data.get("confirmed", False)
    )


ROBOT = Robot(
    key=KEY,
    title="一覧表の振込データ",
    duty="確定して承認された紙の支払一覧から、支払いを予定し、銀行の総合振込ファイルにする仕事",
    parameters=(Parameter("posting", "依頼の番号", required=True),),
    steps=(
        Step("collect", "一覧表の行を確かめる", collect),
        Step("plan", "支払いを予定する", plan),
        Step("file", "振込データを作る", make_file),
        Step("send", "振込データに入れたと記録する", send),
    ),
    notices=notices,
    hands_over="file",
)
