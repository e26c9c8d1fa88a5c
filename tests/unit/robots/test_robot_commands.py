"""The commands ledger, exchange and robots."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from office.cli import kakazu
from robots.errors import ExchangeRefused, RobotError
from tests.support.robots import RobotCity
from tests.support.workbooks import SHEET, ledger

GOLDEN = Path(__file__).parent / "child_allowance_20260610.txt"


def call(*words: str, data: Path | None = None, code: int = 0) -> Any:
    result = run(*words, "--json", data=data)
    assert result.exit_code == code, result.output or result.exception
    return json.loads(result.stdout)


def run(*words: str, data: Path | None = None) -> Result:
    where = ["--data", str(data)] if data else []
    return CliRunner().invoke(kakazu, [*where, *words])


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "台帳.xlsx"
    path.write_bytes(ledger())
    return path


def test_inspect(book: Path) -> None:
    found = call("ledger", "inspect", str(book))
    sheet = found["sheets"][0]
    assert (sheet["name"], sheet["heading_row"], sheet["last_row"]) == (SHEET, 4, 7)
    assert sheet["headings"]["B"] == "転入した方 / 氏名"
    assert found["sheets"][1]["state"] == "hidden"
    assert set(found["would_lose"]) == {
        "ふりがな", "図形・テキストボックス（印影欄など）", "スパークライン", "拡張データバー"
    }  # fmt: skip
    shown = run("ledger", "inspect", str(book)).output
    assert "他のソフトで保存すると失われるもの: ふりがな 1個" in shown


def test_patch_changes_what_it_says_and_keeps_the_original(book: Path) -> None:
    before = book.read_bytes()
    wanted = ["--cell", "G5", "--value", "転居", "--cell", "E5", "--value", "令和8年4月9日"]
    assert isinstance(run("ledger", "patch", str(book), *wanted[:6]).exception, RobotError)
    dry = call("ledger", "patch", str(book), *wanted[:4], "--dry-run")
    assert dry["changes"] == [{"sheet": SHEET, "cell": "G5", "before": "髙橋さん紹介", "after": "転居"}]
    assert book.read_bytes() == before
    done = call("ledger", "patch", str(book), "--as", "date", *wanted[4:])
    assert [change["after"] for change in done["changes"]] == ["2026-04-09"]
    (backup,) = (book.parent / "控え").iterdir()
    assert backup.read_bytes() == before
    assert call("ledger", "patch", str(book), "--as", "date", *wanted[4:])["changes"] == []


def test_exchange_check(tmp_path: Path) -> None:
    found = call("exchange", "check", str(GOLDEN))
    assert (found["kind"], found["groups"][0]["count"], found["groups"][0]["total"]) == (
        "general_transfer", 2, 50000
    )  # fmt: skip
    odd = tmp_path / "odd.txt"
    odd.write_bytes(GOLDEN.read_bytes().replace("ﾀﾛｳ".encode("cp932"), b"abc", 1))
    assert "受取人名（51桁目から）に「abc」" in call("exchange", "check", str(odd), code=1)["findings"][0]
    odd.write_bytes(GOLDEN.read_bytes()[:-10])
    assert isinstance(run("exchange", "check", str(odd)).exception, ExchangeRefused)
    assert [one["name"] for one in call("exchange", "list")] == ["general_transfer", "direct_debit"]


def test_robots_are_listed_shown_and_run(tmp_path: Path) -> None:
    city = RobotCity(tmp_path / "data")
    data = city.platform.settings.data
    listed = call("robots", "list", data=data)
    names = [one["name"] for one in listed]
    assert names == [
        "file_move_ins",
        "file_papers",
        "pay_child_allowance",
        "pay_lists",
        "post_lists",
        "read_lists",
        "read_paper",
    ]
    assert [one["name"] for one in listed if not one["next"]] == [
        "file_papers",
        "pay_lists",
        "post_lists",
        "read_lists",
        "read_paper",
    ], "when paper comes"
    shown = call("robots", "show", "pay_child_allowance", data=data)
    assert all(notice.startswith("要確認") for notice in shown["notices"])
    city.move_in()
    before = city.ledger.read_bytes()
    dry = call("robots", "run", "file_move_ins", "--dry-run", data=data)
    assert (dry["state"], dry["changes"], {one["state"] for one in dry["items"]}) == ("done", 0, {"planned"})
    assert "受付番号: R8-000201" in dry["items"][0]["after"]
    assert city.ledger.read_bytes() == before
    assert call("robots", "run", "file_move_ins", data=data)["changes"] == 4
    assert call("robots", "run", "file_move_ins", data=data)["changes"] == 0


def test_a_run_that_needs_a_person_ends_with_exit_code_1(tmp_path: Path) -> None:
    city = RobotCity(tmp_path / "data")
    city.allowance(account=None)
    words = ("robots", "run", "pay_child_allowance", "--set", "month=2026-06")
    found = call(*words, data=city.platform.settings.data, code=1)
    assert (found["state"], found["changes"], found["items"][0]["state"]) == ("done", 0, "business")
    assert len(found["notices"]) == 2
