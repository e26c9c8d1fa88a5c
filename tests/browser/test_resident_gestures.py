"""Fingers that linger, slide and tap twice; a tablet nobody touches; the officer's hidden screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, CDPSession, Locator, Page, Request, expect

from office.platform import Platform
from office.settings import Settings
from tests.browser.steps import draw_signature, sign_in
from tests.support.chromium import TABLET
from tests.support.faces import case_of_family, show_case, suite_platform

COVER = Settings.model_fields["resident_cover_seconds"].default * 1000
WIPE = Settings.model_fields["resident_wipe_seconds"].default * 1000
IDLE = Settings.model_fields["officer_idle_seconds"].default * 1000


# A finger put down and lifted, whose click the browser has not made yet; and that click.
LIFTED = """one => { for (const type of ["pointerdown", "pointerup"]) one.dispatchEvent(new PointerEvent(
  type, { bubbles: true, isPrimary: true, pointerType: "touch", pointerId: 7 })); }"""
CLICKED = """one => one.dispatchEvent(new PointerEvent(
  "click", { bubbles: true, cancelable: true, pointerType: "touch", pointerId: 7 }))"""


@pytest.fixture(scope="module")
def platform(suite: tuple[str, Path]) -> Iterator[Platform]:
    opened = suite_platform(suite[1])
    yield opened
    opened.engine.dispose()


@pytest.fixture
def page(browser: Browser, suite: tuple[str, Path]) -> Iterator[Page]:
    context = browser.new_context(base_url=suite[0], locale="ja-JP", timezone_id="Asia/Tokyo", **TABLET)
    page = context.new_page()
    page.set_default_timeout(60_000)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    sign_in(page, "mado")
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def face(page: Page, platform: Platform) -> str:
    """The face of a case whose documents are shown, in Japanese, at its cards."""
    face = show_case(page, case_of_family(platform, alone=True))
    page.get_by_role("button", name="日本語", exact=True).tap()
    page.wait_for_url("**/check")
    return face


@pytest.fixture
def asked(page: Page, platform: Platform) -> str:
    """The face of a case that asks for a telephone number."""
    return ask(page, platform, "contact.phone")


def ask(page: Page, platform: Platform, fact: str) -> str:
    page.goto(f"/counter/{case_of_family(platform, unanswered=[fact])}")
    page.get_by_role("button", name=re.compile("住民にたずねる")).tap()
    page.get_by_role("button", name="日本語", exact=True).tap()
    page.wait_for_url(f"**/ask/{fact}")
    return page.url


def finger(devtools: CDPSession, kind: str, x: float, y: float) -> None:
    points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
    devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def press(page: Page, target: Locator, *, slide: float = 0, hold_ms: int = 0) -> None:
    """Put a finger down on the middle, slide it, hold it, lift it."""
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    devtools = page.context.new_cdp_session(page)
    finger(devtools, "touchStart", x, y)
    page.wait_for_timeout(hold_ms)
    if slide:
        finger(devtools, "touchMove", x + slide, y)
    finger(devtools, "touchEnd", x + slide, y)


def posts_of(page: Page) -> list[str]:
    """Every post that leaves the page from now on."""
    found: list[str] = []

    def keep(request: Request) -> None:
        if request.method == "POST":
            found.append(request.url)

    page.on("request", keep)
    return found


@pytest.mark.parametrize(("slide", "hold_ms"), [(0, 1500), (12, 0), (14, 900)])
def test_a_long_or_sliding_press_counts_once(page: Page, face: str, slide: float, hold_ms: int) -> None:
    posts = posts_of(page)
    press(page, page.get_by_role("button", name=re.compile("がちがう$")).nth(1), slide=slide, hold_ms=hold_ms)
    page.wait_for_url("**/call")
    page.wait_for_timeout(500)
    assert len(posts) == 1


def test_a_finger_that_slides_away_presses_nothing(page: Page, face: str) -> None:
    posts = posts_of(page)
    press(page, page.get_by_role("button", name=re.compile("がちがう$")).first, slide=-80)
    page.wait_for_timeout(600)
    assert posts == []
    assert page.url.endswith("/check")


def test_the_click_of_a_slow_tablet_counts_no_second_time(page: Page, face: str) -> None:
    page.clock.install()
    page.goto(f"{face}/check")
    page.clock.pause_at(datetime.now(UTC) + timedelta(seconds=20))
    button, posts = page.locator("[data-contrast]"), posts_of(page)
    with page.expect_response("**/look"):
        button.evaluate(LIFTED)
        page.clock.run_for(100)
    expect(page.locator("html.contrast")).to_have_count(1)
    for later in (100, 5_000):
        page.clock.run_for(later)
        button.evaluate(CLICKED)
        expect(page.locator("html.contrast")).to_have_count(1)
    assert len(posts) == 1
    with page.expect_response("**/look"):
        button.click()
    expect(page.locator("html.contrast")).to_have_count(0)


def test_a_box_is_ticked_once_by_a_finger_however_late_its_click_comes(
    page: Page, platform: Platform
) -> None:
    address = ask(page, platform, "insurance.members")
    page.clock.install()
    page.goto(address)
    page.clock.pause_at(datetime.now(UTC) + timedelta(seconds=20))
    choice = page.locator("label.choice").first
    box = choice.locator("input")
    choice.evaluate(LIFTED)
    page.clock.run_for(100)
    expect(box).to_be_checked()
    choice.evaluate(CLICKED)
    expect(box).to_be_checked()
    choice.evaluate(LIFTED.replace("7", "8"))
    choice.evaluate(CLICKED.replace("7", "8"))
    page.clock.run_for(100)
    expect(box).not_to_be_checked()


def test_no_menu_opens_at_a_long_press(page: Page, face: str) -> None:
    page.evaluate(
        """() => { window.menus = []; addEventListener("contextmenu", (event) => {
          setTimeout(() => window.menus.push(event.defaultPrevented)); }); }"""
    )
    for selector in ("h1", "main a.button", ".line-value"):
        page.locator(selector).first.dispatch_event("contextmenu", {"bubbles": True, "cancelable": True})
    page.wait_for_timeout(100)
    assert page.evaluate("window.menus") == [True, True, True]


def test_a_double_tap_sends_one_signature(page: Page, face: str) -> None:
    page.goto(f"{face}/sign")
    draw_signature(page)
    posts = posts_of(page)
    page.evaluate(
        """() => { const button = document.querySelector("[data-signature-submit]");
          for (let n = 0; n < 4; n += 1) button.click(); }"""
    )
    page.wait_for_url("**/done")
    assert [one for one in posts if one.endswith("/sign")] == [f"{page.url.removesuffix('/done')}/sign"]


def test_buttons_rest_once_something_is_sent(page: Page, face: str) -> None:
    page.goto(f"{face}/sign")
    draw_signature(page)
    page.route("**/sign", lambda route: route.fulfill(status=204))
    page.locator("[data-signature-submit]").tap()
    expect(page.locator("[data-signature-submit]")).to_be_disabled()
    expect(page.locator("[data-face-status]")).to_have_text("送っています。お待ちください。")


def test_an_untouched_page_covers_itself_and_a_touch_brings_it_back(page: Page, asked: str) -> None:
    page.clock.install()
    page.goto(asked)
    page.locator("input.big-input").fill("090-12")
    page.clock.run_for(COVER - 2000)
    expect(page.locator("h1")).to_be_visible()
    page.clock.run_for(3000)
    expect(page.locator(".cover")).to_be_visible()
    assert page.locator("body").inner_text().strip() == "続けるには、画面にふれてください"
    assert "090-12" not in page.content()
    assert page.evaluate("document.activeElement.className") == "cover"
    page.locator(".cover").tap()
    expect(page.locator("input.big-input")).to_have_value("090-12")
    expect(page.locator(".cover")).to_have_count(0)


def test_a_covered_pad_keeps_its_ink(page: Page, face: str) -> None:
    page.clock.install()
    page.goto(f"{face}/sign")
    draw_signature(page)
    before = page.locator("input[name=strokes]").input_value()
    page.clock.run_for(COVER + 1000)
    assert "strokes" not in page.content()
    page.locator(".cover").tap()
    assert page.locator("input[name=strokes]").input_value() == before
    page.locator("[data-signature-submit]").tap()
    page.wait_for_url("**/done")


def test_touching_keeps_the_page_open(page: Page, asked: str) -> None:
    page.clock.install()
    page.goto(asked)
    for _ in range(4):
        page.clock.run_for(COVER - 5000)
        page.locator("h1").tap()
        page.locator("input.big-input").press("End")
    expect(page.locator(".cover")).to_have_count(0)


def test_a_page_left_alone_is_closed_and_nothing_comes_back(page: Page, asked: str) -> None:
    page.clock.install()
    page.goto(asked)
    page.clock.run_for(COVER + 1000)
    expect(page.locator(".cover")).to_be_visible()
    page.clock.run_for(WIPE + 1000)
    page.wait_for_url("**/locked")
    expect(page.locator("h1")).to_have_text("この画面は閉じています")
    for _ in range(3):
        page.go_back()
        page.wait_for_load_state()
        expect(page.locator("input.big-input")).to_have_count(0)
        assert "電話" not in page.locator("body").inner_text()
    for address in (asked, asked.rpartition("/ask/")[0], "/counter/"):
        page.goto(address)
        assert page.url.endswith("/locked")
    page.get_by_role("link", name="職員の方へ").tap()
    page.get_by_label("パスワード").fill("mihon-mado")
    page.get_by_role("button", name="もどす").tap()
    page.wait_for_url("**/counter/*")


def test_after_the_thanks_the_face_is_closed_too(page: Page, face: str) -> None:
    page.goto(f"{face}/sign")
    draw_signature(page)
    page.locator("[data-signature-submit]").tap()
    page.wait_for_url("**/done")
    page.clock.install()
    page.reload()
    page.clock.run_for(COVER + 1000)
    assert "R" not in page.locator("body").inner_text()
    page.clock.run_for(WIPE + 1000)
    page.wait_for_url("**/locked")


def test_an_officer_hides_the_screen_and_goes_on_where_they_were(page: Page) -> None:
    page.goto("/applications/?text=x")
    page.get_by_role("button", name="画面を隠す").tap()
    page.wait_for_url("**/screen/hidden")
    assert "申請" not in page.locator("main").inner_text()
    page.go_back()
    page.wait_for_url("**/screen/hidden")
    page.get_by_label("パスワード").fill("mihon-mado")
    page.get_by_role("button", name="画面を開く").tap()
    page.wait_for_url("**/applications/?text=x")


def test_an_officers_screen_left_alone_hides_itself(page: Page) -> None:
    page.clock.install()
    page.goto("/counter/")
    page.clock.run_for(IDLE - 5000)
    assert page.url.endswith("/counter/")
    page.clock.run_for(7000)
    page.wait_for_url("**/screen/hidden")


def test_a_typed_name_is_witnessed_by_keyboard_alone(page: Page, face: str) -> None:
    page.goto(f"{face}/check")
    page.goto(f"{face}/sign")
    page.get_by_role("link", name="名前を入力する").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign/typed")
    page.get_by_label("お名前").focus()
    page.keyboard.type("髙橋 健太")
    page.keyboard.press("Enter")
    page.get_by_label("パスワード").focus()
    page.keyboard.type("mihon-mado")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/done")
