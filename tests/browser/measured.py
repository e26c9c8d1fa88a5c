"""What the suite's own figures say about a case: read from「窓口の実績」as any officer sees them."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of all signed cases of one life event."""

    cases: int
    questions: int
    applications: int
    handwriting: int


def measured(page: Page, event: str) -> Measured:
    """The row of a life event (its Japanese title); the day's figures when one case was signed."""
    page.goto("/measures/?by=event")
    table = page.get_by_role("group", name="窓口の実績の表")
    heads = table.locator("thead th").all_inner_texts()
    row = table.locator("tbody tr").filter(has=page.get_by_role("rowheader", name=event, exact=True))
    cells = dict(zip(heads, row.locator("th, td").all_inner_texts(), strict=True))
    return Measured(
        cases=int(cells["署名"]),
        questions=int(cells["質問"]),
        applications=int(cells["申請"]),
        handwriting=int(cells["手書き 紙→実際"].rpartition("→")[2]),
    )


def prompts_shown(page: Page) -> int:
    """How many questions the officer's page says were put to the resident."""
    figure = page.locator(".counter-figures").get_by_text("住民に聞いた数").locator("b")
    return int(figure.inner_text().removesuffix("問"))
