"""Payments that follow from approved lists. One for each line of a page, ever; the same line scanned again is
known by payee, account, amount and the month of payment.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import events, journal
from office.database import hold
from office.errors import NotNow
from office.records.list_lines import Line
from office.records.models.paper_postings import (
    ListedPayment,
    ListedPaymentState,
    ListPosting,
    PostingState,
)
from office.secrets import Vault

_PURPOSE = "listed payment"


@dataclass(frozen=True, slots=True)
class Due:
    """What a line asks to be paid: `payee` has `name`, `kana` and `account`."""

    line: Line
    amount: int
    payee: Mapping[str, Any]
    serial: str = ""


def fingerprint(vault: Vault, posting: ListPosting, due: Due) -> bytes:
    """A blind index over what makes a payment the same wherever it was read."""
    month = f"{posting.due_on:%Y-%m}" if posting.due_on else ""
    told = [posting.target, month, due.serial, due.amount, due.payee]
    return vault.blind_index(_PURPOSE, json.dumps(told, sort_keys=True, ensure_ascii=False))


def elsewhere(session: Session, vault: Vault, posting: ListPosting, due: Due) -> ListedPayment | None:
    """The same payment from another list, or from this line under another list; None when there is none."""
    same = (ListedPayment.fingerprint == fingerprint(vault, posting, due)) | (
        (ListedPayment.page_sha256 == due.line.page_sha256) & (ListedPayment.line == due.line.number)
    )
    return session.scalar(select(ListedPayment).where(same, ListedPayment.posting_id != posting.id).limit(1))


def plan(session: Session, actor: Actor, vault: Vault, posting: ListPosting, due: Due) -> ListedPayment:
    """Plan the payment of a line; one already planned for it is returned as it is.

    Raises `NotNow` unless the list was approved, or when the same was planned from another list.
    """
    require(actor, Act.PLAN_PAYMENTS)
    if posting.state is not PostingState.APPROVED or posting.due_on is None:
        raise NotNow("承認されていない一覧表の支払いは予定できません。")
    if elsewhere(session, vault, posting, due) is not None:
        raise NotNow(
            f"{due.line.place}の支払いは、別の一覧表で予定しています。二重払いになるため止めました。"
        )
    known = select(ListedPayment).where(
        ListedPayment.posting_id == posting.id, ListedPayment.line == due.line.number,
        ListedPayment.page_sha256 == due.line.page_sha256,
    )  # fmt: skip
    if (made := session.scalar(known)) is not None:
        return made
    payment = ListedPayment(
        posting_id=posting.id,
        page_sha256=due.line.page_sha256,
        line=due.line.number,
        fingerprint=fingerprint(vault, posting, due),
        due_on=posting.due_on,
        amount=due.amount,
        state=ListedPaymentState.PLANNED,
    )
    payment.write_payee(vault, dict(due.payee))
    session.add(payment)
    session.flush()
    journal.write(
        session,
        actor,
        events.LIST_PAYMENT_PLANNED,
        f"list_payment:{payment.id}",
        posting=posting.id,
        page=payment.page_sha256,
        line=payment.line,
        amount=payment.amount,
    )
    return payment


def planned(session: Session, posting: ListPosting) -> Sequence[ListedPayment]:
    """The payments of a posting, sent or not."""
    query = select(ListedPayment).where(ListedPayment.posting_id == posting.id)
    return session.scalars(query.order_by(ListedPayment.id)).all()


def mark_sent(session: Session, actor: Actor, payment: ListedPayment, run_id: str) -> None:
    """The payment has gone into the bank file of a run; harmless when that run has said so before."""
    require(actor, Act.SEND_PAYMENTS)
    hold(session, payment)
    if payment.state is ListedPaymentState.SENT:
        if payment.run_id != run_id:
            raise NotNow("この支払いは、別の実行で振込データに入っています。二重払いになるため止めました。")
        return
    payment.state, payment.run_id = ListedPaymentState.SENT, run_id
    journal.write(
        session,
        actor,
        events.LIST_PAYMENT_SENT,
        f"list_payment:{payment.id}",
        run=run_id,
        amount=payment.amount,
    )
