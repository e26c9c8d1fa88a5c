"""Pre-entry at home: no account, no database, nothing kept; every question the resident's own; a QR code."""

from __future__ import annotations

import base64
import html
import io
import re
from pathlib import Path

import pytest
import zxingcpp
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from forms.catalogue import load_catalogue
from forms.pre_entry import open_sealed, read_key
from office import clock
from office.cli import kakazu
from office.records.preentries import private_key
from office.web.preentry.desk import Desk, languages
from office.web.preentry.site import create_site
from tests.support.pages import token_of
from tests.support.suite import bare_app

KEY = X25519PrivateKey.generate()
CODE = "999997"


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    desk = Desk(load_catalogue(), KEY.public_key(), "みほん市", CODE, 14)
    return create_site(desk, https=False).test_client()


def hidden(answer: TestResponse, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.text)
    return html.unescape(found[1]) if found else ""


def begin(client: FlaskClient, event: str, language: str = "ja") -> TestResponse:
    page = client.get(f"/pre-entry/{language}")
    return client.post(f"/pre-entry/{language}/ask", data={"csrf_token": token_of(page), "event": event})


def send(
    client: FlaskClient, answer: TestResponse, act: str, language: str = "ja", **fields: str
) -> TestResponse:
    data = {"csrf_token": token_of(answer), "state": hidden(answer, "state"), "fact": hidden(answer, "fact")}
    return client.post(f"/pre-entry/{language}/ask", data={**data, "act": act, **fields})


def test_every_question_is_put_and_the_answers_come_back_from_the_code(client: FlaskClient) -> None:
    page = begin(client, "move-in")
    asked = []
    while hidden(page, "fact"):
        fact = hidden(page, "fact")
        assert fact not in asked, f"{fact} is asked twice"
        asked.append(fact)
        assert not fact.startswith("identity."), "the officer's questions stay at the counter"
        if fact == "contact.phone":
            assert send(client, page, "say", **{fact: "abc"}).status_code == 422
            page = send(client, page, "say", **{fact: "090-1234-5678"})
        elif fact == "moving.moved_on":
            page = send(client, page, "say", **{fact: "令和8年4月1日"})
        elif fact == "members":
            page = send(client, page, "say", **member("members", "0"))
        else:
            page = send(client, page, "leave")
    assert {"moving.moved_on", "members"} <= set(asked)
    assert "090-1234-5678" in page.text
    assert "窓口で答えます" in page.text
    done = client.post(
        "/pre-entry/ja/code", data={"csrf_token": token_of(page), "state": hidden(page, "state")}
    )
    assert "QRコードができました" in done.text
    entry = open_sealed(read_pictures(done), KEY, CODE, clock.now())
    assert set(entry.answers) == {"contact.phone", "moving.moved_on", "members"}
    assert entry.event == "move-in"
    assert (entry.expires_at - entry.made_at).days == 14


def member(fact: str, number: str) -> dict[str, str]:
    row = {
        "name-family": "髙橋",
        "name-given": "健太",
        "name-family_kana": "タカハシ",
        "name-given_kana": "ケンタ",
        "birth_on": "昭和63年5月12日",
        "sex": "male",
        "relation": "世帯主",
    }
    return {f"{fact}-{number}-{name}": value for name, value in row.items()}


def read_pictures(answer: TestResponse) -> str:
    """What a camera reads from the page."""
    texts = []
    for picture in re.findall(r'<img src="data:image/png;base64,([^"]+)"', answer.text):
        image = Image.open(io.BytesIO(base64.b64decode(picture))).convert("L")
        texts += [code.text for code in zxingcpp.read_barcodes(image)]
    return "\n".join(texts)


