"""A batch as people see it: how far it is, and its pages sorted into forms, with whatever is odd flagged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from office.platform import Platform
from office.records.models.applications import Application
from office.records.models.paper import PaperPage, PaperState
from office.records.models.paper_batches import (
    BatchPage,
    BatchState,
    DraftPage,
    DraftState,
    Outcome,
    PaperBatch,
    PaperDraft,
    PaperFile,
)
from office.records.models.paper_decisions import DoubtState, PaperDoubt
from office.records.papers.batches import pages_of
from office.records.sheets import layout_of

_SEAL = 64
"""A sealed picture is longer than the seal of an empty one."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch is. `total` is None until every page was counted; `unreadable` are without the blank
    ones; `drafts` are those to confirm, `asked` the fields officers have to look at.
    """

    state: BatchState
    done: int
    total: int | None
    unreadable: int
    known: int
    drafts: int
    again: int
    blanks: int = 0
    asked: int = 0

    @property
    def percent(self) -> int:
        """How much was read, 0 to 100."""
        if self.state is BatchState.DONE:
            return 100
        return min(99, 100 * self.done // self.total) if self.total else 0

    @property
    def running(self) -> bool:
        """Whether it is waiting or being read."""
        return self.state is BatchState.READING


@dataclass(slots=True)
class Group:
    """The pages of one application: its form, serial, sheets in order; `missing` are the numbers not here.

    `rescans` are further scans of a sheet that is here already.
    """

    procedure: str
    version: int
    serial: str
    total: int
    sheets: list[BatchPage] = field(default_factory=list)
    rescans: list[BatchPage] = field(default_factory=list)
    draft: PaperDraft | None = None

    @property
    def missing(self) -> tuple[int, ...]:
        """The numbers of the sheets not here: fed together with another, or not scanned."""
        here = {sheet.sheet for sheet in self.sheets}
        return tuple(number for number in range(1, self.total + 1) if number not in here)

    @property
    def application_id(self) -> str | None:
        """The application the pages were filed as."""
        return next((one.page.application_id for one in self.sheets if one.page.application_id), None)

    @property
    def waiting(self) -> bool:
        """Whether its pages still wait for an officer."""
        return any(one.page.state is PaperState.WAITING for one in self.sheets)


@dataclass(frozen=True, slots=True)
class Sorted:
    """The pages of a batch: forms, and beside them what nobody could read, blank ones, those known before."""

    groups: tuple[Group, ...]
    unknown: tuple[BatchPage, ...]
    blanks: tuple[BatchPage, ...]
    known: tuple[BatchPage, ...]

    @property
    def pages(self) -> int:
        """All of them: nothing is left out."""
        grouped = sum(len(one.sheets) + len(one.rescans) for one in self.groups)
        return grouped + len(self.unknown) + len(self.blanks) + len(self.known)


def progress(session: Session, batch: PaperBatch) -> Progress:
    """How far a batch is."""
    return progresses(session, [batch])[batch.id]


def progresses(session: Session, batches: Sequence[PaperBatch]) -> dict[str, Progress]:
    """How far batches are, by id."""
    ids = [batch.id for batch in batches]
    counts: dict[str, dict[Outcome, int]] = {one: {} for one in ids}
    again, blanks = dict.fromkeys(ids, 0), dict.fromkeys(ids, 0)
    for batch_id, outcome, pages, asked, blank in session.execute(
        select(
            BatchPage.batch_id,
            BatchPage.outcome,
            func.count(BatchPage.id),
            func.count(BatchPage.id).filter(BatchPage.again.is_(True)),
            func.count(BatchPage.id).filter(BatchPage.blank.is_(True)),
        )
        .where(BatchPage.batch_id.in_(ids))
        .group_by(BatchPage.batch_id, BatchPage.outcome)
    ):
        counts[batch_id][outcome] = pages
        again[batch_id] += asked
        blanks[batch_id] += blank if outcome is Outcome.UNREADABLE else 0
    totals = {one: _total(found) for one, found in _files(session, ids).items()}
    drafts, fields = _open_drafts(session, ids), _asked(session, ids)
    return {
        batch.id: Progress(
            batch.state,
            sum(counts[batch.id].values()) - again[batch.id],
            totals.get(batch.id),
            counts[batch.id].get(Outcome.UNREADABLE, 0) - blanks[batch.id],
            counts[batch.id].get(Outcome.KNOWN, 0),
            drafts.get(batch.id, 0),
            again[batch.id],
            blanks[batch.id],
            fields.get(batch.id, 0),
        )
        for batch in batches
    }


def _files(session: Session, ids: Sequence[str]) -> dict[str, list[int | None]]:
    found: dict[str, list[int | None]] = {}
    for batch_id, pages in session.execute(
        select(PaperFile.batch_id, PaperFile.pages).where(PaperFile.batch_id.in_(ids))
    ):
        found.setdefault(batch_id, []).append(pages)
    return found


def _total(pages: Sequence[int | None]) -> int | None:
    counted = [count for count in pages if count]
    return sum(counted) if len(counted) == len(pages) else None


def _open_drafts(session: Session, ids: Sequence[str]) -> dict[str, int]:
    rows = session.execute(
        select(PaperDraft.batch_id, func.count(PaperDraft.id))
        .where(PaperDraft.batch_id.in_(ids), PaperDraft.state == DraftState.TO_CONFIRM)
        .group_by(PaperDraft.batch_id)
    )
    return {row[0]: row[1] for row in rows}


def _asked(session: Session, ids: Sequence[str]) -> dict[str, int]:
    """Fields that wait for an officer, of pages that no draft was made of."""
    rows = session.execute(
        select(BatchPage.batch_id, func.count(PaperDoubt.id))
        .join(PaperDoubt, PaperDoubt.page_id == BatchPage.page_id)
        .join(PaperPage, PaperPage.id == BatchPage.page_id)
        .where(
            BatchPage.batch_id.in_(ids),
            BatchPage.outcome == Outcome.READ,
            PaperPage.state == PaperState.WAITING,
            PaperDoubt.state.in_((DoubtState.OPEN, DoubtState.DIFFERS)),
            BatchPage.page_id.not_in(select(DraftPage.page_id)),
        )
        .group_by(BatchPage.batch_id)
    )
    return {row[0]: row[1] for row in rows}


def sort(session: Session, platform: Platform, batch: PaperBatch) -> Sorted:
    """The pages of a batch sorted; every page is in exactly one place."""
    rows = pages_of(session, batch)
    known = tuple(row for row in rows if row.outcome is Outcome.KNOWN)
    unread = [row for row in rows if row.outcome is Outcome.UNREADABLE]
    groups = grouped(platform, (row for row in rows if row.outcome is Outcome.READ))
    drafts = _drafts(session, batch)
    for group in groups:
        group.draft = next((drafts[one.page_id] for one in group.sheets if one.page_id in drafts), None)
    return Sorted(
        tuple(groups),
        tuple(row for row in unread if not row.blank),
        tuple(row for row in unread if row.blank),
        known,
    )


def grouped(platform: Platform, rows: Iterable[BatchPage]) -> list[Group]:
    """Pages of known forms as applications, in the order of their first pages."""
    found: list[Group] = []
    for row in rows:
        group = next((one for one in reversed(found) if _belongs(one, row)), None)
        if group is None:
            group = _begun(platform, row)
            found.append(group)
        twice = any(one.sheet == row.sheet for one in group.sheets)
        (group.rescans if twice else group.sheets).append(row)
        group.sheets.sort(key=lambda one: one.sheet or 0)
    return found


def _begun(platform: Platform, row: BatchPage) -> Group:
    page = row.page
    slug, version = page.procedure or "", page.version or 0
    # A page of an older form is no sheet of ours and lacks none.
    total = layout_of(platform.catalogue.procedure(slug, version=version)).pages if row.sheet else 0
    return Group(slug, version, page.serial or "", total)


def _belongs(group: Group, row: BatchPage) -> bool:
    page = row.page
    if (group.procedure, group.version) != (page.procedure, page.version):
        return False
    serial = page.serial or ""
    if serial.strip("0"):
        return group.serial == serial
    last = max(group.sheets, key=lambda one: one.position)
    same = not group.serial.strip("0") and last.file_id == row.file_id
    return same and row.number - last.number == (row.sheet or 0) - (last.sheet or 0) == 1


def _drafts(session: Session, batch: PaperBatch) -> dict[str, PaperDraft]:
    rows = session.execute(
        select(DraftPage.page_id, PaperDraft)
        .join(PaperDraft, PaperDraft.id == DraftPage.draft_id)
        .where(DraftPage.page_id.in_(select(BatchPage.page_id).where(BatchPage.batch_id == batch.id)))
    )
    return {row[0]: row[1] for row in rows}


def receipts(session: Session, groups: Iterable[Group]) -> dict[str, str]:
    """The receipt numbers of the applications that pages were filed as, by their ids."""
    ids = {one.application_id for one in groups if one.application_id}
    rows = session.execute(select(Application.id, Application.receipt_number).where(Application.id.in_(ids)))
    return {row[0]: row[1] for row in rows}


def pictured(session: Session, rows: Iterable[BatchPage]) -> frozenset[str]:
    """The pages of which there is a picture; a file that cannot be opened has none."""
    ids = [row.page_id for row in rows]
    query = select(PaperPage.id).where(PaperPage.id.in_(ids), func.length(PaperPage.image_sealed) > _SEAL)
    return frozenset(session.scalars(query))


def first_pages(session: Session, drafts: Iterable[PaperDraft]) -> dict[str, str]:
    """A page of each draft by which it is opened, by the draft's id."""
    ids = [draft.id for draft in drafts]
    rows = session.execute(
        select(DraftPage.draft_id, func.min(DraftPage.page_id))
        .where(DraftPage.draft_id.in_(ids))
        .group_by(DraftPage.draft_id)
    )
    return {row[0]: row[1] for row in rows}
