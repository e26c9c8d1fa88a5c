"""Booking and hall pages against those who mean no good: tries, forged forms, false addresses, tokens."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from office.accounts.roles import Role
from office.jobs.engine import JobEngine
from office.platform import Platform, open_platform
from office.records.bookings import MOST_PER_CLIENT
from office.records.counters import Booked
from office.records.models.bookings import Booking, Ticket
from office.web.application import create_app
from office.web.booking.limits import MOST_TRIES
from tests.support.bookings import counter
from tests.support.ground import officer, opened
from tests.support.pages import post, texts_of, token_of

# A Tuesday, 7:55 in Japan; the whole of the next day is free.
MORNING = datetime(2026, 6, 8, 22, 55, tzinfo=UTC)
DAY = "/booking/for/move-in/2026-06-10"
TIMES = [f"{hour}-{minute:02d}" for hour, minute in itertools.product((9, 10, 11), (0, 30))]


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    with time_machine.travel(MORNING, tick=True):
        platform = opened(tmp_path / "data")
        admin = officer(platform.sessions, "kanri", Role.ADMINISTRATOR)
        counter(platform.sessions, admin, booked=Booked(30, 20, 30, 60))
        yield platform
        platform.engine.dispose()


@pytest.fixture
def app(platform: Platform) -> Flask:
    return create_app(platform, JobEngine(platform))


@pytest.fixture
def behind_proxy(platform: Platform) -> Iterator[Flask]:
    """The same city behind a reverse proxy that speaks HTTPS."""
    proxied = open_platform(platform.settings.model_copy(update={"https": True}))
    yield create_app(proxied, JobEngine(proxied))
    proxied.engine.dispose()


def count(platform: Platform, model: type[Booking] | type[Ticket]) -> int:
    with platform.sessions() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def book(client: FlaskClient, time: str = "9-00", **headers: str) -> TestResponse:
    """Book as a device would; headers by their names, `_` for `-`."""
    address = f"{DAY}/{time}"
    sent = {name.replace("_", "-"): text for name, text in headers.items()}
    page = client.get(address, headers=sent, base_url="https://localhost")
    data = {"csrf_token": token_of(page), "call_name": "", "phone": ""}
    sent |= {"Referer": "https://localhost/"}
    return client.post(address, data=data, headers=sent, base_url="https://localhost")


def test_a_booking_belongs_to_the_device_that_made_it(app: Flask, platform: Platform) -> None:
    client = app.test_client()
    assert post(client, f"{DAY}/9-00", call_name="みほん", phone="").location == "/booking/show"
    assert "みほん" in texts_of(client.get("/booking/show"))
    assert app.test_client().get("/booking/show").location == "/booking/mine"
    for act in ("cancel", "move"):
        stranger = app.test_client()
        answer = post(stranger, "/booking/mine", f"/booking/{act}")
        assert answer.location == "/booking/mine"
    with platform.sessions() as session:
        assert session.scalars(sa.select(Booking.state)).all() == ["booked"]


def test_guessing_stops_after_so_many_tries_even_with_the_right_code(app: Flask) -> None:
    owner, thief = app.test_client(), app.test_client()
    post(owner, f"{DAY}/9-00", call_name="", phone="")
    with owner.session_transaction() as kept:
        number, code = kept["booking_number"], kept["booking_code"]
    answers = [
        post(thief, "/booking/mine", number=f"{tried:08d}", code="WRONG2").status_code
        for tried in range(MOST_TRIES)
    ]
    assert answers == [422] * MOST_TRIES
    right = post(thief, "/booking/mine", number=number, code=code)
    assert right.status_code == 429
    assert thief.get("/booking/show").location == "/booking/mine"


def test_forms_without_their_token_do_nothing(app: Flask, platform: Platform) -> None:
    client = app.test_client()
    for address in (f"{DAY}/9-00", "/booking/mine", "/booking/cancel", "/booking/move", "/booking/leave"):
        answer = client.post(address, data={"csrf_token": "x", "call_name": "", "phone": ""})
        assert answer.status_code == 400, address
        assert "サインイン" not in answer.text, "nothing of the officers is shown"
    assert count(platform, Booking) == 0


def test_a_false_forwarded_address_does_not_lift_the_limit(app: Flask, platform: Platform) -> None:
    """Without a proxy the header is the visitor's own invention."""
    answers = [
        book(app.test_client(), TIMES[n % len(TIMES)], X_Forwarded_For=f"198.51.100.{n}").status_code
        for n in range(MOST_PER_CLIENT + 1)
    ]
    assert answers == [302] * MOST_PER_CLIENT + [422]
    assert count(platform, Booking) == MOST_PER_CLIENT


def test_behind_the_proxy_its_own_entry_counts(behind_proxy: Flask, platform: Platform) -> None:
    """What the visitor puts before it changes nothing; another visitor is not held up."""
    for n in range(MOST_PER_CLIENT):
        answer = book(behind_proxy.test_client(), X_Forwarded_For=f"203.0.113.{n}, 192.0.2.7")
        assert answer.status_code == 302
    assert book(behind_proxy.test_client(), X_Forwarded_For="203.0.113.99, 192.0.2.7").status_code == 422
    assert book(behind_proxy.test_client(), X_Forwarded_For="192.0.2.8").status_code == 302
    assert count(platform, Booking) == MOST_PER_CLIENT + 1


def test_numbers_come_only_from_the_citys_own_machines(app: Flask, platform: Platform) -> None:
    client = app.test_client()
    token = platform.vault.blind_index("queue-kiosk", "1").hex()[:32]
    for wrong in ("0" * 32, token[:-1], token.upper() + "0", "字"):
        assert client.get(f"/hall/kiosk/{wrong}").status_code == 404
        data = {"csrf_token": token_of(client.get("/booking/mine")), "service": "move-in"}
        assert client.post(f"/hall/kiosk/{wrong}", data=data).status_code == 404
    assert client.post(f"/hall/kiosk/{token}", data={"service": "move-in"}).status_code == 400
    assert count(platform, Ticket) == 0
    taken = post(client, f"/hall/kiosk/{token}", service="move-in")
    assert taken.location.startswith(f"/hall/kiosk/{token}/")
    assert count(platform, Ticket) == 1
    own = taken.location.rpartition("/")[2]
    assert client.get(f"/hall/ticket/{own}").status_code == 200
    assert client.get(f"/hall/ticket/{own}x").status_code == 404


def test_a_machine_is_no_place_to_guess_booking_numbers(app: Flask, platform: Platform) -> None:
    client = app.test_client()
    kiosk = f"/hall/kiosk/{platform.vault.blind_index('queue-kiosk', '1').hex()[:32]}"
    for n in range(MOST_TRIES + 1):
        assert post(client, kiosk, number=f"{n:08d}").location == f"{kiosk}?fault=1"
    post(app.test_client(), f"{DAY}/9-00", call_name="", phone="")
    assert count(platform, Ticket) == 0
