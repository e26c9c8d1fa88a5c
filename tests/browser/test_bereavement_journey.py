"""A bereavement: the household comes from the register, one signature files everything, the seal verifies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from forms.signing.verification import verify
from forms.values.dates import age_on, show_era
from office.clock import today
from samples.city import build
from samples.people import Household
from tests.browser.measured import Measured, measured, prompts_shown
from tests.browser.steps import (
    Said,
    assert_accessible,
    assert_fits,
    decide,
    hold_interview,
    listening,
    save_sealed_pdf,
    show_to_resident,
    sign_as_resident,
    sign_in,
    sign_out,
    take_back,
)
from tests.support.chromium import TABLET

EVENT = "ご家族が亡くなった"
MOST_QUESTIONS = 20
FEWEST_APPLICATIONS = 9
SIGNATURES = 1


def bereaved() -> Household:
    """The household of the sample city whose head is 75 or more and lives with wife and son."""
    wanted = ("世帯主", "妻", "子")
    return next(
        one
        for one in build().households()
        if tuple(member.relation for member in one.members[:3]) == wanted
        and one.head.sex == "male"
        and age_on(one.head.birth_on, today()) >= 75
    )


def told(home: Household) -> Mapping[str, Said]:
    """What the widow answers, and what the officer sees on the papers she brought."""
    husband, widow, son = (one.name.full for one in home.members[:3])
    return {
        "deceased.who": husband,
        "deceased.died_on": show_era(today() - timedelta(days=13)),
        "deceased.informant": widow,
        "contact.phone": "0999-99-9999",
        "deceased.new_head": son,
        "deceased.seal": "はい",
        "deceased.pension": "年金を受けていた",
        "deceased.insured_number": "39000001",
        "funeral.host": widow,
        "funeral.held_on": show_era(today() - timedelta(days=8)),
        "funeral.proof": "葬儀の領収書",
        "heirs.property": "はい",
        "heirs.members": [widow, son],
        "heirs.representative": widow,
        "koseki.kind": "戸籍全部事項証明書",
        "koseki.honseki": "見本県みほん市山の手2番",
        "koseki.hittosha": {"family": home.head.name.family, "given": home.head.name.given},
        "koseki.wide": "いいえ",
        "account.public": "いいえ",
        "account": {
            "bank_code": "9999",
            "branch_code": "001",
            "number": "1234567",
            "holder_kana": home.members[1].name.full_kana,
            "kind": "普通",
        },
        "copy.kind": "除票の写し",
        "copy.show": ["世帯主と続柄", "本籍と筆頭者"],
        "identity.document": "運転免許証",
        "identity.method": "1点確認",
    }


def begin_from_register(page: Page, home: Household, axe: Axe) -> None:
    """Search the register by フリガナ and day of birth, look at what it fills, and begin."""
    page.get_by_role("navigation").get_by_role("link", name="窓口", exact=True).tap()
    page.get_by_role("link", name=f"{EVENT}：台帳からさがす").tap()
    page.get_by_label("フリガナ").fill(home.head.name.full_kana)
    page.get_by_label("生年月日").fill(show_era(home.head.birth_on))
    page.get_by_role("button", name="さがす").tap()
    page.get_by_role("link", name=f"{home.head.name.full}さんの世帯を選ぶ").tap()
    expect(page.get_by_text(f"の世帯（{len(home.members)}人）")).to_be_visible()
    assert_accessible(page, axe)
    assert_fits(page)
    page.get_by_role("button", name="この内容で始める").tap()
    expect(page.locator("[id='ask-members'] .source")).to_have_text("台帳")
    listening(page)


def test_a_widow_signs_once_for_everything_a_death_brings(
    browser: Browser, own_suite: tuple[str, Path], axe: Axe, tmp_path: Path
) -> None:
    address, data = own_suite
    home = bereaved()
    context = browser.new_context(base_url=address, locale="ja-JP", timezone_id="Asia/Tokyo", **TABLET)
    page = context.new_page()
    page.set_default_timeout(60_000)

    sign_in(page, "mado")
    begin_from_register(page, home, axe)
    asked = hold_interview(page, told(home))
    assert set(asked) == set(told(home)), "every answer prepared was asked for"
    prompts = prompts_shown(page)
    assert prompts <= MOST_QUESTIONS
    assert_accessible(page, axe)
    assert_fits(page)
    show_to_resident(page)
    receipts = sign_as_resident(page, axe)
    assert len(set(receipts)) == len(receipts) >= FEWEST_APPLICATIONS
    take_back(page, "mado")
    expect(page.get_by_text(f"署名がすみ、{len(receipts)}件の申請を受け付けました。")).to_be_visible()
    assert measured(page, EVENT) == Measured(
        cases=1, questions=prompts, applications=len(receipts), handwriting=SIGNATURES
    )
    sign_out(page)

    sign_in(page, "jimu")
    decide(page, receipts[0], "受理する")
    sign_out(page)
    sign_in(page, "kessai")
    decide(page, receipts[0], "承認する")
    pdf = save_sealed_pdf(page, tmp_path / "sealed.pdf")
    verdict = verify(pdf.read_bytes(), (data / "keys" / "root.pem").read_bytes())
    assert verdict.ok, verdict.faults
    assert verdict.evidence is not None
    assert [one["receipt_number"] for one in verdict.evidence["shown"]] == receipts
    assert verdict.evidence["evidence_class"] == "drawn"
    context.close()
