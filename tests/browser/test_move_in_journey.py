"""One family moves in: from the tablet to the ledger and the bank file, every step in the browser."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from forms.signing.verification import verify
from office.clock import today
from robots.exchanges.zengin.reading import read_file
from tests.browser.measured import Measured, measured, prompts_shown
from tests.browser.steps import (
    ANSWERS,
    assert_accessible,
    begin_move_in,
    decide,
    hold_interview,
    run_robot,
    save_sealed_pdf,
    show_to_resident,
    sign_as_resident,
    sign_in,
    sign_out,
    take_back,
)
from tests.support.chromium import TABLET
from tests.support.other_eyes import assert_trusted_by_others, make_trust_store

EVENT = "引っ越してきた"
LEDGER = "転入者台帳への記入"
MOST_QUESTIONS = 25
FEWEST_APPLICATIONS = 8
SIGNATURES = 1


def payment_month() -> str:
    """The first payment (an even month) after the first month of benefit, the one after moving in."""
    moved = today() - timedelta(days=3)
    month = moved.year * 12 + moved.month + 1  # counted from 0 = January of year 0: the month after next
    month += month % 2 == 0
    return f"{month // 12}-{month % 12 + 1:02d}"


def test_a_family_moves_in_from_tablet_to_bank_file(
    browser: Browser, own_suite: tuple[str, Path], axe: Axe, tmp_path: Path
) -> None:
    address, data = own_suite
    nss = tmp_path / "nss"
    nss.mkdir()
    context = browser.new_context(base_url=address, locale="ja-JP", timezone_id="Asia/Tokyo", **TABLET)
    page = context.new_page()
    page.set_default_timeout(60_000)

    # The counter: ask, show, sign once.
    sign_in(page, "mado")
    begin_move_in(page, "タカハシ")
    asked = hold_interview(page, ANSWERS)
    assert set(asked) == set(ANSWERS), "every answer prepared was asked for"
    prompts = prompts_shown(page)
    assert prompts <= len(asked) <= MOST_QUESTIONS
    assert_accessible(page, axe)
    show_to_resident(page)
    assert_accessible(page, axe)
    receipts = sign_as_resident(page, axe)
    assert len(set(receipts)) == len(receipts) >= FEWEST_APPLICATIONS
    take_back(page, "mado")
    expect(page.get_by_text(f"署名がすみ、{len(receipts)}件の申請を受け付けました。")).to_be_visible()
    assert measured(page, EVENT) == Measured(
        cases=1, questions=prompts, applications=len(receipts), handwriting=SIGNATURES
    )
    sign_out(page)

    # The back office accepts, the approver grants; each takes the sealed PDF with them.
    sign_in(page, "jimu")
    for receipt in receipts:
        decide(page, receipt, "受理する")
    sign_out(page)
    sign_in(page, "kessai")
    store = make_trust_store(nss, data / "keys")
    for receipt in receipts:
        decide(page, receipt, "承認する")
        pdf = save_sealed_pdf(page, tmp_path / f"{receipt}.pdf")
        verdict = verify(pdf.read_bytes(), (data / "keys" / "root.pem").read_bytes())
        assert verdict.ok, verdict.faults
        assert verdict.evidence is not None
        assert [one["receipt_number"] for one in verdict.evidence["shown"]] == receipts
        assert_trusted_by_others(pdf.read_bytes(), store, data / "keys", tmp_path)
    sign_out(page)

    # The robots: dry run, run, run again; then the bank file.
    sign_in(page, "jimu")
    ledger = data / "ledgers" / "転入者台帳.xlsx"
    before = ledger.read_bytes()
    assert run_robot(page, LEDGER, dry=True) == {"変更": 0, "明細": 4}
    assert ledger.read_bytes() == before
    assert run_robot(page, LEDGER) == {"変更": 4, "明細": 4}
    assert_accessible(page, axe)
    after = ledger.read_bytes()
    assert after != before
    assert run_robot(page, LEDGER) == {"変更": 0, "明細": 4}
    assert ledger.read_bytes() == after

    run_robot(page, "児童手当の振込データ", month=payment_month())
    assert_accessible(page, axe)
    (file,) = sorted((data / "outbox").glob("*"))
    (group,) = read_file(file.read_bytes()).groups
    assert [row.values["payee_name"] for row in group.rows] == ["ﾀｶﾊｼ ｹﾝﾀ"]
    context.close()
