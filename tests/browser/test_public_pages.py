"""Every page residents open by themselves, in every language: axe, targets, width, text at twice the size."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from forms.language import LANGUAGES, language
from tests.browser.steps import assert_accessible, assert_fits
from tests.support.chromium import PORTRAIT, TABLET
from tests.support.city_at_work import open_to_all
from tests.support.eyes import CUT, PRIMARY, SMALLEST, TARGETS
from tests.support.faces import suite_platform
from tests.support.places import ONE_LANGUAGE, PUBLIC, flat
from tests.support.suite import running_suite, sample_city

PHONE: Any = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    data = tmp_path_factory.mktemp("public") / "data"
    with running_suite(sample_city(data)) as address:
        yield address, data


@pytest.fixture(scope="module")
def made(suite: tuple[str, Path]) -> dict[str, str]:
    platform = suite_platform(suite[1])
    found = open_to_all(platform)
    platform.engine.dispose()
    return found


@pytest.fixture(scope="module")
def booked(browser: Browser, suite: tuple[str, Path], made: dict[str, str]) -> Any:
    """What a browser remembers that has booked once; a device may not book all day."""
    context = browser.new_context(base_url=suite[0], locale="ja-JP", timezone_id="Asia/Tokyo", **PORTRAIT)
    page = context.new_page()
    page.goto("/booking/for/{service}/{day}/{time}".format(service="move-in", **made))
    page.get_by_role("button", name="予約する").tap()
    page.wait_for_url("**/booking/show")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def page(browser: Browser, suite: tuple[str, Path], booked: Any) -> Iterator[Page]:
    """An upright tablet that holds a booking."""
    context = browser.new_context(
        base_url=suite[0], locale="ja-JP", timezone_id="Asia/Tokyo", storage_state=booked, **PORTRAIT
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield page
    context.close()


def walked(page: Page, made: dict[str, str], code: str) -> Iterator[str]:
    """Every public page in a language, opened; last the first question at home."""
    for address in flat(PUBLIC):
        answer = page.goto(address.format(language=code, **made))
        assert answer is not None
        assert answer.ok, address
        if "/mine" not in address:
            assert not page.url.endswith("/mine"), address
        expect(page.locator("html")).to_have_attribute("lang", language(code).tag)
        expect(page.locator("h1")).to_have_count(1)
        yield address
    page.goto(f"/pre-entry/{code}")
    page.locator(".preentry-events button").first.tap()
    expect(page.locator("#asked")).to_be_visible()
    yield "the first question at home"


def look(page: Page, address: str) -> None:
    """Every target is large enough for a finger and nothing is cut, covered or wider than the page."""
    assert page.evaluate(TARGETS, [SMALLEST, PRIMARY]) == [], address
    assert page.evaluate(CUT) == [], address
    assert_fits(page)


@pytest.mark.parametrize("code", LANGUAGES)
def test_public_pages_in_every_language(page: Page, axe: Axe, made: dict[str, str], code: str) -> None:
    for address in walked(page, made, code):
        assert_accessible(page, axe)
        look(page, address)
        page.set_viewport_size(PHONE)
        look(page, f"{address} on a phone")
        page.set_viewport_size(PORTRAIT["viewport"])


def test_public_pages_on_a_lying_tablet(page: Page, axe: Axe, made: dict[str, str]) -> None:
    page.set_viewport_size(TABLET["viewport"])
    for address in walked(page, made, "ja"):
        assert_accessible(page, axe)
        look(page, address)


@pytest.mark.parametrize("code", ["ja", "ja-easy", "en"])
def test_public_pages_with_text_at_twice_the_size(page: Page, made: dict[str, str], code: str) -> None:
    for address in walked(page, made, code):
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        look(page, address)


def test_pages_of_one_language(page: Page, axe: Axe) -> None:
    for address in flat(ONE_LANGUAGE):
        for held in (TABLET, PORTRAIT):
            page.set_viewport_size(held["viewport"])
            page.goto(address)
            page.wait_for_load_state("networkidle" if "hall" not in address else "load")
            expect(page.locator("h1")).to_have_count(1)
            assert_accessible(page, axe)
            look(page, address)
