"""Taking in uploaded files: stored as a batch at once, read afterwards by a robot of its own."""

from __future__ import annotations

from collections.abc import Sequence

from flask import request
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from office.accounts.actor import Actor
from office.jobs.engine import JobEngine
from office.jobs.models import Run, RunState
from office.platform import Platform
from office.records.models.paper_batches import PaperBatch
from office.records.papers import batches, lookups
from office.records.papers.incoming import Incoming

READER, FILER = "read_paper", "file_papers"
LARGE = ("paper.upload", "paper_tables.upload")
LIMIT = 512 * 1024 * 1024
"""Bytes of one upload; a duplex scanner's pile of three hundred sheets in colour fits in it."""


def allow_large(endpoint: str | None, _values: object) -> None:
    """Let an officer send more than other pages take: before anything of the request is read."""
    if endpoint in LARGE and request.method == "POST" and current_user.is_authenticated:
        request.max_content_length = LIMIT


def take_in(
    session: Session, actor: Actor, platform: Platform, engine: JobEngine, files: Sequence[FileStorage]
) -> PaperBatch:
    """Store the files as a batch and have it read. Raises `FileRefused` naming the file."""
    incoming = (Incoming(file.filename or "", file.stream) for file in files)
    batch = batches.make(session, actor, platform.vault, incoming)
    engine.enqueue(session, actor, READER)
    return batch


def look_up_soon(session: Session, actor: Actor, engine: JobEngine) -> None:
    """Have applicants looked up whose forms have just become drafts; a run that has not begun will do it."""
    if not lookups.waiting(session):
        return
    queued = select(Run.id).where(Run.robot == READER, Run.state == RunState.QUEUED).limit(1)
    if session.scalar(queued) is None:
        engine.enqueue(session, actor, READER)
