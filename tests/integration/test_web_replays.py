"""What is sent a second time, late, or for somebody else's case: refused clearly, and nothing is lost."""

from __future__ import annotations

import re
from itertools import count

import pytest
from flask import Flask
from flask.testing import FlaskClient

from office.jobs.engine import JobEngine
from office.platform import Platform
from office.records.models.cases import Case, CaseState
from office.web.application import create_app
from office.web.policy import RESIDENT, policy_of
from tests.support.ground import PASSWORD, opened
from tests.support.pages import (
    at_counter,
    hand_over,
    nonce_of,
    post,
    state_of,
    strokes_field,
    texts_of,
    token_of,
)

NUMBERS = count(1)
PHONE = "contact.phone"
At = tuple[FlaskClient, str]


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    return opened(tmp_path_factory.mktemp("replays") / "data")


@pytest.fixture(scope="module")
def app(platform: Platform) -> Flask:
    return create_app(platform, JobEngine(platform))


@pytest.fixture
def counter(app: Flask, platform: Platform) -> At:
    return at_counter(app, platform, f"mado{next(NUMBERS)}")


@pytest.fixture
def neighbour(app: Flask, platform: Platform) -> At:
    return at_counter(app, platform, f"mado{next(NUMBERS)}")


def phone(platform: Platform, case_id: str) -> object:
    with platform.sessions() as session:
        found = session.get_one(Case, case_id).read_interview(platform.vault)
    answers: dict[str, dict[str, object]] = found["answers"]
    return answers[PHONE]["value"]


def documents_of(platform: Platform, case_id: str) -> list[str]:
    with platform.sessions() as session:
        return [one.id for one in session.get_one(Case, case_id).applications]


def faces_of(app: Flask, case_id: str, document: str) -> list[tuple[str, str]]:
    """Every address of a case's face, with its methods."""
    found = []
    for rule in app.url_map.iter_rules():
        if policy_of(app, rule.endpoint) == RESIDENT:
            path = rule.rule.replace("<case_id>", case_id).replace("<fact>", PHONE)
            path = re.sub(r"<[^>]*application[^>]*>", document, path)
            path = re.sub(r"<[^>]+>", "1", path)
            found += [(method, path) for method in sorted((rule.methods or set()) & {"GET", "POST"})]
    return found


def test_the_number_of_somebody_elses_case_opens_and_changes_nothing(
    app: Flask, platform: Platform, counter: At, neighbour: At
) -> None:
    client, case_id = counter
    other, other_id = neighbour
    theirs = hand_over(other, other_id)
    nonce = nonce_of(other.get(f"{theirs}/sign"))
    (document,), before = documents_of(platform, other_id), state_of(platform, other_id)
    mine = hand_over(client, case_id)
    token = token_of(client.get(f"{mine}/"))
    fields = {
        "csrf_token": token,
        "nonce": nonce,
        "strokes": strokes_field(),
        "name": "見本 太郎",
        "password": PASSWORD,
        "act": "confirm",
        "language": "en",
        PHONE: "090-0000-0000",
    }
    tried = faces_of(app, other_id, document)
    assert len(tried) > 20
    assert f"{theirs}/documents/{document}" in {path for _, path in tried}
    for method, path in tried:
        answer = client.open(path, method=method, data=fields)
        assert (path, answer.status_code, answer.location) == (path, 302, f"{mine}/")
    assert state_of(platform, other_id) == before
    assert phone(platform, other_id) != "090-0000-0000"
    assert other.get(f"{theirs}/sign").status_code == 200, "the other one goes on undisturbed"


