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
) -> Payment:
    """Plan a payment of `amount` yen; one already planned for the benefit month is returned as it is.

    Raises `NotNow` unless the application is granted.
    """
    require(actor, Act.PLAN_PAYMENTS)
    hold(session, application)
    if application.state is not ApplicationState.GRANTED:
        raise NotNow("承認されていない申請の支払いは予定できません。決裁を確かめてください。")
    planned = session.scalar(
        select(Payment).where(
            Payment.application_id == application.id, Payment.benefit_month == benefit_month
        )
    )
    if planned is not None:
        return planned
    payment = Payment(
        application=application,
        benefit_month=benefit_month,
        due_on=due_on,
        amount=amount,
        state=PaymentState.PLANNED,
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
