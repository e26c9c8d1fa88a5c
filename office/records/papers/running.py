"""One piece of reading at a time: look what is next, read without holding up the database, keep."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from ocr.reading_process import Measured, Seen
from office.records.models.paper import PaperState
from office.records.models.paper_batches import BatchPage, Outcome
from office.records.papers import drafting, lookups, reading
from office.records.papers.reading import Piece, Work
from office.records.papers.room import Room
from office.records.papers.step import Step
from office.records.verification import queue


def read_next(step: Step, room: Room) -> Mapping[str, int] | None:
    """Do the next piece of reading; counts of what was done, None when there is nothing to do."""
    looked_up = lookups.look_up_next(step)
    if looked_up is not None:
        return looked_up
    with step.reading() as look:
        piece = reading.next_piece(look, step.platform)
        if piece is None:
            return None
        if piece.work is Work.COUNT and piece.file is not None:
            pages = room.count(look, piece.file)
        elif piece.work is not Work.FINISH and piece.file is not None:
            return _page(step, room, look, piece)
    if piece.work is Work.FINISH:
        return drafting.finish(step, piece.batch_id)
    with step.session() as session:
        reading.set_count(session, piece.file.id if piece.file else "", pages)
    return {"files": 1}


def _page(step: Step, room: Room, look: Session, piece: Piece) -> Mapping[str, int]:
    file = piece.file
    if file is None:
        raise ValueError("a page needs its file")
    ended = bool(file.pages) and piece.number > (file.pages or 0)
    seen = None if ended else room.page(look, file, piece.number)
    if seen is None:
        with step.session() as session:
            reading.end_file(session, file.id)
        return {}
    if piece.work is Work.AGAIN:
        measured = room.read(look, file, seen, piece.told)
        with step.session() as session:
            row = reading.keep_again(session, step.actor, step.platform.vault, piece, measured)
            _list_doubts(session, step, row)
        return {"again": 1}
    come_before = reading.known(look, step.actor, seen.sha256) is not None
    return _kept(step, piece, seen, None if come_before else room.read(look, file, seen))


def _kept(step: Step, piece: Piece, seen: Seen, measured: Measured | None) -> Mapping[str, int]:
    with step.session() as session:
        page = reading.known(session, step.actor, seen.sha256)
        if page is not None:
            reading.keep_known(session, piece, seen, page)
            return {"pages": 1, "known": 1}
        if measured is None:  # put aside by an officer this very moment: read at the next turn
            return {}
        row = reading.keep_read(session, step.actor, step.platform.vault, piece, seen, measured)
        _list_doubts(session, step, row)
        return {"pages": 1, "unreadable": int(row.outcome is Outcome.UNREADABLE)}


def _list_doubts(session: Session, step: Step, row: BatchPage) -> None:
    """List what a person has to decide on the page: clerks begin while the batch is still being read."""
    if row.page.state is PaperState.WAITING and row.page.procedure is not None:
        queue.list_page(session, step.platform, row.page)
