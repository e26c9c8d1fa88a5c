"""What the other desks feel while one desk has a family's documents made, and while it has them signed.

Run by hand: `python -m tests.bench.showing [SECONDS]`. The suite as in `tests.bench.counter`: desks save an
answer every two seconds; beside them one desk presses 住民に見せる for one finished case after the other,
with a pause of two seconds, and then has one after the other signed. The same desks without that one are
the baseline.
"""

from __future__ import annotations

import re
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import TypeVar

from sqlalchemy import update

from office.records.models.cases import Case
from tests.bench.counter import LOGIN, Figures, Tablet, loaded, prepared, signed_in
from tests.support.faces import case_of_family, suite_platform
from tests.support.pages import strokes_field
from tests.support.suite import running_suite

DESKS = 25
PAUSE = 2.0
Each = TypeVar("Each")


def finished(data: Path, count: int) -> list[str]:
    """Cases of a family whose documents can be shown; their ids."""
    platform = suite_platform(data)
    found = [case_of_family(platform, login=LOGIN) for _ in range(count)]
    with platform.sessions.begin() as session:  # the same family over and over: nobody is asked about doubles
        session.execute(update(Case).where(Case.id.in_(found)).values(person_index=None))
    platform.engine.dispose()
    return found


@dataclass(slots=True)
class Desk:
    """The desk that shows and has signed; `shown` are the cases with the cookie of their resident's face."""

    tablet: Tablet
    shown: list[tuple[str, str]] = field(default_factory=list)

    def show(self, case_id: str) -> float:
        """Seconds until the documents of a case are made. Raises `RuntimeError` where they are not."""
        seconds, answer = self._post(f"/counter/{case_id}/show", self.tablet.cookie, {}, "/resident/")
        self.shown.append((case_id, answer["Set-Cookie"].partition(";")[0]))
        return seconds

    def sign(self, shown: tuple[str, str]) -> float:
        """Seconds until they are signed, sealed and filed. Raises `RuntimeError` where they are not."""
        page, cookie = f"/resident/{shown[0]}/sign", shown[1]
        self.tablet.connection.request("GET", page, headers={"Cookie": cookie})
        text = self.tablet.connection.getresponse().read().decode()
        nonce = re.search(r'name="nonce"[^>]* value="([^"]+)"', text)
        if nonce is None:
            raise RuntimeError(f"{page} asks for no signature")
        fields = {"nonce": nonce[1], "strokes": strokes_field(), "sure": "yes"}
        return self._post(page, cookie, fields, "/done")[0]

    def _post(self, path: str, cookie: str, fields: dict[str, str], wanted: str) -> tuple[float, Message]:
        body = urllib.parse.urlencode({"csrf_token": self.tablet.fields["csrf_token"], **fields})
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
        start = time.perf_counter()
        self.tablet.connection.request("POST", path, body, headers)
        answer = self.tablet.connection.getresponse()
        content = answer.read()
        if answer.status != 302 or wanted not in (answer.headers["Location"] or ""):
            raise RuntimeError(f"{answer.status}: {content[:300].decode()}")
        return time.perf_counter() - start, answer.headers


def one_after_the_other(
    act: Callable[[Each], float], cases: Sequence[Each], desks: Sequence[Tablet], seconds: float
) -> tuple[Figures, list[float]]:
    """The saves of the desks while `act` is done to one case after the other; how long each of these took."""
    stop, took = threading.Event(), list[float]()

    def work() -> None:
        for one in cases:
            if stop.is_set():
                break
            took.append(act(one))
            stop.wait(PAUSE)

    acting = threading.Thread(target=work)
    acting.start()
    beside = loaded(desks, seconds)
    stop.set()
    acting.join()
    return beside, took


def main(seconds: float) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        ids, waiting = prepared(data)[:DESKS], finished(data, int(seconds / PAUSE))
        with running_suite(data, empty=True) as address:
            tablets = [signed_in(address, one) for one in ids]
            loaded(tablets, 4.0)
            alone = loaded(tablets, seconds)
            desk = Desk(signed_in(address, waiting[0]))
            showing, shown = one_after_the_other(desk.show, waiting, tablets, seconds)
            signing, signed = one_after_the_other(desk.sign, desk.shown, tablets, seconds)
    lines = [
        "| desks saving | p50 ms | p95 ms | p99 ms | slowest ms | p95 against alone |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        row(f"{DESKS} alone", alone, alone),
        row(f"{DESKS} beside one that shows", showing, alone),
        row(f"{DESKS} beside one that has signed", signing, alone),
        "",
        f"{len(shown)} families shown, seconds each: {_told(shown)}",
        f"{len(signed)} families signed, seconds each: {_told(signed)}",
    ]
    sys.stdout.write("\n".join(lines) + "\n")


def _told(took: Sequence[float]) -> str:
    return ", ".join(f"{one:.1f}" for one in sorted(took)[:: max(1, len(took) // 5)])


def row(name: str, one: Figures, alone: Figures) -> str:
    cells = [f"{one.at(share):.0f}" for share in (0.5, 0.95, 0.99, 1.0)]
    return f"| {name} | {' | '.join(cells)} | {one.at(0.95) / alone.at(0.95):.1f}× |"


if __name__ == "__main__":
    main(float(sys.argv[1]) if sys.argv[1:] else 20.0)
