"""Every page of every role, in both directions of the tablet: axe finds nothing, nothing sticks out."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from office import clock
from office.database import make_engine, make_sessions
from office.jobs.models import ScheduleDate
from tests.browser.steps import assert_accessible, assert_fits, begin_move_in, sign_in

PAGES = {
    "mado": ["/", "/counter/", "/counter/?name=", "/counter/?name=ナイ", "/applications/", "/paper/"],
    "jimu": [
        "/",
        "/applications/",
        "/applications/?text=ない",
        "/paper/",
        "/runs/",
        "/runs/robots",
        "/runs/dates/",
    ],
    "kessai": ["/", "/applications/?state=accepted", "/runs/"],
    "kansa": ["/", "/applications/", "/audit/", "/audit/?text=サインイン", "/runs/"],
    "kanri": ["/", "/officers/"],
}


@pytest.mark.parametrize("login", PAGES)
def test_pages_are_accessible_and_fit(tablet: Page, portrait: Page, axe: Axe, login: str) -> None:
    for page in (tablet, portrait):
        sign_in(page, login)
        for address in PAGES[login]:
            answer = page.goto(address)
            assert answer is not None
            assert answer.ok, f"{address}: {answer.status}"
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


def test_sign_in_page_is_accessible_and_fits(tablet: Page, portrait: Page, axe: Axe) -> None:
    for page in (tablet, portrait):
        page.goto("/sign-in")
        assert_accessible(page, axe)
        assert_fits(page)


def test_conversation_is_accessible_and_fits(tablet: Page, portrait: Page, axe: Axe) -> None:
    for page in (tablet, portrait):
        sign_in(page, "mado")
        begin_move_in(page, "グエン")
        for fold in page.locator("details.known > summary").all():
            fold.tap()
        assert_accessible(page, axe)
        assert_fits(page)
