"""Finding a page among all batches: by form, state, file, serial, receipt number, or the applicant's name.

What was read is sealed; a name is found once a draft or an application was made of the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, contains_eager

from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import journal
from office.records.models.applications import Application
from office.records.models.paper import PaperPage, PaperState
from office.records.models.paper_batches import (
    BatchPage,
    DraftPage,
    DraftState,
    Outcome,
    PaperBatch,
    PaperDraft,
    PaperFile,
)
from office.records.papers import events

ON_PAGE = 50
_OPEN = (DraftState.TO_CONFIRM, DraftState.APPROVED)


class Found(StrEnum):
    """Where a page stands: to be looked at, in a draft, filed, of no known form, put aside."""

    WAITING = "waiting"
    DRAFTED = "drafted"
    FILED = "filed"
    UNKNOWN = "unknown"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Search:
    """What is searched for; empty strings search for anything. `first` is the first page shown."""

    text: str = ""
    procedure: str = ""
    state: str = ""
    first: int = 0

    @property
    def any(self) -> bool:
        """Whether anything is searched for."""
        return bool(self.text or self.procedure or self.state)


@dataclass(frozen=True, slots=True)
class Hit:
    """A page that was found: its place in its batch, where it stands, the application made of it."""

    row: BatchPage
    batch: PaperBatch
    state: Found
    application: Application | None


def search(session: Session, actor: Actor, wanted: Search) -> tuple[Sequence[Hit], int]:
    """One page of what was found, newest first, and how many there are; a search stands in the journal."""
    require(actor, Act.CONFIRM_PAPER)
    query = _matching(wanted)
    total = session.scalar(query.with_only_columns(func.count(), maintain_column_froms=True)) or 0
    newest = query.order_by(PaperBatch.made_at.desc(), BatchPage.batch_id, BatchPage.position)
    rows = session.execute(newest.offset(wanted.first).limit(ON_PAGE)).all()
    if wanted.any:
        journal.write(session, actor, events.PAPER_SEARCHED, "paper", found=total)
    return [
        Hit(row, batch, _state(row.page, application, draft), application)
        for row, batch, application, draft in rows
    ], total


def _matching(wanted: Search) -> Select[BatchPage, PaperBatch, Application, PaperDraft]:
    """Every page once; scans of a page that was there before are left out."""
    page = contains_eager(BatchPage.page)
    query = (
        select(BatchPage, PaperBatch, Application, PaperDraft)
        .join(BatchPage.page)
        .join(BatchPage.file)
        .join(PaperBatch, PaperBatch.id == BatchPage.batch_id)
        .outerjoin(DraftPage, DraftPage.page_id == PaperPage.id)
        .outerjoin(PaperDraft, and_(PaperDraft.id == DraftPage.draft_id, PaperDraft.state.in_(_OPEN)))
        .outerjoin(
            Application, Application.id == func.coalesce(PaperPage.application_id, PaperDraft.application_id)
        )
        .where(BatchPage.outcome != Outcome.KNOWN)
        .options(
            page.defer(PaperPage.image_sealed),
            page.defer(PaperPage.reading_sealed),
            contains_eager(BatchPage.file),
        )
    )
    if wanted.text:
        query = query.where(_says(wanted.text))
    if wanted.procedure:
        query = query.where(PaperPage.procedure == wanted.procedure)
    if wanted.state:
        query = query.where(_STATES[Found(wanted.state)])
    return query


def _says(text: str) -> ColumnElement[bool]:
    columns = (
        PaperFile.name,
        PaperPage.serial,
        Application.receipt_number,
        Application.applicant_name,
        Application.applicant_kana,
        Application.subject,
    )
    return or_(*(column.contains(text, autoescape=True) for column in columns))


_WAITS = PaperPage.state == PaperState.WAITING
_STATES = {
    Found.WAITING: and_(_WAITS, PaperPage.procedure.is_not(None), PaperDraft.id.is_(None)),
    Found.DRAFTED: and_(_WAITS, PaperDraft.id.is_not(None)),
    Found.FILED: PaperPage.state == PaperState.CONFIRMED,
    Found.UNKNOWN: and_(_WAITS, PaperPage.procedure.is_(None)),
    Found.DISCARDED: PaperPage.state == PaperState.DISCARDED,
}


def _state(page: PaperPage, application: Application | None, draft: PaperDraft | None) -> Found:
    if page.state is PaperState.DISCARDED:
        return Found.DISCARDED
    if page.state is PaperState.CONFIRMED:
        return Found.FILED
    if draft is not None and application is not None:
        return Found.DRAFTED
    return Found.UNKNOWN if page.procedure is None else Found.WAITING
