"""The tablet in a resident's hands: only their own case opens, and they sign once (trust.md §2, §4)."""

from __future__ import annotations

import json
import re
from itertools import count

import pytest
from flask import Flask
from flask.testing import FlaskClient

from office.accounts.roles import Role
from office.clock import today
from office.jobs.engine import JobEngine
from office.platform import Platform
from office.records import cases
from office.records.models.cases import CaseState
from office.web.application import create_app
from office.web.policy import RESIDENT, policy_of
from office.web.resident.cards import cards
from tests.support.ground import PASSWORD, officer, opened
from tests.support.moving_in import family_interview, known_family
from tests.support.pages import (
    at_counter,
    hand_over,
    nonce_of,
    post,
    signed_in,
    state_of,
    strokes_field,
    texts_of,
    token_of,
)

NUMBERS = count(1)
UNREADABLE = "署名を読み取れませんでした。"


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    return opened(tmp_path_factory.mktemp("handover") / "data")


@pytest.fixture(scope="module")
def app(platform: Platform) -> Flask:
    return create_app(platform, JobEngine(platform))


@pytest.fixture
def counter(app: Flask, platform: Platform) -> tuple[FlaskClient, str]:
    """An officer of the counter of their own, signed in, and a case whose interview is finished."""
    return at_counter(app, platform, f"mado{next(NUMBERS)}")


def addresses(app: Flask, case_id: str) -> list[tuple[str, str]]:
    """Every address of the suite with its methods, the case's own face left out."""
    found = []
    for rule in app.url_map.iter_rules():
        own = policy_of(app, rule.endpoint) == RESIDENT
        path = rule.rule.replace("<case_id>", "0" * 26 if own else case_id)
        path = re.sub(r"<[^>]+>", "1", path)
        if rule.endpoint != "static":
            found += [(method, path) for method in sorted((rule.methods or set()) & {"GET", "POST"})]
    return found


def test_nothing_opens_but_the_face_of_the_own_case(app: Flask, counter: tuple[FlaskClient, str]) -> None:
    client, case_id = counter
    face = hand_over(client, case_id)
    token = token_of(client.get(f"{face}/"))
    tried = addresses(app, case_id)
    assert len(tried) > 30
    for method, path in [*tried, ("GET", "/nowhere"), ("GET", "/sign-in?next=/applications/")]:
        answer = client.open(path, method=method, data={"csrf_token": token, "login": "x", "password": "y"})
        assert (method, path, answer.status_code) == (method, path, 302)
        assert (method, path, answer.location) == (method, path, f"{face}/")
    assert client.get(f"{face}/check").status_code == 200


def test_the_tablet_is_taken_back_by_password_only(counter: tuple[FlaskClient, str]) -> None:
    client, case_id = counter
    face = hand_over(client, case_id)
    refused = post(client, f"{face}/take-back", password="wrong-password")
    assert refused.status_code == 403
    assert 'role="alert"' in refused.text
    empty = post(client, f"{face}/take-back", password="")
    assert "パスワードを入力してください。" in empty.text
    assert client.get(f"/counter/{case_id}").location == f"{face}/"
    taken = post(client, f"{face}/take-back", password=PASSWORD)
    assert taken.location == f"/counter/{case_id}"
    assert client.get(f"/counter/{case_id}").status_code == 200
    assert client.get(f"{face}/check").location == f"/counter/{case_id}", "the face is closed again"


def test_a_tablet_whose_officer_left_goes_to_the_door(
    app: Flask, platform: Platform, counter: tuple[FlaskClient, str]
) -> None:
    client, case_id = counter
    face = hand_over(client, case_id)
    login = f"kanri{next(NUMBERS)}"
    officer(platform.sessions, login, Role.ADMINISTRATOR)
    administrator = signed_in(app, login)
    listed = administrator.get("/officers/").text
    for address in re.findall(r'action="(/officers/[^"]+/active)"', listed):
        post(administrator, "/officers/", address, active="no")
    assert client.get(f"{face}/").location.startswith("/sign-in")
    assert client.get("/sign-in").status_code == 200


