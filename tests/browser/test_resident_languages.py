"""The resident's face in every language: readings in やさしい日本語, nothing untranslated in the others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from forms.language import JAPANESE, LANGUAGES, language
from tests.browser.steps import assert_accessible, assert_fits, draw_signature, sign_in
from tests.support.chromium import PORTRAIT, TABLET
from tests.support.faces import case_of_family, show_case, suite_platform

SMALLEST_TARGET = 44
FOREIGN = [code for code in LANGUAGES if code not in JAPANESE]
KANA = re.compile(r"[\u3040-\u30ff]")
KANA_OR_KANJI = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
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
    page.set_default_timeout(60_000)
    platform = suite_platform(suite[1])
    sign_in(page, "mado")
    yield page, show_case(page, case_of_family(platform))
    platform.engine.dispose()
    context.close()


def speak(page: Page, face: str, code: str) -> None:
    """Choose a language on the first page."""
    page.goto(f"{face}/")
    page.locator(f"button[name=language][value={code}]").tap()
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


def test_easy_japanese_reads_every_kanji_aloud(handed_over: tuple[Page, str]) -> None:
    page, face = handed_over
    speak(page, face, "ja-easy")
    for address in addresses(page, face)[:-1]:
        page.goto(address)
        assert page.locator("html").get_attribute("lang") == "ja"
        assert page.locator("main ruby > rt").count() > 0, page.url
        assert page.evaluate(KANJI_WITHOUT_READING) == [], page.url
        assert not re.search(r"[{}|]", page.locator("main").inner_text()), page.url


@pytest.mark.parametrize("code", FOREIGN)
def test_no_japanese_is_left_but_names_and_the_document(handed_over: tuple[Page, str], code: str) -> None:
    page, face = handed_over
    speak(page, face, code)
    for address in addresses(page, face)[:-1]:
        page.goto(address)
        assert page.locator("html").get_attribute("lang") == language(code).tag
        assert page.locator("ruby").count() <= (address == f"{face}/"), page.url
        assert_no_japanese(page, code)


def assert_no_japanese(page: Page, code: str) -> None:
    """No Japanese among the fixed texts; the names of the family stay as they are written."""
    letters = KANA if code == "zh" else KANA_OR_KANJI
    told = [FAMILY.sub("", text) for text in page.evaluate(FIXED_TEXTS)]
    assert [text for text in told if letters.search(text)] == [], page.url


def test_the_thanks_are_in_the_language_of_the_signature(handed_over: tuple[Page, str], axe: Axe) -> None:
    page, face = handed_over
    turn(page, upright=False)
    speak(page, face, "en")
    page.get_by_role("link", name="Everything is right").tap()
    draw_signature(page)
    page.get_by_role("button", name="Sign and submit").tap()
    page.wait_for_url("**/done")
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert page.locator("tbody th").count() >= 5
    for upright in (False, True):
        turn(page, upright)
        assert_no_japanese(page, "en")
        assert_accessible(page, axe)
        assert_fits(page)
        assert page.evaluate(SMALL_TARGETS, SMALLEST_TARGET) == []
