"""Reading in a process of its own, spoken to over its pipes.

The suite's own process stays free for its pages, the memory of engines ends with the child, and a page that
kills it costs that page alone. For each page the child first says what has come; only when it is told to
it reads it, so that a page known by its hash costs no reading.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import time
import weakref
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from forms import frames
from forms.catalogue import PACKAGED, Catalogue, catalogue_of, load_catalogue
from forms.definition_files import read_files
from forms.rendering.sheet import SheetCode
from forms.values.addresses import LocalTowns, read_towns
from ocr.batch import ENGINES, read_image
from ocr.calibration import USUAL, Promise
from ocr.older_forms import OlderForm
from ocr.page import PageImage, load_pages
from ocr.readings import PageReading
from ocr.stages.registration import ink_share
from ocr.tables.results import TableReading
from ocr.tables.table import read_table
from ocr.versions import engine_versions

SECONDS_A_PAGE = 180.0
BLANK = 0.0005
NICENESS = 10


@dataclass(frozen=True, slots=True)
class Setup:
    """Where the child finds the city's own definitions and towns; None where there are none."""

    definitions: Path | None = None
    towns: Path | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A page that has come: its number and hash (empty without a picture), and whether it is a blank one."""

    number: int
    sha256: str
    blank: bool


@dataclass(frozen=True, slots=True)
class Measured:
    """A reading with its engines and how long it took."""

    reading: PageReading
    engines: str
    milliseconds: int


@dataclass(frozen=True, slots=True)
class _File:
    """What to open: the name goes into the readings, `first` is the page to begin with, `older` are the forms
    without marks that its pages may be.
    """

    path: Path
    name: str
    first: int
    older: tuple[OlderForm, ...]


class ReaderGone(Exception):
    """The child ended, or took too long, in the middle of a page."""


class Reader:
    """The parent's end. Use as a context manager, or `close()` it; it is started by the first `open()`."""

    def __init__(self, setup: Setup, niceness: int = NICENESS, seconds: float = SECONDS_A_PAGE) -> None:
        self._setup = setup
        self._niceness = niceness
        self._seconds = seconds
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """The reader itself."""
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None
    ) -> None:
        """End the child."""
        self.close()

    def open(self, path: Path, name: str, first: int = 1, older: tuple[OlderForm, ...] = ()) -> None:
        """Begin with a file, at page `first`; what was open is left. `older` are the forms declared."""
        if self._child is None:
            # Not `-m`: as `__main__` the classes of the frames would be others than these.
            begin = f"from ocr.reading_process import main; main({self._niceness:d})"
            command = [sys.executable, "-P", "-c", begin]
            self._child = subprocess.Popen(  # noqa: S603 - our own module
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
            )
            # Whoever forgets to close it, and the end of the program, leave no process behind.
            self._finish = weakref.finalize(self, frames.end, self._child)
            self._say(self._setup)
        self._say(_File(path.resolve(), name, first, older))

    def next_page(self) -> Seen | None:
        """The next page of the open file, not yet read; None after the last. Raises `ReaderGone`."""
        self._say("next")
        found: Seen | None = self._hear()
        return found

    def read(self, told: SheetCode | None = None, promise: Promise = USUAL) -> Measured:
        """Read the page that has come, as the form a person says it is, if one does. Raises `ReaderGone`."""
        self._say(("read", told, promise))
        found: Measured = self._hear()
        return found

    def read_table(self) -> TableReading:
        """Read the page that has come as a list. Raises `ReaderGone`."""
        self._say("table")
        found: TableReading = self._hear()
        return found

    def close(self) -> None:
        """End the child; harmless when there is none."""
        if self._child is not None:
            self._finish()
            self._child = None

    @property
    def pid(self) -> int | None:
        """The child's process number, while there is one."""
        return None if self._child is None else self._child.pid

    def _say(self, word: object) -> None:
        if self._child is None or self._child.stdin is None:
            raise ReaderGone
        try:
            frames.write(self._child.stdin, word)
        except OSError:
            self.close()
            raise ReaderGone from None

    def _hear(self) -> Any:
        if self._child is None or self._child.stdout is None:
            raise ReaderGone
        try:
            return frames.read(self._child.stdout, frames.Patience(self._child.pid, self._seconds))
        except (EOFError, TimeoutError):
            self.close()
            raise ReaderGone from None


def _serve(incoming: IO[bytes], outgoing: IO[bytes]) -> None:
    """Answer until the other end goes."""
    setup: Setup = frames.read(incoming)
    catalogue, towns = _prepared(setup)
    pages: Any = iter(())
    page: PageImage | None = None
    file: _File | None = None
    while True:
        word = frames.read(incoming)
        if isinstance(word, _File):
            pages, file, page = load_pages(word.path, first=word.first), word, None
        elif word == "next":
            page = None  # before the next one comes: two pages of pixels are never held
            _give_back()
            page = next(pages, None)
            frames.write(outgoing, None if page is None else _seen(page))
        elif page is not None and file is not None:
            named = replace(page, source=file.name)
            if word == "table":
                frames.write(outgoing, read_table(named))
                continue
            frames.write(outgoing, _measured(named, catalogue, towns, word[1], word[2], file.older))


def _give_back() -> None:
    """What the page before has left free goes back to the system (10 ms), where the C library is glibc."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def _prepared(setup: Setup) -> tuple[Catalogue, LocalTowns | None]:
    city = setup.definitions
    own = city is not None and city.is_dir()
    catalogue = catalogue_of(read_files(PACKAGED, city)) if own and city is not None else load_catalogue()
    return catalogue, read_towns(setup.towns) if setup.towns is not None and setup.towns.is_file() else None


def _seen(page: PageImage) -> Seen:
    blank = page.image is not None and ink_share(page.image) < BLANK
    return Seen(page.page, page.sha256, blank)


def _measured(
    page: PageImage,
    catalogue: Catalogue,
    towns: LocalTowns | None,
    told: SheetCode | None,
    promise: Promise,
    older: tuple[OlderForm, ...],
) -> Measured:
    begun = time.monotonic()
    reading = read_image(page, catalogue, towns=towns, told=told, promise=promise, older=older)
    return Measured(reading, engine_versions(ENGINES), round((time.monotonic() - begun) * 1000))


def main(niceness: int) -> None:
    """Be the child until the other end goes."""
    os.nice(niceness)
    # What a library prints must not come between the frames.
    outgoing = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    try:
        _serve(os.fdopen(os.dup(0), "rb", buffering=0), outgoing)
    except (EOFError, BrokenPipeError):
        return
