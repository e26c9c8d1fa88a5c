"""The archive of a batch: sealed, searchable PDF/A-3b in parts, with the hash of every page inside.

What was typed or confirmed stands invisibly at its place, and the printed words of the form; a 個人番号
is in the picture only. Of pages that are none of our forms the printed text is searched for by Tesseract.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import cv2
import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from forms.definition import JSON, Procedure
from forms.rendering.archive import ArchivePage, ArchiveText, render_archive
from forms.rendering.geometry import PAGE_HEIGHT, PAGE_WIDTH, Rect
from forms.rendering.prefill import value_at
from forms.signing.seal import seal
from ocr.full_text import words_of
from ocr.readings import FieldReading
from office import clock
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import journal
from office.database import hold, new_id
from office.errors import NotFound, NotNow
from office.platform import Platform
from office.records.models.applications import Application
from office.records.models.paper import PaperPage
from office.records.models.paper_batches import BatchPage, BatchState, PaperArchive, PaperBatch
from office.records.papers import contents, events
from office.records.papers.batches import page_rows, subject
from office.records.papers.step import Step
from office.records.sheets import layout_of, open_page

PART = 100
"""Pages of one part: what is made at once is held in memory."""

_RECORD = "record.json"
_UNSEARCHED = ("my_number",)


def ask(session: Session, actor: Actor, batch: PaperBatch) -> int:
    """Ask for the archive of a batch that was read, in place of an earlier one; how many parts it has."""
    require(actor, Act.CONFIRM_PAPER)
    hold(session, batch)
    pages = session.scalar(select(func.count(BatchPage.id)).where(BatchPage.batch_id == batch.id)) or 0
    if batch.state is BatchState.READING or not pages:
        raise NotNow("読み終わってから、保存用PDFを作ってください。")
    parts = -(-pages // PART)
    known = {one.part: one for one in archives_of(session, actor, batch)}
    for part in range(1, parts + 1):
        row = known.get(part) or PaperArchive(id=new_id(), batch_id=batch.id, part=part)
        row.first, row.last = (part - 1) * PART + 1, min(part * PART, pages)
        row.made_at, row.sha256, row.length = None, "", 0
        session.add(row)
    journal.write(session, actor, events.ARCHIVE_WANTED, subject(batch), parts=parts)
    session.flush()
    return parts


def archives_of(session: Session, actor: Actor, batch: PaperBatch) -> Sequence[PaperArchive]:
    """The parts of a batch's archive, made or asked for."""
    require(actor, Act.CONFIRM_PAPER)
    query = select(PaperArchive).where(PaperArchive.batch_id == batch.id)
    return session.scalars(query.order_by(PaperArchive.part)).all()


def taken(session: Session, actor: Actor, platform: Platform, batch: PaperBatch, part: int) -> bytes:
    """A part as PDF; that it was taken out stands in the journal. Raises `NotFound` before it is made."""
    found = next((one for one in archives_of(session, actor, batch) if one.part == part), None)
    if found is None or found.made_at is None:
        raise NotFound("この保存用PDFはまだできていません。少し待ってから、画面を開き直してください。")
    subject_ = f"paper_archive:{found.id}"
    journal.write(session, actor, events.ARCHIVE_TAKEN, subject_, part=part, sha256=found.sha256)
    return b"".join(contents.read(session, platform.vault, found.id))


def make_next(step: Step) -> int | None:
    """Make the next part that was asked for; None when there is none, 0 when it was asked anew meanwhile."""
    platform = step.platform
    with step.reading() as look:
        wanted = look.scalar(select(PaperArchive).where(PaperArchive.made_at.is_(None)).limit(1))
        if wanted is None:
            return None
        batch = look.get_one(PaperBatch, wanted.batch_id)
        pdf = _made(look, platform, batch, wanted)
    with step.session() as session:
        row = session.get_one(PaperArchive, wanted.id)
        hold(session, row)
        if row.made_at is not None or (row.first, row.last) != (wanted.first, wanted.last):
            return 0
        row.sha256, row.length = contents.write(session, platform.vault, row.id, io.BytesIO(pdf))
        row.made_at = clock.now()
        journal.write(
            session,
            step.actor,
            events.ARCHIVE_MADE,
            f"paper_archive:{row.id}",
            part=row.part,
            pages=row.last - row.first + 1,
            sha256=row.sha256,
            length=row.length,
        )
    return 1


