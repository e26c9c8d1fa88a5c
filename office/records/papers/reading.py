"""Reading batches page by page: what comes next, and what is kept of a page. Knows no engine and no process.

Every page is one idempotent piece. What comes next is asked of the database each time, and a page's row
(unique in its file) is written in the transaction that stores the page, so that a process that dies costs
the page in hand and nothing else.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from forms.rendering.sheet import SheetCode
from ocr.reading_process import Measured, Seen
from ocr.readings import PageReading, State
from office import clock
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import journal
from office.database import hold, new_id
from office.errors import NotNow
from office.platform import Platform
from office.records import intake
from office.records.models.paper import PaperPage, PaperState
from office.records.models.paper_batches import BatchPage, BatchState, Outcome, PaperBatch, PaperFile
from office.records.papers import events
from office.secrets import Vault

# Batches take turns after so many pages, so that two pages do not wait for five hundred.
TURN = 20


class Work(StrEnum):
    """What is to be done next: count a file's pages, read one, read one again, or finish a batch."""

    COUNT = "count"
    READ = "read"
    AGAIN = "again"
    FINISH = "finish"


@dataclass(frozen=True, slots=True)
class Piece:
    """The next piece of work. `number` is the page of the file; `told` what a person says it is."""

    work: Work
    batch_id: str
    file: PaperFile | None = None
    number: int = 0
    page_id: str = ""
    told: SheetCode | None = None


def next_piece(session: Session, platform: Platform) -> Piece | None:
    """What comes next among all batches that are being read; None when there is nothing."""
    batch_id = _next_batch(session)
    if batch_id is None:
        return None
    uncounted = select(PaperFile).where(PaperFile.batch_id == batch_id, PaperFile.pages.is_(None))
    file = session.scalar(uncounted.order_by(PaperFile.number).limit(1))
    if file is not None:
        return Piece(Work.COUNT, batch_id, file)
    return _next_page(session, platform, batch_id) or Piece(Work.FINISH, batch_id)


