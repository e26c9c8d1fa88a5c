"""Pages without a browser: an officer signed in, and posts as the page's own form would send them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html import unescape

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from forms.signing.strokes import FORMAT, strokes_to_json
from office import clock
from office.accounts.actor import Actor
from office.accounts.roles import Role
from office.platform import Platform
from office.records import cases
from office.records.models.cases import Case, CaseState, Signature
from tests.support.ground import PASSWORD, officer
from tests.support.moving_in import family_interview, known_family, signature


def token_of(answer: TestResponse) -> str:
    """The CSRF token of a page."""
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', answer.text)
    assert found, answer.text[-2000:]
    return found[1]


def post(client: FlaskClient, page: str, address: str = "", **fields: str) -> TestResponse:
    """Send a form as it stands on `page` (to `address`, else to the page itself)."""
    return client.post(address or page, data={**fields, "csrf_token": token_of(client.get(page))})


def signed_in(app: Flask, login: str) -> FlaskClient:
    """A browser in which the officer has signed in."""
    client = app.test_client()
    assert post(client, "/sign-in", login=login, password=PASSWORD).status_code == 302
    return client


def finished_case(platform: Platform, actor: Actor) -> str:
    """A case of one person whose interview is finished, ready to be shown: its id."""
    on = clock.today()
    interview = family_interview(platform.catalogue, on, known_family(on), alone=True)
    with platform.sessions.begin() as session:
        return cases.open_case(session, actor, platform.vault, interview).id


def at_counter(app: Flask, platform: Platform, login: str) -> tuple[FlaskClient, str]:
    """A new officer of the counter, signed in, and a case whose interview is finished."""
    case_id = finished_case(platform, officer(platform.sessions, login, Role.COUNTER))
    return signed_in(app, login), case_id


def hand_over(client: FlaskClient, case_id: str) -> str:
    """Show the documents; gives the address of the resident's face (without the last slash)."""
    answer = post(client, f"/counter/{case_id}", f"/counter/{case_id}/show")
    if str(answer.location).endswith("/doubles"):
        post(client, f"/counter/{case_id}/doubles", reason="試験のため、同じ方の聞き取りが続きます。")
        answer = post(client, f"/counter/{case_id}", f"/counter/{case_id}/show")
    assert answer.status_code == 302, texts_of(answer)
    assert answer.location == f"/resident/{case_id}/"
    return f"/resident/{case_id}"


def strokes_field() -> str:
    """What the signature pad leaves in its hidden field."""
    capture = signature()
    raw: Mapping[str, object] = {
        "format": FORMAT,
        "strokes": strokes_to_json(capture.strokes),
        **capture.device.to_json(),
        "clears": 0,
        "undos": 0,
    }
    return json.dumps(raw)


def nonce_of(answer: TestResponse) -> str:
    """The nonce of the signing page."""
    found = re.search(r'name="nonce" value="([^"]*)"', answer.text)
    assert found
    return found[1]


def state_of(platform: Platform, case_id: str) -> tuple[CaseState, tuple[str, ...], int]:
    """A case's state, its applications as `number state`, and how many signatures it has."""
    with platform.sessions() as session:
        case = session.get_one(Case, case_id)
        signed = session.scalars(select(Signature).where(Signature.case_id == case_id)).all()
        listed = tuple(f"{one.receipt_number} {one.state}" for one in case.applications)
        return case.state, listed, len(signed)


def texts_of(answer: TestResponse) -> str:
    """The text of a page without its marks."""
    body = answer.text[answer.text.find("<main") :]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))
