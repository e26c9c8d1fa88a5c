"""Turns for cases that arrive from tablets.

After an outage every tablet sends at once, and making documents takes half a second a case. One is made at
a time, a few wait; the others are asked to come again, so that the counter keeps its threads.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from office.errors import OfficeError

WAITING = 2


class Busy(OfficeError):
    """So many tablets wait already; this one keeps its case and sends it again."""

    code = "tablets-busy"


class Turns:
    """One at a time; up to `waiting` others wait."""

    def __init__(self, waiting: int = WAITING) -> None:
        self._room = threading.BoundedSemaphore(1 + waiting)
        self._turn = threading.Lock()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Hold the turn. Raises `Busy` at once where there is no room to wait."""
        if not self._room.acquire(blocking=False):
            raise Busy("ほかの端末から届いた分を受け付けています。順に送りますので、そのままお待ちください。")
        try:
            with self._turn:
                yield
        finally:
            self._room.release()
