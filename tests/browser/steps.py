"""What people do in the browser, as steps that journeys are made of."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from forms.values.dates import show_era
from office.clock import today
from tests.support.chromium import PORTRAIT, TABLET

Said: TypeAlias = "str | Sequence[str] | Mapping[str, str] | Sequence[Mapping[str, str]]"
"""What is answered: a text or label, labels, parts by name, or rows of parts; `[]` is "none of these"."""

ANSWERS: dict[str, Said] = {
    "moving.moved_on": show_era(today() - timedelta(days=3)),
    "foreign.who": "いません",
    "applicant.who": "髙橋 健太",
    "contact.phone": "090-1234-5678",
    "insurance.members": ["髙橋 健太", "髙橋 美咲", "髙橋 陽菜", "髙橋 湊"],
    "pension.members": ["髙橋 健太", "髙橋 美咲"],
    "care.members": ["髙橋 健太"],
    "care.transfers": [
        {
            "who": "髙橋 健太",
            "number": "0000123456",
            "level": "要介護2",
            "valid_until": "令和9年1月31日",
            "disease": "脳血管疾患",
        }
    ],
    "care.consent": "はい",
    "child.claimant": "髙橋 健太",
    "child.january_same": "はい",
    "child.custody": "はい",
    "account.public": "いいえ",
    "account": {
        "bank_code": "9999",
        "branch_code": "001",
        "number": "1234567",
        "holder_kana": "タカハシ ケンタ",
        "kind": "普通",
    },
    "life.services": ["水道を使い始める", "犬を飼っている"],
    "dogs": [{"name": "ポチ", "breed": "柴犬", "colour": "茶", "sex": "おす", "born": "令和3年5月頃"}],
    "school.primary_before": "川崎市立見本小学校",
    "school.designated": "みほん市立中央小学校",
    "seal.names": [],
    "copy.kind": "世帯全員の写し",
    "copy.show": ["世帯主と続柄"],
    "consent.public_books": "はい",
    "identity.document": "マイナンバーカード",
    "identity.method": "1点確認",
}


def sign_in(page: Page, login: str) -> None:
    """Sign in as one of the sample city's officers."""
    page.goto("/sign-in")
    page.get_by_label("職員ID").fill(login)
    page.get_by_label("パスワード").fill(f"mihon-{login}")
    page.get_by_role("button", name="サインインする").tap()
    page.wait_for_url("**/")


def listening(page: Page) -> None:
    """A page is seen before its scripts run; what is pressed until then is lost. Wait for them."""
    page.wait_for_load_state()


def sign_out(page: Page) -> None:
    """Leave."""
    page.get_by_role("button", name="サインアウト").tap()
    page.wait_for_url("**/sign-in")


def draw_signature(page: Page) -> None:
    """Write something like a name on the pad: three curved strokes."""
    pad = page.locator("[data-signature-pad]")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    for stroke in range(3):
        left = box["x"] + box["width"] * (0.2 + 0.2 * stroke)
        top = box["y"] + box["height"] * 0.35
        page.mouse.move(left, top)
        page.mouse.down()
        for step in range(24):
            page.mouse.move(left + step * 6, top + 45 * math.sin(step / 3 + stroke), steps=2)
        page.mouse.up()


AXE = """(rules) => axe.run({resultTypes: ['violations'], rules}).then((found) => found.violations)"""
"""What is well is not sent here: it is many times what is wrong."""


