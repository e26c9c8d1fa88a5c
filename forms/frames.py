"""Words between the suite's own process and a child of it: over a pipe, as a length and a pickle.

`write` and `read` are only for pipes whose both ends are our own modules.
"""

from __future__ import annotations

import pickle
import selectors
import struct
import time
from typing import IO, Any

_LENGTH = struct.Struct(">Q")


def write(pipe: IO[bytes], word: object) -> None:
    """Send one word over an unbuffered pipe. Raises `OSError` when the other end is gone."""
    content = pickle.dumps(word)
    frame = memoryview(_LENGTH.pack(len(content)) + content)
    while frame:
        frame = frame[pipe.write(frame) :]


def read(pipe: IO[bytes], until: float | None = None) -> Any:
    """The next word. Raises `EOFError` when the other end is gone, `TimeoutError` after the instant `until`.

    `until` is of the monotonic clock, in seconds.
    """
    (length,) = _LENGTH.unpack(exactly(pipe, _LENGTH.size, until))
    return pickle.loads(exactly(pipe, length, until))  # noqa: S301 - both ends are ours


def exactly(pipe: IO[bytes], length: int, until: float | None) -> bytes:
    """Exactly `length` bytes, whoever the other end is. Raises as `read` does."""
    content = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while len(content) < length:
            if until is not None and not selector.select(max(0.0, until - time.monotonic())):
                raise TimeoutError
            chunk = pipe.read(length - len(content))
            if not chunk:
                raise EOFError
            content += chunk
    return bytes(content)
