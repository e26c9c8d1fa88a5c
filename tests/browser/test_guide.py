"""Plain words find the life event or procedure, with the reason: kana, other words, misspellings."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.steps import assert_accessible, sign_in

FIND = "async ([at, words]) => { const g = await import('/static/js/guide.js'); const guide = g.makeGuide(await (await fetch(at)).json()); return words.map((one) => guide.find(one, 3).map((found) => found.entry.slug)); }"  # noqa: E501

JAPANESE = {
    "子どもが生まれた": "birth",
    "子供がうまれた": "birth",
    "あかちゃんが産まれました": "birth",
    "孫ができた・孫が生まれた": "birth",
    "引っ越してきた": "move-in",
    "ひっこしてきた": "move-in",
    "ヒッコシテキマシタ": "move-in",
    "先週こちらに引越してきました": "move-in",
    "市内でひっこしました": "move-within",
    "来月東京に引っ越します": "move-out",
    "転勤で市外に出ます": "move-out",
    "おとうさんが亡くなりました": "death",
    "母が死にました": "death",
    "おくやみ": "death",
    "親の介護をしている": "care",
    "ヘルパーさんに来てほしい": "care",
    "会社を辞めました": "work",
    "かいしゃをやめた": "work",
    "定年退職": "work",
    "けっこんしました": "marriage",
    "離婚したい": "marriage",
    "じゅうみんひょうがほしい": "resident-record-copy",
    "住民標の写し": "resident-record-copy",
    "年金がはらえません": "pension-exemption",
    "こくほに入りたい": "health-insurance-change",
    "児童手当": "child-allowance",
    "じどうてあてがほしいです": "child-allowance",
}
ENGLISH = {
    "I had a baby": "birth",
    "We moved here last week": "move-in",
    "my mother died": "death",
    "lost my job": "work",
    "child alowance": "child-allowance",
}


@pytest.mark.parametrize(("language", "words"), [("ja", JAPANESE), ("en", ENGLISH)])
def test_plain_words_find_what_is_meant(tablet: Page, language: str, words: dict[str, str]) -> None:
    tablet.goto("/guide/")
    found = tablet.evaluate(FIND, [f"/guide/index.json?language={language}", list(words)])
    missed = {
        said: slugs for (said, wanted), slugs in zip(words.items(), found, strict=True) if wanted not in slugs
    }
    assert missed == {}


def test_what_is_found_says_why_and_the_officer_starts_from_it(tablet: Page, axe: Axe) -> None:
    sign_in(tablet, "mado")
    tablet.goto("/guide/")
    tablet.get_by_role("searchbox").fill("ひっこしてきました")
    card = tablet.locator("#found > li").first
    expect(card).to_contain_text("引っ越してきた")
    expect(card).to_contain_text("に当たります。")
    assert_accessible(tablet, axe)
    tablet.get_by_role("searchbox").fill("むにゃ")
    expect(tablet.get_by_role("status")).to_contain_text("見つかりませんでした")
    tablet.get_by_role("searchbox").fill("ひっこしてきました")
    card.get_by_role("button", name="聞き取りを始める").tap()
    expect(tablet.get_by_role("heading", level=1)).to_contain_text("引っ越してきた")


def test_an_unknown_language_is_no_page(tablet: Page) -> None:
    answer = tablet.goto("/guide/?language=xx")
    assert answer is not None
    assert answer.status == 404
