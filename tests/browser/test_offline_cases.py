"""200 cases on five tablets over eight hours without the network, with everything that can go wrong.

Browsers are killed by their process id in the middle of cases, the server is killed while it receives,
answers are lost after the server has committed. In the end each case is there, once.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, Playwright, sync_playwright

from forms.catalogue import load_catalogue
from forms.signing.verification import verify
from office import clock
from office.platform import Platform, open_platform
from office.records.models.applications import Application, ApplicationState, Document, DocumentKind
from office.records.models.cases import Case, CaseState, Signature
from office.records.models.tablets import Arrival, ArrivalState
from office.settings import load_settings
from tests.browser.steps import sign_in
from tests.support.moving_in import family_interview, known_family
from tests.support.pages import strokes_field
from tests.support.suite import sample_city
from tests.support.tablets import PASSPHRASE, Server, Tablet, enrol

TABLETS, CASES, HOURS = 5, 40, 8
BATCH = 10
RESTARTS = ((2, 15), (0, 22), (4, 30))
"""Which tablet's power goes, in the middle of which of its cases."""

SETUP = """
async (passphrase) => {
  const at = (name) => import(`/static/js/offline/${name}.js`);
  const [{ Store }, { openVault }, { Definitions, Interview }] = await Promise.all(
    ["store", "vault", "interview"].map(at),
  );
  const [{ summaryOf }, { signedCase }, { sendAll }, { japanDay }] = await Promise.all(
    ["summary", "face", "outbox", "dates"].map(at),
  );
  const found = await (await fetch("/tablet/bundle.json", { credentials: "omit" })).json();
  const definitions = new Definitions(found.bundle);
  const store = await Store.open();
  const vault = await openVault(await store.meta("key"), passphrase);
  const consent = found.texts.ja.offline_consent;

  // One case as the pages hold it: a draft kept after each answer, then signed.
  window.hold = async (id, answers, strokes, stopAfter) => {
    const named = { event: "move-in", language: "ja", who: "", title: "" };
    const draft = { id, order: Date.now(), answers: {}, ...named };
    const kept = (await store.case(vault, id, "draft")) ?? draft;
    let interview = Interview.begin(definitions, "move-in", japanDay(), kept.answers);
    let given = 0;
    for (const [fact, answer] of Object.entries(answers)) {
      if (fact in interview.answers) continue;
      interview = interview.answer(fact, answer.value, answer.source);
      await store.keep(vault, "draft", id, { ...kept, answers: interview.answers });
      given += 1;
      if (given === stopAfter) return "half";
    }
    const summary = summaryOf(interview, definitions.languages.get("ja"), consent);
    const now = new Date().toISOString();
    const times = { displayed_at: now, signed_at: now };
    const signature = { strokes, user_agent: navigator.userAgent, consent, ...times };
    const last = { ...kept, answers: interview.answers };
    const signed = await signedCase(last, interview.on, found.digest, summary, signature);
    await store.keep(vault, "unsent", id, signed);
    return "signed";
  };
  window.counts = async () => [
    await store.count("draft"), await store.count("unsent"), (await store.receipts(vault)).length,
  ];

  // Sends until nothing is left; of the answers that come back, every so manieth is lost on the way.
  window.deliver = async (every) => {
    const real = window.fetch;
    let calls = 0;
    window.lost = 0;
    window.fetch = async (...request) => {
      const answer = await real(...request);
      calls += 1;
      if (calls % every === 0) {
        window.lost += 1;
        throw new TypeError("the answer was lost");
      }
      return answer;
    };
    window.left = await store.count("unsent");
    while (window.left) {
      const told = await sendAll(store, vault);
      window.left = told.left;
      if (told.problem && told.problem !== "offline") window.refused = told.problem;
      if (told.left) await new Promise((resolve) => setTimeout(resolve, 150));
    }
    window.fetch = real;
  };
}
"""


@dataclass
class Desk:
    """One tablet with the cases it took."""

    tablet: Tablet
    number: int
    ids: list[str] = field(default_factory=list)

    def ready(self) -> Page:
        """The tablet's page with the modules and the open store."""
        page = self.tablet.page
        page.goto("/tablet/")
        page.evaluate(SETUP, PASSPHRASE)
        return page

    def restart(self) -> Page:
        """The battery died, and was charged."""
        self.tablet.kill()
        self.tablet.start()
        return self.ready()


