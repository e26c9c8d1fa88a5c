"""Places of an older form drawn, moved, resized and taken back by finger on a tablet held upright."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import CDPSession, Locator, Page, expect

from samples.older import older_sheet
from tests.browser.steps import assert_accessible, assert_fits, sign_in
from tests.browser.test_older_forms import blank_file, declare
from tests.support.jobs import until

DRAWN, ENLARGED = 11, 12
Point = tuple[float, float]


class Fingers:
    """Fingers on the glass, as the browser gets them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.devtools: CDPSession = page.context.new_cdp_session(page)

    def _send(self, kind: str, points: list[Point]) -> None:
        told = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        self.devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": told})

    def slide(self, begin: Point, end: Point, second: Point | None = None) -> None:
        """One finger from a point to another; a `second` one comes down on the way."""
        self._send("touchStart", [begin])
        for step in range(1, 6):
            at = tuple(a + (b - a) * step / 5 for a, b in zip(begin, end, strict=True))
            if second is not None and step == 4:
                self._send("touchStart", [(at[0], at[1]), second])
                break
            self._send("touchMove", [(at[0], at[1])])
        self._send("touchEnd", [])

    def tap(self, at: Point) -> None:
        self._send("touchStart", [at])
        self._send("touchEnd", [])


def on_glass(page: Page, x: float, y: float) -> Point:
    """Where a place of the sheet (mm) is on the glass."""
    found = page.locator("[data-svg]").evaluate(
        """(svg, at) => {
            const on = new DOMPoint(...at).matrixTransform(svg.getScreenCTM());
            return [on.x, on.y];
        }""",
        [x, y],
    )
    return float(found[0]), float(found[1])


def pen(page: Page, drawing: bool) -> None:
    """Take the pen up or lay it down."""
    button = page.get_by_role("button", name="わくを描いて足す")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true" if drawing else "false")


def box_of(zone: Locator) -> list[float]:
    return [float(zone.locator(f"[name={key}]").input_value()) for key in ("x", "y", "width", "height")]


def scrolled(page: Page) -> tuple[float, float]:
    told = page.evaluate("[window.scrollY, document.querySelector('[data-frame]').scrollTop]")
    return float(told[0]), float(told[1])


def desk_of(page: Page, folder: Path, number: int) -> Page:
    """The page of a new form, its sheet in view."""
    sign_in(page, "jimu")
    declare(page, blank_file(folder, number), f"指で置く様式{number}")
    page.locator("[data-tools]").evaluate("one => one.scrollIntoView()")
    return page


def test_places_are_drawn_moved_resized_and_taken_back_by_finger(
    portrait: Page, axe: Axe, tmp_path: Path
) -> None:
    desk = desk_of(portrait, tmp_path, DRAWN)
    hand, zones = Fingers(desk), desk.locator("[data-zone]")
    name = older_sheet(DRAWN).zones[0].rect
    begin, end = on_glass(desk, name.x, name.y), on_glass(desk, name.right, name.bottom)
    before = scrolled(desk)
    pen(desk, True)
    hand.slide(begin, end)
    expect(zones).to_have_count(1)
    assert scrolled(desk) == before, "the page does not move under the finger"
    assert box_of(zones.first) == pytest.approx([name.x, name.y, name.width, name.height], abs=0.6)
    panel = zones.first
    assert panel.evaluate("one => getComputedStyle(one).position") == "fixed"
    panel.get_by_label("項目").select_option("copy.kind||household")
    expect(panel.get_by_label("書き方")).to_have_value("check")
    panel.get_by_label("項目").select_option("applicant.name||")
    expect(panel.get_by_label("書き方")).to_have_value("line")
    assert_accessible(desk, axe)
    assert_fits(desk)
    panel.get_by_role("button", name="決める").click()

    hand.slide(begin, end, second=(begin[0], begin[1] + 90))
    expect(zones).to_have_count(1)
    pen(desk, False)

    kept = box_of(zones.first)
    middle = on_glass(desk, kept[0] + 20, kept[1] + kept[3] / 2)
    hand.tap(middle)
    expect(zones.first).to_have_class("older-zone older-chosen")
    grip = desk.locator(".older-grip").bounding_box()
    assert grip is not None
    assert min(grip["width"], grip["height"]) >= 44
    hand.slide(middle, (middle[0] + 30, middle[1] + 60))
    moved = box_of(zones.first)
    assert moved[1] > kept[1] + 10
    assert moved[2:] == kept[2:]
    corner = on_glass(desk, moved[0] + moved[2], moved[1] + moved[3])
    hand.slide((corner[0] + 12, corner[1] + 12), (corner[0] - 88, corner[1] + 42))
    resized = box_of(zones.first)
    assert resized[2] < moved[2] - 15
    assert resized[3] > moved[3] + 4
    desk.get_by_role("button", name="元に戻す").click()
    assert box_of(zones.first) == moved
    desk.get_by_role("button", name="元に戻す").click()
    assert box_of(zones.first) == kept
    expect(zones.first.get_by_label("項目")).to_have_value("applicant.name||")


def test_the_sheet_is_enlarged_scrolled_and_a_place_removed(portrait: Page, tmp_path: Path) -> None:
    desk = desk_of(portrait, tmp_path, ENLARGED)
    hand, zones = Fingers(desk), desk.locator("[data-zone]")
    desk.get_by_role("button", name="用紙を拡大する").click()
    desk.get_by_role("button", name="用紙を拡大する").click()
    frame = desk.locator("[data-frame]")
    frame.evaluate("one => { one.scrollTop = 0; one.scrollLeft = 0; }")
    box = frame.bounding_box()
    assert box is not None
    hand.slide((box["x"] + 200, box["y"] + 300), (box["x"] + 200, box["y"] + 120))
    until(lambda: frame.evaluate("one => one.scrollTop") > 60)
    desk.wait_for_timeout(1500)  # until the swing of the finger has died away
    frame.evaluate("one => { one.scrollTop = 0; }")
    pen(desk, True)
    begin, end = on_glass(desk, 20, 20), on_glass(desk, 24, 24)
    assert end[0] - begin[0] > 20, "a check box is as large as a fingertip"
    hand.slide(begin, end)
    expect(zones).to_have_count(1)
    assert box_of(zones.first) == pytest.approx([20, 20, 4, 4], abs=0.4)
    assert frame.evaluate("one => one.scrollTop") == 0
    zones.first.get_by_role("button", name="消す").click()
    expect(zones).to_have_count(0)
    desk.get_by_role("button", name="元に戻す").click()
    expect(zones).to_have_count(1)
    desk.get_by_role("button", name="欄を保存する").click()
    expect(desk.get_by_role("alert")).to_contain_text("名前を30文字まで")
