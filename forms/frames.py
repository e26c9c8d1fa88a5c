"""Words between the suite's own process and a child of it: over a pipe, as a length and a pickle.

`write` and `read` are only for pipes whose both ends are our own modules.
"""

from __future__ import annotations

import os
import pickle
import selectors
import struct
import subprocess
import time
from pathlib import Path
from typing import IO, Any

_LENGTH = struct.Struct(">Q")
_TICKS = os.sysconf("SC_CLK_TCK")
# So many times longer by the clock: on a busy machine a child that works is not at fault.
_BUSY = 10
_LOOK = 0.25


class Patience:
    """How long a child may take for one answer: so many seconds of processor time, from now on.

    One that does not work at all is given up after ten times as long.
    """

    def __init__(self, pid: int, seconds: float) -> None:
        self._pid, self._seconds = pid, seconds
        self._worked, self._begun = _processor_seconds(pid), time.monotonic()
        self.look = min(seconds, _LOOK)

    @property
    def over(self) -> bool:
        """Whether it has taken too long."""
        worked = _processor_seconds(self._pid) - self._worked
        return worked > self._seconds or time.monotonic() - self._begun > self._seconds * _BUSY


def _processor_seconds(pid: int) -> float:
    """What a child has used so far, all its threads (proc(5): fields 14 and 15, after the name)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def end(child: subprocess.Popen[bytes]) -> None:
    """End a child and wait until it is gone, its pipes closed."""
    child.kill()
    child.communicate()


def write(pipe: IO[bytes], word: object) -> None:
    """Send one word over an unbuffered pipe. Raises `OSError` when the other end is gone."""
    content = pickle.dumps(word)
    frame = memoryview(_LENGTH.pack(len(content)) + content)
    while frame:
        frame = frame[pipe.write(frame) :]


def read(pipe: IO[bytes], patience: Patience | None = None) -> Any:
    """The next word. Raises `EOFError` when the other end is gone, `TimeoutError` when patience is over."""
    (length,) = _LENGTH.unpack(exactly(pipe, _LENGTH.size, patience))
    return pickle.loads(exactly(pipe, length, patience))  # noqa: S301 - both ends are ours


def exactly(pipe: IO[bytes], length: int, patience: Patience | None) -> bytes:
    """Exactly `length` bytes, whoever the other end is. Raises as `read` does."""
    content = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while len(content) < length:
            if patience is not None and not selector.select(patience.look):
                if patience.over:
                    raise TimeoutError
                continue
            chunk = pipe.read(length - len(content))
            if not chunk:
                raise EOFError
            content += chunk
    return bytes(content)