def test_one_may_go_back_and_change(client: FlaskClient) -> None:
    first = begin(client, "move-in")
    fact = hidden(first, "fact")
    assert fact == "moving.moved_on"
    second = send(client, first, "say", **{fact: "令和8年4月1日"})
    back = send(client, second, "back")
    assert hidden(back, "fact") == fact
    assert "令和8年4月1日" in back.text
    changed = send(client, back, "say", **{fact: "令和8年4月2日"})
    assert "2026-04-02" in hidden(changed, "state")
    check = send(client, changed, "check")
    edit = send(client, check, f"edit:{fact}")
    assert hidden(edit, "editing") == "yes"
    assert (
        send(client, edit, "say", editing="yes", **{fact: "令和8年4月3日"}).text.count("令和8年4月3日") == 1
    )


def test_people_are_added_and_taken_away_and_no_number_is_asked(client: FlaskClient) -> None:
    page = begin(client, "move-in")
    while hidden(page, "fact") != "members":
        page = send(client, page, "leave")
    assert "個人番号" not in page.text
    assert "my_number" not in page.text
    more = send(client, page, "add", **member("members", "0"))
    assert "members-1-name-family" in more.text
    assert 'value="髙橋"' in more.text
    less = send(client, more, "remove-1", **member("members", "0"))
    assert "members-1-name-family" not in less.text


@pytest.mark.parametrize("language", languages())
def test_every_language_is_whole_and_has_its_own_faults(client: FlaskClient, language: str) -> None:
    page = begin(client, "move-in", language)
    assert "{" not in re.sub(r"<input[^>]*>", "", page.text), "no reading or value is left unfilled"
    bad = send(client, page, "say", language, **{hidden(page, "fact"): "きのうのきのう"})
    assert bad.status_code == 422
    assert 'role="alert"' in bad.text


@pytest.mark.parametrize("state", ["", "{", "[]", "[" * 9_000, '{"event":"x","answers":{},"trail":[]}'])
def test_a_broken_page_begins_again(client: FlaskClient, state: str) -> None:
    token = token_of(client.get("/pre-entry/ja"))
    answer = client.post("/pre-entry/ja/ask", data={"csrf_token": token, "state": state, "act": "say"})
    assert answer.status_code == 400
    assert "最初から" in answer.text


def test_answers_of_others_questions_are_not_taken(client: FlaskClient) -> None:
    token = token_of(client.get("/pre-entry/ja"))
    state = '{"event":"move-in","answers":{"identity.method":"one","contact.phone":"1"},"trail":[]}'
    answer = client.post("/pre-entry/ja/code", data={"csrf_token": token, "state": state})
    assert answer.status_code == 400


def test_the_site_needs_its_token_and_keeps_no_answer(client: FlaskClient) -> None:
    fresh = client.application.test_client()
    assert fresh.post("/pre-entry/ja/ask", data={"event": "move-in"}).status_code == 400
    page = begin(client, "move-in")
    send(client, page, "say", **{"moving.moved_on": "令和8年4月1日"})
    cookie = client.get_cookie("kakazu-pre-entry")
    assert cookie is not None
    assert len(cookie.value) < 200, "the cookie guards the forms and holds no answer"
    assert page.headers["Cache-Control"] == "no-store"
    assert client.get("/counter/").status_code == 404


def test_the_whole_suite_serves_it_without_an_account() -> None:
    client = bare_app().test_client()
    assert client.get("/pre-entry/").status_code == 200
    assert "次へ" in begin(client, "birth").text


def test_the_public_key_is_all_the_site_gets(tmp_path: Path) -> None:
    shown = CliRunner().invoke(kakazu, ["--data", str(tmp_path / "data"), "preentry", "--public-key"])
    assert shown.exit_code == 0
    key = private_key(tmp_path / "data" / "keys")
    assert read_key(shown.output).public_bytes_raw() == key.public_key().public_bytes_raw()
    assert not (tmp_path / "data" / "kakazu.db").exists()
    without = CliRunner().invoke(kakazu, ["--data", str(tmp_path / "data"), "preentry"])
    assert without.exit_code == 2
