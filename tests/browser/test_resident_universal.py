"""Every page of the resident's face for every finger and eye: targets, large text, contrast, keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from forms.language import LANGUAGES
from tests.browser.steps import assert_accessible, assert_fits, sign_in, turned
from tests.support.chromium import TABLET
from tests.support.eyes import CUT, PRIMARY, SMALLEST, TARGETS
from tests.support.faces import case_of_family, show_case, suite_platform
from tests.support.places import ASKING, SHOWING, flat

# The letters grow as the button would have it, and shrink again.
LARGEST = (
    """["text-normal", "text-largest"].forEach((one) => document.documentElement.classList.toggle(one))"""
)
LEFT = ("contact.phone", "account", "insurance.members", "child.custody")
ASKED, SHOWN = flat(ASKING), flat(SHOWING)


@dataclass(frozen=True)
class Faces:
    """Two tablets in residents' hands: one that asks, one that shows the documents."""

    asking: Page
    asking_face: str
    showing: Page
    showing_face: str

    def pages(self) -> Iterator[tuple[Page, str]]:
        """Every page with its address."""
        yield from ((self.asking, f"{self.asking_face}/{path}") for path in ASKED)
        self.showing.goto(f"{self.showing_face}/check")
        document = self.showing.locator("a[href*='/documents/']").first.get_attribute("href")
        assert document
        made = {"application": document.rpartition("/")[2]}
        yield from ((self.showing, f"{self.showing_face}/{path.format(**made)}") for path in SHOWN)

    def set(self, code: str, *, size: str = "normal", contrast: bool = False) -> None:
        """Language and how the page looks; the tablet lies."""
        for page, face in ((self.asking, self.asking_face), (self.showing, self.showing_face)):
            page.set_viewport_size(TABLET["viewport"])
            page.goto(f"{face}/")
            chosen = page.locator(f"button[name=text_size][value={size}]")
            press(page, chosen)
            expect(chosen).to_have_attribute("aria-pressed", "true")
            page.goto(f"{face}/")  # as it is kept, with nothing under way
            if (page.locator("html.contrast").count() > 0) is not contrast:
                press(page, page.locator("[data-contrast]"))
            expect(page.locator("html.contrast")).to_have_count(int(contrast))
            page.locator(f"button[name=language][value={code}]").tap()
            page.wait_for_url(lambda address, face=face: address.rstrip("/") != face)  # type: ignore[misc]


def press(page: Page, button: object) -> None:
    """Change the look and wait until it is kept."""
    with page.expect_response("**/look"):
        button.tap()  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def faces(browser: Browser, suite: tuple[str, Path]) -> Iterator[Faces]:
    platform = suite_platform(suite[1])
    contexts: list[BrowserContext] = []

    def tablet() -> Page:
        context = browser.new_context(base_url=suite[0], locale="ja-JP", timezone_id="Asia/Tokyo", **TABLET)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        sign_in(page, "mado")
        return page

    asking, showing = tablet(), tablet()
    asking.goto(f"/counter/{case_of_family(platform, unanswered=LEFT)}")
    asking.get_by_role("button", name=re.compile("住民にたずねる")).tap()
    asking.wait_for_url("**/resident/**")
    face = show_case(showing, case_of_family(platform))
    yield Faces(asking, asking.url.rstrip("/"), showing, face)
    for context in contexts:
        context.close()
    platform.engine.dispose()


def look(page: Page, address: str) -> None:
    """Every target is large enough for a finger and nothing is cut, covered or wider than the page."""
    assert_fits(page)
    assert page.evaluate(CUT) == [], address
    assert page.evaluate(TARGETS, [SMALLEST, PRIMARY]) == [], address


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_page_fits_fingers_and_eyes_and_axe_finds_nothing(faces: Faces, axe: Axe, code: str) -> None:
    """Both ways of holding the tablet, letters as they are and the largest."""
    faces.set(code)
    for page, address in faces.pages():
        page.goto(address)
        expect(page.locator("h1")).to_have_count(1)
        for _ in turned(page):
            look(page, address)
            page.evaluate(LARGEST)
            look(page, address)
            page.evaluate(LARGEST)
        assert_accessible(page, axe)


