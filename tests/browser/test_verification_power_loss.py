"""The power fails while two clerks verify one batch: what was decided stays decided, once, and both go on."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import select

from office.accounts.actor import Actor
from office.accounts.operations import add_officer
from office.accounts.roles import Role
from office.audit.models import AuditEntry
from office.platform import Platform
from office.records.models.paper_batches import PaperDraft
from office.records.models.paper_decisions import DoubtState, PaperDoubt
from tests.browser.clerk import Clerk
from tests.support.chromium import TABLET
from tests.support.ground import opened
from tests.support.readings import batch_of, doubtful, example, pages_read
from tests.support.suite import KAKAZU

COPY, FORMS = "resident-record-copy", 4
DOUBTS = {"applicant.phone": doubtful("090-9999-9999"), "applicant.birth_on": doubtful("1985-05-01")}
ALL = FORMS * len(DOUBTS)


@dataclass
class Server:
    """The suite over one data folder, at one address however often it is started."""

    data: Path
    port: int
    process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        command = [str(KAKAZU), "--data", str(self.data), "up", "--empty", "--port", str(self.port), "--json"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        assert "address" in json.loads(self.process.stdout.readline())

    def lose_power(self) -> None:
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.communicate(timeout=120)


@pytest.fixture
def office(tmp_path: Path) -> tuple[Platform, str]:
    """A city with two officers, and a batch of forms with two doubts each."""
    platform = opened(tmp_path / "data")
    with platform.sessions.begin() as session:
        people = [
            add_officer(session, Actor.console(), login, login, (Role.BACK_OFFICE,), f"mihon-{login}")
            for login in ("mado", "jimu")
        ]
        pages = [
            page
            for number in range(FORMS)
            for page in pages_read(platform, COPY, example(COPY, "family"), DOUBTS, f"{number + 1:06d}")
        ]
        batch = batch_of(session, Actor.of(people[0]), platform, pages)[0].id
    return platform, batch


@pytest.fixture
def server(office: tuple[Platform, str]) -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Server(office[0].settings.data, port)
    server.start()
    yield server
    if server.process is not None:
        server.process.terminate()
        server.process.communicate(timeout=120)


def desk(browser: Browser, server: Server) -> Page:
    """A tablet whose browser was just opened."""
    address = f"http://127.0.0.1:{server.port}"
    context = browser.new_context(base_url=address, locale="ja-JP", timezone_id="Asia/Tokyo", **TABLET)
    page = context.new_page()
    page.set_default_timeout(60_000)
    return page


def states(platform: Platform) -> list[tuple[DoubtState, int]]:
    """Every doubt with the number of decisions that stand."""
    with platform.sessions() as session:
        doubts = session.scalars(select(PaperDoubt).order_by(PaperDoubt.id))
        return [(one.state, len(one.standing)) for one in doubts]


def journaled(platform: Platform) -> int:
    """How many decisions the journal tells of."""
    with platform.sessions() as session:
        return sum("paper.decided" in body for body in session.scalars(select(AuditEntry.body)))


def test_two_clerks_go_on_where_they_were(
    browser: Browser, office: tuple[Platform, str], server: Server
) -> None:
    platform, batch = office
    one = Clerk.begin(desk(browser, server), "mado", batch)
    two = Clerk.begin(desk(browser, server), "jimu", batch)
    seen: list[str] = []
    for clerk in (one, two, one, two):
        assert one.doubt != two.doubt, "the same doubt is never before both"
        seen.append(clerk.doubt)
        clerk.decide("Enter")
    expect(two.page.locator("[data-count]")).to_contain_text(f"{ALL}欄中4欄済み")
    expect(two.page.get_by_text("ほかの職員が確認中 2件")).to_be_visible()
    assert Counter(seen).most_common(1)[0][1] == 1
    held = one.doubt

    server.lose_power()
    two.press("Enter")
    expect(two.page.get_by_role("alert")).to_contain_text("つながりません")
    assert sorted(states(platform)) == [(DoubtState.DECIDED, 1)] * 4 + [(DoubtState.OPEN, 0)] * (ALL - 4)
    one.page.context.close()
    server.start()

    one = Clerk.begin(desk(browser, server), "mado", batch)
    assert one.doubt == held, "the doubt that was before the clerk is the next one"
    expect(one.page.locator("[data-count]")).to_contain_text(f"{ALL}欄中4欄済み")
    two.decide("Enter")  # the page that stayed open needs nothing but the key again
    lost_answer(one)
    while one.doubt or two.doubt:
        for clerk in (one, two):
            if clerk.doubt:
                clerk.decide("Enter")
    assert states(platform) == [(DoubtState.DECIDED, 1)] * ALL
    assert journaled(platform) == ALL
    with platform.sessions() as session:
        assert len(session.scalars(select(PaperDraft)).all()) == FORMS
    for clerk in (one, two):
        clerk.page.context.close()


def lost_answer(clerk: Clerk) -> None:
    """The answer to a decision is lost on its way: the key pressed again decides nothing twice."""

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page, before = clerk.page, clerk.doubt
    page.route("**/paper/verify/*", lose)
    clerk.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("2回保存されることはありません")
    page.unroute("**/paper/verify/*")
    clerk.decide("Enter")
    assert clerk.doubt != before
    expect(page.get_by_role("alert")).to_contain_text("先ほど決めたとおり")