def _made(session: Session, platform: Platform, batch: PaperBatch, wanted: PaperArchive) -> bytes:
    places = (BatchPage.position >= wanted.first, BatchPage.position <= wanted.last)
    ids = session.scalars(
        select(BatchPage.id).where(BatchPage.batch_id == batch.id, *places).order_by(BatchPage.position)
    ).all()
    said: list[dict[str, Any]] = []
    at = clock.now()
    local = at.astimezone(clock.TOKYO)
    came_on = f"{batch.made_at.astimezone(clock.TOKYO):%Y-%m-%d}"
    title = f"{platform.settings.municipality} 紙の申請 {came_on} {batch.id}"
    pages = list(_pages(session, platform, ids, said))
    record = {
        "kind": "kakazu-paper-archive",
        "batch": batch.id,
        "part": wanted.part,
        "made_at": local.isoformat(timespec="seconds"),
        "pages": said,
    }
    files = {_RECORD: json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True).encode()}
    return seal(render_archive(pages, title, local, files), None, platform.keys, at)


def _pages(
    session: Session, platform: Platform, ids: Sequence[str], said: list[dict[str, Any]]
) -> Iterator[ArchivePage]:
    """The pages one by one, each told of in `said`."""
    for page_id in ids:
        row = session.scalars(page_rows().where(BatchPage.id == page_id)).one()
        page = session.get_one(
            PaperPage, row.page_id, options=[undefer(PaperPage.image_sealed)], populate_existing=True
        )
        said.append(_told(row))
        yield _page(session, platform, page, blank=row.blank)
        session.expunge_all()


def _told(row: BatchPage) -> dict[str, Any]:
    page = row.page
    return {
        "position": row.position,
        "file": row.file.name,
        "file_sha256": row.file.sha256,
        "page_of_file": row.number,
        "page": page.id,
        "sha256": page.sha256,
        "form": page.procedure,
        "version": page.version,
        "sheet": row.sheet,
        "serial": page.serial,
        "outcome": row.outcome.value,
        "engines": row.engines,
        "application": page.application_id,
    }


def _page(session: Session, platform: Platform, page: PaperPage, *, blank: bool) -> ArchivePage:
    picture = page.read_image(platform.vault)
    sheet = open_page(platform.vault, page)
    if page.procedure is None or not picture:
        said = (ArchiveText(sheet.problem, Rect(10, 10, 190, 6)),) if sheet.problem else ()
        width, height, texts = _letter(picture, search=not blank)
        return ArchivePage(picture, width, height, (*said, *texts))
    procedure = platform.catalogue.procedure(page.procedure, version=page.version)
    record: Mapping[str, JSON] = {}
    if page.application_id is not None:
        record = session.get_one(Application, page.application_id).read_record(platform.vault)
    layout = layout_of(procedure)
    ours = () if sheet.older else layout.texts
    printed = (ArchiveText(text.text, text.rect) for text in ours if text.page == sheet.number)
    read = (_text(procedure, one, record) for one in sheet.fields)
    texts = tuple(one for one in (*printed, *read) if one.text)
    return ArchivePage(picture, PAGE_WIDTH, PAGE_HEIGHT, texts)


def _letter(picture: bytes, *, search: bool) -> tuple[float, float, tuple[ArchiveText, ...]]:
    """Size in mm (as wide as A4) of a page that is none of our forms, and its printed words: an empty back
    has none, and to look for them there takes twice as long as reading a letter.
    """
    if not picture:
        return PAGE_WIDTH, PAGE_HEIGHT, ()
    image = np.asarray(cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)
    scale = PAGE_WIDTH / image.shape[1]
    texts = tuple(
        ArchiveText(
            word.text,
            Rect(
                word.place.x * scale,
                word.place.y * scale,
                word.place.width * scale,
                word.place.height * scale,
            ),
        )
        for word in (words_of(image) if search else ())
    )
    return PAGE_WIDTH, image.shape[0] * scale, texts


def _text(procedure: Procedure, reading: FieldReading, record: Mapping[str, JSON]) -> ArchiveText:
    """What was confirmed at a place, or else what was read there."""
    zones = layout_of(procedure).zones_of(reading.name)
    if any(zone.kind in _UNSEARCHED for zone in zones):
        return ArchiveText("", reading.box)
    confirmed = _words(value_at(record, reading.name)) if record else ""
    return ArchiveText(confirmed or reading.text, reading.box)


def _words(value: JSON) -> str:
    """A confirmed value as words to search by: of a name or address all its parts."""
    if isinstance(value, dict):
        return " ".join(dict.fromkeys(_words(part) for part in value.values() if part))
    if isinstance(value, list):
        return " ".join(_words(part) for part in value)
    return "" if value is None or isinstance(value, bool) else str(value)
