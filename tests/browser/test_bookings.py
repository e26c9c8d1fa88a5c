"""From a booking on a phone at home to the number called in the hall, and a booking given up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.steps import assert_accessible, assert_fits, sign_in

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
TARGETS = "Array.from(document.querySelectorAll('main a, main button, main input:not([type=hidden])'))"


@pytest.fixture
def phone(browser: Browser, suite: tuple[str, Path]) -> Iterator[Page]:
    """A phone held upright."""
    context = browser.new_context(base_url=suite[0], locale="ja-JP", timezone_id="Asia/Tokyo", **PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield page
    context.close()


def look(page: Page, axe: Axe) -> None:
    """axe finds nothing, nothing sticks out, and every target is large enough for a thumb."""
    assert_accessible(page, axe)
    assert_fits(page)
    small = page.evaluate(
        f"{TARGETS}.filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.5)"
        ".map(e => e.outerHTML)"
    )
    assert small == []


def book(phone: Page, axe: Axe, name: str = "") -> tuple[str, str]:
    """Book the first free time for a move-in; number and code."""
    phone.goto("/booking/?language=ja")
    look(phone, axe)
    phone.get_by_role("link", name="引っ越してきた").tap()
    phone.wait_for_url("**/for/move-in")
    look(phone, axe)
    phone.locator("a.day").first.tap()
    phone.wait_for_url("**/move-in/*")
    look(phone, axe)
    phone.locator("a.time").first.tap()
    phone.wait_for_url("**/move-in/*/*")
    look(phone, axe)
    phone.get_by_label("窓口でお呼びする名前").fill(name)
    phone.get_by_role("button", name="予約する").tap()
    phone.wait_for_url("**/show")
    look(phone, axe)
    number, code = phone.locator(".slip-number").all_inner_texts()
    return number, code


def test_a_booking_is_found_again_moved_and_given_up(phone: Page, axe: Axe) -> None:
    number, code = book(phone, axe)
    assert re.fullmatch(r"\d{4}-\d{4}", number)
    phone.get_by_role("button", name="この端末から予約の表示を消す").tap()
    phone.wait_for_url("**/booking/")
    phone.goto("/booking/show")
    phone.wait_for_url("**/mine")
    phone.get_by_label("予約番号").fill(number)
    phone.get_by_label("ひみつのことば").fill("WRONG2")
    phone.get_by_role("button", name="予約を開く").tap()
    expect(phone.get_by_role("alert")).to_contain_text("番号かことばが違います")
    look(phone, axe)
    phone.get_by_label("ひみつのことば").fill(code.lower())
    phone.get_by_role("button", name="予約を開く").tap()
    phone.wait_for_url("**/show")
    before = phone.locator(".slip-when").inner_text()
    phone.get_by_role("button", name="日時を変える").tap()
    phone.locator("a.day").last.tap()
    phone.locator("a.time").last.tap()
    phone.get_by_role("button", name="この日時に変える").tap()
    phone.wait_for_url("**/show")
    assert phone.locator(".slip-when").inner_text() != before
    assert phone.locator(".slip-number").all_inner_texts() == [number, code]
    phone.locator("summary").tap()
    phone.get_by_role("button", name="はい、取り消します").tap()
    expect(phone.get_by_role("heading", name="予約を取り消しました")).to_be_visible()
    look(phone, axe)


def test_a_service_nobody_offers_is_told_in_a_page(phone: Page, axe: Axe) -> None:
    """Every other page, in every language: test_public_pages."""
    answer = phone.goto("/booking/for/nothing")
    assert answer is not None
    assert answer.status == 404
    look(phone, axe)


def test_a_number_is_taken_called_shown_and_finished(
    phone: Page, tablet: Page, portrait: Page, axe: Axe
) -> None:
    sign_in(portrait, "kanri")
    portrait.goto("/counters/")
    look(portrait, axe)
    kiosk = str(portrait.locator("a[href*='/hall/kiosk/']").get_attribute("href"))
    phone.goto(kiosk)
    look(phone, axe)
    phone.get_by_role("button", name="引っ越してきた").tap()
    phone.wait_for_url("**/kiosk/*/*")
    look(phone, axe)
    label = phone.locator(".own-number strong").inner_text()
    phone.goto(f"/hall/ticket/{phone.url.rsplit('/', 1)[1]}")
    expect(phone.locator(".own-state")).to_contain_text("次にお呼びします")
    look(phone, axe)
    sign_in(tablet, "mado")
    tablet.get_by_role("navigation").get_by_role("link", name="順番").tap()
    tablet.get_by_label("担当する窓口").select_option(label="1番窓口（1階 市民課）")
    tablet.get_by_role("button", name="この窓口を担当する").tap()
    portrait.goto("/hall/display")
    tablet.get_by_role("button", name="次の方を呼ぶ").tap()
    expect(tablet.locator(".serving-number")).to_have_text(label)
    assert_accessible(tablet, axe)
    # Neither page is reloaded: both ask by themselves.
    expect(portrait.locator(".is-newest .display-number")).to_have_text(label)
    expect(portrait.get_by_role("status")).to_have_text(f"番号{label}の方は、1番窓口へお越しください。")
    expect(phone.locator(".own-state")).to_contain_text("1番窓口へお越しください")
    assert_accessible(portrait, axe)
    tablet.get_by_role("button", name="聞き取りを始める").tap()
    tablet.wait_for_url("**/counter/*")
    tablet.goto("/queue/")
    expect(tablet.get_by_role("link", name="聞き取りを開く")).to_be_visible()
    tablet.get_by_role("button", name="対応を終わる").tap()
    expect(tablet.get_by_text(f"{label}：対応を終わりました。")).to_be_visible()
    expect(phone.locator(".own-state")).to_contain_text("対応は終わりました")
    assert_accessible(tablet, axe)