@pytest.mark.parametrize(
    ("strokes", "says"),
    [
        ("", "署名らんに、お名前を書いてください。"),
        (json.dumps({**json.loads(strokes_field()), "strokes": []}), "署名らんに、お名前を書いてください。"),
        ("{", UNREADABLE),
        ("[]", UNREADABLE),
        (
            json.dumps({**json.loads(strokes_field()), "strokes": [{"points": []}]}),
            UNREADABLE,
        ),
        (json.dumps({**json.loads(strokes_field()), "canvas": None}), UNREADABLE),
        ("[" * 100_000, UNREADABLE),
    ],
)
def test_an_empty_or_broken_signature_leaves_none(
    platform: Platform, counter: tuple[FlaskClient, str], strokes: str, says: str
) -> None:
    client, case_id = counter
    face = hand_over(client, case_id)
    before = state_of(platform, case_id)
    nonce = nonce_of(client.get(f"{face}/sign"))
    answer = post(client, f"{face}/sign", nonce=nonce, strokes=strokes)
    assert answer.status_code == 422
    assert says in texts_of(answer)
    assert nonce_of(answer) == nonce, "they may write again"
    assert state_of(platform, case_id) == before == (CaseState.SHOWN, before[1], 0)


@pytest.mark.parametrize("nonce", ["", "0" * 64, "署名"])
def test_a_page_of_another_showing_does_not_sign(
    platform: Platform, counter: tuple[FlaskClient, str], nonce: str
) -> None:
    client, case_id = counter
    face = hand_over(client, case_id)
    answer = post(client, f"{face}/sign", nonce=nonce, strokes=strokes_field())
    assert answer.status_code == 409
    assert "表示した書類が新しくなっています。" in texts_of(answer)
    assert "サインアウト" not in answer.text, "the resident sees nothing of the officer's page"
    assert state_of(platform, case_id)[0] is CaseState.SHOWN
    assert state_of(platform, case_id)[2] == 0


def test_a_form_without_its_token_calls_the_officer(
    app: Flask, platform: Platform, counter: tuple[FlaskClient, str]
) -> None:
    client, case_id = counter
    face = hand_over(client, case_id)
    nonce = nonce_of(client.get(f"{face}/sign"))
    answer = client.post(f"{face}/sign", data={"nonce": nonce, "strokes": strokes_field()})
    assert answer.status_code == 400
    assert "職員をお呼びください" in texts_of(answer)
    assert "サインアウト" not in answer.text
    assert state_of(platform, case_id)[0] is CaseState.SHOWN
    assert app.test_client().post(f"{face}/sign").location.startswith("/sign-in")


def test_a_case_is_signed_once(platform: Platform, counter: tuple[FlaskClient, str]) -> None:
    client, case_id = counter
    face = hand_over(client, case_id)
    page = client.get(f"{face}/sign")
    fields = {"csrf_token": token_of(page), "nonce": nonce_of(page), "strokes": strokes_field()}
    for _ in range(2):
        answer = client.post(f"{face}/sign", data=fields)
        assert answer.location == f"{face}/done"
        after = state_of(platform, case_id)
        assert after[0] is CaseState.SIGNED
        assert after[2] == 1
    assert re.search(r"R\d+-\d{6}", texts_of(client.get(f"{face}/done")))
    for path in ("", "check", "sign", "documents/x", "documents/x/1.png"):
        assert client.get(f"{face}/{path}").location == f"{face}/done"


