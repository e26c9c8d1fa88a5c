"""The press: the same bytes as here, and nothing lost with a process of it."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from forms.rendering import press as presses
from forms.rendering.application import render_application, typeset
from forms.rendering.press import Press
from tests.support.sample_procedure import document

PAGE = typeset(document())
# A program that has a page printed, tells the press's process, and is gone without a word.
GONE = """
import os
from forms.rendering.press import Press
from tests.unit.forms.test_press import PAGE
press = Press(1)
press.print(PAGE)
print(*press.pids, flush=True)
os._exit(1)
"""


@pytest.fixture(scope="module")
def here() -> bytes:
    return render_application(document())


@pytest.fixture
def press() -> Iterator[Press]:
    opened = Press(2)
    yield opened
    opened.close()


def alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def test_it_prints_the_same_bytes_in_a_process_of_its_own(press: Press, here: bytes) -> None:
    assert press.print(PAGE) == here
    assert len(press.pids) == 1
    assert os.getpid() not in press.pids


def test_without_processes_it_prints_here(here: bytes) -> None:
    press = Press()
    press.print_ahead([PAGE])
    assert press.print(PAGE) == here
    assert press.pids == ()
    press.close()


def test_what_was_printed_ahead_is_handed_out_once(
    press: Press, here: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = replace(PAGE, html=PAGE.html.replace("</body>", "<p>2</p></body>"))
    press.print_ahead([PAGE, other])
    monkeypatch.setattr(presses, "_printed_by", lambda _child, _page: b"printed anew")
    assert press.print(PAGE) == here
    assert press.print(other) not in (here, b"printed anew")
    assert press.print(PAGE) == b"printed anew"


def test_only_the_last_hundred_are_kept(press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presses, "_printed_by", lambda _child, page: page.html.encode())
    press.print_ahead([replace(PAGE, html=str(number)) for number in range(presses.KEPT + 5)])
    assert len(press._printed) == presses.KEPT


def test_a_dead_process_is_started_again(press: Press, here: bytes) -> None:
    press.print(PAGE)
    (first,) = press.pids
    os.kill(first, signal.SIGKILL)
    while alive(first):
        time.sleep(0.01)
    assert press.print(PAGE) == here


def test_a_process_killed_at_work_loses_no_page(press: Press, here: bytes) -> None:
    press.print(PAGE)
    (first,) = press.pids
    os.kill(first, signal.SIGSTOP)
    printed: list[bytes] = []
    waiting = threading.Thread(target=lambda: printed.append(press.print(PAGE)))
    waiting.start()
    waiting.join(0.2)
    assert printed == []
    os.kill(first, signal.SIGKILL)
    waiting.join(30)
    assert printed == [here]
    assert first not in press.pids


def test_one_that_takes_too_long_is_given_up(
    press: Press, here: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    press.print(PAGE)
    (first,) = press.pids
    os.kill(first, signal.SIGSTOP)
    monkeypatch.setattr(presses, "SECONDS_A_PAGE", 0.2)
    assert press.print(PAGE) == here
    assert not alive(first)


def test_a_page_that_cannot_be_printed_says_why(press: Press, here: bytes) -> None:
    with pytest.raises(TypeError, match="combine"):
        press.print(replace(PAGE, dated=None))  # type: ignore[arg-type]
    assert press.print(PAGE) == here


def test_one_that_is_forgotten_leaves_no_process() -> None:
    forgotten = Press(1)
    forgotten.print(PAGE)
    (pid,) = forgotten.pids
    assert alive(pid)
    del forgotten
    gc.collect()
    assert not alive(pid)


def test_it_ends_with_the_suite_however_that_ends() -> None:
    gone = subprocess.run([sys.executable, "-c", GONE], capture_output=True, text=True, check=False)
    (pid,) = map(int, gone.stdout.split())
    until = time.monotonic() + 30
    while alive(pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not alive(pid)
