"""The page of the schedules' dates: missed, to come, gone by; catching up and waiving by an officer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from office import clock
from office.audit.models import AuditEntry
from office.jobs.engine import JobEngine
from office.jobs.models import DateState, Run, ScheduleDate
from office.jobs.timetable import Timetable
from office.web.application import create_app
from robots.extension import EXTENSION
from tests.support.ground import PASSWORD
from tests.support.robots import RobotCity

PAGE = "/runs/dates/"
NOW = datetime(2026, 10, 7, 12, 0, tzinfo=clock.TOKYO)
KEY = "file_move_ins"


@pytest.fixture
def city(tmp_path: Path) -> Iterator[RobotCity]:
    """A city on Wednesday 7 October 2026, noon."""
    with time_machine.travel(NOW, tick=False):
        yield RobotCity(tmp_path / "data")


def client_of(city: RobotCity, login: str) -> FlaskClient:
    jobs = {job.key: job for job in EXTENSION.jobs()}
    client = create_app(city.platform, JobEngine(city.platform, jobs)).test_client()
    fields = {"login": login, "password": PASSWORD, "csrf_token": token(client, "/sign-in")}
    assert client.post("/sign-in", data=fields).status_code == 302
    return client


def token(client: FlaskClient, page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(page).text)
    assert found is not None
    return found[1]


def shown(client: FlaskClient, page: str = PAGE) -> str:
    answer = client.get(page)
    assert answer.status_code == 200, answer.text
    return re.sub(r"\s+", " ", answer.text)


def miss(city: RobotCity, *days: date, key: str = KEY) -> None:
    """Dates that nobody ran."""
    with city.platform.sessions.begin() as session:
        for day in days:
            start = datetime.combine(day, time(6, 0), tzinfo=clock.TOKYO)
            session.add(ScheduleDate(schedule=key, nominal_on=day, due_on=day, starts_at=start))


def row(city: RobotCity, day: date) -> ScheduleDate:
    with city.platform.sessions() as session:
        return session.get_one(ScheduleDate, (KEY, day))


def test_dates_to_come_are_shown_before_the_first_tick(city: RobotCity) -> None:
    text = shown(client_of(city, "kansa"))
    assert "未実行の予定日はありません。" in text
    assert "まだ実行した予定日はありません。" in text
    assert "令和8年10月8日" in text
    assert "令和8年10月6日" not in text
    assert "児童手当の振込データ" in text
    assert "10月10日（土）は土曜日のため、前の銀行営業日の10月9日（金）にしました。" not in text
    assert "令和8年12月10日" in text
    assert "令和8年12月10日" not in shown(client_of(city, "kansa"), f"{PAGE}?robot=none")
    for page in ("/runs/", "/runs/robots"):
        assert f'href="{PAGE}"' in shown(client_of(city, "kansa"), page)


def test_a_date_the_clock_wrote_down_is_shown_once(city: RobotCity) -> None:
    client = client_of(city, "jimu")
    before = shown(client).count("令和8年10月8日")
    jobs = {job.key: job for job in EXTENSION.jobs()}
    Timetable(city.platform, JobEngine(city.platform, jobs)).tick(KEY)
    assert shown(client).count("令和8年10月8日") == before


def test_a_missed_date_is_run_after_all(city: RobotCity) -> None:
    miss(city, date(2026, 10, 6), date(2026, 3, 2))
    client = client_of(city, "jimu")
    assert "まだ行われていない予定日が2件あります。" in shown(client, "/")
    text = shown(client)
    assert text.count("いま実行する</button>") == 2
    assert "令和8年3月2日" in text
    address = f"{PAGE}{KEY}/2026-10-06/catch-up"
    assert client.post(address).status_code == 400
    fields = {"csrf_token": token(client, PAGE)}
    answer = client.post(address, data=fields)
    assert answer.status_code == 302
    assert answer.location.endswith(f"/runs/run/{KEY}:2026-10-06")
    assert "過ぎた予定日の実行を申し込みました。" in shown(client, answer.location)
    assert row(city, date(2026, 10, 6)).state is DateState.CAUGHT_UP
    text = shown(client)
    assert "後から実行" in text
    assert f'href="/runs/run/{KEY}:2026-10-06"' in text
    assert "もう処理されています" in client.post(address, data=fields).text
    with city.platform.sessions() as session:
        assert session.scalars(select(Run.id)).all() == [f"{KEY}:2026-10-06"]


def test_a_missed_date_is_waived_with_a_reason(city: RobotCity) -> None:
    miss(city, date(2026, 10, 5))
    client = client_of(city, "jimu")
    address, fields = f"{PAGE}{KEY}/2026-10-05/waive", {"csrf_token": token(client, PAGE)}
    assert client.post(address, data={"reason": "停電"}).status_code == 400
    assert "見送る理由を書いてください。" in client.post(address, data={**fields, "reason": " "}).text
    assert row(city, date(2026, 10, 5)).state is DateState.DUE
    answer = client.post(address, data={**fields, "reason": "庁舎の停電"})
    assert answer.status_code == 302
    text = shown(client)
    assert "この予定日を見送りました。" in text
    assert "庁舎の停電（見送った人：職員 jimu）" in text
    assert "まだ行われていない予定日" not in shown(client, "/")
    with city.platform.sessions() as session:
        bodies = session.scalars(select(AuditEntry.body).where(AuditEntry.body.contains("date.waived"))).all()
    assert len(bodies) == 1
    assert "停電" not in bodies[0]


def test_what_cannot_be_done_is_refused(city: RobotCity) -> None:
    miss(city, date(2026, 10, 6), date(2026, 10, 8))
    miss(city, date(2026, 10, 6), key="gone_robot")
    approver, client = client_of(city, "kessai"), client_of(city, "jimu")
    assert "いま実行する</button>" not in shown(approver)
    fields = {"csrf_token": token(client, PAGE), "reason": "理由"}
    theirs = {"csrf_token": token(approver, "/"), "reason": "理由"}
    for act in ("catch-up", "waive"):
        address = f"{PAGE}{KEY}/2026-10-06/{act}"
        assert approver.post(address, data=theirs).status_code == 403
        assert client.post(f"{PAGE}{KEY}/yesterday/{act}", data=fields).status_code == 404
        assert client.post(f"{PAGE}{KEY}/2026-10-01/{act}", data=fields).status_code == 404
    assert client_of(city, "mado").get(PAGE).status_code == 403
    assert "まだ来ていません" in client.post(f"{PAGE}{KEY}/2026-10-08/catch-up", data=fields).text
    assert shown(client).count("いま実行する</button>") == 1
    assert client.post(f"{PAGE}gone_robot/2026-10-06/catch-up", data=fields).status_code == 404
    assert client.post(f"{PAGE}gone_robot/2026-10-06/waive", data=fields).status_code == 302
    assert row(city, date(2026, 10, 6)).state is DateState.DUE
