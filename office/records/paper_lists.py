"""Reading lists on paper page by page, and joining them: what comes next, and what is kept of a page.

Every page is one idempotent piece, as with batches (`office.records.papers.reading`): what comes next is
asked of the database, and a page's row (unique in its file) is written in the transaction that keeps what was
read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from ocr.reading_process import Seen
from ocr.tables.lists import joined
from ocr.tables.results import TableReading
from office import clock
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import commitments, events, journal
from office.database import hold, new_id
from office.records import paper_tables
from office.records.intake import known_page
from office.records.models.paper import PaperState
from office.records.models.paper_lists import ListFile, ListOutcome, ListPage, ListReading, ListState
from office.records.papers.links import release
from office.records.papers.room import Room
from office.records.papers.step import Step
from office.secrets import Vault

_LONGEST_PROBLEM = 255
_AS_LIST = "一覧表として読み取りました。"


class Work(StrEnum):
    """What is to be done next: count a file's pages, read one, or join what was read."""

    COUNT = "count"
    READ = "read"
    JOIN = "join"


@dataclass(frozen=True, slots=True)
class Content:
    """A file as the reading room wants it."""

    id: str
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Piece:
    """The next piece of work; `number` is the page of the file, 0 when there is none left to read."""

    work: Work
    reading_id: str
    file_id: str = ""
    content: Content = Content("", "", "")
    number: int = 0


def read_next(step: Step, room: Room) -> Mapping[str, int] | None:
    """Do the next piece of reading; counts of what was done, None when there is nothing to do."""
    with step.reading() as look:
        piece = next_piece(look)
        if piece is None:
            return None
        pages = room.count(look, piece.content) if piece.work is Work.COUNT else 0
        seen = room.page(look, piece.content, piece.number) if piece.work is Work.READ else None
        come_before = seen is not None and _come_before(look, step.actor, seen.sha256)
        found = room.read_table(look, piece.content, seen) if seen and not come_before else None
    with step.session() as session:
        if piece.work is Work.JOIN:
            return join(session, step.actor, step.platform.vault, piece.reading_id)
        file = session.get_one(ListFile, piece.file_id)
        if piece.work is Work.COUNT:
            file.pages = pages if file.wanted is None else len(file.wanted)
            return {"files": 1}
        return _kept(session, step.actor, step.platform.vault, file, seen, found)


def next_piece(session: Session) -> Piece | None:
    """What comes next: the oldest request that is not done; None when there is nothing."""
    waiting = select(ListReading).where(ListReading.state == ListState.READING)
    reading = session.scalars(waiting.order_by(ListReading.made_at, ListReading.id).limit(1)).first()
    if reading is None:
        return None
    for file in reading.files:
        if file.pages is None:
            return Piece(Work.COUNT, reading.id, file.id, _content(file))
    for file in reading.files:
        if not file.ended:
            return Piece(Work.READ, reading.id, file.id, _content(file), _next_number(session, file))
    return Piece(Work.JOIN, reading.id)


def _content(file: ListFile) -> Content:
    return Content(file.content_id, file.name, file.sha256)


def _next_number(session: Session, file: ListFile) -> int:
    read = session.scalar(select(func.count(ListPage.id)).where(ListPage.file_id == file.id)) or 0
    return read + 1 if file.wanted is None else file.wanted[read]


def _come_before(session: Session, actor: Actor, sha256: str) -> bool:
    """Whether the page is in a table already, or was read here and waits to be joined."""
    waiting = select(ListPage.id).where(
        ListPage.sha256 == sha256, ListPage.outcome == ListOutcome.READ, ListPage.found_sealed.is_not(None)
    )
    return paper_tables.known(session, actor, sha256) or session.scalar(waiting.limit(1)) is not None


def _kept(
    session: Session,
    actor: Actor,
    vault: Vault,
    file: ListFile,
    seen: Seen | None,
    found: TableReading | None,
) -> dict[str, int]:
    """Note the page that was read; after the last one wanted the file has ended."""
    require(actor, Act.STORE_PAPER)
    if seen is None:
        file.ended = True
        file.pages = _pages_read(session, file)
        return {}
    page = ListPage(
        id=new_id(),
        file_id=file.id,
        number=seen.number,
        sha256=seen.sha256,
        outcome=ListOutcome.KNOWN if found is None else ListOutcome.READ,
        read_at=clock.now(),
    )
    if found is not None and found.problem is not None:
        page.outcome, page.problem = ListOutcome.UNREADABLE, found.problem[:_LONGEST_PROBLEM]
    elif found is not None:
        page.write_found(vault, found.to_json(), found.image)
    session.add(page)
    session.flush()
    file.ended = file.wanted is not None and _pages_read(session, file) >= len(file.wanted)
    return {"pages": 1, page.outcome.value: 1}


def _pages_read(session: Session, file: ListFile) -> int:
    return session.scalar(select(func.count(ListPage.id)).where(ListPage.file_id == file.id)) or 0


def join(session: Session, actor: Actor, vault: Vault, reading_id: str) -> dict[str, int]:
    """Put the pages of one list together and keep the tables; the request is done."""
    require(actor, Act.STORE_PAPER)
    reading = session.get_one(ListReading, reading_id)
    hold(session, reading)
    if reading.state is ListState.DONE:
        return {}
    pages = {one.sha256: one for one in pages_of(session, reading) if one.outcome is ListOutcome.READ}
    lists = joined([_found(vault, page) for page in pages.values()])
    for one in lists:
        table = paper_tables.store(session, actor, vault, one, reading.officer_id)
        for found in one.pages:
            pages[found.sha256].table_id = table.id
            if reading.batch_id is not None:
                _put_aside(session, actor, found.sha256)
    for page in pages.values():
        page.found_sealed = page.image_sealed = None
    reading.state, reading.ended_at = ListState.DONE, clock.now()
    outcomes = [page.outcome for page in pages_of(session, reading)]
    counts = {one.value: outcomes.count(one) for one in ListOutcome}
    subject = f"paper_list:{reading.id}"
    journal.write(session, actor, events.PAPER_LIST_READ, subject, tables=len(lists), **counts)
    return {"tables": len(lists)}


def _put_aside(session: Session, actor: Actor, sha256: str) -> None:
    """A page of a batch that became a table waits no longer for a form."""
    page = known_page(session, actor, sha256)
    if page is None:
        return
    hold(session, page)
    if page.state is not PaperState.WAITING:
        return
    page.state = PaperState.DISCARDED
    release(session, actor, page)
    cause = commitments.commit(session, _AS_LIST)
    journal.write(session, actor, events.PAPER_DISCARDED, f"paper_page:{page.id}", cause=cause)


def _found(vault: Vault, page: ListPage) -> TableReading:
    data, image = page.read_found(vault)
    return replace(TableReading.from_json(data, image), sha256=page.sha256)


def pages_of(session: Session, reading: ListReading) -> Sequence[ListPage]:
    """The pages in the order of the files, without what they say."""
    query = select(ListPage).join(ListFile).where(ListFile.reading_id == reading.id)
    light = (defer(ListPage.found_sealed), defer(ListPage.image_sealed))
    return session.scalars(query.options(*light).order_by(ListFile.number, ListPage.number)).all()
