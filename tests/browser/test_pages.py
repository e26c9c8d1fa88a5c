"""Every page of every role, in both directions of the tablet: axe finds nothing, nothing sticks out."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

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
