"""A move-in from the sign-in to the filed application with keys alone: no mouse, no touch.

The resident signs by typing the name before a witness: a drawn signature needs a pointer, which is why the
typed name stands beside it as an equal way to sign.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.steps import ANSWERS, Said
from tests.support.suite import running_suite, sample_city

FOCUS = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
  const form = one.closest("form[data-question]");
  return {
    tag: one.tagName, type: one.type ?? "", name: one.name ?? "", value: one.value ?? "",
    text: (one.getAttribute("aria-label") || one.labels?.[0]?.textContent || one.textContent || "").trim(),
    fact: form ? form.id.replace("ask-", "") : "",
    ring: style.outlineStyle !== "none" || style.boxShadow !== "none",
    inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}"""
Focus = dict[str, str]


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    data = tmp_path_factory.mktemp("keys") / "data"
    with running_suite(sample_city(data)) as address:
        yield address, data


@pytest.fixture
def page(browser: Browser, suite: tuple[str, Path]) -> Iterator[Page]:
    """A desk without touch."""
    context = browser.new_context(
        base_url=suite[0],
        locale="ja-JP",
        timezone_id="Asia/Tokyo",
        viewport={"width": 1180, "height": 820},
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield page
    context.close()


def focus(page: Page) -> Focus:
    """What has the focus, seen: with its ring, inside the window."""
    found: Focus = page.evaluate(FOCUS)
    if found["tag"] not in ("BODY", "HTML", "MAIN"):
        assert found["ring"], f"the focus is not shown: {found}"
        assert found["inside"], f"the focus is out of sight: {found}"
    return found


def reach(page: Page, tag: str, text: str = "", name: str = "", key: str = "Tab") -> None:
    """Tab on until the focus stands on what is wanted."""
    for _ in range(250):
        found = focus(page)
        if found["tag"] == tag and text in found["text"] and name in ("", found["name"]):
            return
        page.keyboard.press(key)
    raise AssertionError(f"Tab never came to {tag} {text} {name}")


def fill(page: Page, name: str, text: str) -> None:
    """Reach a box and write."""
    reach(page, "INPUT", name=name)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def choose(page: Page, name: str, label: str) -> None:
    """Choose one of a group of radio buttons: Space takes the first, arrows the next ones."""
    reach(page, "INPUT", name=name)
    page.keyboard.press("Space")
    for _ in range(30):
        if label in focus(page)["text"]:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{name}: no {label}")


def answer(page: Page, fact: str, said: Said) -> None:
    """Answer the question that has the focus, and find the focus on the next one."""
    kind = page.locator(f"[id='ask-{fact}']").get_attribute("data-question")
    with page.expect_response(lambda response: f"/answers/{fact}" in response.url) as saved:
        if kind in ("choice", "yes_no", "consent"):
            choose(page, fact, str(said))
        elif kind == "choices":
            tick(page, fact, said)
        elif kind == "people":
            fill_rows(page, fact, said)
        elif isinstance(said, Mapping):
            fill_parts(page, fact, said)
        else:
            page.keyboard.type(str(said))
        page.keyboard.press("Enter")
    assert saved.value.ok
    expect(page.locator(f".question-next[id='ask-{fact}']")).to_have_count(0)


def fill_parts(page: Page, prefix: str, parts: Mapping[str, str]) -> None:
    """Write into the boxes of one answer, in the order Tab comes to them."""
    for part in sorted(parts, key=lambda one: order(page, f"{prefix}-{one}")):
        radio = page.locator(f"[name='{prefix}-{part}']").first.get_attribute("type") == "radio"
        put = choose if radio else fill
        put(page, f"{prefix}-{part}", parts[part])


def fill_rows(page: Page, fact: str, rows: Said) -> None:
    """Add each row by its button, write into it, and go on to the button that saves."""
    for number, row in enumerate(rows):
        assert isinstance(row, Mapping)
        reach(page, "BUTTON", "追加する")
        page.keyboard.press("Enter")
        expect(page.locator(f"[id='ask-{fact}'] fieldset.person")).to_have_count(number + 1)
        fill_parts(page, f"{fact}-{number}", row)
    reach(page, "BUTTON", "この内容で保存する")


def order(page: Page, name: str) -> int:
    """The place of a box on the page."""
    place: int = page.evaluate(
        "(name) => [...document.querySelectorAll('[name]')].findIndex((one) => one.name === name)", name
    )
    return place


def tick(page: Page, fact: str, said: Said) -> None:
    """Tick boxes with Space; of none, on to the button that says so."""
    if not said:
        reach(page, "BUTTON", "当てはまるものはない")
    for label in said if not isinstance(said, str) else [said]:
        reach(page, "INPUT", str(label), fact)
        page.keyboard.press("Space")


def hold_interview(page: Page) -> list[str]:
    """Every question in the order the page asks; the focus goes along by itself."""
    asked: list[str] = []
    page.keyboard.press("Alt+n")
    while page.locator(".question-next").count():
        upcoming = str(page.locator(".question-next").get_attribute("id")).removeprefix("ask-")
        expect(page.locator(f"form[data-question][id='ask-{upcoming}']:focus-within")).to_be_visible()
        assert focus(page)["fact"] == upcoming, "the focus goes on to the next question"
        answer(page, upcoming, ANSWERS[upcoming])
        asked.append(upcoming)
    return asked


def press(page: Page, tag: str, text: str, wanted: str) -> None:
    """Reach a button or link, press Enter, and arrive."""
    reach(page, tag, text)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(wanted))


def test_a_move_in_is_filed_with_keys_alone(page: Page) -> None:
    keys = page.keyboard
    page.goto("/sign-in")
    fill(page, "login", "mado")
    fill(page, "password", "mihon-mado")
    keys.press("Enter")
    page.wait_for_url(re.compile(r"/$"))
    press(page, "A", "窓口", r"/counter/$")
    fill(page, "name", "タカハシ")
    keys.press("Enter")
    page.wait_for_url(re.compile(r"name="))
    press(page, "BUTTON", "さんで始める", r"/counter/\w{26}$")
    case = page.url
    assert set(hold_interview(page)) == set(ANSWERS), "every question was answered by key"
    keys.press("Alt+o")
    page.wait_for_url("**/resident/**")
    press(page, "BUTTON", "日本語", r"/check$")
    press(page, "A", "まちがいありません", r"/sign$")
    press(page, "A", "名前を入力する", r"/sign/typed$")
    fill(page, "name", "髙橋 健太")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="職員の方へ：立ち会いの確認")).to_be_visible()
    fill(page, "password", "mihon-mado")
    keys.press("Enter")
    page.wait_for_url("**/done")
    receipts = page.locator("tbody th").all_inner_texts()
    assert len(receipts) >= 8
    press(page, "A", "職員の方へ", r"/take-back$")
    fill(page, "password", "mihon-mado")
    keys.press("Enter")
    page.wait_for_url(case)
    press(page, "A", "申請", r"/applications/$")
    press(page, "A", receipts[0], rf"/applications/{receipts[0]}$")
    expect(page.get_by_role("main")).to_contain_text("入力した氏名")
