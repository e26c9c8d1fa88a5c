"""What the other desks feel while one desk has a family's documents made.

Run by hand: `python -m tests.bench.showing [SECONDS]`. The suite as in `tests.bench.counter`: desks save an
answer every two seconds; beside them one desk presses 住民に見せる for one finished case after the other,
with a pause of two seconds. The same desks without the one that shows are the baseline.
"""

from __future__ import annotations

import itertools
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import update

from office.records.models.cases import Case
from tests.bench.counter import LOGIN, Figures, Tablet, loaded, prepared, signed_in
from tests.support.faces import case_of_family, suite_platform
from tests.support.suite import running_suite

DESKS = 25
PAUSE = 2.0


def finished(data: Path, count: int) -> list[str]:
    """Cases of a family whose documents can be shown; their ids."""
    platform = suite_platform(data)
    found = [case_of_family(platform, login=LOGIN) for _ in range(count)]
    with platform.sessions.begin() as session:  # the same family over and over: nobody is asked about doubles
        session.execute(update(Case).where(Case.id.in_(found)).values(person_index=None))
    platform.engine.dispose()
    return found


def show(tablet: Tablet, case_id: str) -> float:
    """Seconds until the documents of a case are made. Raises `RuntimeError` where they are not."""
    body = urllib.parse.urlencode({"csrf_token": tablet.fields["csrf_token"]})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": tablet.cookie}
    start = time.perf_counter()
    tablet.connection.request("POST", f"/counter/{case_id}/show", body, headers)
    answer = tablet.connection.getresponse()
    content = answer.read()
    if answer.status != 302 or "/resident/" not in (answer.headers["Location"] or ""):
        raise RuntimeError(f"{answer.status}: {content[:300].decode()}")
    return time.perf_counter() - start


def shown_meanwhile(desk: Tablet, waiting: Sequence[str], stop: threading.Event) -> list[float]:
    """Show one case after the other until told to stop; how long each took."""
    took = []
    for case_id in waiting:
        if stop.is_set():
            break
        took.append(show(desk, case_id))
        stop.wait(PAUSE)
    return took


def main(seconds: float) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        ids, waiting = prepared(data)[:DESKS], finished(data, int(seconds / PAUSE))
        with running_suite(data, empty=True) as address:
            tablets = [signed_in(address, one) for one in ids]
            loaded(tablets, 4.0)
            alone = loaded(tablets, seconds)
            desk, stop = signed_in(address, waiting[0]), threading.Event()
            took: list[float] = []
            showing = threading.Thread(target=lambda: took.extend(shown_meanwhile(desk, waiting, stop)))
            showing.start()
            beside = loaded(tablets, seconds)
            stop.set()
            showing.join()
    lines = [
        "| desks saving | p50 ms | p95 ms | p99 ms | slowest ms | p95 against alone |",
        "|---|---|---|---|---|---|",
    ]
    lines += [row(f"{DESKS} alone", alone, alone), row(f"{DESKS} beside one that shows", beside, alone)]
    told = ", ".join(f"{one:.1f}" for one in itertools.islice(sorted(took), 0, None, max(1, len(took) // 5)))
    sys.stdout.write("\n".join(lines) + f"\n\n{len(took)} families shown, seconds each: {told}\n")


def row(name: str, one: Figures, alone: Figures) -> str:
    cells = [f"{one.at(share):.0f}" for share in (0.5, 0.95, 0.99, 1.0)]
    return f"| {name} | {' | '.join(cells)} | {one.at(0.95) / alone.at(0.95):.1f}× |"


if __name__ == "__main__":
    main(float(sys.argv[1]) if sys.argv[1:] else 20.0)
