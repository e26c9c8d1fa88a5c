"""Who may open what: every role against every page, the door, and the headers of every answer."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from office.accounts.roles import OFFICER_ROLES, Act, Role, permits
from office.jobs.engine import JobEngine
from office.platform import Platform
from office.web.application import create_app
from office.web.policy import PUBLIC, policy_of
from tests.support.ground import PASSWORD, officer, opened
from tests.support.pages import post, signed_in, token_of
from tests.support.suite import bare_app

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def plain_pages(app: Flask) -> list[Rule]:
    """The pages that open without any argument in their address."""
    return [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments]


# Open to everybody, with something to show only to a device that holds a booking; others are asked for it.
LEADS_ON = {"/booking/show": "/booking/mine"}
# The pages are those of the suite as it is installed, extensions included.
PAGES = [rule.rule for rule in plain_pages(bare_app())]


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    platform = opened(tmp_path_factory.mktemp("security") / "data")
    for role in OFFICER_ROLES:
        officer(platform.sessions, role.value, role)
    return platform


@pytest.fixture(scope="module")
def app(platform: Platform) -> Flask:
    return create_app(platform, JobEngine(platform))


@pytest.fixture(scope="module")
def staff(app: Flask) -> dict[Role, FlaskClient]:
    return {role: signed_in(app, role.value) for role in OFFICER_ROLES}


def needed(app: Flask, page: str) -> object:
    return next(policy_of(app, rule.endpoint) for rule in plain_pages(app) if rule.rule == page)


def test_the_matrix_knows_open_and_closed_pages(app: Flask) -> None:
    found = {(role, page): needed(app, page) for role in OFFICER_ROLES for page in PAGES}
    acts = {key: act for key, act in found.items() if isinstance(act, Act)}
    allowed = [permits([role], act) for (role, _), act in acts.items()]
    assert len(PAGES) >= 8
    assert allowed.count(True) > 10
    assert allowed.count(False) > 10


@pytest.mark.parametrize("role", OFFICER_ROLES)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_exactly_for_the_roles_that_may(
    app: Flask, staff: dict[Role, FlaskClient], role: Role, page: str
) -> None:
    act, answer = needed(app, page), staff[role].get(page)
    assert isinstance(act, Act) or act == PUBLIC
    if page in LEADS_ON:
        assert (answer.status_code, answer.location) == (302, LEADS_ON[page])
    elif act == PUBLIC or (isinstance(act, Act) and permits([role], act)):
        assert answer.status_code == 200, answer.text
    else:
        assert answer.status_code == 403
        assert "この画面を使う権限がありません" in answer.text


@pytest.mark.parametrize("page", PAGES)
def test_strangers_are_sent_to_the_door(app: Flask, page: str) -> None:
    answer = app.test_client().get(f"{page}?text=a")
    if page in LEADS_ON:
        assert (answer.status_code, answer.location) == (302, LEADS_ON[page])
    elif needed(app, page) == PUBLIC:
        assert answer.status_code == 200
    else:
        assert answer.status_code == 302
        assert answer.location.startswith("/sign-in?next=")


def test_no_page_of_the_resident_opens_without_a_handed_over_tablet(
    app: Flask, staff: dict[Role, FlaskClient]
) -> None:
    for path in ("", "check", "sign", "done", "call", "take-back", "documents/x", "documents/x/1.png"):
        address = f"/resident/01ABC/{path}"
        assert app.test_client().get(address).location.startswith("/sign-in")
        assert staff[Role.COUNTER].get(address).location == "/counter/01ABC"


@pytest.mark.parametrize(
    "answered", ["/sign-in", "/", "/nowhere", "/officers/", "/static/css/kakazu.css", "/applications/R8-0"]
)
def test_every_answer_carries_the_headers(app: Flask, staff: dict[Role, FlaskClient], answered: str) -> None:
    for client in (app.test_client(), staff[Role.COUNTER]):
        for answer in (client.get(answered), client.post(answered)):
            static = answered.startswith("/static/") and answer.status_code == 200
            wanted = {**HEADERS, "Cache-Control": "private, max-age=3600"} if static else HEADERS
            assert {name: answer.headers.get(name) for name in wanted} == wanted
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "script-src 'self'" in policy
            assert "unsafe" not in policy
            answer.close()


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(app: Flask) -> None:
    cookie = app.test_client().get("/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


@pytest.mark.parametrize(
    "wanted",
    [
        "https://example.com/",
        "//example.com/",
        "///example.com",
        "/\\example.com",
        "\\\\example.com",
        "/\t/example.com",
        "\t//example.com",
        "/\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
        "example.com",
        "",
    ],
)
def test_signing_in_never_leads_off_the_site(app: Flask, wanted: str) -> None:
    assert entered(app, wanted) == "/"


@pytest.mark.parametrize("wanted", ["/applications/", "/applications/?text=%E8%A6%8B%E6%9C%AC&state="])
def test_signing_in_goes_on_to_the_page_asked_for(app: Flask, wanted: str) -> None:
    assert entered(app, wanted) == wanted


def entered(app: Flask, wanted: str) -> str:
    client = app.test_client()
    token = token_of(client.get("/sign-in"))
    fields = {"csrf_token": token, "login": "counter", "password": PASSWORD}
    answer = client.post("/sign-in", query_string={"next": wanted}, data=fields)
    assert answer.status_code == 302
    return answer.location


def test_a_form_without_its_token_does_nothing(app: Flask, staff: dict[Role, FlaskClient]) -> None:
    client = staff[Role.COUNTER]
    assert client.post("/counter/start", data={"event": "move-in"}).status_code == 400
    assert client.post("/counter/start", data={"event": "move-in", "csrf_token": "x"}).status_code == 400
    assert "途中の聞き取りはありません" in client.get("/counter/").text
    assert post(client, "/counter/", "/counter/start", event="move-in").status_code == 302


def test_a_closed_account_is_out_at_once(
    app: Flask, platform: Platform, staff: dict[Role, FlaskClient]
) -> None:
    actor = officer(platform.sessions, "leaver", Role.COUNTER)
    client = signed_in(app, "leaver")
    assert client.get("/").status_code == 200
    address = f"/officers/{actor.officer_id}/active"
    assert post(staff[Role.ADMINISTRATOR], "/officers/", address, active="no").status_code == 302
    assert client.get("/").location.startswith("/sign-in")
