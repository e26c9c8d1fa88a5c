"""Taking in uploaded files: every page is read and kept, whatever becomes of the others."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import FileStorage

from forms.values.addresses import LocalTowns, read_towns
from ocr.batch import read_image
from ocr.page import PageImage, load_pages
from office.accounts.actor import Actor
from office.platform import Platform
from office.records import intake
from office.records.models.paper import PaperState

_TOWNS = Path("masters") / "towns.csv"
_LONGEST_NAME = 120


@dataclass(slots=True)
class Taken:
    """How many pages came of an upload: read, not readable (kept all the same), known from before."""

    read: int = 0
    unreadable: int = 0
    known: int = 0


def take_in(platform: Platform, actor: Actor, files: Iterable[FileStorage]) -> Taken:
    """Read and store every page of the files. Each page is committed by itself: what has been read stays,
    and while a page is being read the database is not held.
    """
    taken = Taken()
    towns_file = platform.settings.data / _TOWNS
    towns = read_towns(towns_file) if towns_file.is_file() else None
    for file in files:
        with tempfile.TemporaryDirectory(prefix="kakazu-paper-") as folder:
            path = Path(folder) / "page"
            file.save(path)
            for page in _pages(path, file_name(file.filename or "")):
                _take(platform, actor, page, towns, taken)
    return taken


def file_name(told: str) -> str:
    """The name a file was sent with, without folders and control characters."""
    name = re.sub(r"[\x00-\x1f\x7f]", "", re.split(r"[/\\]", told)[-1]).strip()
    return name[-_LONGEST_NAME:] or "名前のないファイル"


def _pages(path: Path, name: str) -> Iterator[PageImage]:
    """The pages under the file's own name; one without a picture is known by the file and its place."""
    content = hashlib.sha256(path.read_bytes()).hexdigest()
    for page in load_pages(path):
        unknown = hashlib.sha256(f"{content} {page.page}".encode()).hexdigest()
        yield replace(page, source=name, sha256=page.sha256 or unknown)


def _take(platform: Platform, actor: Actor, page: PageImage, towns: LocalTowns | None, taken: Taken) -> None:
    with platform.sessions.begin() as session:
        known = intake.known_page(session, actor, page.sha256)
        if known is not None and known.state is not PaperState.DISCARDED:
            taken.known += 1
            return
    reading = read_image(page, platform.catalogue, towns=towns)
    try:
        with platform.sessions.begin() as session:
            intake.store_page(session, actor, platform.vault, reading)
    except IntegrityError:  # somebody else has stored the same page meanwhile
        taken.known += 1
        return
    if reading.problem:
        taken.unreadable += 1
    else:
        taken.read += 1
