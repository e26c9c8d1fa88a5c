"""A visit without the network, from the locked tablet to the sealed document at the city."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Playwright, expect, sync_playwright

from forms.signing.verification import verify
from forms.values.dates import show_era
from office.clock import today
from tests.browser.steps import assert_accessible, assert_fits, draw_signature, save_sealed_pdf, sign_in
from tests.support.suite import sample_city
from tests.support.tablets import PASSPHRASE, Server, Tablet, enrol, interview, unlock

NUMBER = "123456789018"
PHONE = "090-8765-4321"
ADDRESS = {
    "postal_code": "100-0001",
    "prefecture": "東京都",
    "city": "千代田区",
    "town": "千代田",
    "block": "1-1",
}
HOME = {"postal_code": "999-9001", "prefecture": "見本県", "city": "みほん市", "town": "中央", "block": "2-3"}
NAME = {"family": "𠮷沢", "given": "誠一郎", "family_kana": "ヨシザワ", "given_kana": "セイイチロウ"}
ANSWERS: dict[str, Any] = {
    "moving.moved_on": show_era(today() - timedelta(days=3)),
    "moving.from": ADDRESS,
    "moving.to": HOME,
    "moving.household": "新しい世帯",
    "moving.from_head": NAME,
    "moving.head": NAME,
    "moving.honseki": "東京都千代田区千代田1番",
    "moving.hittosha": NAME,
    "foreign.who": "いません",
    "members": [
        {"name": NAME, "birth_on": "昭和60年5月1日", "sex": "男", "relation": "世帯主", "my_number": NUMBER}
    ],
    "applicant.who": "𠮷沢 誠一郎",
    "contact.phone": PHONE,
    "insurance.members": [],
    "pension.members": [],
    "care.members": [],
    "care.any": "いいえ",
    "child.january_same": "はい",
    "dog.any": "いいえ",
    "water.any": "いいえ",
    "consent.public_books": "はい",
    "copy.kind": "要りません",
    "identity.document": "マイナンバーカード",
    "identity.method": "1点確認",
}
SECRETS = ("誠一郎", "セイイチロウ", NUMBER, PHONE, "8765", PASSPHRASE)


@pytest.fixture(scope="module")
def playwright_() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(sample_city(tmp_path_factory.mktemp("offline") / "data"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def tablet(playwright_: Playwright, city: Server, tmp_path: Path) -> Iterator[Tablet]:
    """A tablet enrolled by an officer, at its lock."""
    city.start()
    made = Tablet(playwright_, tmp_path / "profile", city.address)
    page = made.start()
    sign_in(page, "mado")
    enrol(page, "窓口1番の端末")
    yield made
    made.close()


def begin(page: Page) -> None:
    """From the list to the first question of somebody moving in."""
    page.get_by_role("button", name="引っ越してきた").tap()
    expect(page.get_by_role("heading", name="進みぐあい")).to_be_visible()


def sign(page: Page, axe: Axe) -> str:
    """The resident's face from the language to the thanks; gives one point of the hand as it was recorded."""
    page.get_by_role("button", name="住民に見せる").tap()
    assert_accessible(page, axe)
    page.get_by_role("button", name="日本語", exact=True).tap()
    expect(page.get_by_role("heading", name="申請の内容をご確認ください")).to_be_visible()
    assert_accessible(page, axe)
    page.get_by_role("button", name="まちがいありません").tap()
    assert_accessible(page, axe)
    page.get_by_role("button", name="署名して提出する").tap()
    expect(page.get_by_role("alert")).to_contain_text("お名前を書いてください")
    draw_signature(page)
    point = re.search(r"\[(\d[^][]{10,})\]", page.locator("input[name=strokes]").input_value())
    assert point
    page.get_by_role("button", name="署名して提出する").tap()
    expect(page.get_by_role("heading", name="ありがとうございました")).to_be_visible()
    assert_accessible(page, axe)
    return point[1]


def test_a_visit_without_the_network(tablet: Tablet, city: Server, axe: Axe, tmp_path: Path) -> None:
    page = tablet.page
    city.kill()  # no network, no server: what opens now was kept
    page.reload()
    assert_accessible(page, axe)
    expect(page.get_by_label("合言葉")).to_be_visible()
    assert_accessible(page, axe)
    unlock(page)
    assert_accessible(page, axe)
    assert_fits(page)
    begin(page)
    half = dict(list(ANSWERS.items())[:3])
    for fact in half:
        expect(page.locator(f".question-next[id='ask-{fact}']")).to_be_visible()
        interview_one(page, fact)
    assert_accessible(page, axe)
    tablet.kill()
    page = tablet.start()
    page.goto("/tablet/")
    expect(page.get_by_text("途中 1件")).to_be_visible()
    unlock(page)
    page.get_by_role("button", name="続ける").tap()
    asked = interview(page, ANSWERS)
    assert not set(asked) & set(half), "what was answered is not asked again"
    point = sign(page, axe)
    expect(page.get_by_text("未送信 1件")).to_be_visible()
    unreadable(page, tablet, (*SECRETS, point))
    page = tablet.start()
    page.goto("/tablet/")
    expect(page.get_by_text("未送信 1件")).to_be_visible()
    city.start()
    unlock(page)
    expect(page.get_by_text("未送信 0件")).to_be_visible(timeout=120_000)
    expect(page.get_by_text("受付番号")).to_be_visible()
    assert_accessible(page, axe)
    told = page.get_by_text("受付番号").inner_text()
    number = re.search(r"受付番号 (\S+)", told)
    assert number, told
    sign_in(page, "mado")
    page.goto("/tablets/")
    assert_accessible(page, axe)
    assert_fits(page)
    page.goto(f"/applications/{number[1]}")
    sealed = save_sealed_pdf(page, tmp_path / "sealed.pdf")
    verdict = verify(sealed.read_bytes(), (city.data / "keys" / "root.pem").read_bytes())
    assert verdict.ok, verdict.faults
    assert any(one.code == "offline" and "窓口1番の端末" in one.message for one in verdict.findings)


