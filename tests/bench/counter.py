"""Tablets saving an answer every two seconds on the embedded shape, against a bare application.

Run by hand: `python -m tests.bench.counter [SECONDS]`. The suite is `kakazu up --empty` in a process of its
own (SQLite, WAL, `synchronous=FULL`), each tablet a signed-in officer's session with a case of its own
somewhere between its first and last question; a save is the page's own request, answered with the page
drawn anew. The bare application (Flask, waitress with as many threads, same database settings) writes one
row and answers with as many bytes. Latency is from sending to the last byte; loopback.
"""

from __future__ import annotations

import http.client
import http.cookiejar
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from waitress import serve

from forms.households import Household, load_households
from forms.interview import Interview
from office import clock
from office.accounts.roles import Role
from office.database import make_engine
from office.platform import Platform
from office.records import cases
from office.web.serving import OPTIONS
from tests.support.ground import PASSWORD, officer, opened
from tests.support.suite import running_suite

LOADS = (1, 12, 25, 50, 100)
EVERY = 2.0
FACT = "contact.phone"
LOGIN = "mado"
BARE_LOADS = (1, 50)


@dataclass(frozen=True, slots=True)
class Figures:
    """Milliseconds of the saves of one load, and how many came a second."""

    tablets: int
    took: tuple[float, ...]
    seconds: float

    def at(self, share: float) -> float:
        """The latency that a share of the saves did not exceed."""
        ordered = sorted(self.took)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    @property
    def rate(self) -> float:
        """Saves a second."""
        return len(self.took) / self.seconds


class Tablet:
    """One tablet: its session, its case, one save after the other."""

    def __init__(self, address: str, path: str, fields: dict[str, str], cookie: str) -> None:
        self.host = urllib.parse.urlsplit(address).netloc
        self.path, self.fields, self.cookie = path, fields, cookie
        self.connection = http.client.HTTPConnection(self.host, timeout=60)
        self.saves = 0

    def save(self) -> float:
        """Milliseconds of one save. Raises `RuntimeError` where it is not answered as saved."""
        self.saves += 1
        body = urllib.parse.urlencode({**self.fields, FACT: f"090-{self.saves:04d}-{id(self) % 10_000:04d}"})
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "HX-Request": "true",
            "Cookie": self.cookie,
        }
        start = time.perf_counter()
        self.connection.request("POST", self.path, body, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status != 200 or len(content) < 1000:
            raise RuntimeError(f"{answer.status}: {content[:200]!r}")
        return (time.perf_counter() - start) * 1000


def prepared(data: Path) -> list[str]:
    """As many cases as the greatest load needs, at every stage of the conversation; their ids."""
    platform = opened(data)
    actor = officer(platform.sessions, LOGIN, Role.COUNTER)
    found = []
    stages = _stages(platform)
    for number in range(max(LOADS)):
        with platform.sessions.begin() as session:
            interview = stages[number % len(stages)]
            found.append(cases.open_case(session, actor, platform.vault, interview).id)
    platform.engine.dispose()
    return found


def _stages(platform: Platform) -> list[Interview]:
    """A family's move-in after no, some and all answers."""
    households = load_households()
    family: Household = next(one for one in households.types if one.key == "employee-family")
    whole = households.tell(Interview.begin(platform.catalogue, "move-in", clock.today()), family)
    stages, names = [], list(whole.answers)
    for count in range(0, len(names) + 1, 4):
        interview = whole
        for name in names[count:]:
            interview = interview.forget(name)
        stages.append(interview)
    return stages


def signed_in(address: str, case_id: str) -> Tablet:
    """A tablet with the case open."""
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

    def token(page: str) -> str:
        found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)
        if found is None:
            raise RuntimeError(page[:500])
        return found[1]

    page = browser.open(f"{address}/sign-in").read().decode()
    fields = {"login": LOGIN, "password": PASSWORD, "csrf_token": token(page)}
    browser.open(f"{address}/sign-in", urllib.parse.urlencode(fields).encode()).read()
    page = browser.open(f"{address}/counter/{case_id}").read().decode()
    cookie = "; ".join(f"{one.name}={one.value}" for one in jar)
    return Tablet(address, f"/counter/{case_id}/answers/{FACT}", {"csrf_token": token(page)}, cookie)


def loaded(tablets: Sequence[Tablet], seconds: float) -> Figures:
    """Every tablet saves every two seconds, evenly spread; a late one does not wait for its turn."""
    took: list[float] = []
    begin = time.perf_counter() + 0.5

    def work(number: int, tablet: Tablet) -> None:
        due = begin + EVERY * number / len(tablets)
        while due < begin + seconds:
            time.sleep(max(0.0, due - time.perf_counter()))
            took.append(tablet.save())
            due += EVERY

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(tablets)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Figures(len(tablets), tuple(took), seconds)


@contextmanager
def bare(data: Path, size: int) -> Iterator[str]:
    """The bare application in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.counter", "bare", str(data), str(size)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def serve_bare(data: Path, size: int) -> None:
    """One row a request, committed as ours are; the answer has `size` bytes."""
    engine = make_engine(f"sqlite:///{data / 'bare.db'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS saved (at TEXT, body TEXT)")
    app, page = Flask("bare"), "x" * size

    @app.post("/counter/<path:_rest>")
    def save(_rest: str) -> str:
        with engine.begin() as connection:
            connection.exec_driver_sql("INSERT INTO saved VALUES (datetime(), 'x')")
        return page

    listener = socket.create_server(("127.0.0.1", 0))
    sys.stdout.write(f"{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    serve(app, sockets=[listener], **OPTIONS)


def main(seconds: float) -> None:
    """Print the table."""
    lines = [
        "| application | tablets | saves/s | p50 ms | p95 ms | p99 ms | p95 against bare |",
        "|---|---|---|---|---|---|---|",
    ]
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        ids = prepared(data)
        with bare(Path(folder), 90_000) as address:
            plain = {
                count: loaded([Tablet(address, "/counter/x", {}, "") for _ in range(count)], seconds)
                for count in BARE_LOADS
            }
        lines += [_line("bare Flask, one row", one, None) for one in plain.values()]
        with running_suite(data, empty=True) as address:
            tablets = [signed_in(address, one) for one in ids]
            for count in LOADS:
                lines.append(_line("kakazu up", loaded(tablets[:count], seconds), plain.get(count)))
    sys.stdout.write("\n".join(lines) + "\n")


def _line(name: str, one: Figures, against: Figures | None) -> str:
    ratio = f"{one.at(0.95) / against.at(0.95):.1f}×" if against else ""
    p50, p95, p99 = (f"{one.at(share):.0f}" for share in (0.5, 0.95, 0.99))
    return f"| {name} | {one.tablets} | {one.rate:.1f} | {p50} | {p95} | {p99} | {ratio} |"


if __name__ == "__main__":
    if sys.argv[1:2] == ["bare"]:
        serve_bare(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main(float(sys.argv[1]) if sys.argv[1:] else 40.0)
