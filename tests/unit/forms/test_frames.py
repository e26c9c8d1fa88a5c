"""Waiting for a child: as long as it may work, not as long as a busy machine keeps it from working."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from forms import frames
from forms.frames import Patience

ANSWERS = """
import os, time
from forms import frames
time.sleep(2)
frames.write(os.fdopen(1, "wb", 0), "done")
"""


@contextmanager
def child(program: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as started:
        try:
            yield started
        finally:
            started.kill()


def heard(started: subprocess.Popen[bytes], seconds: float) -> object:
    assert started.stdout is not None
    return frames.read(started.stdout, Patience(started.pid, seconds))


def test_one_that_is_kept_waiting_is_heard() -> None:
    with child(ANSWERS) as started:
        assert heard(started, 1) == "done"


def test_one_that_works_too_long_is_given_up() -> None:
    with child("while True: pass") as started:
        patience = Patience(started.pid, 0.5)
        assert not patience.over
        with pytest.raises(TimeoutError):
            heard(started, 0.5)
        assert patience.over


def test_one_that_never_answers_is_given_up() -> None:
    with child("import sys; sys.stdin.read()") as started, pytest.raises(TimeoutError):
        heard(started, 0.1)


def test_one_that_is_gone_says_so() -> None:
    with child("") as started, pytest.raises(EOFError):
        heard(started, 60)
