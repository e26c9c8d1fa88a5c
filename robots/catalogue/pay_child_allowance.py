"""Makes the bank's 総合振込 file (全銀, 120 bytes) for granted child allowances.

Replaces: a clerk listing the granted 児童手当, working out months and yen, typing payees and accounts into
the bank's entry screen, and adding up the control totals by hand.
Trigger: the 10th of each even month, on the business day before when banks are closed, begun five bank
business days earlier so that the bank has the file in time; or an officer, for a payment month.
Writes: one payment per application and month of benefit (never a second one), and one file in the outbox,
read back and added up before it takes its name. A second run finds everything paid and writes nothing.
Stops for a person: a payee whose name or account the bank would not take, an account that is not the
claimant's own, a benefit that cannot be worked out; each is refused by name before anything is written,
and the others are paid. Amounts and boundaries not yet confirmed by the city are shown as 要確認.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from office import clock
from office.calendar.preview import calendars_of
from office.calendar.rolls import Roll
from office.calendar.schedules import CatchUp, Monthly, Schedule
from office.jobs.job import BusinessException, Parameter, Step, StepContext, StepResult
from office.jobs.models import ItemState, RunItem
from office.platform import Platform
from office.records import applications, payments
from office.records.models.applications import Application, ApplicationState
from office.records.models.payments import Payment, PaymentState
from robots import city_data
from robots.errors import ExchangeRefused, PayeesRefused
from robots.exchanges.banks import BankMaster
from robots.exchanges.files import hand_over
from robots.exchanges.zengin.characters import Repertoire
from robots.exchanges.zengin.reading import read_file
from robots.exchanges.zengin.writing import Group, Values, write_file
from robots.matters.child_allowance import Amounts, BenefitInDoubt
from robots.matters.months import before, month_of, shown
from robots.matters.transfers import LAYOUT, Payee, Rules, transfer_row
from robots.robot import Robot
from robots.run import counts_of, evidence, items_of, new_item, settle

KEY = "pay_child_allowance"
PROCEDURE = "child-allowance"
AMOUNTS = "child_allowance_amounts.toml"
_CHANGED = "申請の内容が変わりました。もう一度、最初から実行してください。"
_TO_CONFIRM = "要確認：{note}は、まだ市が確かめていません（{file}）。確かめてから振込データを使ってください。"
_ELSEWHERE = (
    "{months}の支払いが、{due_on}の予定のまま残っています。"
    "その実行を再開するか、中止してから実行の画面で予定を取り消してください。"
)
# Lead: how many days before the payment the bank must have the file is agreed with the bank (要確認).
SCHEDULE = Schedule(
    Monthly(10, (2, 4, 6, 8, 10, 12)),
    roll=Roll.PRECEDING,
    at=datetime.time(9, 0),
    calendar="bank",
    lead=5,
    catch_up=CatchUp.EACH,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """One granted application at a payment: yen by month still to pay, or why a person must look."""

    application: Application
    anchor: str
    payee: Payee
    months: Mapping[str, int]
    fault: str = ""

    @property
    def label(self) -> str:
        """Receipt number and claimant."""
        return f"{self.application.receipt_number} {self.payee.name}"

    @property
    def customer(self) -> int:
        """The receipt number as digits (顧客コード1)."""
        return int(re.sub(r"\D", "", self.application.receipt_number)[-10:])

    def described(self) -> str:
        """What would be paid, for people."""
        lines = [f"{shown(month)}: {amount:,}円" for month, amount in self.months.items()]
        return "\n".join([*lines, f"合計: {sum(self.months.values()):,}円"])


def collect(ctx: StepContext) -> StepResult:
    """Note every granted application that is owed something, or was paid on this date already."""
    with ctx.reading() as session:
        claims = _claims(ctx, session)
    items = []
    for claim in claims:
        item = new_item(ctx, claim.application.id, claim.label, claim.anchor)
        if claim.fault:
            settle(item, ItemState.BUSINESS, claim.fault)
        elif not claim.months:
            settle(item, ItemState.SKIPPED, "この支払日の分は、振込データに入っています。")
        else:
            evidence(ctx.platform, item, None, claim.described())
        items.append(item)
    with ctx.session() as session:
        session.add_all(items)
    return StepResult({"applications": len(items)})


def check(ctx: StepContext) -> StepResult:
    """Try every payee: what the bank would not take goes to a person by name, before anything is written."""
    rules = _rules(ctx)
    with ctx.reading() as session:
        claims = _planned(ctx, session)
    refused: dict[str, str] = {}
    total = 0
    for item_id, claim in claims.items():
        try:
            row = transfer_row(claim.payee, sum(claim.months.values()), claim.customer, rules)
            total += int(row["amount"])
        except PayeesRefused as error:
            refused[item_id] = error.message
    with ctx.session() as session:
        for item in items_of(session, ctx.run_id, ItemState.PLANNED):
            if item.id not in claims or item.id in refused:
                settle(item, ItemState.BUSINESS, refused.get(item.id, _CHANGED))
        known = counts_of(items_of(session, ctx.run_id)) if ctx.dry_run else {}
        return StepResult({"yen": total, **known})


def plan(ctx: StepContext) -> StepResult:
    """Put down each month as a payment; the database allows one per application and month."""
    if ctx.dry_run:
        return StepResult()
    due_on = _due_on(ctx)
    with ctx.session() as session:
        for claim in _planned(ctx, session).values():
            for month, amount in claim.months.items():
                payments.plan_payment(
                    session,
                    ctx.actor,
                    ctx.platform.vault,
                    claim.application,
                    benefit_month=month,
                    due_on=due_on,
                    amount=amount,
                    account=dict(claim.payee.account or {}),
                    run_id=ctx.run_id,
                )
    return StepResult()


def make_file(ctx: StepContext) -> StepResult:
    """Write the file from the payments put down, read it back, add it up, and let it take its name."""
    if ctx.dry_run:
        return StepResult({"changes": 0})
    with ctx.reading() as session:
        rows, path = _rows(ctx, session), _path(ctx, session)
    if not rows:
        return StepResult({"changes": 0})
    total = sum(int(row["amount"]) for row in rows)
    group, separated = Group(_header(ctx), rows), bool(_data(ctx)["separated"])
    try:
        content = write_file(LAYOUT, [group], separated=separated, repertoire=_rules(ctx).repertoire)
        hand_over(path, content, lambda raw: _read_back(raw, len(rows), total))
    except ExchangeRefused as refused:
        raise BusinessException(refused.message) from refused
    return StepResult({"changes": len(rows)})


def send(ctx: StepContext) -> StepResult:
    """Mark the payments as gone into the file, and note each payee's place in it."""
    if ctx.dry_run:
        return StepResult()
    with ctx.session() as session:
        path = _path(ctx, session)
        found = _planned(ctx, session)
        for number, (item_id, claim) in enumerate(found.items(), 1):
            for payment in _payments(session, claim, _due_on(ctx)):
                payments.mark_sent(session, ctx.actor, payment, ctx.run_id)
            settle(session.get_one(RunItem, item_id), ItemState.DONE, "", f"{path.name} {number}件目")
        return StepResult(counts_of(items_of(session, ctx.run_id)))


