"""Hostile input at the interview's fields: refused with its message, what was answered before stays."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from office.accounts.roles import Role
from office.jobs.engine import JobEngine
from office.platform import Platform
from office.records.models.cases import Case
from office.web.application import create_app
from tests.support.ground import officer, opened
from tests.support.pages import finished_case, post, signed_in

PHONE = "contact.phone"
BIDI = "\u202e"
ADDRESS = {
    "moving.to-postal_code": "9999001",
    "moving.to-prefecture": "見本県",
    "moving.to-city": "みほん市",
    "moving.to-town": "中央",
    "moving.to-block": "2-3",
}


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    return opened(tmp_path_factory.mktemp("hostile") / "data")


@pytest.fixture(scope="module")
def case_id(platform: Platform) -> str:
    return finished_case(platform, officer(platform.sessions, "mado", Role.COUNTER))


@pytest.fixture(scope="module")
def client(platform: Platform, case_id: str) -> FlaskClient:
    app: Flask = create_app(platform, JobEngine(platform))
    assert case_id, "its officer is there"
    return signed_in(app, "mado")


def answers(platform: Platform, case_id: str) -> dict[str, Any]:
    with platform.sessions() as session:
        found: dict[str, Any] = session.get_one(Case, case_id).read_interview(platform.vault)["answers"]
        return found


@pytest.mark.parametrize(
    ("fact", "fields", "says"),
    [
        (PHONE, {PHONE: "090-1234-56\x0078"}, "使えない文字（U+0000）"),
        (PHONE, {PHONE: f"090{BIDI}-1234-5678"}, "使えない文字（U+202E）"),
        (PHONE, {PHONE: "0" * 10_000}, "文字までで入力してください"),
        (PHONE, {PHONE: "電話はありません"}, "電話番号"),
        (PHONE, {"members": "1"}, "入力してください"),
        ("moving.moved_on", {"moving.moved_on": "令和99年13月1日"}, "令和99年13月1日"),
        ("moving.moved_on", {"moving.moved_on": "平成40年1月1日"}, "平成"),
        ("moving.to", {**ADDRESS, "moving.to-block": f"2-3{BIDI}"}, "使えない文字（U+202E）"),
        ("moving.to", {**ADDRESS, "moving.to-block": "3" * 10_000}, "文字までで入力してください"),
        ("moving.to", {"moving.to": "みほん市"}, "入力してください"),
        ("members", {"members": "みほん 太郎"}, "人以上入力してください"),
        ("members", {"members-0-name-family": "\x1b[31m見本"}, "使えない文字（U+001B）"),
        ("copy.kind", {"copy.kind": "everything"}, "選んで"),
        ("copy.kind", {"copy.kind": "<script>alert(1)</script>"}, "選んで"),
        ("no.such.fact", {"no.such.fact": "1"}, "この質問はもう要らなくなりました"),
        ("applicant.name", {"applicant.name": "見本 太郎"}, "この質問はもう要らなくなりました"),
        ("見本" * 500, {"見本": "1"}, "この質問はもう要らなくなりました"),
    ],
)
def test_a_hostile_answer_is_refused_and_the_others_stay(
    client: FlaskClient, platform: Platform, case_id: str, fact: str, fields: dict[str, str], says: str
) -> None:
    before, page = answers(platform, case_id), f"/counter/{case_id}"
    refused = post(client, page, f"{page}/answers/{fact}", **fields)
    assert refused.status_code == 422
    assert 'role="alert"' in refused.text
    alert = refused.text.split('role="alert"', 1)[1].split("</p>")[0]
    assert says in alert, alert
    assert "<script>alert" not in refused.text
    assert len(before) > 5
    assert answers(platform, case_id) == before


def test_a_morphing_page_gets_the_message_too(client: FlaskClient, platform: Platform, case_id: str) -> None:
    page = f"/counter/{case_id}"
    before = answers(platform, case_id)
    token = {"csrf_token": client.get(page).text.split('name="csrf_token" value="')[1].split('"')[0]}
    answer = client.post(
        f"{page}/answers/{PHONE}", data={**token, PHONE: "123"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<div id="board"')
    assert 'role="alert"' in answer.text
    assert 'value="123"' in answer.text, "what was typed stays to be corrected"
    assert answers(platform, case_id) == before


@pytest.mark.parametrize("act", ["add", "remove-0", "remove-999", "remove-x"])
@pytest.mark.parametrize("fact", ["members", PHONE, "no.such.fact"])
def test_adding_and_taking_away_people_saves_nothing(
    client: FlaskClient, platform: Platform, case_id: str, fact: str, act: str
) -> None:
    before, page = answers(platform, case_id), f"/counter/{case_id}"
    assert post(client, page, f"{page}/answers/{fact}", act=act).status_code == 422
    assert answers(platform, case_id) == before


@pytest.mark.parametrize("event", ["", "no-such-event", "../../etc/passwd", "\x00"])
def test_an_unknown_event_begins_nothing(client: FlaskClient, event: str) -> None:
    answer = post(client, "/counter/", "/counter/start", event=event)
    assert answer.status_code in (404, 409)
    assert client.get("/counter/").text.count('href="/counter/0') == 1
