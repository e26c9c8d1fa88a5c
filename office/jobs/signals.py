"""Waiting for the end: SIGTERM from the process manager or Ctrl+C from a person."""

from __future__ import annotations

import signal
import threading
from types import FrameType


class StopSignal:
    """Make it before the work begins, in the main thread; `wait()` returns at SIGTERM or SIGINT."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def wait(self) -> None:
        """Sleep until the process is asked to stop."""
        self._asked.wait()

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self._asked.set()
