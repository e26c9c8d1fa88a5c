"""A clerk at the verification page, who presses keys; the page itself counts keys and time for each doubt."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, expect

from tests.browser.steps import sign_in

# Runs in the page before its own script: a doubt lasts from when it may be decided until the next one may.
_RECORDER = """
(() => {
  const found = (window.clerkFound = JSON.parse(sessionStorage.getItem("clerk") || "[]"));
  let keys = 0, begun = 0, doubt = "";
  addEventListener("keydown", (event) => { if (!["Shift", "Control"].includes(event.key)) keys += 1; }, true);
  const close = () => {
    if (doubt) found.push({ doubt, keys, ms: Math.round(performance.now() - begun) });
    sessionStorage.setItem("clerk", JSON.stringify(found));
    doubt = "";
  };
  new MutationObserver(() => {
    const shown = document.querySelector("#verify[data-ready]");
    if (!shown || shown.dataset.counted) return;
    shown.dataset.counted = "yes";
    close();
    doubt = shown.querySelector("[data-card]")?.dataset.card ?? "";
    [keys, begun] = [0, performance.now()];
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-ready"] });
})();
"""


@dataclass
class Clerk:
    """One clerk at one page; `told` is what was done about each doubt, in order."""

    page: Page
    told: list[str] = field(default_factory=list)

    @classmethod
    def sign_in(cls, page: Page, login: str) -> Clerk:
        """A clerk who has signed in and looks at no doubt yet."""
        page.add_init_script(_RECORDER)
        sign_in(page, login)
        return cls(page)

    @classmethod
    def begin(cls, page: Page, login: str, batch: str, by: str = "form") -> Clerk:
        """Sign in and open the queue of a batch."""
        clerk = cls.sign_in(page, login)
        page.goto(f"/paper/verify/?batch={batch}&by={by}")
        clerk.wait("")
        return clerk

    @property
    def label(self) -> str:
        """What is asked; empty at the end."""
        found = self.page.locator("#verify-label")
        return found.inner_text() if found.count() else ""

    @property
    def doubt(self) -> str:
        """The doubt that is shown; empty at the end."""
        card = self.page.locator("[data-card]")
        return str(card.get_attribute("data-card")) if card.count() else ""

    @property
    def left(self) -> int:
        """How many doubts are left."""
        return int(str(self.page.locator("#verify").get_attribute("data-left")))

    def wait(self, before: str) -> None:
        """Wait until another doubt than `before` may be decided, or none is left."""
        other = f"#verify[data-ready]:not(:has([data-card='{before}']))"
        self.page.locator(other).wait_for(state="attached")

    def press(self, *keys: str) -> None:
        """Press keys that stay at this doubt."""
        for key in keys:
            self.page.keyboard.press(key)

    def decide(self, *keys: str, told: str = "") -> None:
        """Press keys, the last of which leads to the next doubt."""
        before = self.doubt
        self.told.append(told)
        self.press(*keys)
        self.wait(before)

    def figures(self) -> list[dict[str, int]]:
        """What the page counted of every doubt that is done: keys and milliseconds."""
        found: list[dict[str, int]] = self.page.evaluate("window.clerkFound")
        return found


def written_down(clerk: Clerk, folder: Path, name: str) -> dict[str, float]:
    """The figures of a journey in short, kept in the run's folder: `keys` and `seconds` are medians."""
    found = clerk.figures()
    short = {
        "doubts": len(found),
        "keys": median(one["keys"] for one in found),
        "most_keys": max(one["keys"] for one in found),
        "seconds": round(median(one["ms"] for one in found) / 1000, 2),
    }
    (folder / f"{name}.json").write_text(json.dumps(short), encoding="utf-8")
    return short


def expect_question(page: Page, label: str, why: str) -> None:
    """The doubt that is shown, and why it is asked."""
    expect(page.locator("#verify-label")).to_have_text(label)
    expect(page.locator("#verify-why")).to_contain_text(why)
