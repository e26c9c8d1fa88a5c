"""Real tablets for tests: a Chromium process of its own with its own profile, and a server to come and go."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Error, Page, Playwright, expect

from tests.support.chromium import ARGUMENTS, EXECUTABLE, TABLET
from tests.support.suite import KAKAZU

PASSPHRASE = "あまいみかん2こ と さくらの木"


class Server:
    """`kakazu up` on one port, started and killed as a test likes; its data stays."""

    def __init__(self, data: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.data, self.address = data, f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start, unless it runs, and wait until it answers."""
        if self._process is not None:
            return
        log = (self.data.parent / "server.log").open("a")
        command = [str(KAKAZU), "--data", str(self.data), "up", "--port", str(self.port), "--json"]
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log, text=True, env=os.environ
        )
        log.close()
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, (self.data.parent / "server.log").read_text()[-2000:]

    def kill(self) -> None:
        """Pull the plug."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


class Tablet:
    """One tablet: `start` opens its browser, `kill` ends the browser's process as a dead battery does."""

    def __init__(self, playwright: Playwright, profile: Path, address: str) -> None:
        self._playwright, self.profile, self._address = playwright, profile, address
        self.context: BrowserContext | None = None

    def start(self) -> Page:
        """Open the browser on its profile; gives the page."""
        self.context = self._playwright.chromium.launch_persistent_context(
            self.profile,
            executable_path=EXECUTABLE,
            args=ARGUMENTS,
            base_url=self._address,
            locale="ja-JP",
            timezone_id="Asia/Tokyo",
            **TABLET,
        )
        self.page = self.context.pages[0] if self.context.pages else self.context.new_page()
        self.page.set_default_timeout(60_000)
        return self.page

    def kill(self) -> None:
        """End the browser's main process by its id, at once; nothing is closed or flushed."""
        os.kill(self._main_process(), signal.SIGKILL)
        assert self.context is not None
        with suppress(Error):
            self.context.close()
        self.context = None
        (self.profile / "SingletonLock").unlink(missing_ok=True)

    def close(self) -> None:
        """Close the browser."""
        if self.context is not None:
            self.context.close()
            self.context = None

    def _main_process(self) -> int:
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    words = (entry / "cmdline").read_bytes().split(b"\0")
                except OSError:
                    continue
                ours = f"--user-data-dir={self.profile}".encode() in words
                if ours and not any(word.startswith(b"--type=") for word in words):
                    return int(entry.name)
        raise AssertionError("the browser is not running")


def enrol(page: Page, name: str, passphrase: str = PASSPHRASE) -> None:
    """Enrol the tablet (an officer is signed in); ends at its lock."""
    page.goto("/tablets/new")
    page.get_by_label("端末の名前").fill(name)
    page.get_by_label("合言葉", exact=True).fill(passphrase)
    page.get_by_label("合言葉（もう一度）").fill(passphrase)
    page.get_by_role("button", name="登録する").tap()
    page.wait_for_url("**/tablet/")
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def unlock(page: Page, passphrase: str = PASSPHRASE) -> None:
    """Give the passphrase."""
    page.get_by_label("合言葉").fill(passphrase)
    page.get_by_role("button", name="開く").tap()
    expect(page.get_by_role("button", name="画面を閉じる")).to_be_visible()


def answer(page: Page, fact: str, said: Any) -> None:
    """Answer one question of the tablet's conversation as an officer does."""
    question = page.locator(f"[id='ask-{fact}']")
    kind = question.get_attribute("data-question")
    if kind in ("choice", "yes_no", "consent", "choices"):
        if not said:
            question.get_by_role("button", name="あてはまるものはありません").tap()
        for label in [said] if isinstance(said, str) else said:
            page.locator(f"[id='ask-{fact}'] label.choice", has_text=label).first.tap()
    elif isinstance(said, list):
        for number, person in enumerate(said):
            _fill(page, f"in-{fact}-{number}", person)
        question.get_by_role("button", name="この内容で保存する").tap()
    elif isinstance(said, Mapping):
        _fill(page, f"in-{fact}", said)
        question.locator("input[type=text]").last.press("Enter")
    elif question.locator("select").count():
        question.locator("select").first.select_option(label=said)
        page.locator("h1").click()
    else:
        question.locator("input[type=text]").first.fill(str(said))
        question.locator("input[type=text]").first.press("Enter")
    expect(page.locator(f".question-next[id='ask-{fact}']")).to_have_count(0)
    expect(page.locator(f"[id='ask-{fact}'] .error")).to_have_count(0)


def _fill(page: Page, begin: str, parts: Mapping[str, Any]) -> None:
    for part, said in parts.items():
        target = page.locator(f"[id='{begin}-{part}']")
        if isinstance(said, Mapping):
            _fill(page, f"{begin}-{part}", said)
        elif target.count() and target.evaluate("one => one.tagName") == "SELECT":
            target.select_option(label=said)
        elif target.count():
            target.fill(said)
        else:
            inputs = page.locator(f"label.choice:has([id^='{begin}-{part}-'])", has_text=said)
            inputs.first.tap()


def interview(page: Page, answers: Mapping[str, Any], most: int = 60) -> list[str]:
    """Answer every question in the order the page asks; gives the facts."""
    asked: list[str] = []
    while page.locator(".question-next").count() and len(asked) < most:
        fact = str(page.locator(".question-next").get_attribute("id")).removeprefix("ask-")
        assert fact not in asked, f"{fact} is asked twice"
        answer(page, fact, answers[fact] if fact in answers else _usual(page, fact))
        asked.append(fact)
    return asked


def _usual(page: Page, fact: str) -> Any:
    """An answer to a question nobody prepared for: none of it, no, the last that may be chosen."""
    question = page.locator(f"[id='ask-{fact}']")
    kind = question.get_attribute("data-question")
    if kind == "choices":
        return []
    return question.locator("label.choice").last.inner_text() if kind != "consent" else "はい"
