"""Doubts verified by keyboard alone, by touch, and by two people; keys counted by the page itself."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import select

from forms.definition import JSON
from ocr.readings import FieldReading, PartReading
from office.accounts.actor import Actor
from office.accounts.models import Officer
from office.platform import Platform, open_platform
from office.settings import load_settings
from tests.browser.clerk import Clerk, expect_question, written_down
from tests.browser.steps import assert_accessible, assert_fits
from tests.support.chromium import TABLET
from tests.support.readings import batch_of, doubtful, example, illegible, pages_read

COPY, ALLOWANCE = "resident-record-copy", "child-allowance"
PHONE, BIRTH, KIND, NAME = "applicant.phone", "applicant.birth_on", "copy.kind", "applicant.name"
SERIALS = itertools.count(900_001)


@pytest.fixture(scope="module")
def platform(suite: tuple[str, Path]) -> Iterator[Platform]:
    """The running suite's own city, so that pages can be brought as if they had been read."""
    platform = open_platform(load_settings(suite[1]))
    yield platform
    platform.engine.dispose()


@pytest.fixture
def second_tablet(browser: Browser, suite: tuple[str, Path]) -> Iterator[Page]:
    context = browser.new_context(base_url=suite[0], locale="ja-JP", timezone_id="Asia/Tokyo", **TABLET)
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield page
    context.close()


def brought(platform: Platform, slug: str, *forms: Mapping[str, FieldReading]) -> str:
    """A batch of forms with these doubts; its id."""
    with platform.sessions.begin() as session:
        actor = Actor.of(session.scalars(select(Officer).where(Officer.login == "mado")).one())
        pages = [
            page
            for doubts in forms
            for page in pages_read(platform, slug, example(slug, "family"), doubts, f"{next(SERIALS):06d}")
        ]
        return batch_of(session, actor, platform, pages)[0].id


def given_kana() -> str:
    """How the applicant's given name is really read."""
    name = example(COPY, "family")[NAME]
    assert isinstance(name, dict)
    return str(name["given_kana"])


def name_in_doubt() -> FieldReading:
    """The applicant's name with a reading that may be another; the other one is right."""
    name = example(COPY, "family")[NAME]
    assert isinstance(name, dict)
    right = given_kana()
    wrong = f"{right[:-1]}ワ"
    read: dict[str, JSON] = name | {"given_kana": wrong}
    parts = (
        PartReading("family", str(name["family"]), 0.999),
        PartReading("given", str(name["given"]), 0.998),
        PartReading("family_kana", str(name["family_kana"]), 0.99),
        PartReading("given_kana", wrong, 0.6, ((right, 0.38), (f"{wrong}ン", 0.01))),
    )
    return replace(doubtful(read, text=wrong), parts=parts)


def test_doubts_by_keyboard_alone(tablet: Page, axe: Axe, platform: Platform, tmp_path: Path) -> None:
    right = {PHONE: doubtful("090-9999-9999"), BIRTH: doubtful("1985-05-01")}
    mixed = {NAME: name_in_doubt(), BIRTH: illegible(), KIND: illegible(), PHONE: doubtful("090-9999-9999")}
    batch = brought(platform, COPY, right, right, mixed)
    clerk = Clerk.begin(tablet, "mado", batch)
    assert clerk.left == 8
    expect(tablet.get_by_role("button", name="正しい・次へ")).to_be_focused()
    assert_accessible(tablet, axe)
    assert_fits(tablet)
    for _ in range(4):
        clerk.decide("Enter", told="right")

    expect_question(tablet, "氏名", "確信がありません")
    expect(tablet.locator(".verify-mirror mark")).to_have_text(["ワ"])
    assert_accessible(tablet, axe)
    clerk.press("1")
    expect(tablet.locator(f"[name='{NAME}-given_kana']")).to_have_value(given_kana())
    clerk.decide("Enter", told="candidate")

    expect_question(tablet, "生年月日", "読み取れません")
    expect(tablet.get_by_label("生年月日", exact=True)).to_be_focused()
    clerk.decide(*"S60.5.1", "Enter", told="typed")
    clerk.decide("Enter", told="right")

    expect_question(tablet, "種別", "読み取れません")
    assert_accessible(tablet, axe)
    clerk.decide("1", "Enter", told="option")
    expect(tablet.get_by_role("heading", name="すべて確かめました")).to_be_visible()
    assert_accessible(tablet, axe)
    assert clerk.doubt == ""

    found = clerk.figures()
    keys: dict[str, list[int]] = {}
    for told, one in zip(clerk.told, found, strict=True):
        keys.setdefault(told, []).append(one["keys"])
    assert keys["right"] == [1] * 5, "a value that is right takes one key"
    assert keys["candidate"] == keys["option"] == [2]
    assert written_down(clerk, tmp_path, "keys-per-doubt")["keys"] <= 2

    tablet.keyboard.press("Enter")
    tablet.wait_for_url("**/paper/batches/*")
    expect(tablet.get_by_role("heading", name=re.compile("下書き：住民票の写し等.*3件"))).to_be_visible()