def test_the_largest_text_is_kept_on_every_page(faces: Faces) -> None:
    faces.set("ja", size="largest")
    for page, address in faces.pages():
        page.goto(address)
        expect(page.locator("html.text-largest:not(.text-normal)")).to_have_count(1)
        look(page, address)


def test_text_at_twice_the_size_cuts_and_covers_nothing(faces: Faces) -> None:
    faces.set("ja")
    for page, address in faces.pages():
        page.goto(address)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        for _ in turned(page):
            assert_fits(page)
            assert page.evaluate(CUT) == [], address


def test_strong_contrast_is_kept_and_passes(faces: Faces, axe: Axe) -> None:
    faces.set("ja", contrast=True)
    for page, address in faces.pages():
        page.goto(address)
        expect(page.locator("html.contrast")).to_have_count(1)
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(0, 0, 0)"
        assert_accessible(page, axe)
    faces.set("ja")


def test_changing_the_look_loses_nothing_half_done(faces: Faces) -> None:
    faces.set("ja")
    page = faces.asking
    page.goto(f"{faces.asking_face}/ask/contact.phone")
    page.locator("input.big-input").fill("090-1234")
    press(page, page.locator("button[name=text_size][value=large]"))
    expect(page.locator("html.text-large")).to_have_count(1)
    expect(page.locator("input.big-input")).to_have_value("090-1234")
    expect(page.locator("[data-face-status]")).to_have_text("画面の見え方を変えました。")
    expect(page.locator("button[name=text_size][value=large]")).to_have_attribute("aria-pressed", "true")


def test_system_colours_and_less_motion_are_respected(faces: Faces) -> None:
    faces.set("ja")
    page = faces.showing
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    for path in ("check", "sign"):
        page.goto(f"{faces.showing_face}/{path}")
        borders = page.evaluate(
            """() => [...document.querySelectorAll("main button, main .button")].filter((one) =>
              !one.matches(".button-plain") && parseFloat(getComputedStyle(one).borderTopWidth) < 1).length"""
        )
        assert borders == 0
        moving = page.evaluate(
            """() => [...document.querySelectorAll("*")].filter((one) => {
              const style = getComputedStyle(one);
              return parseFloat(style.transitionDuration) > 0 || parseFloat(style.animationDuration) > 0;
            }).length"""
        )
        assert moving == 0
    page.emulate_media(forced_colors="none", reduced_motion="no-preference")


def test_the_focus_is_always_seen(faces: Faces) -> None:
    faces.set("ja")
    page = faces.asking
    page.goto(f"{faces.asking_face}/ask/child.custody")
    seen = []
    for _ in range(12):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                """() => { const style = getComputedStyle(document.activeElement);
                return [document.activeElement.tagName, style.outlineStyle, style.boxShadow]; }"""
            )
        )
    focused = [one for one in seen if one[0] != "BODY"]
    assert len(focused) >= 8
    assert all(one[1] == "solid" for one in focused)
    assert all("rgb(255, 212, 61)" in one[2] for one in focused), focused


def test_a_question_is_answered_by_keyboard_alone(faces: Faces) -> None:
    faces.set("ja")
    page = faces.asking
    page.goto(f"{faces.asking_face}/ask/contact.phone")
    page.locator("input.big-input").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("09099998888")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: not address.endswith("contact.phone"))
    page.goto(f"{faces.asking_face}/ask/contact.phone")
    expect(page.locator("input.big-input")).to_have_value("090-9999-8888")


def test_each_way_to_sign_has_its_place_in_the_order_of_reading(faces: Faces) -> None:
    faces.set("ja")
    page = faces.showing
    page.goto(f"{faces.showing_face}/sign")
    ways = page.get_by_role("navigation", name="署名のしかた").get_by_role("link")
    expect(ways).to_have_text(["指やペンで書く", "名前を入力する", "職員に書いてもらう", "紙に書く"])
    heights = [ways.nth(n).bounding_box() for n in range(4)]
    assert len({round(box["height"]) for box in heights if box}) == 1, "equal ways look equal"
    order = page.evaluate(
        """() => [...document.querySelectorAll("h1, .ways a, .pad canvas, [data-signature-submit]")]
          .map((one) => one.tagName)"""
    )
    assert order == ["H1", "A", "A", "A", "A", "CANVAS", "BUTTON"]
