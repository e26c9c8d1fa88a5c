"""The signature pad in real Chromium, under the suite's own content security policy."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from forms.signing.evidence import describe
from forms.signing.strokes import Capture
from office.web.headers import CONTENT_SECURITY_POLICY
from tests.support.chromium import TABLET

STATIC = Path(__file__).parents[2] / "office/web/static"
STYLE = "canvas { width: 100%; height: 240px; display: block; background: #fff } form { width: 90vw }"
PAGE = """<!doctype html><html lang="ja"><meta charset="utf-8"><title>署名</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/pad.css"><script type="module" src="/js/signature.js"></script>
<form data-signature method="post" action="/signed">
<canvas data-signature-pad role="img" aria-label="署名欄"></canvas>
<p data-signature-status role="status" aria-live="polite"></p>
<button data-signature-undo>一つ戻す</button><button data-signature-clear>消して書き直す</button>
<button type="submit">署名する</button><input type="hidden" name="strokes"></form></html>"""


class PadServer(ThreadingHTTPServer):
    posted: list[str]


class Handler(SimpleHTTPRequestHandler):
    server: PadServer

    def do_GET(self) -> None:
        pages = {
            "/": (PAGE, "text/html; charset=utf-8"),
            "/pad.css": (STYLE, "text/css"),
            "/favicon.ico": ("", "image/x-icon"),
        }
        made = pages.get(self.path)
        if made is None:
            super().do_GET()
        else:
            self.answer(*made)

    def do_POST(self) -> None:
        self.server.posted.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.answer("<!doctype html><title>受付</title>", "text/html; charset=utf-8")

    def answer(self, text: str, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(text.encode())

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        return


@pytest.fixture(scope="module")
def server() -> Iterator[PadServer]:
    with PadServer(("127.0.0.1", 0), partial(Handler, directory=str(STATIC))) as running:
        running.posted = []
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def page(browser: Browser, server: PadServer) -> Iterator[Page]:
    context = browser.new_context(base_url=f"http://127.0.0.1:{server.server_port}", **TABLET)
    page = context.new_page()
    page.set_default_timeout(60_000)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/")
    page.wait_for_selector("form[data-signature-ready]")
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def devtools(page: Page) -> CDPSession:
    return page.context.new_cdp_session(page)


def record(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(page.locator("input[name=strokes]").input_value())
    return found


def capture(page: Page) -> Capture:
    return Capture.parse(page.locator("input[name=strokes]").input_value(), "test")


def corner(page: Page) -> tuple[float, float]:
    box = page.locator("canvas").bounding_box()
    assert box is not None
    return box["x"], box["y"]


def draw(page: Page, points: list[tuple[float, float]]) -> None:
    left, top = corner(page)
    page.mouse.move(left + points[0][0], top + points[0][1])
    page.mouse.down()
    for x, y in points[1:]:
        page.mouse.move(left + x, top + y)
    page.mouse.up()


def touch(page: Page, devtools: CDPSession, points: list[tuple[float, float, float]]) -> None:
    left, top = corner(page)
    for index, (x, y, force) in enumerate(points):
        kind = "touchStart" if index == 0 else "touchMove"
        where = {"x": left + x, "y": top + y, "force": force}
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [where]})
    devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def pen(page: Page, devtools: CDPSession, points: list[tuple[float, float, float]]) -> None:
    left, top = corner(page)
    kinds = ["mousePressed"] + ["mouseMoved"] * (len(points) - 1) + ["mouseReleased"]
    for kind, (x, y, force) in zip(kinds, [*points, points[-1]], strict=True):
        lifted = kind == "mouseReleased"
        event = {
            "type": kind,
            "x": left + x,
            "y": top + y,
            "force": 0 if lifted else force,
            "tiltX": 20,
            "tiltY": -5,
            "pointerType": "pen",
            "button": "left",
            "buttons": 0 if lifted else 1,
            "clickCount": 1,
        }
        devtools.send("Input.dispatchMouseEvent", event)


def inked(page: Page) -> int:
    return int(
        page.evaluate(
            """() => { const c = document.querySelector('canvas');
            const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
            let n = 0; for (let i = 3; i < d.length; i += 4) if (d[i] > 100) n += 1; return n; }"""
        )
    )


def status(page: Page) -> str:
    return page.locator("[data-signature-status]").inner_text()


SLOPE = [(20 + step * 2.0, 30 + step * 1.0) for step in range(60)]


def test_every_sample_is_kept(page: Page) -> None:
    draw(page, SLOPE)  # steps of 2.2 px: the library's default would drop two of three
    (stroke,) = capture(page).strokes
    assert stroke.pointer_type == "mouse"
    places = {(point.x, point.y) for point in stroke.points}
    assert all(any(abs(x - px) <= 1 and abs(y - py) <= 1 for px, py in places) for x, y in SLOPE)
    assert len(places) >= 55
    times = [point.t for point in stroke.points]
    assert times == sorted(times)
    assert times[0] == 0
    assert {point.pressure for point in stroke.points} == {None}
    assert inked(page) > 100
    assert status(page) == "署名が書かれています（線1本）。"


def test_coalesced_events_are_recorded_each(page: Page) -> None:
    page.evaluate(
        """() => { const c = document.querySelector('canvas'), b = c.getBoundingClientRect();
        const at = (x, y, more = {}) => ({ clientX: b.left + x, clientY: b.top + y, pointerId: 7, buttons: 1,
          pointerType: 'touch', pressure: 0.5, bubbles: true, cancelable: true, ...more });
        c.dispatchEvent(new PointerEvent('pointerdown', at(10, 10)));
        const parts = [20, 30, 40].map((x) => new PointerEvent('pointermove', at(x, 12)));
        c.dispatchEvent(new PointerEvent('pointermove', at(40, 12, { coalescedEvents: parts })));
        c.dispatchEvent(new PointerEvent('pointerup', at(40, 12, { buttons: 0 }))); }"""
    )
    (stroke,) = capture(page).strokes
    assert [round(point.x) for point in stroke.points] == [10, 20, 30, 40, 40]


def test_a_finger_without_pressure_has_none(page: Page, devtools: CDPSession) -> None:
    touch(page, devtools, [(x, y, 1.0) for x, y in SLOPE[:20]])
    (stroke,) = capture(page).strokes
    assert stroke.pointer_type == "touch"
    assert describe(capture(page).strokes)["pressure"] == "absent"


def test_pen_pressure_and_tilt_are_measured(page: Page, devtools: CDPSession) -> None:
    pen(page, devtools, [(x, y, 0.2 + 0.01 * n) for n, (x, y) in enumerate(SLOPE[:30])])
    (stroke,) = capture(page).strokes
    assert stroke.pointer_type == "pen"
    assert describe(capture(page).strokes)["pressure"] == "measured"
    assert stroke.points[5].pressure == pytest.approx(0.25, abs=0.02)
    assert (stroke.points[5].tilt_x, stroke.points[5].tilt_y) == (20, -5)
    assert stroke.points[-1].pressure is None


def test_after_a_pen_the_palm_does_not_draw(page: Page, devtools: CDPSession) -> None:
    pen(page, devtools, [(x, y, 0.5) for x, y in SLOPE[:10]])
    assert status(page) == "署名が書かれています（線1本）。"
    touch(page, devtools, [(200 + x, y, 1.0) for x, y in SLOPE[:10]])
    pen(page, devtools, [(300 + x, y, 0.5) for x, y in SLOPE[:10]])
    assert [stroke.pointer_type for stroke in capture(page).strokes] == ["pen", "pen"]


def test_a_palm_that_came_first_is_dropped_when_the_pen_comes(page: Page, devtools: CDPSession) -> None:
    left, top = corner(page)
    palm = {"x": left + 400, "y": top + 200, "id": 3}
    devtools.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [palm]})
    pen(page, devtools, [(x, y, 0.3) for x, y in SLOPE[:10]])
    devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    (stroke,) = capture(page).strokes
    assert stroke.pointer_type == "pen"
    assert len(stroke.points) >= 10


def test_undo_and_clear_are_counted_and_told(page: Page) -> None:
    for shift in (0, 100, 200):
        draw(page, [(x + shift, y) for x, y in SLOPE[:15]])
    page.get_by_role("button", name="一つ戻す").click()
    assert status(page) == "最後の線を消しました。残りは線2本です。"
    assert (len(capture(page).strokes), capture(page).undos) == (2, 1)
    page.get_by_role("button", name="消して書き直す").click()
    assert status(page) == "署名を消しました。もう一度書いてください。"
    assert (capture(page).strokes, capture(page).clears) == ((), 1)
    assert inked(page) == 0
    page.get_by_role("button", name="一つ戻す").click()
    assert status(page) == "署名欄は空です。"
    assert capture(page).undos == 1


def test_buttons_are_reached_by_keyboard(page: Page) -> None:
    draw(page, SLOPE[:15])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert capture(page).undos == 1
    draw(page, SLOPE[:15])
    page.locator("[data-signature-undo]").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert capture(page).clears == 1


def test_turning_the_tablet_keeps_the_ink(page: Page) -> None:
    draw(page, SLOPE)
    before = record(page)
    page.set_viewport_size({"width": 600, "height": 900})
    expect(page.locator("canvas")).to_have_attribute("width", "540")  # 90vw of 600 px
    assert record(page) == before
    assert inked(page) > 50
    draw(page, [(100, 120), (120, 140), (140, 120)])
    after = record(page)
    assert after["canvas"] == before["canvas"]
    scale = 540 / before["canvas"]["width"]
    offset = (240 - before["canvas"]["height"] * scale) / 2
    assert after["strokes"][1]["points"][0][0] == pytest.approx(100 / scale, abs=2)
    assert after["strokes"][1]["points"][0][1] == pytest.approx((120 - offset) / scale, abs=2)


def test_the_canvas_takes_all_touches(page: Page) -> None:
    assert page.evaluate("getComputedStyle(document.querySelector('canvas')).touchAction") == "none"


def test_the_record_is_submitted(page: Page, server: PadServer) -> None:
    draw(page, SLOPE)
    expected = record(page)
    page.get_by_role("button", name="署名する").click()
    page.wait_for_url("**/signed")
    posted = parse_qs(server.posted[-1])["strokes"][0]
    assert json.loads(posted) == expected
    assert len(Capture.parse(posted).strokes) == 1


def test_an_untouched_pad_is_an_empty_record(page: Page) -> None:
    assert capture(page).strokes == ()
    assert record(page)["canvas"]["height"] == 240