def test_looking_around_undoing_and_laying_aside(tablet: Page, axe: Axe, platform: Platform) -> None:
    batch = brought(
        platform, COPY, {PHONE: doubtful("090-9999-9999"), BIRTH: doubtful("1985-05-01"), KIND: illegible()}
    )
    clerk = Clerk.begin(tablet, "mado", batch)
    sheet = tablet.get_by_role("dialog", name="用紙全体")
    for key in ("Space", "F2"):
        clerk.press(key)
        expect(sheet).to_be_visible()
        expect(sheet.locator(".verify-here")).to_have_count(1)
        assert_accessible(tablet, axe)
        clerk.press("Space")
        expect(sheet).to_be_hidden()
    around = tablet.locator("[data-neighbours] > li:visible")
    before = around.all_inner_texts()
    clerk.press(*["ArrowDown"] * 4)
    assert around.all_inner_texts() != before
    clerk.press(*["ArrowUp"] * 4)

    first = clerk.doubt
    clerk.press("Tab")
    expect(tablet.get_by_label("生年月日", exact=True)).to_be_focused()
    clerk.press(*"99")
    clerk.press("Escape")
    expect(tablet.get_by_label("生年月日", exact=True)).to_have_value("昭和60年5月1日")
    assert clerk.doubt == first, "Escape in an input only gives it back"
    clerk.decide("Enter")
    second = clerk.doubt
    clerk.decide("Backspace")
    assert clerk.doubt == first
    clerk.decide("Enter")
    assert clerk.doubt == second
    clerk.decide("F8")
    assert clerk.label == "種別"
    clerk.decide("F4")
    assert clerk.doubt == second, "what was laid aside comes last"
    expect(tablet.get_by_role("link", name="ご本人に確かめる欄 1件")).to_be_visible()
    clerk.decide("Enter")
    tablet.get_by_role("link", name="ご本人に確かめる欄が1件あります").click()
    expect(tablet.get_by_role("heading", name="ご本人に確かめる欄")).to_be_visible()
    assert_accessible(tablet, axe)
    assert_fits(tablet)
    tablet.get_by_role("link", name="分かった値を入力する").click()
    clerk.wait("")
    clerk.decide("1", "Enter")
    expect(tablet.locator("[data-made]")).to_contain_text("下書きができました")


def test_nothing_is_decided_that_was_not_seen(tablet: Page, platform: Platform) -> None:
    batch = brought(platform, COPY, {PHONE: doubtful("090-9999-9999"), BIRTH: doubtful("1985-05-01")})
    held: list[Route] = []
    clerk = Clerk.begin(tablet, "mado", batch)
    first = clerk.doubt
    tablet.route("**/paper/verify/crops/**", lambda route: held.append(route))
    tablet.reload(wait_until="domcontentloaded")
    expect(tablet.get_by_role("button", name="正しい・次へ")).to_be_focused()
    clerk.press("Enter", "Enter", "Enter")
    tablet.wait_for_timeout(400)
    assert (clerk.doubt, clerk.left) == (first, 2)
    assert held
    tablet.unroute("**/paper/verify/crops/**")  # what was held back goes on
    tablet.locator("#verify[data-ready]").wait_for(state="attached")
    # Two presses in haste: the second one meets a doubt that has only just come up.
    tablet.keyboard.press("Enter")
    tablet.keyboard.press("Enter")
    clerk.wait(first)
    assert clerk.left == 1


def test_by_touch_upright(portrait: Page, axe: Axe, platform: Platform) -> None:
    batch = brought(platform, COPY, {NAME: name_in_doubt(), KIND: illegible(), PHONE: doubtful("090-1")})
    clerk = Clerk.begin(portrait, "jimu", batch, "kind")
    expect(portrait.get_by_role("link", name="種類ごと")).to_have_attribute("aria-current", "true")
    assert_accessible(portrait, axe)
    assert_fits(portrait)
    portrait.get_by_role("button", name="用紙全体").or_(portrait.get_by_role("link", name="用紙全体")).tap()
    portrait.get_by_role("button", name="閉じる").tap()
    before = clerk.doubt
    portrait.locator("[data-offer]").first.tap()
    portrait.get_by_role("button", name="正しい・次へ").tap()
    clerk.wait(before)
    before = clerk.doubt
    portrait.get_by_label("電話番号", exact=True).fill("090-9999-9999")
    portrait.locator("[data-right]").tap()
    clerk.wait(before)
    before = clerk.doubt
    portrait.get_by_text("世帯全員の写し").tap()
    portrait.locator("[data-right]").tap()
    clerk.wait(before)
    expect(portrait.get_by_role("heading", name="すべて確かめました")).to_be_visible()
    assert_fits(portrait)


def test_two_people_enter_an_account(tablet: Page, second_tablet: Page, axe: Axe, platform: Platform) -> None:
    batch = brought(platform, ALLOWANCE, {PHONE: doubtful("090-9999-9999")})
    one = Clerk.begin(tablet, "mado", batch)
    two = Clerk.begin(second_tablet, "jimu", batch)
    assert {one.label, two.label} == {"電話番号", ""}, "what one is handed the other is not"
    expect(second_tablet.get_by_text("ほかの職員が2件を確かめています")).to_be_visible()
    one.decide("Enter")
    expect_question(tablet, "振込先口座", "2人で入力する欄です")
    one.decide("Enter")
    expect(tablet.get_by_text("別の職員の入力を待つ欄が1件あります")).to_be_visible()
    two.page.reload()
    two.wait("")
    expect_question(second_tablet, "振込先口座", "画像だけを見て")
    account = example(ALLOWANCE, "family")["account"]
    assert isinstance(account, dict)
    expect(second_tablet.locator("#card")).not_to_contain_text(str(account["holder_kana"]))
    assert_accessible(second_tablet, axe)
    assert_fits(second_tablet)
    for part, text in account.items():
        if part == "kind":
            second_tablet.locator(f"input[name='account-kind'][value='{text}']").check()
        else:
            second_tablet.locator(f"input[name='account-{part}']").fill(str(text))
    two.decide("Enter")
    expect(second_tablet.locator("[data-made]")).to_contain_text("下書きができました")
