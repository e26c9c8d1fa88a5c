"""The officer's counter in the browser: from a phone at home to the counter, by keyboard, pages checked."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.steps import assert_accessible, assert_fits, begin_move_in, listening, sign_in

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def phone(browser: Browser, suite: tuple[str, Path]) -> Page:
    context = browser.new_context(base_url=suite[0], locale="ja-JP", java_script_enabled=False, **PHONE)
    page = context.new_page()
    page.set_default_timeout(60_000)
    return page


def test_answers_from_home_come_to_the_counter(phone: Page, tablet: Page, axe: Axe, tmp_path: Path) -> None:
    phone.goto("/pre-entry/")
    phone.get_by_role("link", name="日本語", exact=True).click()
    phone.get_by_role("button", name="引っ越してきた").click()
    phone.get_by_role("textbox").fill("令和8年4月1日")
    phone.get_by_role("button", name="次へ", exact=True).last.click()
    while phone.get_by_role("button", name="あとで窓口で答える").count():
        phone.get_by_role("button", name="あとで窓口で答える").click()
    phone.get_by_role("button", name="QRコードを作る").click()
    expect(phone.get_by_role("heading", name="QRコードができました")).to_be_visible()
    picture = phone.locator(".preentry-codes img").first.get_attribute("src") or ""
    file = tmp_path / "code.png"
    file.write_bytes(base64.b64decode(picture.split(",")[1]))
    phone.context.close()

    sign_in(tablet, "mado")
    tablet.goto("/counter/pre-entry")
    assert_accessible(tablet, axe)
    tablet.get_by_label("写真をとる・選ぶ").set_input_files(file)
    expect(tablet.get_by_role("heading", name="事前入力の内容")).to_be_visible()
    assert_accessible(tablet, axe)
    assert_fits(tablet)
    tablet.get_by_role("button", name="この内容で聞き取りを始める").tap()
    expect(tablet.locator("[id='ask-moving.moved_on'] .source")).to_have_text("事前入力")


def test_starting_from_the_register_card_and_hand_over(tablet: Page, portrait: Page, axe: Axe) -> None:
    for page in (tablet, portrait):
        sign_in(page, "mado")
        page.goto("/counter/start/care?kana=サ")
        assert_accessible(page, axe)
        page.get_by_role("link", name="さんの世帯を選ぶ").first.tap()
        expect(page.get_by_role("heading", name="この世帯で始めますか")).to_be_visible()
        assert_accessible(page, axe)
        assert_fits(page)
        page.get_by_role("button", name="この内容で始める").tap()
        expect(page.locator("h1.counter-title")).to_be_visible()
        case = page.url
        assert_accessible(page, axe)
        assert_fits(page)
        page.get_by_role("link", name="カードを読む").tap()
        page.locator("ul.choices button").last.tap()
        expect(page.get_by_role("columnheader", name="くらべた結果")).to_be_visible()
        assert_accessible(page, axe)
        page.goto(f"{case}/hand-on")
        assert_accessible(page, axe)
        page.get_by_label("引き継ぐ内容").fill("続きをお願いします。")
        page.get_by_role("button", name="引き継ぎ待ちにする").tap()
        expect(page.get_by_role("heading", name="引き継ぎ待ち")).to_be_visible()
        assert_accessible(page, axe)
        assert_fits(page)
        page.get_by_role("button", name="を引き継ぐ").first.tap()
        expect(page.locator(".counter-notes")).to_contain_text("続きをお願いします。")


def test_keys_alone_answer_undo_search_and_find(tablet: Page) -> None:
    sign_in(tablet, "mado")
    begin_move_in(tablet, "タカハシ")
    keys = tablet.keyboard
    keys.press("Alt+n")
    expect(tablet.locator("[id='ask-moving.moved_on'] input[type=text]")).to_be_focused()
    keys.type("令和8年4月1日")
    keys.press("Enter")
    expect(tablet.locator(".question-next[id='ask-foreign.who']")).to_be_visible()
    expect(tablet.locator("[id='ask-foreign.who'] input[type=radio]").first).to_be_focused()
    keys.press("Space")
    keys.press("Enter")
    expect(tablet.locator(".question-next[id='ask-foreign.who']")).to_have_count(0)
    keys.press("Alt+z")
    expect(tablet.locator(".question-next[id='ask-foreign.who']")).to_be_visible()
    tablet.reload()
    keys.press("Alt+z")
    expect(tablet.locator(".question-next[id='ask-moving.moved_on']")).to_be_visible()
    keys.press("Alt+s")
    expect(tablet.get_by_label("質問をさがす")).to_be_focused()
    keys.type("でんわ")
    expect(tablet.locator("#find-result")).to_have_text("0問")
    keys.press("Escape")
    keys.type("電話")
    expect(tablet.locator("#find-result")).to_have_text("1問")
    keys.press("Enter")
    expect(tablet.locator("[id='ask-contact.phone'] input[type=text]")).to_be_focused()
    keys.press("F1")
    expect(tablet.get_by_role("dialog", name="キー操作")).to_be_visible()
    keys.press("Escape")
    expect(tablet.get_by_role("dialog", name="キー操作")).to_have_count(0)


def test_what_is_written_before_the_scripts_run_is_saved(tablet: Page) -> None:
    sign_in(tablet, "mado")
    begin_move_in(tablet, "タカハシ")
    held: list[Route] = []
    tablet.route("**/js/conversation.js", lambda route: held.append(route))
    tablet.reload(wait_until="commit")
    question = tablet.locator("[id='ask-contact.phone']")
    question.locator("input[type=text]").fill("090-1234-5678")
    while not held:
        tablet.wait_for_timeout(20)
    held[0].continue_()
    listening(tablet)
    with tablet.expect_response(lambda response: "/answers/contact.phone" in response.url) as saved:
        tablet.locator("#find-question").focus()
    assert saved.value.ok
    expect(question.locator(".source")).to_be_visible()


def test_nothing_jumps_when_an_answer_is_saved(tablet: Page) -> None:
    sign_in(tablet, "mado")
    begin_move_in(tablet, "タカハシ")
    question = tablet.locator("[id='ask-contact.phone']")
    question.locator("input[type=text]").fill("090-1234-5678")
    before = question.bounding_box()
    with tablet.expect_response(lambda response: "/answers/contact.phone" in response.url):
        tablet.locator("#find-question").focus()
    expect(question.locator(".source")).to_be_visible()
    after = question.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["y"] - after["y"]) <= 2
