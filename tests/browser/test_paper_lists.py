"""A payment list of forty lines by keyboard: sent, watched, doubts settled, paid after another approved."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from ocr.page import to_png
from ocr.tables.results import BLANK, ENTRY
from office import clock
from office.calendar.business import bank_calendar
from samples.ledger_pages import LedgerPage, ledger_pages
from tests.browser.steps import assert_accessible, assert_fits, sign_in, turned
from tests.support.chromium import TABLET

LINES, SEED = 40, 4711


@pytest.fixture
def desk(browser: Browser, own_suite: tuple[str, Path]) -> Iterator[Page]:
    context = browser.new_context(base_url=own_suite[0], locale="ja-JP", timezone_id="Asia/Tokyo", **TABLET)
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield page
    context.close()


def looked_at(page: Page, axe: Axe, name: str) -> None:
    """The page holds in both orientations; a picture of each where pictures are wanted."""
    assert_accessible(page, axe)
    folder = os.environ.get("PAPER_SHOTS")
    for held in turned(page):
        assert_fits(page)
        if folder:
            page.screenshot(path=str(Path(folder) / f"lists-{name}-{held}.png"))
    page.set_viewport_size(TABLET["viewport"])


def test_a_list_of_forty_lines_is_paid(
    desk: Page, axe: Axe, own_suite: tuple[str, Path], tmp_path: Path
) -> None:
    page = ledger_pages(SEED, layout="transfers", rules="full", way="office", lines=LINES)[0]
    scan = tmp_path / "振込依頼.png"
    scan.write_bytes(to_png(page.scan.image))
    sign_in(desk, "jimu")
    sent(desk, axe, scan)
    settle_doubts(desk, axe, page)
    address = ask_for_payment(desk, axe)
    approve(desk, axe, address)
    check_file(own_suite[1], page)


def sent(desk: Page, axe: Axe, scan: Path) -> None:
    """Send the scan and watch how far it is until the table opens by itself."""
    desk.goto("/paper/tables/")
    looked_at(desk, axe, "listing")
    desk.get_by_label("スキャンした台帳の画像やPDF").set_input_files(scan)
    desk.get_by_role("button", name="取り込んで読み取る").focus()
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/paper/tables/readings/*")
    expect(desk.get_by_role("progressbar", name="読み取りの進み具合")).to_be_visible()
    looked_at(desk, axe, "progress")
    desk.wait_for_url(re.compile(r"/paper/tables/[0-9A-Z]{26}$"), timeout=300_000)


def settle_doubts(desk: Page, axe: Axe, page: LedgerPage) -> None:
    """Go from doubt to doubt with Enter, typing what is read wrongly; then settle the table."""
    looked_at(desk, axe, "doubts")
    rows = [row for row in page.rows if row.kind != BLANK]
    pressed = 0
    while (name := desk.evaluate("document.activeElement.name")) != "take":
        found = re.fullmatch(r"r(\d+)c(\d+)", name or "")
        if found is None:
            desk.get_by_role("button", name="確定する").focus()
            break
        truth = rows[int(found[1])].cells[int(found[2])].value
        text = f"{truth:,}" if isinstance(truth, int) else truth or ""
        if desk.evaluate("document.activeElement.value").replace(" ", "") != text.replace(" ", ""):
            desk.keyboard.press("Control+A")
            desk.keyboard.insert_text(text)
        desk.keyboard.press("Enter")
        pressed += 1
        assert pressed < 100, "there is no end of doubts"
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("表の内容を確定しました")).to_be_visible()


def ask_for_payment(desk: Page, axe: Axe) -> str:
    """Choose payment and its day; the dry run shows what would be paid. The posting's address."""
    desk.get_by_role("link", name="台帳に書く・支払う").focus()
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/paper/postings/new/*")
    looked_at(desk, axe, "new")
    desk.get_by_role("radio", name=re.compile("給付金の振込")).focus()
    desk.keyboard.press("Space")
    due = bank_calendar().shift(clock.today(), 14)
    desk.get_by_label("振り込む日").fill(due.isoformat())
    desk.get_by_role("button", name="承認を頼む").focus()
    desk.keyboard.press("Enter")
    desk.wait_for_url(re.compile(r"/paper/postings/[0-9A-Z]{26}$"))
    expect(desk.get_by_text("（予定）")).to_be_visible(timeout=120_000)
    expect(desk.get_by_role("button", name="承認する")).to_have_count(0)
    looked_at(desk, axe, "asked")
    return desk.url


def approve(desk: Page, axe: Axe, address: str) -> None:
    """Another person approves; a robot plans the payments and makes the file."""
    desk.context.clear_cookies()
    sign_in(desk, "kessai")
    desk.goto("/paper/postings/")
    looked_at(desk, axe, "postings")
    desk.goto(address)
    desk.get_by_role("button", name="承認する").focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("承認しました。")).to_be_visible()
    for _ in range(120):
        if desk.locator("#posting .head").get_by_text("完了").count():
            break
        desk.wait_for_timeout(1000)
        desk.goto(address)
    expect(desk.locator("#posting .head")).to_contain_text("完了")
    looked_at(desk, axe, "done")


def check_file(data: Path, page: LedgerPage) -> None:
    """The bank file holds every line and the sum on paper."""
    (file,) = (data / "outbox").glob("総合振込_給付金の振込_*.txt")
    amount = page.layout.place("amount")
    amounts = [row.cells[amount].value for row in page.rows if row.kind == ENTRY]
    total = sum(one for one in amounts if isinstance(one, int))
    trailer = next(one for one in file.read_bytes().decode("cp932").splitlines() if one.startswith("8"))
    assert trailer.startswith(f"8{len(amounts):06d}{total:012d}")