def test_a_document_of_somebody_else_does_not_open_under_the_own_number(
    platform: Platform, counter: At, neighbour: At
) -> None:
    client, case_id = counter
    hand_over(neighbour[0], neighbour[1])
    (document,) = documents_of(platform, neighbour[1])
    mine = hand_over(client, case_id)
    (own,) = documents_of(platform, case_id)
    assert client.get(f"{mine}/documents/{own}").status_code == 200
    for path in (f"{mine}/documents/{document}", f"{mine}/documents/{document}/1.png"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "職員をお呼びください" in texts_of(answer)


def test_the_signature_of_another_case_does_not_sign_this_one(
    platform: Platform, counter: At, neighbour: At
) -> None:
    nonce = nonce_of(neighbour[0].get(f"{hand_over(*neighbour)}/sign"))
    client, case_id = counter
    mine = hand_over(client, case_id)
    answer = post(client, f"{mine}/sign", nonce=nonce, strokes=strokes_field())
    assert answer.status_code == 409
    assert "表示した書類が新しくなっています。" in texts_of(answer)
    assert state_of(platform, case_id)[2] == state_of(platform, neighbour[1])[2] == 0


def test_a_typed_signature_sent_again_signs_once(platform: Platform, counter: At) -> None:
    client, case_id = counter
    page = f"{hand_over(client, case_id)}/sign/typed"
    shown = client.get(page)
    fields = {
        "csrf_token": token_of(shown),
        "nonce": nonce_of(shown),
        "name": "髙橋 健太",
        "act": "confirm",
        "password": PASSWORD,
    }
    assert client.post(page, data=fields).location == f"/resident/{case_id}/done"
    signed = state_of(platform, case_id)
    assert client.post(page, data=fields).location == f"/resident/{case_id}/done"
    assert state_of(platform, case_id) == signed == (CaseState.SIGNED, signed[1], 1)


def test_an_answer_sent_again_is_no_second_step(platform: Platform, counter: At) -> None:
    client, case_id = counter
    page, first = f"/counter/{case_id}", phone(platform, case_id)
    for _ in range(2):
        again = post(client, page, f"{page}/answers/{PHONE}", **{PHONE: "03-1111-2222", "step": "0"})
        assert again.status_code == 302
        assert phone(platform, case_id) == "03-1111-2222"
    post(client, page, f"{page}/undo")
    assert phone(platform, case_id) == first, "one step back is where it was before"
    assert post(client, page, f"{page}/undo").status_code == 409


def test_an_old_page_of_the_same_officer_loses_nothing(platform: Platform, counter: At) -> None:
    client, case_id = counter
    page = f"/counter/{case_id}"
    for step, number in enumerate(("03-1111-2222", "03-3333-4444")):
        post(client, page, f"{page}/answers/{PHONE}", **{PHONE: number, "step": str(step)})
    post(client, page, f"{page}/answers/{PHONE}", **{PHONE: "03-1111-2222", "step": "0"})
    post(client, page, f"{page}/undo")
    assert phone(platform, case_id) == "03-3333-4444", "what the old page replaced is one step back"


def test_an_answer_sent_again_after_the_showing_is_refused(platform: Platform, counter: At) -> None:
    client, case_id = counter
    page = f"/counter/{case_id}"
    token, before = token_of(client.get(page)), phone(platform, case_id)
    fields = {PHONE: "03-5555-6666", "step": "0", "csrf_token": token}
    face = hand_over(client, case_id)
    assert client.post(f"{page}/answers/{PHONE}", data=fields).location == f"{face}/"
    nonce = nonce_of(client.get(f"{face}/sign"))
    post(client, f"{face}/take-back", password=PASSWORD)
    for _ in range(2):
        late = post(client, page, f"{page}/answers/{PHONE}", **{PHONE: "03-5555-6666", "step": "0"})
        assert late.status_code == 409
        assert "書類を表示中" in texts_of(late)
    assert phone(platform, case_id) == before
    hand_over(client, case_id)
    assert post(client, f"{face}/sign", nonce=nonce, strokes=strokes_field()).location == f"{face}/done", (
        "the documents are still those that were shown"
    )
    post(client, f"{face}/take-back", password=PASSWORD)
    signed = state_of(platform, case_id)
    assert post(client, page, f"{page}/answers/{PHONE}", **{PHONE: "03-5555-6666"}).status_code == 409
    assert (phone(platform, case_id), state_of(platform, case_id)) == (before, signed)


def test_an_answer_of_the_face_sent_again_after_it_was_taken_back_is_not_kept(
    platform: Platform, counter: At
) -> None:
    client, case_id = counter
    token = token_of(client.get(f"/counter/{case_id}"))
    fields = {"act": "some", "fact": PHONE, "csrf_token": token}
    assert client.post(f"/counter/{case_id}/ask", data=fields).location == f"/resident/{case_id}/"
    address = f"/resident/{case_id}/ask/{PHONE}"
    said = {PHONE: "090-1111-2222", "act": "save", "csrf_token": token_of(client.get(address))}
    assert client.post(address, data=said).status_code == 302
    assert phone(platform, case_id) == "090-1111-2222"
    post(client, f"/resident/{case_id}/take-back", password=PASSWORD)
    late = client.post(address, data={**said, PHONE: "090-9999-0000", "csrf_token": token})
    assert late.location == f"/counter/{case_id}"
    assert phone(platform, case_id) == "090-1111-2222"
