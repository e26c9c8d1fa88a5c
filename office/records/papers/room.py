"""The reading room: one reading process, and the file it has open, unsealed in a folder of its own.

What a dead process left in the folder is removed at the next beginning.
"""

from __future__ import annotations

import shutil
import socket
import tempfile
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from sqlalchemy.orm import Session

from forms.rendering.sheet import SheetCode
from ocr.counting import count_pages
from ocr.reading_process import Measured, Reader, ReaderGone, Seen, Setup
from ocr.tables.results import TableReading
from office.masters import TOWNS
from office.platform import CITY_DEFINITIONS, Platform
from office.records import calibration
from office.records.older_forms import forms_in_use
from office.records.papers import contents
from office.records.papers.reading import gone, identity_of

FOLDER = "reading"


class Stored(Protocol):
    """A file whose content lies sealed in pieces that `id` owns."""

    @property
    def id(self) -> str:
        """The owner of its pieces."""

    @property
    def name(self) -> str:
        """The name it came with."""

    @property
    def sha256(self) -> str:
        """The hash of its content."""


@dataclass(slots=True)
class _Open:
    """The file on the table: where it lies, and the page that comes next."""

    file: Stored
    path: Path
    following: int


class Room:
    """One at a time in a process. `close()` ends the reading process and removes what was unsealed."""

    def __init__(self, platform: Platform) -> None:
        data = platform.settings.data
        self._vault = platform.vault
        self._folder = data / FOLDER
        self._reader = Reader(Setup(data / CITY_DEFINITIONS, data / TOWNS))
        self._open: _Open | None = None
        self._place: Path | None = None

    def count(self, session: Session, file: Stored) -> int:
        """The pages of a file; 0 when it cannot be told."""
        return count_pages(self._laid_out(session, file))

    def page(self, session: Session, file: Stored, number: int) -> Seen | None:
        """Page `number` of the file, not yet read; None after its last. Its hash is never empty.

        A page at which the reading process ends is tried twice; then it comes without a picture.
        """
        for _ in range(2):
            try:
                self._turn_to(session, file, number)
                seen = self._reader.next_page()
            except ReaderGone:
                self._open = None
                continue
            if self._open is not None:
                self._open.following = number + 1
            return None if seen is None else replace(seen, sha256=identity_of(file.sha256, seen))
        lost = Seen(number, "", blank=False)
        return replace(lost, sha256=identity_of(file.sha256, lost))

    def read(self, session: Session, file: Stored, seen: Seen, told: SheetCode | None = None) -> Measured:
        """What stands on the page that has just come."""
        for _ in range(2):
            try:
                self._turn_back(session, file, seen)
                measured = self._reader.read(told, calibration.current(session))
            except ReaderGone:
                self._open = None
                continue
            return replace(measured, reading=replace(measured.reading, sha256=seen.sha256))
        return Measured(gone(seen, file.name), "", 0)

    def read_table(self, session: Session, file: Stored, seen: Seen) -> TableReading:
        """What stands on the page that has just come, as a list."""
        for _ in range(2):
            try:
                self._turn_back(session, file, seen)
                found = self._reader.read_table()
            except ReaderGone:
                self._open = None
                continue
            return replace(found, sha256=seen.sha256)
        problem = gone(seen, file.name).problem
        return TableReading(file.name, seen.number, seen.sha256, problem, (), (), ())

    @property
    def pid(self) -> int:
        """The reading process; 0 while there is none."""
        return self._reader.pid or 0

    def close(self) -> None:
        """End the reading process, remove what was unsealed."""
        self._reader.close()
        self._open = None
        if self._place is not None:
            shutil.rmtree(self._place, ignore_errors=True)
            self._place = None

    def _turn_back(self, session: Session, file: Stored, seen: Seen) -> None:
        """Have the page before the reading process again, after it ended."""
        if self._open is None:
            self._turn_to(session, file, seen.number)
            self._reader.next_page()
            self._following(seen.number + 1)

    def _following(self, number: int) -> None:
        if self._open is not None:
            self._open.following = number

    def _turn_to(self, session: Session, file: Stored, number: int) -> None:
        """Have the file open so that page `number` is the one that comes."""
        here = self._open
        if here is not None and here.file.id == file.id and here.following == number:
            return
        path = self._laid_out(session, file)
        self._reader.open(path, file.name, number, forms_in_use(session, self._vault))
        self._open = _Open(file, path, number)

    def _laid_out(self, session: Session, file: Stored) -> Path:
        """The file unsealed; the one before it is removed."""
        if self._place is None:
            self._place = self._clean_place()
        path = self._place / file.id
        if path.exists():
            return path
        for other in self._place.iterdir():
            other.unlink()
        self._open = None
        draft = path.with_suffix(".part")
        with draft.open("wb") as target:
            for chunk in contents.read(session, self._vault, file.id):
                target.write(chunk)
        return draft.rename(path)

    def _clean_place(self) -> Path:
        """A new folder of this process; those of dead processes of this machine go."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        mine = f"{socket.gethostname()}-"
        for left in self._folder.glob(f"{mine}*"):
            owner = left.name.removeprefix(mine).partition("-")[0]
            if not (Path("/proc") / owner).exists():
                shutil.rmtree(left, ignore_errors=True)
        with suppress(OSError):
            self._folder.chmod(0o700)
        return Path(tempfile.mkdtemp(prefix=f"{mine}{_pid()}-", dir=self._folder))


def _pid() -> str:
    return Path("/proc/self").readlink().name
