"""A survey from the officer's page to the phone and back to the charts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.steps import assert_accessible, assert_fits, sign_in

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


def write_question(page: Page, text: str, kind: str, options: str = "", when: str = "") -> None:
    page.get_by_role("link", name="質問を加える").tap()
    page.get_by_label("質問（日本語）").fill(text)
    page.get_by_label(kind).check()
    if options:
        page.get_by_label("選択肢（日本語）").fill(options)
    if when:
        page.get_by_label("この質問を出す人").select_option(label=when)
    page.get_by_role("button", name="質問を保存する").tap()
    page.wait_for_url(re.compile(r"/surveys/\w+/$"))


def test_a_survey_is_made_answered_on_a_phone_and_charted(
    browser: Browser, suite: tuple[str, Path], tablet: Page, axe: Axe
) -> None:
    sign_in(tablet, "jimu")
    tablet.get_by_role("navigation").get_by_role("link", name="アンケート").tap()
    tablet.get_by_role("link", name="アンケートを作る").tap()
    tablet.get_by_label("題名（日本語）").fill("バスについて")
    tablet.get_by_role("button", name="質問を書く").tap()
    write_question(tablet, "バスに乗りますか。", "1つ選ぶ", "乗る\n乗らない")
    write_question(
        tablet,
        "乗らないのはなぜですか。",
        "自由に書く",
        when="問1「バスに乗りますか。」で「乗らない」と答えた人",
    )
    write_question(tablet, "どのくらい満足ですか。", "段階で答える", "不満\n満足")
    assert_accessible(tablet, axe)
    tablet.get_by_role("button", name="受け付けを始める").tap()
    address = tablet.locator(".rail .mono").inner_text()
    tablet.get_by_role("link", name="QRコードのポスター").tap()
    expect(tablet.get_by_role("img", name="アンケートを開くQRコード")).to_be_visible()
    assert_accessible(tablet, axe)

    phone = browser.new_context(base_url=suite[0], locale="ja-JP", **PHONE).new_page()
    phone.goto(address)
    assert_accessible(phone, axe)
    assert_fits(phone)
    why = phone.get_by_label("乗らないのはなぜですか。")
    expect(why).to_be_hidden()
    phone.locator("label.choice", has_text="乗らない").tap()
    why.fill("本数が少ないからです。")
    phone.locator(".survey-scale label", has_text="2").tap()
    small = phone.locator(".choice:visible, button:visible, textarea:visible").evaluate_all(
        "all => all.filter(one => one.getBoundingClientRect().height < 56).length"
    )
    assert small == 0
    phone.get_by_role("button", name="送る").tap()
    phone.wait_for_url("**/thanks**")
    expect(phone.get_by_role("heading", name="ありがとうございました")).to_be_visible()
    assert_accessible(phone, axe)
    phone.context.close()

    tablet.go_back()
    tablet.get_by_role("link", name="結果を見る").tap()
    expect(tablet.get_by_role("img", name="バスに乗りますか。：乗る 0件、乗らない 1件")).to_be_visible()
    expect(tablet.get_by_text("本数が少ないからです。")).to_be_visible()
    tablet.get_by_label("行（たて）").select_option(label="バスに乗りますか。")
    tablet.get_by_label("列（よこ）").select_option(label="どのくらい満足ですか。")
    tablet.get_by_role("button", name="表を作る").tap()
    expect(tablet.get_by_role("region", name="2つの質問の表")).to_contain_text("1 （100.0%）")
    assert_accessible(tablet, axe)
    with tablet.expect_download() as taken:
        tablet.get_by_role("link", name="Excelで保存").tap()
    assert taken.value.suggested_filename.endswith(".xlsx")
