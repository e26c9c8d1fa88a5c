"""Lists on paper come in: as files an officer sends, or as pages of a batch that belong to no form."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from office import clock
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import events, journal
from office.database import new_id
from office.errors import NotFound, NotNow
from office.records.models.paper import PaperState
from office.records.models.paper_batches import BatchPage, Outcome, PaperFile
from office.records.models.paper_lists import ListFile, ListOutcome, ListPage, ListReading, ListState
from office.records.paper_lists import pages_of
from office.records.papers import contents
from office.records.papers.incoming import Incoming, received
from office.secrets import Vault

_RECENT = 20


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a request is. `total` is None until every page was counted."""

    running: bool
    done: int
    total: int | None

    @property
    def percent(self) -> int:
        """How much was read, 0 to 100."""
        if not self.running:
            return 100
        return min(99, 100 * self.done // self.total) if self.total else 0


def take_in(session: Session, actor: Actor, vault: Vault, files: Iterable[Incoming]) -> ListReading:
    """Store files to be read as lists. Raises `FileRefused` naming the file; then nothing is stored."""
    reading = _new(actor, None)
    session.add(reading)
    session.flush()
    for number, incoming in received(files):
        file = ListFile(id=new_id(), reading_id=reading.id, number=number, name=incoming.name)
        file.content_id = file.id
        file.sha256, _ = contents.write(session, vault, file.id, incoming.content)
        reading.files.append(file)
    _note(session, actor, reading)
    return reading


def from_batch(session: Session, actor: Actor, rows: Sequence[BatchPage]) -> ListReading:
    """Read pages of a batch that are no form as lists. Raises `NotNow` naming a page that is used."""
    require(actor, Act.CONFIRM_PAPER)
    if not rows:
        raise NotNow("一覧表として読むページを選んでください。")
    for row in rows:
        if row.outcome is not Outcome.UNREADABLE or row.page.state is not PaperState.WAITING:
            raise NotNow(
                f"「{row.file.name}」の{row.number}ページは、もう様式が決まっているか、使わないことになっています。"
            )
        if _asked(session, row):
            raise NotNow(f"「{row.file.name}」の{row.number}ページは、もう一覧表として読み取っています。")
    reading = _new(actor, rows[0].batch_id)
    session.add(reading)
    session.flush()
    by_file: dict[str, list[BatchPage]] = {}
    for row in sorted(rows, key=lambda one: one.position):
        by_file.setdefault(row.file_id, []).append(row)
    for number, own in enumerate(by_file.values(), start=1):
        reading.files.append(_named(reading, number, own[0].file, [row.number for row in own]))
    _note(session, actor, reading)
    return reading


def _new(actor: Actor, batch_id: str | None) -> ListReading:
    require(actor, Act.STORE_PAPER)
    now = clock.now()
    return ListReading(
        id=new_id(), batch_id=batch_id, officer_id=actor.officer, state=ListState.READING, made_at=now
    )


def _asked(session: Session, row: BatchPage) -> bool:
    """Whether the page is being read as a list, or became a table."""
    sha256 = row.page.sha256
    running = (
        select(ListFile.wanted)
        .join(ListReading)
        .where(ListFile.content_id == row.file_id, ListReading.state == ListState.READING)
    )
    return any(row.number in (wanted or ()) for wanted in session.scalars(running)) or (
        session.scalar(
            select(ListPage.id).where(ListPage.sha256 == sha256, ListPage.table_id.is_not(None)).limit(1)
        )
        is not None
    )


def _named(reading: ListReading, number: int, file: PaperFile, wanted: list[int]) -> ListFile:
    return ListFile(
        id=new_id(),
        reading_id=reading.id,
        number=number,
        name=file.name,
        sha256=file.sha256,
        content_id=file.id,
        wanted=wanted,
    )


def _note(session: Session, actor: Actor, reading: ListReading) -> None:
    files = len(reading.files)
    source = "batch" if reading.batch_id else "upload"
    journal.write(
        session, actor, events.PAPER_LIST_MADE, f"paper_list:{reading.id}", files=files, source=source
    )


def find(session: Session, actor: Actor, reading_id: str) -> ListReading:
    """The request of an id; raises `NotFound`."""
    require(actor, Act.CONFIRM_PAPER)
    reading = session.get(ListReading, reading_id)
    if reading is None:
        raise NotFound("この読み取りは見つかりません。「台帳・一覧表の読み取り」から選び直してください。")
    return reading


def unfinished(session: Session, actor: Actor) -> Sequence[ListReading]:
    """Requests still being read, the oldest first."""
    require(actor, Act.CONFIRM_PAPER)
    query = select(ListReading).where(ListReading.state == ListState.READING)
    return session.scalars(query.order_by(ListReading.made_at, ListReading.id).limit(_RECENT)).all()


def progress(session: Session, reading: ListReading) -> Progress:
    """How far a request is."""
    done = session.scalar(
        select(func.count(ListPage.id)).join(ListFile).where(ListFile.reading_id == reading.id)
    )
    counts = [file.pages for file in reading.files]
    total = sum(count or 0 for count in counts) if all(counts) else None
    return Progress(reading.state is ListState.READING, done or 0, total)


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What came of a request: the tables by id, pages nobody could read, pages that were known."""

    tables: tuple[str, ...]
    unreadable: tuple[ListPage, ...]
    known: tuple[ListPage, ...]


def outcomes(session: Session, reading: ListReading) -> Outcomes:
    """What came of a request."""
    pages = pages_of(session, reading)
    tables = dict.fromkeys(page.table_id for page in pages if page.table_id)
    return Outcomes(
        tuple(tables),
        tuple(page for page in pages if page.outcome is ListOutcome.UNREADABLE),
        tuple(page for page in pages if page.outcome is ListOutcome.KNOWN),
    )
