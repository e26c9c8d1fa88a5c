"""The resident's face in やさしい日本語 and English: readings, nothing untranslated, easy to touch."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.steps import (
    ANSWERS,
    assert_accessible,
    assert_fits,
    begin_move_in,
    draw_signature,
    hold_interview,
    show_to_resident,
    sign_in,
)
from tests.support.chromium import PORTRAIT, TABLET

SMALLEST_TARGET = 44
JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
FAMILY = re.compile(r"髙橋 \w+|ポチ")
KANJI_WITHOUT_READING = """() => {
  const page = document.querySelector("main").cloneNode(true);
  page.querySelectorAll("ruby, .line-value, .line tbody, .badge, [lang]").forEach((one) => one.remove());
  return [...page.textContent.matchAll(/[\\u3005\\u3400-\\u9fff]+/g)].map((one) => one[0]);
}"""
FIXED_TEXTS = """() => {
  const page = document.body.cloneNode(true);
  const headings = [...page.querySelectorAll("thead")].map((one) => one.textContent);
  const names = ".top-name, .languages button, .line-value, .line tbody, [lang='ja'], script";
  page.querySelectorAll(names).forEach((one) => one.remove());
  const told = [...page.querySelectorAll("[aria-label], [alt]")].map(
    (one) => one.getAttribute("aria-label") ?? one.getAttribute("alt"),
  );
  return [page.textContent, ...headings, ...told];
}"""
SMALL_TARGETS = """(smallest) => [...document.querySelectorAll("button, a.button, input:not([type=hidden])")]
  .map((one) => [one.textContent.trim() || one.name, one.getBoundingClientRect()])
  .filter(([, box]) => box.height < smallest || box.width < smallest)
  .map(([text, box]) => `${text}: ${box.width} × ${box.height}`)"""


@pytest.fixture(scope="module")
def handed_over(browser: Browser, suite: tuple[str, Path]) -> Iterator[tuple[Page, str]]:
    """A tablet in the hands of a family whose interview is finished, and its face's address."""
    context = browser.new_context(base_url=suite[0], locale="ja-JP", timezone_id="Asia/Tokyo", **TABLET)
    page = context.new_page()
    page.set_default_timeout(20_000)
    sign_in(page, "mado")
    begin_move_in(page, "タカハシ")
    hold_interview(page, ANSWERS)
    show_to_resident(page)
    yield page, page.url.rstrip("/")
    context.close()


def speak(page: Page, face: str, language: str) -> None:
    """Choose a language on the first page."""
    page.goto(f"{face}/")
    page.get_by_role("button", name=language).tap()
    page.wait_for_url("**/check")


def addresses(page: Page, face: str) -> list[str]:
    """Every page of the face that can be opened before signing."""
    page.goto(f"{face}/check")
    document = page.locator("a[href*='/documents/']").first.get_attribute("href")
    assert document
    return [f"{face}/", f"{face}/check", document, f"{face}/sign", f"{face}/call", f"{face}/take-back"]


def turn(page: Page, upright: bool) -> None:
    """Hold the tablet upright or lying."""
    page.set_viewport_size((PORTRAIT if upright else TABLET)["viewport"])


@pytest.mark.parametrize("upright", [False, True], ids=["lying", "upright"])
@pytest.mark.parametrize("language", ["やさしい", "English"])
def test_every_page_is_accessible_and_fits_the_finger(
    handed_over: tuple[Page, str], axe: Axe, language: str, upright: bool
) -> None:
    page, face = handed_over
    turn(page, upright)
    speak(page, face, language)
    for address in addresses(page, face):
        page.goto(address)
        expect(page.locator("h1")).to_have_count(1)
        assert_accessible(page, axe)
        assert_fits(page)
        assert page.evaluate(SMALL_TARGETS, SMALLEST_TARGET) == [], page.url


def test_easy_japanese_reads_every_kanji_aloud(handed_over: tuple[Page, str]) -> None:
    page, face = handed_over
    speak(page, face, "やさしい")
    for address in addresses(page, face)[:-1]:
        page.goto(address)
        assert page.locator("html").get_attribute("lang") == "ja"
        assert page.locator("main ruby > rt").count() > 0, page.url
        assert page.evaluate(KANJI_WITHOUT_READING) == [], page.url
        assert not re.search(r"[{}|]", page.locator("main").inner_text()), page.url


def test_english_leaves_no_japanese_but_names_and_the_document(handed_over: tuple[Page, str]) -> None:
    page, face = handed_over
    speak(page, face, "English")
    for address in addresses(page, face)[:-1]:
        page.goto(address)
        assert page.locator("html").get_attribute("lang") == "en"
        assert page.locator("ruby").count() <= (address == f"{face}/"), page.url
        assert_english(page)


def assert_english(page: Page) -> None:
    """No Japanese among the fixed texts; the names of the family stay as they are written."""
    told = [FAMILY.sub("", text) for text in page.evaluate(FIXED_TEXTS)]
    assert [text for text in told if JAPANESE.search(text)] == [], page.url


def test_the_thanks_are_in_the_language_of_the_signature(handed_over: tuple[Page, str], axe: Axe) -> None:
    page, face = handed_over
    turn(page, upright=False)
    speak(page, face, "English")
    page.get_by_role("link", name="Everything is right").tap()
    draw_signature(page)
    page.get_by_role("button", name="Sign and submit").tap()
    page.wait_for_url("**/done")
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert page.locator("tbody th").count() >= 5
    for upright in (False, True):
        turn(page, upright)
        assert_english(page)
        assert_accessible(page, axe)
        assert_fits(page)
        assert page.evaluate(SMALL_TARGETS, SMALLEST_TARGET) == []
