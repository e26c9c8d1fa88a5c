"""A scan becomes an application: the officer's hands stay on the keyboard from the first doubt on."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import assert_accessible, assert_fits, sign_in

SCANS = Path(__file__).resolve().parents[2] / "samples" / "scans"
TWO_SHEETS, UNSURE, UNKNOWN = "07-two-pages.pdf", "08-unsure-mark.png", "13-unknown.png"
WRITTEN_BY_OFFICER = {"identity.method": "one"}
FOCUS = """() => {
  const one = document.activeElement, row = one.closest('.paper-pair');
  const all = row ? [...row.querySelectorAll('input:not([type=hidden]), select')] : [];
  return {accept: one.hasAttribute('data-accept'), tag: one.tagName, type: one.type, name: one.name ?? '',
          value: one.value, checked: one.checked, last: all.at(-1) === one,
          row: row && row.id.replace('row-', ''), doubt: !!row && row.hasAttribute('data-doubt')};
}"""


def upload(page: Page, *names: str) -> None:
    page.goto("/paper/")
    page.get_by_label("スキャンした画像やPDFを取り込む").set_input_files([SCANS / name for name in names])
    page.get_by_role("button", name="取り込んで読み取る").click()
    expect(page.locator(".batch-count")).to_contain_text("読み取り済み", timeout=180_000)
    page.goto("/paper/")


def waiting(page: Page, name: str) -> Locator:
    """The line of a file among what waits to be confirmed."""
    return page.get_by_role("region", name="確認待ちの申請").get_by_role("row").filter(has_text=name)


def answers(name: str) -> dict[str, Any]:
    key = json.loads((SCANS / name).with_suffix(".json").read_text(encoding="utf-8"))
    found = {path: value for sheet in key["pages"] for path, value in sheet["fields"].items()}
    return found | WRITTEN_BY_OFFICER


def settle_by_keyboard(page: Page, key: dict[str, Any]) -> list[str]:
    """Go from doubt to doubt with Enter, correct each by typing; the rows seen, ending on the button."""
    seen: list[str] = []
    for _ in range(80):
        focus = page.evaluate(FOCUS)
        if focus["accept"]:
            return seen
        assert focus["doubt"], f"Enter led to a field not in doubt: {focus}"
        if focus["row"] not in seen:
            seen.append(focus["row"])
        put(page, focus, key.get(focus["row"]))
        page.keyboard.press("Enter" if focus["last"] else "Tab")
    raise AssertionError("the button was never reached")


def put(page: Page, focus: dict[str, Any], wanted: Any) -> None:
    """Bring the focused input to the wanted value with keys."""
    if isinstance(wanted, dict):
        wanted = wanted.get(focus["name"].rpartition("-")[2], "")
    if focus["tag"] == "SELECT":
        page.keyboard.press("Home")
        for _ in range(12):
            if page.evaluate("document.activeElement.value") == (wanted or ""):
                return
            page.keyboard.press("ArrowDown")
        raise AssertionError(f"{wanted} cannot be chosen in {focus['name']}")
    if focus["type"] == "checkbox":
        on = wanted is None or focus["value"] in (wanted if isinstance(wanted, list) else ["yes"])
        if on != focus["checked"]:
            page.keyboard.press("Space")
    elif focus["value"] != ("" if wanted is None else str(wanted)):
        page.keyboard.press("Control+A")
        page.keyboard.type(str(wanted or "")) if wanted else page.keyboard.press("Delete")


def test_scan_to_application_by_keyboard(tablet: Page, axe: Axe) -> None:
    sign_in(tablet, "mado")
    upload(tablet, TWO_SHEETS, UNKNOWN)
    assert_accessible(tablet, axe)
    assert_fits(tablet)
    line = waiting(tablet, TWO_SHEETS)
    expect(line).to_contain_text("2枚")
    expect(waiting(tablet, UNKNOWN)).to_contain_text("読み取れません")
    line.get_by_role("link").click()
    assert_accessible(tablet, axe)
    assert_fits(tablet)
    seen = settle_by_keyboard(tablet, answers(TWO_SHEETS))
    assert set(WRITTEN_BY_OFFICER) <= set(seen)
    expect(tablet.locator("[data-left]")).to_have_text(f"確認済み {len(seen)}／{len(seen)}欄")
    tablet.keyboard.press("Enter")
    told = tablet.get_by_role("status").first
    expect(told).to_contain_text(re.compile(r"受付番号 R8-\d{6} で受け付けました"))
    told.get_by_role("link").click()
    expect(tablet.get_by_role("heading", level=1)).to_be_visible()
    name = answers(TWO_SHEETS)["applicant.name"]
    expect(tablet.locator("main")).to_contain_text(f"{name['family']} {name['given']}")
    tablet.goto("/paper/")
    expect(waiting(tablet, TWO_SHEETS)).to_have_count(0)


def test_faults_and_putting_aside(tablet: Page, axe: Axe) -> None:
    sign_in(tablet, "jimu")
    upload(tablet, UNSURE)
    waiting(tablet, UNSURE).get_by_role("link").click()
    expect(tablet.get_by_text("2枚目がまだありません")).to_be_visible()
    doubt = tablet.locator(".paper-pair-ask, .paper-pair-enter").first
    expect(doubt.locator(":focus")).to_have_count(1)
    tablet.locator('[id="applicant.phone"]').fill("03")
    tablet.get_by_role("button", name="このとおり受け付ける").click()
    expect(tablet.get_by_role("alert").first).to_contain_text("まだ受け付けていません")
    expect(tablet.locator('[id="applicant.phone"]')).to_have_value("03")
    expect(tablet.locator('[id="applicant.phone"]')).to_have_attribute("aria-invalid", "true")
    expect(tablet.locator('[id="row-applicant.phone"] [data-read]')).to_be_visible()
    assert_accessible(tablet, axe)
    tablet.get_by_role("link", name="使わない").click()
    assert_accessible(tablet, axe)
    tablet.get_by_label("使わない理由").select_option("スキャンし直す")
    tablet.get_by_role("button", name="確認待ちから除く").click()
    expect(tablet.get_by_role("status").first).to_contain_text("確認待ちから除きました")
    expect(waiting(tablet, UNSURE)).to_have_count(0)