def interview_one(page: Page, fact: str) -> None:
    """Answer the question that is next."""
    assert interview(page, {fact: ANSWERS[fact]}, most=1) == [fact]


def unreadable(page: Page, tablet: Tablet, secrets: tuple[str, ...]) -> None:
    """Nothing of the visit can be read in what lies on the tablet; a planted text can: the look is good."""
    page.evaluate(PLANT)
    rows = json.loads(page.evaluate(DUMP))
    assert [len(rows[name]) for name in ("cases", "receipts")] == [1, 0]
    assert set(rows["cases"][0]) == {"id", "state", "order", "iv", "body"}
    assert any(one.get("rounds", 0) >= 600_000 for one in rows["meta"])
    told = json.dumps(rows, ensure_ascii=False)
    assert not [secret for secret in secrets if secret in told]
    assert page.evaluate(TRY, ["ちがう合言葉です", PASSPHRASE]) == [False, True]
    tablet.kill()
    files = [path.read_bytes() for path in tablet.profile.rglob("*") if path.is_file()]
    found = [text for text in (*secrets, "植木 花代") if any(holds(file, text) for file in files)]
    assert found == ["植木 花代"]


def holds(file: bytes, text: str) -> bool:
    return text.encode() in file or text.encode("utf-16-le") in file


PLANT = """
() => new Promise((resolve) => {
  const request = indexedDB.open("planted", 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("plain").put({ name: "植木 花代" }, "x");
  };
  request.onsuccess = () => {
    request.result.close();
    resolve();
  };
})
"""
DUMP = """
async () => {
  const database = await new Promise((resolve) => {
    const request = indexedDB.open("kakazu-tablet");
    request.onsuccess = () => resolve(request.result);
  });
  const rows = {};
  for (const name of database.objectStoreNames) {
    rows[name] = await new Promise((resolve) => {
      const request = database.transaction(name).objectStore(name).getAll();
      request.onsuccess = () => resolve(request.result);
    });
  }
  database.close();
  const shown = (_key, value) => (value instanceof Uint8Array ? new TextDecoder().decode(value) : value);
  return JSON.stringify(rows, shown);
}
"""
TRY = """
async (passphrases) => {
  const { Store } = await import("/static/js/offline/store.js");
  const { openVault } = await import("/static/js/offline/vault.js");
  const store = await Store.open();
  const key = await store.meta("key");
  const found = [];
  for (const one of passphrases) {
    const vault = await openVault(key, one);
    found.push(vault !== null && (await store.cases(vault, "unsent")).length === 1);
  }
  store.close();
  return found;
}
"""


def test_wrong_passphrases_wait_longer_and_idleness_locks(tablet: Tablet, axe: Axe) -> None:
    page = tablet.page
    for _ in range(5):
        page.get_by_label("合言葉").fill("これはちがう合言葉")
        page.get_by_role("button", name="開く").tap()
        expect(page.get_by_role("button", name="開く")).to_be_enabled()
        expect(page.get_by_role("alert")).to_contain_text("合言葉がちがいます")
    expect(page.get_by_role("alert")).to_contain_text("30秒")
    assert_accessible(page, axe)
    page.reload()
    page.get_by_label("合言葉").fill(PASSPHRASE)
    page.get_by_role("button", name="開く").tap()
    expect(page.get_by_role("alert")).to_contain_text("お待ちください")
    page.clock.install()
    page.reload()
    page.clock.fast_forward(60_000)
    unlock(page)
    begin(page)
    page.clock.fast_forward(4 * 60_000)
    expect(page.get_by_role("heading", name="進みぐあい")).to_be_visible()
    page.clock.fast_forward(6 * 60_000)
    expect(page.get_by_role("alert").or_(page.locator(".note"))).to_contain_text(
        ["しばらく触れられていなかった"]
    )
    expect(page.get_by_role("heading", name="進みぐあい")).to_have_count(0)


def test_a_tablet_with_unsent_cases_is_not_enrolled_over(tablet: Tablet) -> None:
    page = tablet.page
    unlock(page)
    begin(page)
    interview_one(page, "moving.moved_on")
    page.goto("/tablets/new")
    page.get_by_label("端末の名前").fill("ほかの端末")
    page.get_by_label("合言葉", exact=True).fill(PASSPHRASE)
    page.get_by_label("合言葉（もう一度）").fill(PASSPHRASE)
    page.get_by_role("button", name="登録する").tap()
    expect(page.get_by_role("alert")).to_contain_text("まだ届いていない聞き取りが1件")
