"""`python -m tests.browser.pictures`: takes the README's pictures anew from the running suite."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pypdfium2
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from tests.browser.steps import (
    ANSWERS,
    begin_move_in,
    decide,
    draw_signature,
    hold_interview,
    run_robot,
    save_sealed_pdf,
    show_to_resident,
    sign_as_resident,
    sign_in,
    sign_out,
    take_back,
)
from tests.browser.test_move_in_journey import LEDGER
from tests.support.chromium import ARGUMENTS, EXECUTABLE, TABLET
from tests.support.structure import ROOT
from tests.support.suite import running_suite

PICTURES = ROOT / "samples" / "pictures"
SCANS = ROOT / "samples" / "scans"
READ = ("02-pen.jpg", "05-skewed.jpg")


def main() -> None:
    """Walk through the suite and keep a picture of each place the README shows."""
    PICTURES.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="kakazu-pictures-"))
    with running_suite(folder / "data") as address, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=EXECUTABLE, args=ARGUMENTS)
        context = chromium.new_context(base_url=address, locale="ja-JP", timezone_id="Asia/Tokyo", **TABLET)
        page = context.new_page()
        page.goto("/sign-in")
        take(page, "sign-in")
        receipts = at_the_counter(page)
        at_the_back(page, receipts[0], folder)
        at_the_scanner(page)
        chromium.close()


def at_the_counter(page: Page) -> list[str]:
    """The officer's face and the resident's; gives the receipt numbers."""
    sign_in(page, "mado")
    begin_move_in(page, "タカハシ")
    take(page, "conversation")
    hold_interview(page, ANSWERS)
    show_to_resident(page)
    take(page, "languages")
    page.get_by_role("button", name="日本語", exact=True).tap()
    page.get_by_role("link", name="まちがいありません").tap()
    draw_signature(page)
    take(page, "sign")
    page.goto(page.url.replace("/sign", "/"))
    receipts = sign_as_resident(page, Axe())
    take_back(page, "mado")
    sign_out(page)
    return receipts


def at_the_back(page: Page, receipt: str, folder: Path) -> None:
    """A decision, a robot's run, and the sealed PDF as an auditor sees it."""
    sign_in(page, "jimu")
    decide(page, receipt, "受理する")
    pdf = save_sealed_pdf(page, folder / "sealed.pdf")
    run_robot(page, LEDGER)
    take(page, "run")
    document = pypdfium2.PdfDocument(pdf)
    document[len(document) - 1].render(scale=1.1).to_pil().save(PICTURES / "sealed.png", optimize=True)
    document.close()


def at_the_scanner(page: Page) -> None:
    """Filled forms from the scanner: read, and the first doubt beside its crop."""
    page.goto("/paper/")
    page.get_by_label("スキャンした画像やPDFを取り込む").set_input_files([SCANS / name for name in READ])
    page.get_by_role("button", name="取り込んで読み取る").tap()
    page.get_by_text(f"{len(READ)}ページ中{len(READ)}ページ").wait_for(timeout=300_000)
    page.goto("/paper/verify/")
    page.locator("#verify[data-ready]").wait_for()
    take(page, "verify")


def take(page: Page, name: str) -> None:
    """Keep what the tablet shows now."""
    page.screenshot(path=PICTURES / f"{name}.png")


if __name__ == "__main__":
    main()
