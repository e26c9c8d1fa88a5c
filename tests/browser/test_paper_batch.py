"""Thirty pages dropped at once: watched while being read, verified by keyboard, approved, filed, reported."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from forms.answers import InvalidAnswer, take
from forms.catalogue import load_catalogue
from forms.definition import JSON
from office.platform import Platform, open_platform
from office.records.models.paper_decisions import PaperDoubt
from office.records.verification import decisions
from office.records.verification.rows import SIGNATURE, Row
from office.settings import load_settings
from samples.filled import Style, filled_pages
from samples.filled.batches import letter, save_pages
from tests.browser.clerk import Clerk, written_down
from tests.browser.steps import assert_accessible, assert_fits
from tests.support.chromium import TABLET

FORMS = (
    "resident-record-copy", "seal-certificate", "bulky-waste", "moped-registration", "dog-registration",
    "seal-cancellation", "tax-direct-debit", "pension-insured",
)  # fmt: skip
SEED = 41
PAGES, BLANKS, AGAIN = 30, 5, 8
Key = Mapping[tuple[str, str], JSON]
# The files that were chosen, dropped on the page instead.
_DROP = """() => {
  const input = document.querySelector("#file"), carried = new DataTransfer();
  for (const file of [...input.files]) carried.items.add(file);
  input.value = "";
  document.querySelector("[data-area]").dispatchEvent(
    new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def desk(browser: Browser, own_suite: tuple[str, Path]) -> Iterator[Page]:
    context = browser.new_context(base_url=own_suite[0], locale="ja-JP", timezone_id="Asia/Tokyo", **TABLET)
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield page
    context.close()


def pile(folder: Path) -> tuple[list[Path], Key]:
    """Two files of a duplex scanner with 30 pages, and what stands on them: (serial, path) → value.

    Sixteen pages of eight forms, a letter, five blank backs; the second file repeats half of the forms.
    """
    catalogue = load_catalogue()
    pages = [
        page
        for number, slug in enumerate(FORMS)
        for page in filled_pages(
            catalogue.procedure(slug), SEED + number, Style("pen" if number % 2 else "print")
        )
    ]
    key = {(page.serial, path): value for page in pages for path, value in page.answers.items()}
    scans = [page.scan for page in pages]
    blank = [np.full(scans[0].image.shape, 246 + number, np.uint8) for number in range(BLANKS)]
    white = [replace(scans[0], image=image) for image in blank]
    strange = replace(scans[0], image=letter())
    files = [folder / "朝の便.tif", folder / "朝の便の続き.tif"]
    save_pages([*scans, strange, *white], files[0])
    save_pages(scans[:AGAIN], files[1])
    assert len(scans) + 1 + BLANKS + AGAIN == PAGES
    return files, key


@dataclass
class Verifying:
    """Deciding doubt after doubt as a person who reads the paper without fault."""

    clerk: Clerk
    platform: Platform
    key: Key
    seen: set[str]

    def go_on(self) -> None:
        """Until nothing is left."""
        while self.clerk.doubt:
            assert len(self.clerk.told) < 200, "there is no end"
            self._one()

    def _one(self) -> None:
        with self.platform.sessions() as session:
            doubt = session.get_one(PaperDoubt, self.clerk.doubt)
            row, serial = decisions.row_of(self.platform, doubt), doubt.page.serial or ""
        wanted = True if row.name == SIGNATURE else self.key[serial, row.name]
        if doubt.id in self.seen:  # what was written does not go together: only the applicant can say
            self.clerk.decide("F4", told="unreadable")
            return
        self.seen.add(doubt.id)
        if self._entered(row) == wanted:
            self.clerk.decide("Enter", told="right")
            return
        offers = [json.loads(one) for one in self._offers()]
        for number, offer in enumerate(offers, start=1):
            if self._taken(row, offer) == wanted:
                self.clerk.decide(str(number), "Enter", told="candidate")
                return
        self._enter(row, wanted)
        self.clerk.decide("Enter", told="entered")

    def _offers(self) -> list[str]:
        found: list[str] = self.clerk.page.locator("[data-offer]").evaluate_all(
            "all => all.map(one => one.dataset.offer)"
        )
        return found

    def _inputs(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.clerk.page.locator(".verify-value input").evaluate_all(
            "all => all.map(({name, type, value, checked}) => ({name, type, value, checked}))"
        )
        return found

    def _entered(self, row: Row) -> JSON:
        """What Enter would take as right now."""
        found: dict[str, Any] = {}
        for one in self._inputs():
            if one["type"] == "checkbox":
                found.setdefault(one["name"], [])
                found[one["name"]] += [one["value"]] if one["checked"] else []
            elif one["type"] == "text" or one["checked"]:
                found[one["name"]] = one["value"]
        return self._taken(row, found)

    def _taken(self, row: Row, inputs: Mapping[str, Any]) -> JSON:
        parts = {name.removeprefix(f"{row.name}-"): value for name, value in inputs.items()}
        raw = inputs.get(row.name, parts)
        if raw in ("", {}) or (isinstance(raw, dict) and not any(raw.values())):
            return None
        try:
            return take(row.field, raw)
        except InvalidAnswer:
            return None

    def _enter(self, row: Row, wanted: JSON) -> None:
        """Bring the wanted value in with keys alone."""
        inputs = self._inputs()
        if wanted is None:
            self._leave_inputs()
            self.clerk.press("0")
            return
        options = [one for one in inputs if one["type"] != "text" and row.field.kind not in ("account",)]
        if options:
            word = str(wanted) if not isinstance(wanted, bool) else "yes" if wanted else "no"
            chosen = wanted if isinstance(wanted, list) else [word]
            for number, one in enumerate(options, start=1):
                on = one["value"] in chosen
                if (one["type"] == "radio" and on) or (one["type"] == "checkbox" and on != one["checked"]):
                    self.clerk.press(str(number))
            return
        texts = wanted if isinstance(wanted, dict) else {"": wanted}
        for one in inputs:
            part = one["name"].removeprefix(row.name).lstrip("-")
            if one["type"] != "text" or one["value"] == str(texts.get(part) or ""):
                continue
            self._reach(one["name"])
            self.clerk.press("Control+A", "Delete")
            self.clerk.page.keyboard.type(str(texts.get(part) or ""))

    def _leave_inputs(self) -> None:
        if self.clerk.page.evaluate("document.activeElement.matches('input[type=text]')"):
            self.clerk.press("Escape")

    def _reach(self, name: str) -> None:
        """Tab to an input."""
        for _ in range(40):
            if self.clerk.page.evaluate("document.activeElement.name ?? ''") == name:
                return
            self.clerk.press("Tab" if self._before(name) else "Shift+Tab")
        raise AssertionError(f"{name} cannot be reached by Tab")

    def _before(self, name: str) -> bool:
        """Whether the focus stands before the input (or has not been among the inputs yet)."""
        names = [one["name"] for one in self._inputs()]
        here = self.clerk.page.evaluate("document.activeElement.name ?? ''")
        return here not in names or names.index(here) < names.index(name)


@pytest.mark.timeout(900)  # two engines read sixteen pages, on whatever machine
def test_thirty_pages_from_the_scanner_to_the_report(
    desk: Page, axe: Axe, own_suite: tuple[str, Path], tmp_path: Path
) -> None:
    files, key = pile(tmp_path)
    clerk = Clerk.sign_in(desk, "jimu")
    desk.goto("/paper/")
    desk.get_by_label("スキャンした画像やPDFを取り込む").set_input_files(files)
    desk.evaluate(_DROP)
    desk.get_by_role("button", name="取り込んで読み取る").click()
    desk.wait_for_url("**/paper/batches/*")
    batch = desk.url.rpartition("/")[2]
    seen = watch(desk)
    assert seen == sorted(seen), "progress only grows"
    assert len(set(seen)) >= 3, "it could be watched without a reload"
    expect(desk.get_by_text(f"{PAGES}ページ中{PAGES}ページ")).to_be_visible()
    expect(desk.get_by_role("heading", name=f"白紙 {BLANKS}枚")).to_be_visible()
    expect(desk.get_by_role("heading", name="読み取れなかったページ 1枚")).to_be_visible()
    expect(desk.get_by_role("heading", name=f"前に取り込んだものと同じページ {AGAIN}枚")).to_be_visible()
    assert_accessible(desk, axe)
    assert_fits(desk)

    desk.get_by_role("link", name="1欄ずつ確かめる").focus()
    desk.keyboard.press("Enter")
    clerk.wait("")
    assert clerk.left > 0
    platform = open_platform(load_settings(own_suite[1]))
    Verifying(clerk, platform, key, set()).go_on()
    platform.engine.dispose()
    assert_accessible(desk, axe)
    found = clerk.figures()
    keys: dict[str, list[int]] = {told: [] for told in clerk.told}
    for told, one in zip(clerk.told, found, strict=True):
        keys[told].append(one["keys"])
    assert set(keys["right"]) == {1}, "a value that is right takes one key"
    assert all(count == 2 for count in keys.get("candidate", []))
    assert written_down(clerk, tmp_path, "keys-per-doubt")["keys"] <= 2

    desk.keyboard.press("Enter")
    desk.wait_for_url(f"**/paper/batches/{batch}")
    drafts = approve(desk)
    left_over = clerk.told.count("unreadable")
    assert drafts >= len(FORMS) - left_over - 1
    check_filed(desk, batch, drafts)
    check_report(desk, axe, batch)


def watch(desk: Page) -> list[int]:
    """The pages read so far, as the page of the batch tells it until all are."""
    seen = [0]
    for _ in range(1500):
        told = desk.locator(".batch-count strong").first.inner_text()
        figures = [int(one) for one in re.findall(r"\d+", told)]
        seen.append(figures[-1] if "ページ中" in told else figures[0])
        if desk.locator("#progress").get_attribute("hx-get") is None and "ページ中" in told:
            return seen
        desk.wait_for_timeout(500)
    raise AssertionError("the batch was never read to its end")


def approve(desk: Page) -> int:
    """Fill in the officer's boxes and approve every list of drafts; how many drafts there were."""
    count = 0
    while desk.locator("[data-approve]").count():
        group = desk.locator(".drafts").filter(has=desk.locator("[data-approve]")).first
        if group.locator("> summary").count() and group.get_attribute("open") is None:
            group.locator("> summary").tap()
        count += group.locator("input[name=draft]").count()
        for box in group.locator("fieldset.boxes select").all():
            box.select_option(index=1)
        group.locator("[data-approve]").click()
        expect(desk.get_by_role("status").first).to_contain_text("件を確認しました")
    return count


def check_filed(desk: Page, batch: str, drafts: int) -> None:
    """A robot files what was approved, one application for each draft."""
    filed = desk.get_by_role("heading", name=f"受け付けた申請 {drafts}件")
    for _ in range(60):
        if filed.count():
            break
        desk.wait_for_timeout(1000)
        desk.goto(f"/paper/batches/{batch}")
    expect(filed).to_be_visible()
    numbers = desk.locator("section", has=filed).get_by_role("link").all_inner_texts()
    assert len(set(numbers)) == drafts
    assert all(re.fullmatch(r"R\d+-\d{6}", one) for one in numbers)


def check_report(desk: Page, axe: Axe, batch: str) -> None:
    """The report of the batch counts its pages."""
    desk.goto(f"/paper/batches/{batch}/report")
    expect(desk.locator("main")).to_contain_text(str(PAGES))
    assert_accessible(desk, axe)
    assert_fits(desk)
