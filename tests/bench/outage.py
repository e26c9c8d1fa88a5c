"""What the desks feel while tablets send what they took without the network.

Run by hand: `python -m tests.bench.outage [SECONDS]`. The suite as in `tests.bench.counter`: desks save an
answer every two seconds; beside them ten tablets that come back at once send one signed case after the other,
each a person's move-in, and come again a little later where they are asked to. The same desks without them
are the baseline.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from office.accounts.roles import Role
from office.platform import open_platform
from office.records import tablets
from office.settings import load_settings
from tests.bench.counter import loaded, prepared, signed_in
from tests.bench.showing import DESKS, row
from tests.support.ground import officer
from tests.support.offline import parcel_of, signed_body
from tests.support.suite import running_suite

TABLETS = 10
PAUSE = 2.0


def waiting(data: Path) -> tuple[list[str], str]:
    """The tokens of enrolled tablets, and the body of a case that any of them may have signed."""
    platform = open_platform(load_settings(data))
    keeper = officer(platform.sessions, "keeper", Role.COUNTER)
    with platform.sessions.begin() as session:
        tokens = [tablets.enrol(session, keeper, f"{number}番の端末").token for number in range(TABLETS)]
    body = signed_body(platform)
    platform.engine.dispose()
    return tokens, body


def sendings(body: str) -> Iterator[dict[str, Any]]:
    """The case again and again, each time under an id of its own."""
    chance = random.Random(3)
    while True:
        one = f"00000000-0000-4000-8000-{chance.randrange(16**12):012x}"
        yield parcel_of(json.dumps({**json.loads(body), "id": one}, ensure_ascii=False))


def deliver(address: str, token: str, body: str, seed: int, stop: threading.Event) -> tuple[int, int]:
    """Send until told to stop; how many cases were filed, how often the tablet was asked to come again."""
    filed = asked_again = 0
    chance, cases = random.Random(seed), sendings(body)
    parcel = next(cases)
    while not stop.is_set():
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        request = urllib.request.Request(
            f"{address}/tablet/cases", json.dumps(parcel).encode(), headers, method="POST"
        )
        try:
            told = json.load(urllib.request.urlopen(request))
        except urllib.error.HTTPError as error:
            if error.code != 503:
                raise
            asked_again += 1
            stop.wait(PAUSE * chance.uniform(0.75, 1.25))
            continue
        if told["state"] != "filed":
            raise RuntimeError(str(told))
        filed += 1
        parcel = next(cases)
    return filed, asked_again


def main(seconds: float) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        ids = prepared(data)[:DESKS]
        tokens, body = waiting(data)
        with running_suite(data, empty=True) as address:
            desks = [signed_in(address, one) for one in ids]
            loaded(desks, 4.0)
            alone = loaded(desks, seconds)
            stop, told = threading.Event(), list[tuple[int, int]]()
            sending = [
                threading.Thread(
                    target=lambda pair=pair: told.append(deliver(address, pair[1], body, pair[0], stop))
                )
                for pair in enumerate(tokens)
            ]
            for one in sending:
                one.start()
            begin = time.perf_counter()
            beside = loaded(desks, seconds)
            stop.set()
            for one in sending:
                one.join()
            took = time.perf_counter() - begin
    lines = [
        "| desks saving | p50 ms | p95 ms | p99 ms | slowest ms | p95 against alone |",
        "|---|---|---|---|---|---|",
        row(f"{DESKS} alone", alone, alone),
        row(f"{DESKS} beside {TABLETS} tablets that send", beside, alone),
    ]
    filed, again = _sums(told)
    lines += [
        "",
        f"{filed} cases filed, {filed / took:.1f} a second; asked to come again {again} times.",
    ]
    sys.stdout.write("\n".join(lines) + "\n")


def _sums(told: Sequence[tuple[int, int]]) -> tuple[int, int]:
    return sum(filed for filed, _ in told), sum(again for _, again in told)


if __name__ == "__main__":
    main(float(sys.argv[1]) if sys.argv[1:] else 20.0)
