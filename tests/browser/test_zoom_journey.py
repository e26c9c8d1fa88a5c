"""A move-in at 200 % (WCAG 2.2, 1.4.4 and 1.4.10): of 1180 × 820 there are 590 × 410 pixels of CSS left."""

from __future__ import annotations

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from tests.browser.steps import (
    ANSWERS,
    answer,
    assert_accessible,
    assert_fits,
    begin_move_in,
    draw_signature,
    show_to_resident,
    sign_in,
)

ZOOMED: ViewportSize = {"width": 590, "height": 410}
CUT = """() => [...document.querySelectorAll("main *")].filter((one) => {
  const style = getComputedStyle(one), hides = ["hidden", "clip"].includes(style.overflowX);
  const read = one.textContent.trim() && !one.matches(".visually-hidden, .visually-hidden *, canvas, svg *");
  return read && hides && one.clientWidth > 2 && one.scrollWidth > one.clientWidth + 1;
}).map((one) => one.outerHTML.slice(0, 120))"""


def assert_readable(page: Page, axe: Axe) -> None:
    """Nothing scrolls sideways, no text is cut off, and axe finds nothing."""
    assert_fits(page)
    assert page.evaluate(CUT) == [], page.url
    assert_accessible(page, axe)


def follow(page: Page, axe: Axe, target: Locator, wanted: str) -> None:
    """Touch a button or link, arrive, and look at the page."""
    target.tap()
    page.wait_for_url(wanted)
    assert_readable(page, axe)


def test_a_move_in_is_signed_at_twice_the_size(browser: Browser, suite: tuple[str, Path], axe: Axe) -> None:
    context = browser.new_context(
        base_url=suite[0],
        locale="ja-JP",
        timezone_id="Asia/Tokyo",
        viewport=ZOOMED,
        device_scale_factor=2,
        has_touch=True,
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    sign_in(page, "mado")
    assert_readable(page, axe)
    begin_move_in(page, "タカハシ")
    while page.locator(".question-next").count():
        fact = str(page.locator(".question-next").get_attribute("id")).removeprefix("ask-")
        answer(page, fact, ANSWERS[fact])
        assert_fits(page)
    assert_readable(page, axe)
    show_to_resident(page)
    assert_readable(page, axe)
    follow(page, axe, page.get_by_role("button", name="日本語", exact=True), "**/check")
    follow(page, axe, page.get_by_role("link", name="書類を大きく見る").first, "**/documents/*")
    follow(page, axe, page.get_by_role("link", name="内容の確認にもどる"), "**/check")
    follow(page, axe, page.get_by_role("link", name="まちがいありません"), "**/sign")
    draw_signature(page)
    follow(page, axe, page.get_by_role("button", name="署名して提出する"), "**/done")
    assert page.locator("tbody th").count() >= 8
    follow(page, axe, page.get_by_role("link", name="職員の方へ"), "**/take-back")
    page.get_by_label("パスワード").fill("mihon-mado")
    follow(page, axe, page.get_by_role("button", name="もどす"), "**/counter/*")
    expect(page.get_by_text("申請を受け付けました")).to_be_visible()
    context.close()