def _claims(ctx: StepContext, session: Session) -> list[Claim]:
    found = applications.filed(session, ctx.actor, PROCEDURE, (ApplicationState.GRANTED,))
    claims = [_claim(ctx, session, one) for one in found]
    return [claim for claim in claims if claim is not None]


def _claim(ctx: StepContext, session: Session, application: Application) -> Claim | None:
    """What the application is owed on this date; None when that is nothing and nothing was paid."""
    record = application.read_record(ctx.platform.vault)
    payee = Payee(application.applicant_name, application.applicant_kana, record.get("account"))
    born = application.applicant_birth_on or ""
    anchor = f"{application.receipt_number} {application.applicant_kana} {born}"
    due_on = _due_on(ctx)
    try:
        filed_on = application.filed_on or clock.today()
        owed = _amounts(ctx.platform).months(record, filed_on, before(month_of(due_on)))
    except BenefitInDoubt as doubt:
        return Claim(application, anchor, payee, {}, doubt.message)
    made = session.scalars(select(Payment).where(Payment.application_id == application.id)).all()
    sent = {one.benefit_month for one in made if one.state is PaymentState.SENT}
    elsewhere = [one for one in made if one.state is PaymentState.PLANNED and one.due_on != due_on]
    if elsewhere:
        months = "、".join(shown(one.benefit_month) for one in elsewhere)
        fault = _ELSEWHERE.format(months=months, due_on=elsewhere[0].due_on)
        return Claim(application, anchor, payee, {}, fault)
    unpaid = {month: amount for month, amount in owed.items() if month not in sent}
    if not unpaid and not any(one.due_on == due_on for one in made):
        return None
    return Claim(application, anchor, payee, unpaid)


def _planned(ctx: StepContext, session: Session) -> dict[str, Claim]:
    """The claims of the items still to be paid, by item, read anew and held against the anchors."""
    claims = {(claim.application.id, claim.anchor): claim for claim in _claims(ctx, session)}
    items = items_of(session, ctx.run_id, ItemState.PLANNED)
    found = {item.id: claims.get((item.subject, item.anchor)) for item in items}
    return {key: claim for key, claim in found.items() if claim is not None and claim.months}


