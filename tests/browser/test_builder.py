"""A definition is written and seen at once: questions, card, paper, PDF, what changed, faults by line."""

from __future__ import annotations

import re
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.steps import assert_accessible, assert_fits, sign_in


def pictures_are_drawn(page: Page) -> None:
    """Every picture has arrived and is no empty box."""
    for picture in page.locator(".faces-pages img").all():
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate("one => one.naturalWidth") > 500


def test_a_draft_is_seen_as_it_is_written(tablet: Page, suite: tuple[str, Path], axe: Axe) -> None:
    sign_in(tablet, "kanri")
    tablet.goto("/procedures/")
    assert_accessible(tablet, axe)
    assert_fits(tablet)
    tablet.get_by_label("手続の英字名").fill("dog-registration")
    tablet.get_by_role("button", name="下書きを始める").tap()
    expect(tablet.get_by_role("heading", level=1)).to_have_text("下書き：dog-registration 第2版")
    expect(tablet.locator("#changed")).to_contain_text("施行日")
    pictures_are_drawn(tablet)
    assert_accessible(tablet, axe)
    assert_fits(tablet)
    file = suite[1] / "drafts/procedures/dog-registration/v2/form.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("title =", "titel =", 1), encoding="utf-8")
    alert = tablet.get_by_role("alert")
    expect(alert).to_contain_text("procedures/dog-registration/v2/form.toml:")
    expect(alert).to_contain_text("titel")
    file.write_text(re.sub(r"(?m)^title = .*$", 'title = "犬の届出書"', text, count=1), encoding="utf-8")
    expect(tablet.locator("#changed")).to_contain_text("犬の届出書")
    expect(alert).to_have_count(0)
    tablet.get_by_text("捨てる…").tap()
    tablet.get_by_role("button", name="この下書きを捨てる").tap()
    expect(tablet.get_by_text("下書きを捨てました。")).to_be_visible()


def test_every_officer_sees_a_procedure_as_everybody_sees_it(portrait: Page, axe: Axe) -> None:
    sign_in(portrait, "mado")
    portrait.goto("/procedures/")
    assert portrait.get_by_role("button", name="下書きを始める").count() == 0
    portrait.get_by_role("link", name="児童手当 認定請求書", exact=True).tap()
    expect(portrait.locator("#officer fieldset").first).to_be_visible()
    expect(portrait.locator("#resident dd").first).to_be_visible()
    pictures_are_drawn(portrait)
    assert_accessible(portrait, axe)
    assert_fits(portrait)
    portrait.get_by_label("ことば").select_option("en")
    portrait.get_by_role("button", name="表示する").tap()
    expect(portrait.locator("#resident")).to_contain_text(re.compile("Date of|Name|Address"))


def test_the_matrix_is_a_pdf_of_today(tablet: Page) -> None:
    sign_in(tablet, "kansa")
    answer = tablet.request.get("/procedures/matrix.pdf", timeout=120_000)
    assert answer.ok
    assert answer.body().startswith(b"%PDF")