@pytest.fixture(scope="module")
def playwright_() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture
def city(tmp_path: Path) -> Iterator[Server]:
    server = Server(sample_city(tmp_path / "data"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def desks(playwright_: Playwright, city: Server, tmp_path: Path) -> Iterator[list[Desk]]:
    made = []
    for number in range(TABLETS):
        tablet = Tablet(playwright_, tmp_path / f"tablet-{number}", city.address)
        page = tablet.start()
        sign_in(page, "mado")
        enrol(page, f"窓口{number + 1}番の端末")
        made.append(Desk(tablet, number))
    yield made
    for desk in made:
        desk.tablet.close()


def prepared() -> dict[str, Any]:
    """Answers of one person moving in, as the conversation asks for them."""
    on = clock.today() - timedelta(days=1)
    interview = family_interview(load_catalogue(), on, known_family(on), alone=True)
    answers = interview.to_json()["answers"]
    assert isinstance(answers, dict)
    return {fact: {**one, "source": "said"} for fact, one in answers.items() if isinstance(one, dict)}


def of_person(answers: dict[str, Any], name: str) -> dict[str, Any]:
    """The same answers given by somebody of another given name."""
    old = answers["members"]["value"][0]["name"]["given"]
    told = {fact: _renamed(one, old, name) for fact, one in answers.items()}
    return dict(sorted(told.items(), key=lambda pair: pair[0] != "members"))


def _renamed(value: Any, old: str, new: str) -> Any:
    if isinstance(value, dict):
        return {key: _renamed(one, old, new) for key, one in value.items()}
    if isinstance(value, list):
        return [_renamed(one, old, new) for one in value]
    return value.replace(old, new) if isinstance(value, str) else value


def hold_cases(desks: list[Desk]) -> None:
    """Eight hours: every tablet takes forty cases, twelve minutes apart; some lose their power in between."""
    answers, strokes, chance = prepared(), strokes_field(), random.Random(7)
    begin = clock.now() - timedelta(hours=HOURS)
    for desk in desks:
        page = desk.ready()
        for number in range(CASES):
            page.clock.set_fixed_time(begin + timedelta(hours=HOURS) * number / CASES)
            one = f"{desk.number:02x}{number:02x}0000-0000-4000-8000-{chance.randrange(16**12):012x}"
            told = of_person(answers, f"{desk.number + 1}番{number + 1}号")
            if (desk.number, number) in RESTARTS:
                assert page.evaluate("(a) => window.hold(...a)", [one, told, strokes, 4]) == "half"
                page = desk.restart()
                page.clock.set_fixed_time(begin + timedelta(hours=HOURS) * number / CASES)
                assert page.evaluate("window.counts()")[:2] == [1, number], "nothing kept was lost"
            assert page.evaluate("(a) => window.hold(...a)", [one, told, strokes, 0]) == "signed"
            desk.ids.append(one)
        assert page.evaluate("window.counts()") == [0, CASES, 0]


def deliver(desks: list[Desk], city: Server) -> None:
    """All tablets send at once; the server is killed three times while it receives."""
    for desk in desks:
        desk.tablet.page.clock.set_fixed_time(clock.now())
        desk.tablet.page.evaluate("(every) => { window.deliver(every); }", 7 + desk.number)
    for _ in range(3):
        wait_until_left(desks, left(desks) - 13)
        city.kill()
        time.sleep(0.5)
        city.start()
    desks[1].restart().evaluate("(every) => { window.deliver(every); }", 5)
    wait_until_left(desks, 0)


def left(desks: list[Desk]) -> int:
    return sum(desk.tablet.page.evaluate("window.left ?? 0") for desk in desks)


def wait_until_left(desks: list[Desk], wanted: int, seconds: float = 180) -> None:
    """Until no more than `wanted` cases are left; so many seconds may pass without one arriving."""
    least, end = left(desks), time.monotonic() + seconds
    while least > wanted:
        time.sleep(0.5)
        now = left(desks)
        if now < least:
            least, end = now, time.monotonic() + seconds
        assert time.monotonic() < end, f"{least} cases left and none arrives"


@pytest.mark.timeout(1800)
def test_two_hundred_cases_arrive_once_each(desks: list[Desk], city: Server) -> None:
    city.kill()
    hold_cases(desks)
    city.start()
    deliver(desks, city)
    lost = [desk.tablet.page.evaluate("window.lost") for desk in desks]
    assert sum(lost) >= TABLETS, lost
    for desk in desks:
        assert desk.tablet.page.evaluate("window.refused ?? ''") == ""
        assert desk.tablet.page.evaluate("window.counts()") == [0, 0, CASES]
    city.kill()
    assert_arrived(open_platform(load_settings(city.data)), [one for desk in desks for one in desk.ids])


def assert_arrived(platform: Platform, ids: list[str]) -> None:
    """Every case once, filed, under its own name, signed, sealed; the journal is whole."""
    assert len(ids) == len(set(ids)) == TABLETS * CASES
    with platform.sessions() as session:
        arrived = session.scalars(sa.select(Arrival)).all()
        assert sorted(one.client_id for one in arrived) == sorted(ids)
        assert {one.state for one in arrived} == {ArrivalState.FILED}, {one.cause for one in arrived}
        cases = session.scalars(sa.select(Case).where(Case.state == CaseState.SIGNED)).all()
        assert {case.id for case in cases} == {one.case_id for one in arrived}
        assert session.scalar(sa.select(sa.func.count()).select_from(Signature)) == len(ids)
        mine = sa.select(Application).where(Application.case_id.in_([case.id for case in cases]))
        applications = session.scalars(mine).all()
        assert len(applications) == len(ids)
        assert {one.state for one in applications} == {ApplicationState.FILED}
        assert len({one.applicant_name for one in applications}) == len(ids)
        assert len({one.receipt_number for one in applications}) == len(ids)
        for one in applications[:: len(ids) // 4]:
            row = session.scalars(
                sa.select(Document).where(
                    Document.application_id == one.id, Document.kind == DocumentKind.SEALED
                )
            ).one()
            verdict = verify(row.read_content(platform.vault), platform.keys.trust_pem)
            assert verdict.ok, verdict.faults
    platform.engine.dispose()
