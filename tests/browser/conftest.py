"""Real Chromium at tablet size over a real running suite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.support.chromium import ARGUMENTS, EXECUTABLE, PORTRAIT, TABLET
from tests.support.suite import running_suite, sample_city

expect.set_options(timeout=60_000)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium, one per module: its event loop must not run on under other tests."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=EXECUTABLE, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A running suite with the sample city: its address and its data folder."""
    data = tmp_path_factory.mktemp("suite") / "data"
    with running_suite(sample_city(data)) as address:
        yield address, data


@pytest.fixture(scope="module")
def own_suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A suite of one module's own, so that its figures are known."""
    data = tmp_path_factory.mktemp("journey") / "data"
    with running_suite(sample_city(data)) as address:
        yield address, data


@pytest.fixture
def tablet(browser: Browser, suite: tuple[str, Path]) -> Iterator[Page]:
    """A tablet in landscape, touch, on the suite's address."""
    context = browser.new_context(base_url=suite[0], locale="ja-JP", timezone_id="Asia/Tokyo", **TABLET)
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield page
    context.close()


@pytest.fixture
def portrait(browser: Browser, suite: tuple[str, Path]) -> Iterator[Page]:
    """The same tablet turned upright."""
    context = browser.new_context(base_url=suite[0], locale="ja-JP", timezone_id="Asia/Tokyo", **PORTRAIT)
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield page
    context.close()


@pytest.fixture(scope="session")
def axe() -> Axe:
    """The accessibility checker."""
    return Axe()
