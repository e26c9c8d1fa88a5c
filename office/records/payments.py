"""Payments that follow from granted applications. One per application and benefit month, ever."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import events, journal
from office.audit.commitments import commit
from office.database import hold
from office.errors import NotNow
from office.records.models.applications import Application, ApplicationState
from office.records.models.payments import Payment, PaymentState
from office.secrets import Vault


def plan_payment(
    session: Session,
    actor: Actor,
    vault: Vault,
    application: Application,
    *,
    benefit_month: str,
    due_on: date,
    amount: int,
    account: dict[str, Any],
    run_id: str | None = None,
) -> Payment:
    """Plan a payment of `amount` yen; one already planned for the benefit month is returned as it is.

    A planned payment belongs to the run that planned it last.

    Raises `NotNow` unless the application is granted.
    """
    require(actor, Act.PLAN_PAYMENTS)
    hold(session, application)
    if application.state is not ApplicationState.GRANTED:
        raise NotNow("承認されていない申請の支払いは予定できません。決裁を確かめてください。")
    planned = _known(session, application, benefit_month)
    if planned is not None:
        if planned.state is PaymentState.PLANNED and run_id is not None:
            planned.run_id = run_id
        return planned
    payment = Payment(
        application=application,
        benefit_month=benefit_month,
        due_on=due_on,
        amount=amount,
        state=PaymentState.PLANNED,
        run_id=run_id,
    )
    payment.write_account(vault, account)
    session.add(payment)
    session.flush()
    journal.write(
        session,
        actor,
        events.PAYMENT_PLANNED,
        f"payment:{payment.id}",
        application=application.id,
        benefit_month=benefit_month,
        amount=amount,
    )
    return payment


def _known(session: Session, application: Application, benefit_month: str) -> Payment | None:
    """The one payment of the application for the benefit month, locked."""
    query = select(Payment).where(
        Payment.application_id == application.id, Payment.benefit_month == benefit_month
    )
    return session.scalar(query.with_for_update().execution_options(populate_existing=True))


def due_payments(session: Session, actor: Actor, due_on: date) -> Sequence[Payment]:
    """The payments of a day not yet sent, in the order of the receipt numbers."""
    require(actor, Act.SEND_PAYMENTS)
    query = (
        select(Payment)
        .join(Payment.application)
        .where(Payment.due_on == due_on, Payment.state == PaymentState.PLANNED)
        .order_by(Application.receipt_number, Payment.benefit_month)
    )
    return session.scalars(query).all()


def planned_by(session: Session, run_id: str) -> Sequence[Payment]:
    """The payments a run planned that have gone into no bank file."""
    query = select(Payment).where(Payment.run_id == run_id, Payment.state == PaymentState.PLANNED)
    return session.scalars(query.order_by(Payment.id)).all()


def release_planned(session: Session, actor: Actor, run_id: str, reason: str) -> int:
    """Take back what a run planned and never sent, so that another run can plan it; how many payments.

    The caller knows that the run has ended and that no bank file of it has left the house.
    Raises `NotPermitted`, and `NotNow` when there is no reason or nothing to take back.
    """
    require(actor, Act.START_RUNS)
    if not reason.strip():
        raise NotNow("支払いの予定を取り消す理由を書いてください。")
    released = []
    for payment in planned_by(session, run_id):
        hold(session, payment)
        if payment.state is PaymentState.PLANNED and payment.run_id == run_id:
            released.append(payment)
    if not released:
        raise NotNow("この実行に、取り消せる支払いの予定はありません。")
    why = commit(session, reason.strip())
    for payment in released:
        journal.write(
            session,
            actor,
            events.PAYMENT_RELEASED,
            f"payment:{payment.id}",
            run=run_id,
            application=payment.application_id,
            benefit_month=payment.benefit_month,
            amount=payment.amount,
            reason=why,
        )
        session.delete(payment)
    return len(released)


def mark_sent(session: Session, actor: Actor, payment: Payment, run_id: str) -> None:
    """The payment has gone into the bank file of a run; harmless when that run has said so before."""
    require(actor, Act.SEND_PAYMENTS)
    hold(session, payment)
    if payment.state is PaymentState.SENT:
        if payment.run_id != run_id:
            raise NotNow("この支払いは、別の実行で振込データに入っています。二重払いになるため止めました。")
        return
    payment.state, payment.run_id = PaymentState.SENT, run_id
    journal.write(
        session, actor, events.PAYMENT_SENT, f"payment:{payment.id}", run=run_id, amount=payment.amount
    )