def _next_batch(session: Session) -> str | None:
    """The batch whose turn it is: the one with the fewest turns had, the oldest of those."""
    waiting = session.execute(
        select(PaperBatch.id, func.count(BatchPage.id))
        .outerjoin(BatchPage, BatchPage.batch_id == PaperBatch.id)
        .where(PaperBatch.state == BatchState.READING)
        .group_by(PaperBatch.id, PaperBatch.made_at)
        .order_by(PaperBatch.made_at, PaperBatch.id)
    ).all()
    return min(waiting, key=lambda row: row[1] // TURN)[0] if waiting else None


def _next_page(session: Session, platform: Platform, batch_id: str) -> Piece | None:
    unread = select(PaperFile).where(PaperFile.batch_id == batch_id, PaperFile.ended.is_(False))
    file = session.scalar(unread.order_by(PaperFile.number).limit(1))
    if file is not None:
        return Piece(Work.READ, batch_id, file, _pages_read(session, file.id) + 1)
    wanted = select(BatchPage).where(BatchPage.batch_id == batch_id, BatchPage.again.is_(True))
    page = session.scalar(wanted.order_by(BatchPage.position).limit(1))
    if page is None:
        return None
    file = session.get_one(PaperFile, page.file_id)
    return Piece(Work.AGAIN, batch_id, file, page.number, page.id, told_of(platform, page))


def told_of(platform: Platform, page: BatchPage) -> SheetCode | None:
    """What an officer said the page is, as its code would have said it."""
    if page.as_form is None or page.as_version is None or page.as_sheet is None:
        return None
    procedure = platform.catalogue.procedure(page.as_form, version=page.as_version)
    return SheetCode(procedure.number, procedure.version, page.as_sheet, "")


def _pages_read(session: Session, file_id: str) -> int:
    return session.scalar(select(func.count(BatchPage.id)).where(BatchPage.file_id == file_id)) or 0


def identity_of(file_sha256: str, seen: Seen) -> str:
    """The page's hash; of a page without a picture that of its file and place."""
    return seen.sha256 or hashlib.sha256(f"{file_sha256} {seen.number}".encode()).hexdigest()


def known(session: Session, actor: Actor, sha256: str) -> PaperPage | None:
    """The stored page of that hash, unless it was put aside (then it is to wait again)."""
    page = intake.known_page(session, actor, sha256)
    return None if page is None or page.state is PaperState.DISCARDED else page


def set_count(session: Session, file_id: str, pages: int) -> None:
    """How many pages the file has; 0 when it cannot be told before reading."""
    session.get_one(PaperFile, file_id).pages = pages


def end_file(session: Session, file_id: str) -> None:
    """Every page of the file was read."""
    file = session.get_one(PaperFile, file_id)
    file.ended, file.pages = True, _pages_read(session, file_id)


def keep_known(session: Session, piece: Piece, seen: Seen, page: PaperPage) -> BatchPage:
    """Note a page that has come before: it is not read, and nothing is stored twice."""
    row = _new_row(session, piece, seen, page.id, Outcome.KNOWN)
    row.sheet = page_sheet(session, page.id)
    return row


def page_sheet(session: Session, page_id: str) -> int | None:
    """The sheet a stored page was first read as, where a batch brought it."""
    first = select(BatchPage.sheet).where(BatchPage.page_id == page_id, BatchPage.sheet.is_not(None)).limit(1)
    return session.scalar(first)


def keep_read(
    session: Session, actor: Actor, vault: Vault, piece: Piece, seen: Seen, measured: Measured
) -> BatchPage:
    """Store a page that was just read and note it in its batch."""
    reading = measured.reading
    page = intake.store_page(session, actor, vault, reading)
    outcome = Outcome.UNREADABLE if reading.problem else Outcome.READ
    row = _new_row(session, piece, seen, page.id, outcome)
    _measure(row, measured)
    return row


def _new_row(session: Session, piece: Piece, seen: Seen, page_id: str, outcome: Outcome) -> BatchPage:
    if piece.file is None:
        raise ValueError("a page needs its file")
    batch = session.get_one(PaperBatch, piece.batch_id)
    now = clock.now()
    batch.started_at = batch.started_at or now
    known_pages = select(func.count(BatchPage.id)).where(BatchPage.batch_id == piece.batch_id)
    row = BatchPage(
        id=new_id(),
        batch_id=piece.batch_id,
        file_id=piece.file.id,
        number=seen.number,
        position=(session.scalar(known_pages) or 0) + 1,
        page_id=page_id,
        outcome=outcome,
        blank=seen.blank,
        read_at=now,
    )
    session.add(row)
    session.flush()
    return row


def _measure(row: BatchPage, measured: Measured) -> None:
    states = Counter(field.state for field in measured.reading.fields)
    row.sheet = None if measured.reading.older else measured.reading.form_page
    row.accepted, row.asked = states[State.ACCEPTED], states[State.ASK]
    row.rejected = states[State.REJECTED]
    row.engines, row.milliseconds = measured.engines, measured.milliseconds
    row.read_at = clock.now()


def keep_again(session: Session, actor: Actor, vault: Vault, piece: Piece, measured: Measured) -> BatchPage:
    """Put another reading in the place of one that failed, while nobody has used the page.

    A page whose form an officer named is theirs from now on even when nothing could be read of it.
    """
    require(actor, Act.STORE_PAPER)
    row = session.get_one(BatchPage, piece.page_id)
    row.again = False
    page = session.get_one(PaperPage, row.page_id)
    hold(session, page)
    if page.state is not PaperState.WAITING:
        return row
    reading = _as_told(measured.reading, row)
    page.procedure, page.version, page.serial = reading.form, reading.version, reading.serial
    page.write_image(vault, reading.image)
    page.write_reading(vault, reading.to_json())
    row.outcome = Outcome.UNREADABLE if reading.problem else Outcome.READ
    _measure(row, replace(measured, reading=reading))
    journal.write(
        session,
        actor,
        events.PAGE_READ_AGAIN,
        f"paper_page:{page.id}",
        sha256=page.sha256,
        fields=len(reading.fields),
    )
    return row


def _as_told(reading: PageReading, row: BatchPage) -> PageReading:
    if not reading.problem or row.as_form is None:
        return reading
    return replace(
        reading, form=row.as_form, version=row.as_version, form_page=row.as_sheet, problem=None, fields=()
    )


def gone(page: Seen, name: str) -> PageReading:
    """What is kept of a page at which the reading process ended twice."""
    problem = "このページを読み取る途中で処理が止まりました。スキャンし直すか、画像を見て入力してください。"
    return PageReading(name, page.number, None, None, None, (), problem, b"", page.sha256)


def take_batch(session: Session, batch_id: str) -> PaperBatch:
    """The batch, held. Raises `NotNow` when it is not being read any more."""
    batch = session.get_one(PaperBatch, batch_id)
    hold(session, batch)
    if batch.state is not BatchState.READING:
        raise NotNow("このまとまりの読み取りは止められています。")
    return batch
