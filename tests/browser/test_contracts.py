"""A purchase of three papers: copied in, sent round, returned, decided by a deputy and in parallel."""

from __future__ import annotations

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.steps import assert_accessible, assert_fits, sign_in, sign_out

ITEMS = '品名,数量,単位,単価,税率\nプリンター,2,台,"48,000",10%\n'
SIMPLE = {
    "書類の番号": "P-77",
    "発行日": "令和8年4月1日",
    "業者の名前": "みほん電機",
    "納品日": "令和8年4月2日",
}
ACCOUNT = {"bank_code": "9999", "branch_code": "001", "number": "1234567", "holder_kana": "ミホンデンキ"}


def copy_in(page: Page, title: str, file: Path, axe: Axe) -> None:
    """Copy one paper in: the items from a CSV, the sums worked out."""
    page.get_by_role("link", name=f"{title}を書き写す").tap()
    expect(page.get_by_role("heading", name=f"{title}を書き写す")).to_be_visible()
    for label, text in SIMPLE.items():
        found = page.get_by_label(label, exact=True)
        if found.count():
            found.fill(text)
    for part, text in (("family", "見本"), ("given", "電子")):
        page.locator(f"[name='applicant.name-{part}']").fill(text)
    if title == "請求書":
        for part, text in ACCOUNT.items():
            page.locator(f"[name='contract.account-{part}']").fill(text)
        page.locator("label.choice", has_text="普通").tap()
    page.get_by_label("品目のCSV").set_input_files(file)
    page.get_by_role("button", name="CSVから入れる").tap()
    page.get_by_role("button", name="金額と消費税を計算する").tap()
    expect(page.locator("[name='contract.total']")).to_have_value("105600")
    assert_accessible(page, axe)
    page.get_by_role("button", name=f"{title}を加える").last.tap()
    expect(page.locator(".note-good").first).to_contain_text(title)


def open_as(page: Page, login: str, title: str) -> None:
    """Sign in as an approver and open what waits."""
    sign_in(page, login)
    page.get_by_role("navigation").get_by_role("link", name="決裁待ち").tap()
    page.get_by_role("link", name=title).tap()
    expect(page.get_by_role("heading", name=title)).to_be_visible()


def approve_as(page: Page, login: str, title: str) -> None:
    """Sign in, approve, sign out."""
    open_as(page, login, title)
    page.get_by_role("button", name="承認する").tap()
    expect(page.locator(".note-good")).to_contain_text("承認しました")
    sign_out(page)


def test_a_purchase_from_paper_to_decision(tablet: Page, portrait: Page, axe: Axe, tmp_path: Path) -> None:
    file = tmp_path / "items.csv"
    file.write_text(ITEMS, encoding="cp932")
    title = "プリンターの購入"
    sign_in(tablet, "jimu")
    tablet.goto("/contracts/")
    tablet.get_by_label("新しい契約の件名").fill(title)
    tablet.get_by_role("button", name="まとめ始める").tap()
    for paper in ("見積書", "納品書", "請求書"):
        copy_in(tablet, paper, file, axe)
    expect(tablet.get_by_text("違いはありません")).to_be_visible()
    address = tablet.url
    tablet.get_by_role("button", name="決裁に回す").tap()
    expect(tablet.locator(".stage-now")).to_contain_text("係長")

    open_as(portrait, "kessai", title)
    assert_accessible(portrait, axe)
    assert_fits(portrait)
    portrait.get_by_role("button", name="差し戻す").tap()
    expect(portrait.get_by_role("alert")).to_contain_text("理由を入力してください")
    portrait.get_by_label("理由・意見").fill("納品の場所を書き足してください。")
    portrait.get_by_role("button", name="差し戻す").tap()
    expect(portrait.locator("main .head")).to_contain_text("差し戻し")
    sign_out(portrait)

    tablet.goto(address)
    expect(tablet.get_by_text("納品の場所を書き足してください。")).to_be_visible()
    assert_accessible(tablet, axe)
    tablet.get_by_role("button", name="決裁に回す").tap()
    expect(tablet.locator(".stage-now")).to_contain_text("係長")
    approve_as(portrait, "kessai", title)

    sign_in(portrait, "kanri")
    portrait.goto("/routes/")
    portrait.get_by_label("決裁する人").select_option(label="会計 七海")
    portrait.get_by_label("代決する人").select_option(label="決裁 三郎")
    portrait.get_by_role("button", name="代決を決める").tap()
    expect(portrait.locator(".note-good")).to_be_visible()
    expect(portrait.get_by_text("代決中")).to_be_visible()
    assert_accessible(portrait, axe)
    sign_out(portrait)
    open_as(portrait, "kessai", title)
    expect(portrait.get_by_label("会計 七海の代決")).to_be_checked()
    portrait.get_by_role("button", name="承認する").tap()
    expect(portrait.locator(".note-good")).to_contain_text("承認しました")
    sign_out(portrait)
    approve_as(portrait, "kacho", title)

    tablet.reload()
    expect(tablet.locator("main .head")).to_contain_text("決裁済み")
    expect(tablet.locator(".stages")).to_contain_text("決裁 三郎（会計 七海の代決）")
    assert_accessible(tablet, axe)
