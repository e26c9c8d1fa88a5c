"""The pages of the robots: empty, filled, stopped for a person, started, refused to those who may not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from office.jobs.engine import JobEngine
from office.web.application import create_app
from robots.extension import EXTENSION
from tests.support.ground import PASSWORD
from tests.support.robots import RobotCity, perform


@pytest.fixture
def city(tmp_path: Path) -> RobotCity:
    return RobotCity(tmp_path / "data")


def signed_in(city: RobotCity, login: str) -> FlaskClient:
    jobs = {job.key: job for job in EXTENSION.jobs()}
    client = create_app(city.platform, JobEngine(city.platform, jobs)).test_client()
    fields = {"login": login, "password": PASSWORD, "csrf_token": token(client, "/sign-in")}
    answer = client.post("/sign-in", data=fields)
    assert answer.status_code == 302, answer.text
    return client


def token(client: FlaskClient, page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(page).text)
    assert found is not None
    return found[1]


def shown(client: FlaskClient, page: str) -> str:
    answer = client.get(page)
    assert answer.status_code == 200, answer.text
    return re.sub(r"\s+", " ", answer.text)


def test_an_empty_list_says_how_to_begin(city: RobotCity) -> None:
    text = shown(signed_in(city, "jimu"), "/runs/")
    assert "まだ実行はありません。「ロボットの一覧と開始」から始められます。" in text
    assert "条件に合う実行はありません" in shown(signed_in(city, "jimu"), "/runs/?state=failed")


def test_robots_are_listed_with_their_next_date_and_what_is_to_be_confirmed(city: RobotCity) -> None:
    text = shown(signed_in(city, "jimu"), "/runs/robots")
    assert "転入者台帳への記入" in text
    assert "営業日ごと" in text
    assert "2月・4月・6月・8月・10月・12月 10日" in text
    assert text.count("要確認：") == 4
    assert "試し実行（何も書きません）" in text
    assert "試し実行（何も書きません）" not in shown(signed_in(city, "kessai"), "/runs/robots")


def test_a_started_dry_run_and_run_are_shown(city: RobotCity) -> None:
    city.move_in()
    client = signed_in(city, "jimu")
    for act, words in (
        ("dry-run", "試し実行：何も書きません"),
        ("run", '<dt>変更</dt><dd class="number">4</dd>'),
    ):
        fields = {"csrf_token": token(client, "/runs/robots"), "act": act, "day": ""}
        answer = client.post("/runs/robots/file_move_ins", data=fields)
        assert answer.status_code == 302
        run_id = answer.location.rpartition("/")[2]
        waiting = shown(client, answer.location)
        assert "待ち" in waiting
        assert "hx-trigger" in waiting
        perform(city.platform, run_id)
        text = shown(client, answer.location)
        assert words in text
        assert "hx-trigger" not in text
        assert "R8-000201 山田 太郎" in text
        assert "R8-000201 ヤマダ タロウ 1985-05-01" in text
        assert "生年月日: 昭和60年5月1日" in text
        assert "転入者台帳!" in text
        assert "読み返して確かめる" in text
    listing = shown(client, "/runs/?robot=file_move_ins&state=done")
    assert listing.count("転入者台帳への記入</a>") == 2


def test_a_second_run_shows_plainly_that_nothing_changed(city: RobotCity) -> None:
    city.move_in()
    city.run("file_move_ins")
    again = city.run("file_move_ins")
    text = shown(signed_in(city, "kansa"), f"/runs/run/{again.id}")
    assert "変更はありません。何も書きませんでした。" in text
    assert "すでに台帳にあります。" in text


def test_why_a_run_or_an_item_stopped_is_said_and_the_run_can_go_on(city: RobotCity) -> None:
    city.move_in()
    lock = city.ledger.with_name(f"~${city.ledger.name}")
    lock.touch()
    stopped = city.run("file_move_ins")
    client = signed_in(city, "jimu")
    page = f"/runs/run/{stopped.id}"
    assert "だれかが開いています" in shown(client, page)
    lock.unlink()
    answer = client.post(f"{page}/resume", data={"csrf_token": token(client, page)})
    assert answer.status_code == 302
    perform(city.platform, stopped.id)
    assert '<dt>変更</dt><dd class="number">4</dd>' in shown(client, page)
    city.allowance(account=None)
    refused = city.run("pay_child_allowance", parameters={"month": "2026-06"})
    text = shown(client, f"/runs/run/{refused.id}")
    assert "山田 太郎さんの振込：振込先の口座がありません" in text
    assert "要確認：児童手当の額・年齢の区切り・支給の始まる月" in text


def test_who_may_not_start_is_refused(city: RobotCity) -> None:
    client = signed_in(city, "kessai")
    fields = {"csrf_token": token(client, "/"), "act": "run"}
    assert client.post("/runs/robots/file_move_ins", data=fields).status_code == 403
    assert signed_in(city, "mado").get("/runs/").status_code == 403
    assert signed_in(city, "jimu").get("/runs/run/none").status_code == 404


def test_a_run_can_be_given_up(city: RobotCity) -> None:
    run_id = city.request("file_move_ins")
    client = signed_in(city, "jimu")
    page = f"/runs/run/{run_id}"
    client.post(f"{page}/cancel", data={"csrf_token": token(client, page)})
    assert "中止" in shown(client, page)
