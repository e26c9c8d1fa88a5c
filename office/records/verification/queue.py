"""The queue of doubts: every place of the waiting pages that needs a person, handed out one by one.

A doubt handed to an officer is not handed to another for a while (`LEASE`); what was decided is in the
database at once, so that after a power failure everybody goes on where they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, defer

from office import clock
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.errors import NotFound
from office.platform import Platform
from office.records.models.paper import PaperPage, PaperState
from office.records.models.paper_batches import BatchPage, DraftPage, PaperBatch
from office.records.models.paper_decisions import (
    DoubtCause,
    DoubtState,
    PaperDecision,
    PaperDoubt,
    PaperVerification,
)
from office.records.sheets import Bundle, layout_of, open_page
from office.records.verification.rows import Row, rows_of

LEASE = timedelta(minutes=5)
"""How long a doubt is kept for the officer it was handed to."""

_ASKED = (DoubtState.OPEN, DoubtState.DIFFERS)
# What is alike is read alike: names after one another, then numbers, then marks.
_KINDS = ("name", "kana", "text", "address", "date", "telephone", "digits", "my_number", "number", "account")


@dataclass(frozen=True, slots=True)
class Scope:
    """Which doubts are asked: of one batch or of all, form by form or (`by_kind`) one kind after another."""

    batch: str = ""
    by_kind: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    """How many doubts wait: for this officer, with other officers just now, for a second person.

    `later` of the officer's were put off; `decided` are done, of a batch (0 where no batch is asked for).
    """

    mine: int
    others: int
    second: int
    later: int = 0
    decided: int = 0

    @property
    def all(self) -> int:
        """Those that wait and those that are done."""
        return self.mine + self.others + self.second + self.decided


def list_waiting(session: Session, platform: Platform) -> None:
    """List the doubts of every waiting page that has none listed yet."""
    listed = select(PaperVerification.page_id)
    pages = select(PaperPage).where(
        PaperPage.state == PaperState.WAITING, PaperPage.procedure.is_not(None), PaperPage.id.not_in(listed)
    )
    for page in session.scalars(pages.options(defer(PaperPage.image_sealed))).all():
        list_page(session, platform, page)


def list_page(session: Session, platform: Platform, page: PaperPage) -> None:
    """List the doubts of one page. After another reading, what nobody has decided is listed anew."""
    seen = session.get(PaperVerification, page.id)
    if seen is None:
        session.add(PaperVerification(page_id=page.id, listed_at=clock.now()))
    else:
        seen.listed_at = clock.now()
    known = {one.field: one for one in session.scalars(_of_page(page.id))}
    rows = rows_of_page(platform, page)
    batch = batch_of(session, page)
    # Boxes of officers are filled in where drafts are approved, for many at once.
    wanted = {row.name for row in rows if row.doubt and (batch is None or row.field.asked_of != "officer")}
    for name, doubt in list(known.items()):
        if not doubt.decisions and name not in wanted:
            session.delete(doubt)
    for position, row in enumerate(rows):
        if row.name in wanted and row.name not in known:
            session.add(doubt_of(page, row, position, DoubtCause(row.doubt)))
    session.flush()


def doubt_of(page: PaperPage, row: Row, position: int, cause: DoubtCause) -> PaperDoubt:
    """A new doubt of a page's row."""
    counts = row.reading is not None and row.doubt == "double" and row.machine_counts
    return PaperDoubt(
        page_id=page.id,
        field=row.name,
        field_kind=row.field.kind,
        position=position,
        cause=cause,
        state=DoubtState.OPEN,
        people=2 if row.twice else 1,
        by_machine=counts,
        probability=row.reading.confidence if row.reading else 0.0,
        put_off=0,
    )


def batch_of(session: Session, page: PaperPage) -> PaperBatch | None:
    """The batch a page came in last; None for a page taken in by itself."""
    came = select(PaperBatch).join(BatchPage, BatchPage.batch_id == PaperBatch.id)
    return session.scalar(came.where(BatchPage.page_id == page.id).order_by(PaperBatch.id.desc()).limit(1))


def rows_of_page(platform: Platform, page: PaperPage) -> list[Row]:
    """The rows of the form that stand on this page, in their order."""
    sheet = open_page(platform.vault, page)
    if page.procedure is None:
        return []
    procedure = platform.catalogue.procedure(page.procedure, version=page.version)
    alone = Bundle(procedure, (sheet,), layout_of(procedure).pages)
    return [row for _, section in rows_of(alone) for row in section if row.sheet is not None]


def take(session: Session, actor: Actor, scope: Scope, count: int = 2) -> Sequence[PaperDoubt]:
    """The next doubts for this officer, kept for them for a while."""
    require(actor, Act.CONFIRM_PAPER)
    query = _mine(actor, scope).order_by(*_order(scope)).limit(count)
    found = session.scalars(query.with_for_update(of=PaperDoubt, skip_locked=True)).all()
    for doubt in found:
        lease(doubt, actor)
    session.flush()
    return found


