"""The press: applications are printed in processes of their own, so that every other page stays quick.

Printing is a quarter of a second of pure Python a document. In the suite's own process it would hold up
whoever saves an answer meanwhile.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import weakref
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from forms import frames
from forms.rendering.application import Typeset, print_pdf

MOST = 2
SECONDS_A_PAGE = 60.0
KEPT = 100


class Press:
    """Prints what was typeset. `processes` of its own start with the first page; none: it prints here.

    A process that dies or takes too long costs nothing but time: its page is printed here.
    """

    def __init__(self, processes: int = 0) -> None:
        self._hands = ThreadPoolExecutor(processes, "press") if processes else None
        self._own = threading.local()
        self._children: set[subprocess.Popen[bytes]] = set()
        self._printed: OrderedDict[Typeset, bytes] = OrderedDict()
        self._lock = threading.Lock()
        # Whoever forgets to close it, and the end of the program, leave no process behind.
        self._finish = weakref.finalize(self, _end_all, self._children)

    @classmethod
    def beside_pages(cls) -> Press:
        """The press of a process that serves pages: one core stays with them."""
        return cls(max(1, min(MOST, (os.cpu_count() or 1) - 1)))

    def print_ahead(self, pages: Sequence[Typeset]) -> None:
        """Print these pages side by side and keep them until `print` asks for them, the last hundred."""
        printed = list(self._hands.map(self._by_hand, pages) if self._hands else map(print_pdf, pages))
        with self._lock:
            self._printed.update(zip(pages, printed, strict=True))
            while len(self._printed) > KEPT:
                self._printed.popitem(last=False)

    def print(self, page: Typeset) -> bytes:
        """The PDF of a page, the one printed ahead if there is one."""
        with self._lock:
            ready = self._printed.pop(page, None)
        if ready is not None:
            return ready
        return self._hands.submit(self._by_hand, page).result() if self._hands else print_pdf(page)

    def _by_hand(self, page: Typeset) -> bytes:
        child: subprocess.Popen[bytes] | None = getattr(self._own, "child", None)
        if child is None or child.poll() is not None:
            child = self._own.child = _started()
            self._children.add(child)
        try:
            return _printed_by(child, page)
        except (OSError, EOFError, TimeoutError):
            frames.end(child)
            self._children.discard(child)
            self._own.child = None
            return print_pdf(page)

    @property
    def pids(self) -> tuple[int, ...]:
        """The numbers of its processes."""
        return tuple(child.pid for child in self._children)

    def close(self) -> None:
        """End its processes."""
        if self._hands is not None:
            self._hands.shutdown()
        self._finish()


def _started() -> subprocess.Popen[bytes]:
    # Not `-m`: as `__main__` the classes of the frames would be others than these.
    command = [sys.executable, "-P", "-c", "from forms.rendering.press import main; main()"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)  # noqa: S603 - our own module


def _end_all(children: set[subprocess.Popen[bytes]]) -> None:
    for child in children:
        frames.end(child)
    children.clear()


def _printed_by(child: subprocess.Popen[bytes], page: Typeset) -> bytes:
    if child.stdin is None or child.stdout is None:
        raise EOFError
    frames.write(child.stdin, page)
    pdf: bytes | None = frames.read(child.stdout, frames.Patience(child.pid, SECONDS_A_PAGE))
    return print_pdf(page) if pdf is None else pdf


def main() -> None:
    """Be a process of the press until the other end goes."""
    # What a library prints must not come between the frames.
    outgoing = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    incoming = os.fdopen(os.dup(0), "rb", buffering=0)
    while True:
        try:
            page: Typeset = frames.read(incoming)
            frames.write(outgoing, _tried(page))
        except (EOFError, BrokenPipeError):
            return


def _tried(page: Typeset) -> bytes | None:
    """The PDF; None where it fails, so that the suite's own process meets the fault and tells it."""
    try:
        return print_pdf(page)
    except Exception:  # noqa: BLE001 - whatever it is, it is raised again where the page is wanted
        return None
