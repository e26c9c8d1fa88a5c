"""Every page of every role, in both directions of the tablet: axe finds nothing, nothing sticks out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from office import clock
from office.database import make_engine, make_sessions
from office.jobs.models import ScheduleDate
from tests.browser.steps import assert_accessible, assert_fits, begin_move_in, run_robot, sign_in, turned
from tests.support.city_at_work import at_work
from tests.support.faces import suite_platform
from tests.support.places import LOGINS, addresses_for
from tests.support.suite import running_suite, sample_city

LEDGER = "転入者台帳への記入"


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A suite of these tests' own: what is made here would be in the way of other tests."""
    data = tmp_path_factory.mktemp("pages") / "data"
    with running_suite(sample_city(data)) as address:
        yield address, data


@pytest.fixture(scope="module")
def made(suite: tuple[str, Path], browser: Browser) -> dict[str, str]:
    """The city at work, and a robot's run."""
    platform = suite_platform(suite[1])
    found = at_work(platform)
    platform.engine.dispose()
    context = browser.new_context(base_url=suite[0], has_touch=True)
    page = context.new_page()
    sign_in(page, "jimu")
    run_robot(page, LEDGER, dry=True)
    found["run"] = page.url.rsplit("/", 1)[1]
    context.close()
    return found


@pytest.fixture(scope="module")
def checked() -> set[str]:
    """Which pages axe has seen."""
    return set()


@pytest.mark.parametrize("login", LOGINS)
def test_every_page_is_accessible_and_fits(
    tablet: Page, axe: Axe, login: str, made: dict[str, str], checked: set[str]
) -> None:
    """Each role opens each of its pages and turns it; axe reads each page once each way."""
    sign_in(tablet, login)
    for address in addresses_for(login, made):
        answer = tablet.goto(address)
        assert answer is not None
        assert answer.ok, f"{address}: {answer.status}"
        assert urlsplit(tablet.url).path == urlsplit(address).path, "no other page in its place"
        expect(tablet.locator("h1")).to_have_count(1)
        for held in turned(tablet):
            if address not in checked:
                assert_accessible(tablet, axe, colours=held == "lying")
            assert_fits(tablet)
        checked.add(address)


def test_the_hidden_screen_is_accessible_and_fits(tablet: Page, portrait: Page, axe: Axe) -> None:
    for page in (tablet, portrait):
        sign_in(page, "mado")
        page.get_by_role("button", name="画面を隠す").tap()
        page.wait_for_url("**/screen/hidden")
        assert_accessible(page, axe)
        assert_fits(page)


def test_missed_dates_are_accessible_and_fit(
    suite: tuple[str, Path], tablet: Page, portrait: Page, axe: Axe
) -> None:
    """Older than its grace, so that the suite's clock does not catch it up meanwhile."""
    engine = make_engine(f"sqlite:///{suite[1] / 'kakazu.db'}")
    long_ago = clock.now() - timedelta(days=50)
    day = clock.date_of(long_ago)
    with make_sessions(engine).begin() as session:
        date = ScheduleDate(schedule="file_move_ins", nominal_on=day, due_on=day, starts_at=long_ago)
        session.add(date)
    engine.dispose()
    for page in (tablet, portrait):
        sign_in(page, "jimu")
        for address in ("/", "/runs/dates/"):
            page.goto(address)
            assert_accessible(page, axe)
            assert_fits(page)
    tablet.goto("/runs/dates/")
    tablet.get_by_label("見送る理由").fill("開庁していなかったため")
    tablet.get_by_role("button", name="見送る").tap()
    expect(tablet.get_by_text("この予定日を見送りました。")).to_be_visible()
    assert_accessible(tablet, axe)


def test_conversation_is_accessible_and_fits(tablet: Page, portrait: Page, axe: Axe) -> None:
    for page in (tablet, portrait):
        sign_in(page, "mado")
        begin_move_in(page, "グエン")
        for fold in page.locator("details.known > summary").all():
            fold.tap()
        assert_accessible(page, axe)
        assert_fits(page)