def assert_accessible(page: Page, axe: Axe, *, colours: bool = True) -> None:
    """axe finds nothing on the page as it is now; its colours need no second look when it is only turned."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe.axe_script)
    found = page.evaluate(AXE, {} if colours else {"color-contrast": {"enabled": False}})
    told = [f"{page.url}: {one['id']}: {[node['html'][:120] for node in one['nodes']]}" for one in found]
    assert told == []


def assert_fits(page: Page) -> None:
    """Nothing makes the page scroll sideways."""
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0, page.url


def turned(page: Page) -> Iterator[str]:
    """The page as it is, the tablet held lying and then upright."""
    for held, tablet in (("lying", TABLET), ("upright", PORTRAIT)):
        page.set_viewport_size(tablet["viewport"])
        yield held


def begin_move_in(page: Page, kana: str) -> None:
    """Find the notice of the person reporting by フリガナ and begin their interview."""
    page.get_by_role("navigation").get_by_role("link", name="窓口", exact=True).tap()
    page.get_by_label("届いている転出証明書情報からさがす").fill(kana)
    page.get_by_role("button", name="さがす").tap()
    page.get_by_role("button", name="さんで始める").first.tap()
    expect(page.get_by_role("heading", name="聞き取り")).to_be_visible()
    listening(page)


def answer(page: Page, fact: str, said: Said) -> None:
    """Answer one question as an officer does, and wait until it is saved."""
    question = page.locator(f"[id='ask-{fact}']")
    kind = question.get_attribute("data-question")
    rows = question.locator("fieldset.person")
    while kind == "people" and rows.count() < len(said):
        before = rows.count()
        question.get_by_role("button", name="追加する").tap()
        expect(rows).to_have_count(before + 1)
    with page.expect_response(lambda response: f"/answers/{fact}" in response.url) as saved:
        if kind in ("choice", "yes_no", "consent", "choices"):
            for label in [said] if isinstance(said, str) else said:
                question.locator("label.choice", has_text=str(label)).first.tap()
            if not said:
                question.get_by_role("button", name="当てはまるものはない").tap()
        elif kind == "people":
            assert isinstance(said, Sequence)
            for number, row in enumerate(said):
                assert isinstance(row, Mapping)
                _fill_row(question, f"{fact}-{number}", row)
            question.get_by_role("button", name="この内容で保存する").tap()
        elif isinstance(said, Mapping):
            for part, text in said.items():
                if part == "kind":
                    question.locator("label.choice", has_text=text).tap()
                else:
                    question.locator(f"input[name='{fact}-{part}']").fill(text)
            question.locator("input[type=text]").last.press("Enter")
        else:
            question.locator("input[type=text]").first.fill(str(said))
            question.locator("input[type=text]").first.press("Enter")
    assert saved.value.ok
    expect(question.locator(".error")).to_have_count(0)
    expect(page.locator(f".question-next[id='ask-{fact}']")).to_have_count(0)


def _fill_row(question: Locator, prefix: str, row: Mapping[str, str]) -> None:
    for part, text in row.items():
        boxes = question.page.locator(f"[name='{prefix}-{part}']")
        if boxes.first.get_attribute("type") == "radio":
            question.locator("label.choice", has=boxes).filter(has_text=text).tap()
        else:
            boxes.fill(text)


def hold_interview(page: Page, answers: Mapping[str, Said]) -> list[str]:
    """Answer every question in the order the page asks; gives the facts in that order."""
    asked: list[str] = []
    while page.locator(".question-next").count():
        fact = str(page.locator(".question-next").get_attribute("id")).removeprefix("ask-")
        assert fact in answers, f"nobody prepared an answer to {fact}"
        assert fact not in asked, f"{fact} is asked twice"
        answer(page, fact, answers[fact])
        asked.append(fact)
    return asked


def show_to_resident(page: Page) -> None:
    """Make the documents and hand the tablet over."""
    page.get_by_role("button", name="住民に見せる").tap()
    page.wait_for_url(re.compile(r"/resident/|/doubles$"), timeout=60_000)
    if page.url.endswith("/doubles"):
        # The sample family has moved in already in another test of this suite.
        page.get_by_label("続ける理由").fill("お試しのため、同じ方でもう一度行います。")
        page.get_by_role("button", name="理由を記録して続ける").tap()
        page.get_by_role("button", name="住民に見せる").tap()
        page.wait_for_url("**/resident/**")


def sign_as_resident(page: Page, axe: Axe) -> list[str]:
    """From the first page of the resident's face to the signature; gives the receipt numbers."""
    page.get_by_role("button", name="日本語", exact=True).tap()
    page.wait_for_url("**/check")
    assert_accessible(page, axe)
    page.get_by_role("link", name="書類を大きく見る").first.tap()
    page.wait_for_url("**/documents/*")
    assert_accessible(page, axe)
    page.get_by_role("link", name="内容の確認にもどる").tap()
    page.get_by_role("link", name="まちがいありません").tap()
    page.wait_for_url("**/sign")
    assert_accessible(page, axe)
    draw_signature(page)
    page.get_by_role("button", name="署名して提出する").tap()
    page.wait_for_url("**/done")
    assert_accessible(page, axe)
    return page.locator("tbody th").all_inner_texts()


def take_back(page: Page, login: str) -> None:
    """The officer takes the tablet back."""
    page.get_by_role("link", name="職員の方へ").tap()
    page.get_by_label("パスワード").fill(f"mihon-{login}")
    page.get_by_role("button", name="もどす").tap()
    page.wait_for_url("**/counter/*")


def decide(page: Page, receipt: str, button: str) -> None:
    """Open an application and press a button of its decision."""
    page.goto(f"/applications/{receipt}")
    page.get_by_role("button", name=button).tap()
    expect(page.locator(".note-good")).to_contain_text(receipt)


def save_sealed_pdf(page: Page, target: Path) -> Path:
    """Save the sealed PDF of the application that is open."""
    with page.expect_download() as download:
        page.get_by_role("link", name="公印つきPDFを保存する").tap()
    download.value.save_as(target)
    return target


def run_robot(page: Page, title: str, *, dry: bool = False, month: str = "") -> dict[str, int]:
    """Start a robot from its page and wait for the run's end; gives its figures by their Japanese names."""
    page.goto("/runs/robots")
    robot = page.get_by_role("region", name=title)
    if month:
        robot.get_by_label("支払う月").fill(month)
    robot.get_by_role("button", name="試し実行" if dry else "実行する").tap()
    page.wait_for_url("**/runs/run/*")
    expect(page.locator("main .head").get_by_text("完了")).to_be_visible(timeout=60_000)
    names = page.locator("dl.facts").first.locator("dt").all_inner_texts()
    figures = page.locator("dl.facts").first.locator("dd").all_inner_texts()
    return {name: int(figure.replace(",", "")) for name, figure in zip(names, figures, strict=True)}
