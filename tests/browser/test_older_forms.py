"""An older form declared in the browser: blank in, places drawn by mouse and keys, used, retired."""

from __future__ import annotations

import re
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, expect

from samples.older import older_sheet
from tests.browser.steps import assert_accessible, assert_fits, listening, sign_in

SHEET = older_sheet(0)


def blank_file(folder: Path, number: int = 0) -> Path:
    """The blank of an older form as a scan at 200 dpi."""
    picture = Image.fromarray(older_sheet(number).image).resize((1654, 2339))
    picture.save(folder / "blank.png", dpi=(200, 200))
    return folder / "blank.png"


def declare(page: Page, file: Path, title: str) -> None:
    page.goto("/paper/forms/new")
    page.get_by_label("様式の名前").fill(title)
    page.get_by_label("この様式で受け付ける手続").select_option("resident-record-copy")
    page.get_by_label("白紙の様式の画像またはPDF").set_input_files(file)
    page.get_by_role("button", name="取り込む").click(timeout=60_000)
    expect(page.get_by_role("status").first).to_contain_text("白紙の様式を取り込みました", timeout=60_000)
    listening(page)


def draw(page: Page, left: float, top: float, width: float, height: float) -> None:
    """Draw a rectangle (mm) on the sheet with the mouse."""
    box = page.locator("[data-svg]").bounding_box()
    assert box
    scale = min(box["width"] / 210, box["height"] / 297)
    x = box["x"] + (box["width"] - 210 * scale) / 2 + left * scale
    y = box["y"] + (box["height"] - 297 * scale) / 2 + top * scale
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + width * scale / 2, y + height * scale / 2, steps=3)
    page.mouse.move(x + width * scale, y + height * scale, steps=3)
    page.mouse.up()


def test_a_form_is_declared_by_mouse_and_keys(tablet: Page, axe: Axe, tmp_path: Path) -> None:
    sign_in(tablet, "jimu")
    declare(tablet, blank_file(tmp_path), "住民票の申請書（平成28年版）")
    name = SHEET.zones[0].rect
    tablet.get_by_role("button", name="わくを描いて足す").click()
    draw(tablet, name.x, name.y, name.width, name.height)
    first = tablet.locator("[data-zone]").first
    expect(first.get_by_label("項目")).to_be_focused()
    first.get_by_label("項目").select_option("applicant.name||")
    drawn = float(first.get_by_label("左から").input_value())
    assert abs(drawn - name.x) < 1.5
    tablet.get_by_role("button", name="わくを描いて足す").click()
    tablet.get_by_role("button", name=re.compile("1番 .*氏名")).focus()
    tablet.keyboard.press("ArrowRight")
    assert float(first.get_by_label("左から").input_value()) == round(drawn + 0.5, 1)
    tablet.keyboard.press("Shift+ArrowDown")
    tablet.keyboard.press("Enter")
    expect(first.get_by_label("項目")).to_be_focused()
    tablet.get_by_role("button", name="欄を1つ足す").click()
    second = tablet.locator("[data-zone]").nth(1)
    second.get_by_label("項目").select_option("applicant.birth_on||")
    for label, value in zip(("左から", "上から", "幅", "高さ"), born_box(), strict=True):
        second.get_by_label(label).fill(value)
    tablet.get_by_role("button", name="欄を保存する").click()
    expect(tablet.get_by_role("status").first).to_contain_text("2個の欄を保存しました")
    assert_accessible(tablet, axe)
    assert_fits(tablet)
    tablet.get_by_role("button", name="使い始める").click()
    expect(tablet.get_by_role("row").filter(has_text="平成28年版")).to_contain_text("使用中")
    tablet.get_by_role("link", name="住民票の申請書（平成28年版）").click()
    tablet.get_by_role("button", name="使うのをやめる").click()
    expect(tablet.get_by_role("row").filter(has_text="平成28年版")).to_contain_text("使わない")


def born_box() -> tuple[str, ...]:
    rect = SHEET.zones[2].rect
    return tuple(f"{value:.1f}" for value in (rect.x, rect.y, rect.width, rect.height))
