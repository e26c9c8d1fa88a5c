"""Batches: files come in and are stored, wait for their turn, and can be paused, cancelled, read again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from office import clock
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import journal
from office.database import hold, new_id
from office.errors import NotFound, NotNow
from office.records.models.paper import PaperPage, PaperState
from office.records.models.paper_batches import (
    BatchPage,
    BatchSource,
    BatchState,
    Outcome,
    PaperBatch,
    PaperFile,
)
from office.records.papers import contents, events
from office.records.papers.incoming import Incoming, received
from office.secrets import Vault


def make(
    session: Session,
    actor: Actor,
    vault: Vault,
    files: Iterable[Incoming],
    source: BatchSource = BatchSource.UPLOAD,
    officer_id: str | None = None,
) -> PaperBatch:
    """Store files as a batch that waits to be read. `officer_id` answers for it, else the actor.

    Raises `FileRefused` naming the file; then nothing is stored.
    """
    require(actor, Act.STORE_PAPER)
    batch = PaperBatch(
        id=new_id(),
        source=source,
        state=BatchState.READING,
        officer_id=officer_id or actor.officer,
        made_at=clock.now(),
    )
    session.add(batch)
    session.flush()
    for number, file in received(files):
        batch.files.append(_stored(session, vault, batch, number, file))
    size = sum(file.length for file in batch.files)
    journal.write(
        session,
        actor,
        events.BATCH_MADE,
        subject(batch),
        source=source.value,
        files=len(batch.files),
        bytes=size,
    )
    return batch


def _stored(session: Session, vault: Vault, batch: PaperBatch, number: int, incoming: Incoming) -> PaperFile:
    file = PaperFile(id=new_id(), batch_id=batch.id, number=number, name=incoming.name)
    file.sha256, file.length = contents.write(session, vault, file.id, incoming.content)
    return file


def subject(batch: PaperBatch) -> str:
    """What the journal calls a batch."""
    return f"paper_batch:{batch.id}"


def find(session: Session, actor: Actor, batch_id: str) -> PaperBatch:
    """The batch of an id; raises `NotFound`."""
    require(actor, Act.CONFIRM_PAPER)
    batch = session.get(PaperBatch, batch_id)
    if batch is None:
        raise NotFound("このまとまりは見つかりません。「紙の読み取り」の一覧から選び直してください。")
    return batch


def newest(session: Session, actor: Actor, count: int, first: int = 0) -> tuple[Sequence[PaperBatch], int]:
    """Batches, the newest first, and how many there are."""
    require(actor, Act.CONFIRM_PAPER)
    query = select(PaperBatch).order_by(PaperBatch.made_at.desc(), PaperBatch.id.desc())
    total = session.scalar(select(func.count()).select_from(PaperBatch)) or 0
    return session.scalars(query.offset(first).limit(count)).all(), total


def pause(session: Session, actor: Actor, batch: PaperBatch) -> None:
    """Leave the batch after the page in hand. Raises `NotNow` when it is not being read."""
    _move(session, actor, batch, (BatchState.READING,), BatchState.PAUSED)


def resume(session: Session, actor: Actor, batch: PaperBatch) -> None:
    """Go on with a paused or cancelled batch; the caller requests a run."""
    _move(session, actor, batch, (BatchState.PAUSED, BatchState.CANCELLED), BatchState.READING)


def cancel(session: Session, actor: Actor, batch: PaperBatch) -> None:
    """Read no further: what was read stays, files stay."""
    _move(session, actor, batch, (BatchState.READING, BatchState.PAUSED), BatchState.CANCELLED)


def _move(
    session: Session, actor: Actor, batch: PaperBatch, when: Sequence[BatchState], to: BatchState
) -> None:
    require(actor, Act.STORE_PAPER)
    hold(session, batch)
    if batch.state not in when:
        raise NotNow("このまとまりの状態が変わりました。画面を開き直して、もう一度操作してください。")
    batch.state = to
    batch.ended_at = None if to is BatchState.READING else batch.ended_at
    journal.write(session, actor, events.BATCH_MOVED, subject(batch), state=to.value)


def read_again(session: Session, actor: Actor, batch: PaperBatch) -> int:
    """Ask for another reading of the pages that could not be read and still wait; how many."""
    require(actor, Act.STORE_PAPER)
    hold(session, batch)
    pages = [one for one in pages_of(session, batch) if _unreadable(one)]
    if not pages:
        raise NotNow("読み取れなかったページはありません。")
    for page in pages:
        page.again = True
    _take_up(batch)
    journal.write(session, actor, events.PAGES_ASKED_AGAIN, subject(batch), pages=len(pages))
    return len(pages)


def _unreadable(page: BatchPage) -> bool:
    return page.outcome is Outcome.UNREADABLE and page.page.state is PaperState.WAITING


def assign(
    session: Session, actor: Actor, page: BatchPage, form: str, version: int, sheet: int
) -> PaperBatch:
    """Say which sheet of which form an unknown page is; it is then read as that. Returns its batch."""
    require(actor, Act.CONFIRM_PAPER)
    batch = session.get_one(PaperBatch, page.batch_id)
    hold(session, batch)
    if not _unreadable(page):
        raise NotNow("このページはもう様式が決まっているか、使わないことになっています。")
    page.as_form, page.as_version, page.as_sheet = form, version, sheet
    page.again = True
    _take_up(batch)
    journal.write(
        session,
        actor,
        events.PAGE_ASSIGNED,
        f"paper_page:{page.page_id}",
        procedure=form,
        version=version,
        sheet=sheet,
    )
    return batch


def _take_up(batch: PaperBatch) -> None:
    """A batch that is done has something to read again; one that was stopped stays so."""
    if batch.state is BatchState.DONE:
        batch.state, batch.ended_at = BatchState.READING, None


def page_rows() -> Select[BatchPage]:
    """Pages with their stored pages and files in their order; pictures and readings stay in the database."""
    stored = joinedload(BatchPage.page, innerjoin=True)
    light = (stored.defer(PaperPage.image_sealed), stored.defer(PaperPage.reading_sealed))
    query = select(BatchPage).options(*light, joinedload(BatchPage.file, innerjoin=True))
    return query.order_by(BatchPage.position)


def pages_of(session: Session, batch: PaperBatch) -> Sequence[BatchPage]:
    """The pages of a batch in their order, without their pictures and readings."""
    return session.scalars(page_rows().where(BatchPage.batch_id == batch.id)).all()


def find_page(session: Session, actor: Actor, row_id: str) -> BatchPage:
    """The page of a batch; raises `NotFound`."""
    require(actor, Act.CONFIRM_PAPER)
    row = session.scalars(page_rows().where(BatchPage.id == row_id)).first()
    if row is None:
        raise NotFound("このページは見つかりません。まとまりの画面から選び直してください。")
    return row