def lease(doubt: PaperDoubt, actor: Actor) -> None:
    """Keep a doubt for an officer."""
    doubt.lease_officer_id, doubt.lease_until = actor.officer, clock.now() + LEASE


def leave(session: Session, actor: Actor) -> None:
    """Give back what an officer has been handed and has not decided."""
    require(actor, Act.CONFIRM_PAPER)
    for doubt in session.scalars(select(PaperDoubt).where(PaperDoubt.lease_officer_id == actor.officer)):
        doubt.lease_officer_id = doubt.lease_until = None


def left(session: Session, actor: Actor, scope: Scope) -> Left:
    """How many doubts wait."""
    require(actor, Act.CONFIRM_PAPER)
    asked = _asked(scope).with_only_columns(func.count(), maintain_column_froms=True)
    mine = session.scalar(_mine(actor, scope).with_only_columns(func.count(), maintain_column_froms=True))
    second = session.scalar(asked.where(_seen_by(actor)))
    others = session.scalar(asked.where(~_free(actor), ~_seen_by(actor)))
    later = session.scalar(
        _mine(actor, scope)
        .where(PaperDoubt.put_off > 0)
        .with_only_columns(func.count(), maintain_column_froms=True)
    )
    return Left(mine or 0, others or 0, second or 0, later or 0, _decided(session, scope.batch))


def _decided(session: Session, batch: str) -> int:
    pages = select(BatchPage.page_id).where(BatchPage.batch_id == batch)
    done = select(func.count(PaperDoubt.id)).where(
        PaperDoubt.page_id.in_(pages), PaperDoubt.state.not_in(_ASKED)
    )
    return (session.scalar(done) or 0) if batch else 0


def find(session: Session, actor: Actor, doubt_id: str) -> PaperDoubt:
    """The doubt of an id; raises `NotFound`."""
    require(actor, Act.CONFIRM_PAPER)
    doubt = session.get(PaperDoubt, doubt_id)
    if doubt is None:
        raise NotFound("この確認はもうありません。確認待ちの一覧から選び直してください。")
    return doubt


def unreadable(session: Session, actor: Actor) -> Sequence[PaperDoubt]:
    """What only the applicants themselves can say, page by page."""
    require(actor, Act.CONFIRM_PAPER)
    asked = _waiting().where(PaperDoubt.state == DoubtState.UNREADABLE)
    return session.scalars(asked.order_by(PaperPage.arrived_at, PaperPage.id, PaperDoubt.position)).all()


def _of_page(page_id: str) -> Select[PaperDoubt]:
    return select(PaperDoubt).where(PaperDoubt.page_id == page_id).order_by(PaperDoubt.position)


def _waiting() -> Select[PaperDoubt]:
    """Doubts of pages that wait; pages of a draft are somebody else's work already."""
    drafted = select(DraftPage.page_id)
    return (
        select(PaperDoubt)
        .join(PaperPage, PaperPage.id == PaperDoubt.page_id)
        .where(PaperPage.state == PaperState.WAITING, PaperPage.id.not_in(drafted))
    )


def _asked(scope: Scope) -> Select[PaperDoubt]:
    query = _waiting().where(PaperDoubt.state.in_(_ASKED))
    if scope.batch:
        pages = select(BatchPage.page_id).where(BatchPage.batch_id == scope.batch)
        query = query.where(PaperPage.id.in_(pages))
    return query


def _mine(actor: Actor, scope: Scope) -> Select[PaperDoubt]:
    return _asked(scope).where(_free(actor), ~_seen_by(actor))


def _free(actor: Actor) -> ColumnElement[bool]:
    return or_(
        PaperDoubt.lease_until.is_(None),
        PaperDoubt.lease_until < clock.now(),
        PaperDoubt.lease_officer_id == actor.officer,
    )


def _seen_by(actor: Actor) -> ColumnElement[bool]:
    """The officer's own entry stands already: the next one is for somebody else."""
    own = select(PaperDecision.id).where(
        and_(
            PaperDecision.doubt_id == PaperDoubt.id,
            PaperDecision.officer_id == actor.officer,
            PaperDecision.withdrawn_at.is_(None),
        )
    )
    return own.exists()


def _order(scope: Scope) -> tuple[Any, ...]:
    form = (PaperPage.arrived_at, PaperPage.id, PaperDoubt.position, PaperDoubt.id)
    first = (PaperDoubt.put_off, PaperDoubt.cause != DoubtCause.FAULT)
    if not scope.by_kind:
        return (*first, *form)
    rank = case({key: place for place, key in enumerate(_KINDS)}, value=PaperDoubt.field_kind, else_=99)
    return (*first, rank, PaperDoubt.field, *form)
