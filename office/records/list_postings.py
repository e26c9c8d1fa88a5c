"""Settled lists that go on into a ledger or as payments: asked by one officer, approved by another.

A robot does it (`robots.catalogue.post_lists`, `pay_lists`): first as a dry run, which the approver sees,
then for good. Nothing is done twice: a list goes to a target once, a line of a page is paid once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from office import clock
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import commitments, events, journal
from office.database import hold
from office.errors import NotFound, NotNow
from office.records.list_lines import lines_of
from office.records.models.paper_postings import ListPosting, PostingKind, PostingState
from office.records.models.paper_tables import PaperTable, TableState
from office.records.paper_table_export import csv_of
from office.secrets import Vault

_SHOWN = 100


def ask(
    session: Session,
    actor: Actor,
    vault: Vault,
    table: PaperTable,
    kind: PostingKind,
    target: str,
    due_on: date | None = None,
    total: int | None = None,
) -> ListPosting:
    """Ask for a settled list to go on. Raises `NotNow` when it is not settled or goes there already."""
    require(actor, Act.CONFIRM_PAPER)
    hold(session, table)
    if table.state is not TableState.TAKEN:
        raise NotNow("まだ確定していない表です。すべての欄を確かめて確定してから、進めてください。")
    live = f"{table.id} {kind.value} {target}"
    if session.scalar(select(ListPosting.id).where(ListPosting.live == live)) is not None:
        raise NotNow("この一覧表は、同じ先への承認をもう頼んでいます。二重になるため、加えませんでした。")
    posting = ListPosting(
        table=table,
        kind=kind,
        target=target,
        live=live,
        due_on=due_on,
        rows=len(lines_of(vault, table)),
        total=total,
        sha256=digest(vault, table),
        state=PostingState.ASKED,
        asked_by=actor.officer,
        asked_at=clock.now(),
    )
    session.add(posting)
    session.flush()
    _note(session, actor, events.LIST_POSTING_ASKED, posting)
    return posting


def digest(vault: Vault, table: PaperTable) -> str:
    """The hash of a table's entries: what was approved is what is done."""
    return hashlib.sha256(csv_of(table, table.read_rows(vault))).hexdigest()


def _note(session: Session, actor: Actor, event: events.Event, posting: ListPosting) -> None:
    journal.write(
        session,
        actor,
        event,
        subject(posting),
        table=posting.table_id,
        kind=posting.kind.value,
        target=posting.target,
        rows=posting.rows,
        sha256=posting.sha256,
    )


def subject(posting: ListPosting) -> str:
    """What the journal calls it."""
    return f"list_posting:{posting.id}"


def find(session: Session, actor: Actor, posting_id: str) -> ListPosting:
    """The posting of an id; raises `NotFound`."""
    require(actor, Act.SEE_APPLICATIONS)
    posting = session.get(ListPosting, posting_id)
    if posting is None:
        raise NotFound("この依頼は見つかりません。一覧から選び直してください。")
    return posting


def listed(session: Session, actor: Actor) -> Sequence[ListPosting]:
    """Postings, those that wait for approval first, then the newest."""
    require(actor, Act.SEE_APPLICATIONS)
    waiting = (ListPosting.state != PostingState.ASKED).asc()
    return session.scalars(
        select(ListPosting).order_by(waiting, ListPosting.asked_at.desc()).limit(_SHOWN)
    ).all()


def of_table(session: Session, table: PaperTable) -> Sequence[ListPosting]:
    """What became of a table, the oldest first."""
    query = select(ListPosting).where(ListPosting.table_id == table.id)
    return session.scalars(query.order_by(ListPosting.asked_at, ListPosting.id)).all()


def why_not(actor: Actor, posting: ListPosting) -> str:
    """Why this officer cannot approve it now (Japanese); empty when they can."""
    if posting.state is not PostingState.ASKED:
        return "承認を待っている依頼ではありません。"
    if actor.officer_id == posting.asked_by:
        return "頼んだ本人は承認できません。ほかの決裁者が承認します。"
    return ""


def approve(session: Session, actor: Actor, vault: Vault, posting: ListPosting) -> None:
    """Approve it, as another person than who asked. Raises `NotNow`.

    The caller has looked at the dry run (`robots.matters.trials`) and requests the run.
    """
    require(actor, Act.DECIDE)
    hold(session, posting)
    if reason := why_not(actor, posting):
        raise NotNow(reason)
    if digest(vault, posting.table) != posting.sha256:
        raise NotNow("頼んだ後に表の内容が変わりました。取り下げて、頼み直してください。")
    posting.state, posting.decided_by, posting.decided_at = (
        PostingState.APPROVED,
        actor.officer,
        clock.now(),
    )
    _note(session, actor, events.LIST_POSTING_APPROVED, posting)


def withdraw(session: Session, actor: Actor, posting: ListPosting, reason: str) -> None:
    """Give it up before it was approved, by who asked or who decides. Raises `NotPermitted`, `NotNow`."""
    require(actor, Act.DECIDE if actor.may(Act.DECIDE) else Act.CONFIRM_PAPER)
    hold(session, posting)
    if posting.state is not PostingState.ASKED:
        raise NotNow("承認を待っている依頼ではないので、取り下げられません。")
    if not reason.strip():
        raise NotNow("取り下げる理由を入力してください。")
    posting.state, posting.live, posting.ended_at = PostingState.WITHDRAWN, None, clock.now()
    cause = commitments.commit(session, reason.strip())
    journal.write(session, actor, events.LIST_POSTING_WITHDRAWN, subject(posting), cause=cause)


def finish(session: Session, actor: Actor, posting: ListPosting, run_id: str, rows: int) -> None:
    """The robot has done it; harmless when it was done before."""
    require(actor, Act.PLAN_PAYMENTS)
    hold(session, posting)
    if posting.state is PostingState.DONE:
        return
    posting.state, posting.run_id, posting.ended_at = PostingState.DONE, run_id, clock.now()
    journal.write(session, actor, events.LIST_POSTING_DONE, subject(posting), run=run_id, rows=rows)


def reopen(session: Session, actor: Actor, table: PaperTable) -> None:
    """Take back that a table was settled, to mend it; not while it goes anywhere. Raises `NotNow`."""
    require(actor, Act.CONFIRM_PAPER)
    hold(session, table)
    if table.state is not TableState.TAKEN:
        raise NotNow("確定していない表です。そのまま直せます。")
    if any(one.state is not PostingState.WITHDRAWN for one in of_table(session, table)):
        raise NotNow("この表は台帳や支払いへ回しています。取り下げてから、直してください。")
    table.state, table.changed_at = TableState.CHECKING, clock.now()
    journal.write(session, actor, events.PAPER_TABLE_REOPENED, f"paper_table:{table.id}")