def test_something_wrong_is_corrected_and_shown_again(
    platform: Platform, counter: tuple[FlaskClient, str]
) -> None:
    client, case_id = counter
    face, page = hand_over(client, case_id), f"/counter/{case_id}"
    stale = nonce_of(client.get(f"{face}/sign"))
    wrong = re.search(rf'action="({face}/documents/[^"]+/wrong)"', client.get(f"{face}/check").text)
    assert wrong
    assert post(client, f"{face}/check", wrong[1]).location == f"{face}/call"
    post(client, f"{face}/take-back", password=PASSWORD)
    (receipt,) = (one.split()[0] for one in state_of(platform, case_id)[1])
    assert f"住民が「ここが ちがう」を押しました（{receipt}）" in texts_of(client.get(page))

    post(client, page, f"{page}/reopen")
    reopened = texts_of(client.get(page))
    assert f"住民が「ここが ちがう」と言った書類：{receipt}" in reopened
    asked = f"{page}/answers/contact.phone"
    assert post(client, page, asked, **{"contact.phone": "03-9999-1234"}).status_code == 302
    face = hand_over(client, case_id)
    cards = texts_of(client.get(f"{face}/check"))
    assert "03-9999-1234" in cards
    assert "個人番号 髙橋 健太" in cards, "people stand in a table"
    assert "確認した書類" not in cards, "what the officer made sure of is not the resident's to check"
    assert [one.split()[0] for one in state_of(platform, case_id)[1]] == [receipt]
    fresh = nonce_of(client.get(f"{face}/sign"))
    assert fresh != stale
    assert post(client, f"{face}/sign", nonce=stale, strokes=strokes_field()).status_code == 409
    assert post(client, f"{face}/sign", nonce=fresh, strokes=strokes_field()).location == f"{face}/done"
    assert state_of(platform, case_id) == (CaseState.SIGNED, (f"{receipt} filed",), 1)
    post(client, f"{face}/take-back", password=PASSWORD)
    detail = texts_of(client.get(f"/applications/{receipt}"))
    assert "確認した書類 マイナンバーカード 職員" in detail
    assert re.search(r"個人番号 髙橋 健太 \S+ 男 世帯主 \*{8}\d{4} ", detail)
    assert not re.search(r"\b\d{12}\b", detail)


def test_nobody_is_thanked_before_signing(
    app: Flask, platform: Platform, counter: tuple[FlaskClient, str]
) -> None:
    client, case_id = counter
    face = hand_over(client, case_id)
    assert client.get(f"{face}/done").location == f"{face}/"
    login = f"other{next(NUMBERS)}"
    officer(platform.sessions, login, Role.COUNTER)
    colleague = signed_in(app, login)
    post(colleague, f"/counter/{case_id}", f"/counter/{case_id}/reopen")
    for path in ("", "check", "sign", "done", "documents/x"):
        assert client.get(f"{face}/{path}").location == f"{face}/call"
    assert "職員をお呼びください" in client.get(f"{face}/call").text
    assert client.get(f"{face}/take-back").status_code == 200


def test_closing_withdraws_what_was_made(platform: Platform, counter: tuple[FlaskClient, str]) -> None:
    client, case_id = counter
    page, face = f"/counter/{case_id}", hand_over(client, case_id)
    post(client, f"{face}/take-back", password=PASSWORD)
    token = token_of(client.get(page))
    closed = client.post(f"{page}/close", data={"csrf_token": token}, follow_redirects=True)
    assert "聞き取りをとりやめました。" in texts_of(closed)
    state, applications, signatures = state_of(platform, case_id)
    assert (state, signatures) == (CaseState.CLOSED, 0)
    assert [one.split()[1] for one in applications] == ["withdrawn"]
    for act in ("show", "reopen", "close"):
        answer = client.post(f"{page}/{act}", data={"csrf_token": token})
        assert answer.status_code == 409, act
    assert client.get(page).status_code == 200, "the tablet is still the officer's"


def test_a_card_does_not_say_again_what_an_earlier_one_said(platform: Platform) -> None:
    actor, on = officer(platform.sessions, "cards", Role.COUNTER), today()
    interview = family_interview(platform.catalogue, on, known_family(on))
    with platform.sessions.begin() as session:
        case = cases.open_case(session, actor, platform.vault, interview)
        applications = cases.show_documents(session, actor, platform, case, interview)
        shown = cards(platform.catalogue, platform.vault, applications, "ja")
    lines = [line for card in shown for line in card.lines]
    assert len(shown) >= 5
    assert len(lines) == len(set(lines))
    assert [card.repeats for card in shown] == [False] + [True] * (len(shown) - 1)
    assert all(card.lines for card in shown)