def _rows(ctx: StepContext, session: Session) -> list[Values]:
    """One record per payee: the sum of the payments put down for this date."""
    rules, due_on = _rules(ctx), _due_on(ctx)
    rows = []
    for claim in _planned(ctx, session).values():
        made = _payments(session, claim, due_on)
        if {one.benefit_month: one.amount for one in made} != dict(claim.months):
            raise BusinessException(
                f"{claim.label}：予定した支払いと計算が合いません。申請を確かめてください。"
            )
        rows.append(transfer_row(claim.payee, sum(one.amount for one in made), claim.customer, rules))
    return rows


def _payments(session: Session, claim: Claim, due_on: datetime.date) -> Sequence[Payment]:
    query = select(Payment).where(
        Payment.application_id == claim.application.id,
        Payment.due_on == due_on,
        Payment.state == PaymentState.PLANNED,
    )
    return session.scalars(query.order_by(Payment.benefit_month)).all()


def _read_back(raw: bytes, count: int, total: int) -> None:
    (group,) = read_file(raw, LAYOUT).groups
    if (len(group.rows), sum(int(row.values["amount"]) for row in group.rows)) != (count, total):
        raise ExchangeRefused("書いたファイルの件数か金額が違います。もう一度、実行してください。")


def _path(ctx: StepContext, session: Session) -> Path:
    """Named by date and by how many files of that date have gone before: never two of one name."""
    due_on = _due_on(ctx)
    sent = select(Payment.run_id).where(Payment.due_on == due_on, Payment.state == PaymentState.SENT)
    number = len(session.scalars(sent.distinct()).all()) + 1
    folder: Path = ctx.platform.settings.data / _data(ctx)["outbox"]
    return folder / f"総合振込_児童手当_{due_on:%Y%m%d}_{number:02d}.txt"


def _due_on(ctx: StepContext) -> datetime.date:
    """The day the money arrives: of the run's nominal date, of the month asked for, or the next one."""
    calendars = calendars_of(ctx.platform.settings.data)
    if given := ctx.parameters.get("month"):
        first = datetime.date.fromisoformat(f"{given}-01")
        found = SCHEDULE.occurrences(calendars, first, first + datetime.timedelta(days=27))
    else:
        start = ctx.nominal_on or clock.today()
        found = SCHEDULE.occurrences(calendars, start, start + datetime.timedelta(days=70))
    due_on = next((one.due_on for one in found if one.due_on), None)
    if due_on is None:
        raise BusinessException("その月は児童手当の支払月ではありません。偶数月を指定してください。")
    return due_on


def _header(ctx: StepContext) -> Values:
    client = _data(ctx)["client"]
    branch = _rules(ctx).master.branch(client["bank_code"], client["branch_code"])
    names = {"bank_name": branch.bank_kana, "branch_name": branch.branch_kana} if branch else {}
    return {**client, **names, "due": f"{_due_on(ctx):%m%d}"}


def _rules(ctx: StepContext) -> Rules:
    data = _data(ctx)
    try:
        master = BankMaster(ctx.platform.settings.data / data["banks"])
    except ExchangeRefused as refused:
        raise BusinessException(refused.message) from refused
    return Rules(master, Repertoire(wo_in_names=data["wo_in_names"]), data["transfer_kind"])


def _data(ctx: StepContext) -> dict[str, Any]:
    return city_data.load(ctx.platform, f"{KEY}.toml")


def _amounts(platform: Platform) -> Amounts:
    return Amounts.of(city_data.load(platform, AMOUNTS))


def notices(platform: Platform) -> tuple[str, ...]:
    """What the city has not confirmed yet."""
    found = []
    for name in (AMOUNTS, f"{KEY}.toml"):
        data = city_data.load(platform, name)
        if not data.get("confirmed", False):
            found.append(_TO_CONFIRM.format(note=data.get("note", ""), file=name))
    return tuple(found)


ROBOT = Robot(
    key=KEY,
    title="児童手当の振込データ",
    duty="承認した児童手当の額と口座をまとめ、銀行の総合振込ファイルにする仕事",
    schedule=SCHEDULE,
    parameters=(Parameter("month", "支払う月（2026-12の形）"),),
    steps=(
        Step("collect", "承認した請求を集める", collect),
        Step("check", "名義と口座を確かめる", check),
        Step("plan", "支払いを予定する", plan),
        Step("file", "振込データを作る", make_file),
        Step("send", "振込データに入れたと記録する", send),
    ),
    notices=notices,
    hands_over="file",
)
