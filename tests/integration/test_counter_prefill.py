"""Prefill for every life event: from the register, a card, a pre-entry; each box keeps its source."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import segno
from flask import Flask
from flask.testing import FlaskClient

from forms.interview import Interview
from forms.pre_entry import PreEntry, seal
from office import clock
from office.accounts.roles import Role
from office.jobs.engine import JobEngine
from office.platform import Platform
from office.records import prefills, residents
from office.records.models.cases import Case
from office.records.models.residents import Household, Resident
from office.records.preentries import private_key
from office.web.application import create_app
from samples.cards import cards
from tests.support.counter import add_household, sample_household
from tests.support.ground import officer, opened
from tests.support.pages import post, signed_in, texts_of, token_of

NUMBERS = itertools.count()
EVENTS = ("move-within", "move-out", "birth", "death", "care", "marriage", "work")


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    data = tmp_path_factory.mktemp("prefill") / "data"
    platform = opened(data)
    settings = platform.settings.model_copy(update={"card_reader": "mihon"})
    yield replace(platform, settings=settings)
    platform.engine.dispose()


@pytest.fixture(scope="module")
def app(platform: Platform) -> Flask:
    return create_app(platform, JobEngine(platform))


@pytest.fixture
def client(app: Flask, platform: Platform) -> FlaskClient:
    login = f"mado{next(NUMBERS)}"
    officer(platform.sessions, login, Role.COUNTER)
    return signed_in(app, login)


@pytest.fixture(scope="module")
def household(platform: Platform) -> str:
    return add_household(platform)


def interview_of(platform: Platform, case_id: str) -> Interview:
    with platform.sessions() as session:
        stored = session.get_one(Case, case_id).read_interview(platform.vault)
        return Interview.from_json(platform.catalogue, stored)


def begun(client: FlaskClient, event: str) -> str:
    answer = post(client, "/counter/", "/counter/start", event=event)
    assert answer.status_code == 302
    return str(answer.location).rsplit("/", 1)[-1]


@pytest.mark.parametrize("event", EVENTS)
def test_the_register_fills_what_the_event_names(
    platform: Platform, client: FlaskClient, household: str, event: str
) -> None:
    search = texts_of(client.get(f"/counter/start/{event}?kana=みほん"))
    assert "見本 一" in search
    assert "ミホン ハナ" in search
    shown = texts_of(client.get(f"/counter/start/{event}/{household}"))
    assert "台帳から入る内容" in shown
    answer = post(
        client, f"/counter/start/{event}/{household}", "/counter/start", event=event, household=household
    )
    interview = interview_of(platform, str(answer.location).rsplit("/", 1)[-1])
    wanted = platform.catalogue.event(event).register
    assert wanted
    assert {str(interview.answers[fact].source) for fact in wanted.values()} == {"register"}
    people = interview.answers[wanted["members"]].value
    assert isinstance(people, list)
    assert len(people) == 2


def test_only_the_people_chosen_come_in(platform: Platform, client: FlaskClient, household: str) -> None:
    with platform.sessions() as session:
        second = session.query(Resident).filter_by(given="花").one().id
    page = f"/counter/start/care/{household}"
    answer = post(client, page, "/counter/start", event="care", household=household, resident=second)
    members = interview_of(platform, str(answer.location).rsplit("/", 1)[-1]).answers["members"].value
    assert isinstance(members, list)
    assert [one["name"]["given"] for one in members] == ["花"]  # type: ignore[index, call-overload]


def test_a_protected_household_keeps_its_address(tmp_path: Path) -> None:
    platform = opened(tmp_path / "data")
    home = add_household(platform, protected=True)
    officer(platform.sessions, "mado", Role.COUNTER)
    client = signed_in(create_app(platform, JobEngine(platform)), "mado")
    assert "緑が丘" not in texts_of(client.get("/counter/start/care?kana=ミホン"))
    preview = texts_of(client.get(f"/counter/start/care/{home}"))
    assert "支援措置の対象の方がいる世帯です" in preview
    assert "緑が丘" not in preview
    answer = post(client, f"/counter/start/care/{home}", "/counter/start", event="care", household=home)
    page = texts_of(client.get(answer.location))
    assert "支援措置の対象の方がいます" in page
    assert "緑が丘" not in page
    interview = interview_of(platform, answer.location.rsplit("/", 1)[-1])
    assert set(interview.answers) == {"members"}
    platform.engine.dispose()


def test_what_does_not_fit_is_told_and_the_rest_comes_in(platform: Platform) -> None:
    actor = officer(platform.sessions, f"mado{next(NUMBERS)}", Role.COUNTER)
    with platform.sessions.begin() as session:
        home = Household(number="9", postal_code="", address={"city": "みほん市"}, head_name="")
        home.residents.append(
            Resident(
                number="90",
                family="JOHN",
                given="",
                family_kana="",
                given_kana="",
                birth_on=clock.today(),
                sex="male",
                relation="世帯主",
            )
        )
        session.add(home)
        session.flush()
        event = platform.catalogue.event("care")
        known = residents.prefill(session, actor, platform.vault, home.id, event)
        taken = prefills.take(Interview.begin(platform.catalogue, "care", clock.today()), known)
        session.rollback()
    assert "members" not in taken.facts
    assert any("フリガナ" in one for one in taken.refused)


def test_a_card_is_compared_and_fills_the_identity_check(platform: Platform, client: FlaskClient) -> None:
    sample = sample_household()
    with platform.sessions.begin() as session:
        home = Household(
            number="700",
            postal_code="",
            address=dict(sample.address.to_json()) | {"block": "9-9-9"},
            head_name="x",
        )
        for one in sample.members:
            home.residents.append(
                Resident(
                    number=one.number,
                    family=one.name.family,
                    given=one.name.given,
                    family_kana=one.name.family_kana,
                    given_kana=one.name.given_kana,
                    birth_on=one.birth_on,
                    sex=one.sex,
                    relation=one.relation,
                )
            )
        session.add(home)
    key = next(key for key in cards(clock.today()) if key.startswith("resident-"))
    card = cards(clock.today())[key]
    assert card.name.full == sample.head.name.full
    case_id = begun(client, "care")
    page = f"/counter/{case_id}/card"
    assert card.name.full in texts_of(client.get(page))
    read = texts_of(post(client, page, card=key))
    assert "住所が、カードと台帳で違います" in read
    assert "この方の世帯を台帳から入れる" in read
    sources = {fact: str(one.source) for fact, one in interview_of(platform, case_id).answers.items()}
    assert sources["identity.document"] == sources["identity.method"] == "card"
    with platform.sessions() as session:
        home_id = session.query(Household).filter_by(number="700").one().id
    post(client, page, f"/counter/{case_id}/household", household=home_id)
    filled = interview_of(platform, case_id)
    assert str(filled.answers["members"].source) == "register"
    assert "カード" in texts_of(client.get(f"/counter/{case_id}"))


def test_a_card_of_somebody_unknown_or_expired_is_told(platform: Platform, client: FlaskClient) -> None:
    case_id = begun(client, "care")
    page = f"/counter/{case_id}/card"
    listed = cards(clock.today())
    expired = list(listed)[-1]
    told = texts_of(post(client, page, card=expired))
    assert "有効期限" in told
    assert "過ぎています" in told
    assert "identity.document" not in interview_of(platform, case_id).answers
    assert post(client, page, card="no-such-card").status_code == 422
    arrival = next(key for key in listed if key.startswith("arrival-"))
    assert "同じ氏名・生年月日の方が見つかりません" in texts_of(post(client, page, card=arrival))


def test_a_card_of_somebody_moving_in_is_completed_by_hand(platform: Platform, client: FlaskClient) -> None:
    case_id = begun(client, "move-in")
    page = f"/counter/{case_id}/card"
    arrival = next(key for key in cards(clock.today()) if key.startswith("arrival-"))
    unknown = post(client, page, card=arrival)
    assert str(interview_of(platform, case_id).answers["moving.from"].source) == "card"
    fields = dict(re.findall(r'name="(members-0-[^"]+)" value="([^"]*)"', unknown.text))
    typed = post(client, page, f"/counter/{case_id}/answers/members", act="typed", source="card", **fields)
    assert typed.status_code == 422
    assert 'name="source" value="card"' in typed.text
    whole = fields | {
        "members-0-name-family_kana": "タカハシ",
        "members-0-name-given_kana": "ケンタ",
        "members-0-relation": "世帯主",
    }
    saved = post(client, page, f"/counter/{case_id}/answers/members", source="card", **whole)
    assert saved.status_code == 302, texts_of(saved)
    assert str(interview_of(platform, case_id).answers["members"].source) == "card"


def pre_entry(platform: Platform, event: str = "move-in", **answers: object) -> tuple[str, ...]:
    now = clock.now().replace(microsecond=0)
    known = answers or {"contact.phone": "090-1234-5678", "no.such": 1, "moving.moved_on": "2099-99-99"}
    entry = PreEntry(event, now, now + timedelta(days=14), "en", known)  # type: ignore[arg-type]
    key = private_key(platform.settings.keys_folder).public_key()
    return seal(entry, key, platform.settings.municipality_code)


def test_a_pre_entry_is_shown_then_taken_with_its_own_source(platform: Platform, client: FlaskClient) -> None:
    scanned = "\r\n".join(pre_entry(platform))
    page = "/counter/pre-entry"
    shown = post(client, page, scanned=scanned)
    assert "090-1234-5678" in texts_of(shown)
    assert "入らない答えがあります" in texts_of(shown)
    started = client.post(f"{page}/start", data={"csrf_token": token_of(shown), "scanned": scanned})
    case_id = started.location.rsplit("/", 1)[-1]
    interview = interview_of(platform, case_id)
    assert {fact: str(one.source) for fact, one in interview.answers.items()} == {
        "contact.phone": "pre_entry"
    }
    assert "事前入力" in texts_of(client.get(f"/counter/{case_id}"))
    again = texts_of(post(client, page, scanned=scanned))
    assert "一度使っています" in again


def test_a_pre_entry_joins_a_case_and_overwrites_nothing(platform: Platform, client: FlaskClient) -> None:
    case_id = begun(client, "move-in")
    post(
        client,
        f"/counter/{case_id}",
        f"/counter/{case_id}/answers/moving.moved_on",
        **{"moving.moved_on": "令和8年4月1日"},
    )
    scanned = "\n".join(
        pre_entry(platform, **{"moving.moved_on": "2026-04-02", "contact.phone": "090-0000-0009"})
    )
    page = "/counter/pre-entry"
    post(client, page, f"{page}/start", scanned=scanned, case=case_id)
    answers = interview_of(platform, case_id).answers
    assert (answers["moving.moved_on"].value, answers["contact.phone"].value) == (
        "2026-04-01",
        "090-0000-0009",
    )
    other = "\n".join(pre_entry(platform, "care", **{"contact.phone": "090-0000-0008"}))
    refused = post(client, page, f"{page}/start", scanned=other, case=case_id)
    assert refused.status_code == 409
    assert "用件が、この聞き取りと違います" in texts_of(refused)


def test_a_photo_of_the_codes_is_read_and_a_bad_one_told(platform: Platform, client: FlaskClient) -> None:
    page, token = "/counter/pre-entry", token_of(client.get("/counter/pre-entry"))
    pictures = []
    for n, part in enumerate(pre_entry(platform)):
        buffer = io.BytesIO()
        segno.make(part, error="m").save(buffer, kind="png", scale=6, border=6)
        buffer.seek(0)
        pictures.append((buffer, f"{n}.png"))
    read = client.post(page, data={"csrf_token": token, "picture": pictures})
    assert "090-1234-5678" in texts_of(read)
    for content in (b"", b"not a picture", b"\x89PNG\r\n\x1a\n broken"):
        bad = client.post(page, data={"csrf_token": token, "picture": (io.BytesIO(content), "x.png")})
        assert bad.status_code == 422
        assert "QRコードが見つかりません" in texts_of(bad)


def test_parts_are_asked_for_and_what_is_foreign_is_told(platform: Platform, client: FlaskClient) -> None:
    page = "/counter/pre-entry"
    many = pre_entry(platform, **{f"x{n}": f"{n * 104729}" for n in range(150)})
    assert len(many) > 1
    half = post(client, page, scanned=many[0])
    assert half.status_code == 200
    assert "まだです。続けて読み取ってください" in texts_of(half)
    assert post(client, page, scanned="https://example.test").status_code == 422
    broken = many[0][:-5] + "AAAAA"
    assert post(client, page, scanned="\n".join((broken, *many[1:]))).status_code == 422
