"""Loading the sample city into an empty platform, once, and never into somebody else's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from forms.values.numbers import check
from office.accounts.actor import Actor
from office.accounts.models import Officer
from office.accounts.operations import add_officer, sign_in
from office.accounts.roles import Role
from office.audit import journal
from office.platform import Platform, open_platform
from office.records.models.residents import Household, MoveOutNotice, Resident
from office.settings import load_settings
from samples.city import build
from samples.files import LEDGER
from samples.load import load_city, load_sample


@pytest.fixture
def platform(database_url: str, tmp_path: Path) -> Iterator[Platform]:
    data = tmp_path / "data"
    data.mkdir()
    (data / "settings.toml").write_text(f'database_url = "{database_url}"')
    opened = open_platform(load_settings(data))
    yield opened
    opened.engine.dispose()


def count(session: Session, table: type) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_a_small_city_is_loaded_once(platform: Platform) -> None:
    city = build(1, 120)
    with time_machine.travel(datetime(2026, 11, 21, 1, tzinfo=UTC), tick=False):
        load_city(platform, city)
    with platform.sessions() as session:
        written = journal.size(session)
    load_city(platform, city)
    with platform.sessions() as session:
        assert count(session, Resident) == 120
        assert count(session, Household) == sum(1 for _ in city.households())
        assert count(session, Officer) == len(city.officers)
        assert journal.size(session) == written > 6
        notices = session.scalars(sa.select(MoveOutNotice)).all()
        assert len(notices) == len(city.arrivals())
        for notice in notices:
            payload = notice.read_payload(platform.vault)
            assert payload["planned_on"] == notice.planned_on.isoformat()
            assert (date(2026, 11, 21) - notice.planned_on).days in range(1, 15)


def test_the_register_holds_the_people_of_the_city_and_their_numbers_sealed(platform: Platform) -> None:
    city = build(1, 40)
    load_city(platform, city)
    with platform.sessions() as session:
        for person in city.residents():
            row = session.scalars(sa.select(Resident).where(Resident.number == person.number)).one()
            assert (row.family, row.given_kana, row.birth_on) == (
                person.name.family,
                person.name.given_kana,
                person.birth_on,
            )
            assert row.household.number == person.household_number
            number = row.read_my_number(platform.vault)
            assert number == person.my_number
            assert check("my-number", number or "").valid


def test_every_published_account_can_sign_in(platform: Platform) -> None:
    city = build(1, 5)
    load_city(platform, city)
    with platform.sessions() as session:
        for demo in city.officers:
            officer = sign_in(session, demo.login, demo.password)
            assert officer.is_sample
            assert set(officer.roles) == set(demo.roles)


def test_a_platform_with_its_own_officers_is_left_alone(platform: Platform) -> None:
    with platform.sessions() as session:
        add_officer(session, Actor.console(), "real", "本物 一子", [Role.ADMINISTRATOR], "a-long-password")
        session.commit()
    load_sample(platform)
    with platform.sessions() as session:
        assert count(session, Officer) == 1
        assert count(session, Resident) == 0
    assert not (platform.settings.data / LEDGER).exists()


def test_a_lost_ledger_is_made_again(platform: Platform) -> None:
    city = build(1, 60)
    load_city(platform, city)
    ledger = platform.settings.data / LEDGER
    ledger.unlink()
    load_city(platform, city)
    assert ledger.exists()
