"""What the bench of batches looks with: a clerk's browser, the memory of processes, the grown suite."""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import socket
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.support.ground import PASSWORD
from tests.support.suite import KAKAZU


class Visitor:
    """A signed-in clerk: milliseconds of every page asked for, by what it is."""

    def __init__(self, address: str, login: str) -> None:
        self.address, self.took, self._turns = address, dict[str, list[float]](), dict[str, int]()
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._browser = urllib.request.build_opener(jar)
        fields = {"login": login, "password": PASSWORD}
        self.post("/sign-in", "/sign-in", fields)

    def get(self, what: str, path: str, *, part: bool = False, every: int = 1) -> float:
        """Ask for a page (or its living part) every so many calls; the milliseconds to its last byte."""
        turn = self._turns[what] = self._turns.get(what, -1) + 1
        if turn % every:
            return 0.0
        begun = time.perf_counter()
        asked = urllib.request.Request(self.address + path, headers={"HX-Request": "true"} if part else {})
        self._browser.open(asked, timeout=300).read()
        took = 1000 * (time.perf_counter() - begun)
        if not what.startswith("after: "):
            self.took.setdefault(what, []).append(took)
        return took

    def post(self, path: str, form_on: str, fields: Mapping[str, str] | None = None) -> None:
        """Send a form with the token of the page it stands on."""
        page = self._browser.open(self.address + form_on, timeout=300).read().decode()
        found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)
        if found is None:
            raise RuntimeError(page[:500])
        body = urllib.parse.urlencode({**(fields or {}), "csrf_token": found[1]}).encode()
        self._browser.open(self.address + path, body, timeout=300).read()


class Machine:
    """Memory in megabytes and processor seconds of the process that works and its children that read."""

    def __init__(self, pid: int) -> None:
        self.pid, self.suite, self.reader = pid, 0, 0
        self.spent: dict[str, float] = {}
        self.peaks: dict[str, int] = {"suite": 0, "reader": 0, "parser": 0}

    @staticmethod
    def child_named(word: str) -> int:
        """The child of this process that was started with such a word."""
        return next(pid for pid in _children(os.getpid()) if word in _command(pid))

    def look(self) -> None:
        """Take a look: what is resident now, and the most so far."""
        self.suite, most = resident(self.pid, "VmRSS"), resident(self.pid, "VmHWM")
        self.peaks["suite"] = max(self.peaks["suite"], most)
        self.spent["suite"] = processor(self.pid)
        for child in _children(self.pid):
            if "reading_process" in " ".join(_command(child)):
                self.reader = resident(child, "VmRSS")
                self.peaks["reader"] = max(self.peaks["reader"], resident(child, "VmHWM"))
                self.spent[f"reader {child}"] = processor(child)
                for parser in _children(child):
                    self.peaks["parser"] = max(self.peaks["parser"], resident(parser, "VmHWM"))


def resident(pid: int, line: str) -> int:
    """Resident memory of a process in megabytes: `VmRSS` now, `VmHWM` at most; 0 when it has ended."""
    with suppress(OSError, StopIteration):
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
        return int(next(one for one in status if one.startswith(f"{line}:")).split()[1]) // 1024
    return 0


def processor(pid: int) -> float:
    """Seconds of processor time of a process and of the children it has ended; 0 when it has ended."""
    with suppress(OSError):
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return sum(int(part) for part in stat[11:15]) / os.sysconf("SC_CLK_TCK")
    return 0.0


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += [int(one) for one in task.read_text(encoding="ascii").split()]
    return found


def _command(pid: int) -> list[str]:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace").split("\0")
    return []


@contextmanager
def grown_suite(data: Path, environment: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Web, worker and clock as processes of their own: the address, and the worker's process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        bind = f"127.0.0.1:{probe.getsockname()[1]}"
    log = (data.parent / "grown.log").open("w")
    commands = (["worker", "--json"], ["clock"], ["web", "--bind", bind, "--workers", "1"])
    started = [
        subprocess.Popen(
            [str(KAKAZU), "--data", str(data), *command],
            stdout=subprocess.PIPE if command[0] == "worker" else log,
            stderr=log,
            text=True,
            env={**os.environ, **environment},
        )
        for command in commands
    ]
    try:
        if started[0].stdout is None or json.loads(started[0].stdout.readline())["state"] != "ready":
            raise RuntimeError("the worker did not come up")
        _answering(f"http://{bind}/sign-in")
        yield f"http://{bind}", started[0].pid
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.communicate(timeout=60)
        log.close()


def _answering(address: str) -> None:
    for _ in range(120):
        with suppress(OSError), urllib.request.urlopen(address, timeout=5):
            return
        time.sleep(0.5)
    raise RuntimeError(f"nothing answers at {address}")
