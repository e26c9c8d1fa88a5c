"""Accounts on both databases: signing in, the lock, and who may change whom."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
import time_machine
from argon2 import PasswordHasher
from sqlalchemy.orm import Session, sessionmaker

from office.accounts import operations as accounts
from office.accounts import passwords
from office.accounts.actor import Actor
from office.accounts.models import Officer
from office.accounts.operations import ATTEMPTS, AccountRefused, SignInRefused
from office.accounts.roles import Role
from office.audit.models import AuditEntry
from office.errors import NotFound, NotPermitted
from tests.support.ground import PASSWORD, migrated, officer

Sessions = sessionmaker[Session]


@pytest.fixture
def sessions(database_url: str) -> Iterator[Sessions]:
    with migrated(database_url) as sessions:
        yield sessions


def _try(sessions: Sessions, login: str, password: str) -> bool:
    with sessions() as session:
        try:
            accounts.sign_in(session, login, password)
        except SignInRefused:
            return False
        finally:
            session.commit()
    return True


def _causes(sessions: Sessions) -> list[str]:
    with sessions() as session:
        bodies = session.scalars(sa.select(AuditEntry.body).order_by(AuditEntry.seq)).all()
    return [body.split('"cause":"')[1].split('"')[0] for body in bodies if '"cause"' in body]


def test_signing_in_and_out(sessions: Sessions) -> None:
    actor = officer(sessions, "mado", Role.COUNTER)
    with sessions.begin() as session:
        found = accounts.sign_in(session, " MADO ", PASSWORD)
        assert Actor.of(found) == actor
        accounts.confirm_password(session, actor, PASSWORD)
        accounts.sign_out(session, actor)
    with sessions() as session:
        stored = session.scalars(sa.select(Officer.password_hash)).one()
        assert stored.startswith("$argon2id$")
        bodies = session.scalars(sa.select(AuditEntry.body).order_by(AuditEntry.seq)).all()
    assert [body.split('"event":"')[1].split('"')[0] for body in bodies] == [
        "officer.added",
        "officer.signed-in",
        "officer.confirmed",
        "officer.signed-out",
    ]
    assert actor.name not in "".join(bodies)


def test_an_account_is_locked_after_repeated_failures_and_opens_again(sessions: Sessions) -> None:
    officer(sessions, "mado", Role.COUNTER)
    with time_machine.travel("2026-04-10T01:00:00Z", tick=False) as traveller:
        assert not any(_try(sessions, "mado", "wrong-password") for _ in range(ATTEMPTS))
        assert not _try(sessions, "mado", PASSWORD)
        traveller.shift(accounts.LOCKED_FOR.seconds - 1)
        assert not _try(sessions, "mado", PASSWORD)
        traveller.shift(2)
        assert _try(sessions, "mado", PASSWORD)
    assert _causes(sessions) == ["password"] * ATTEMPTS + ["locked"] * 2


def test_a_success_in_between_starts_counting_anew(sessions: Sessions) -> None:
    officer(sessions, "mado", Role.COUNTER)
    for _ in range(2):
        assert not any(_try(sessions, "mado", "wrong-password") for _ in range(ATTEMPTS - 1))
        assert _try(sessions, "mado", PASSWORD)


def test_guessing_at_once_does_not_escape_the_lock(sessions: Sessions) -> None:
    officer(sessions, "mado", Role.COUNTER)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: _try(sessions, "mado", "wrong-password"), range(8)))
    causes = _causes(sessions)
    assert (causes.count("password"), causes.count("locked")) == (ATTEMPTS, 8 - ATTEMPTS)


def test_unknown_closed_and_wrong_are_answered_alike(sessions: Sessions) -> None:
    administrator = officer(sessions, "kanri", Role.ADMINISTRATOR)
    actor = officer(sessions, "mado", Role.COUNTER)
    with sessions.begin() as session:
        accounts.change_officer(session, administrator, actor.officer, [Role.COUNTER], is_active=False)
    messages = set()
    for login, password in (("nobody", PASSWORD), ("mado", PASSWORD), ("kanri", "wrong-password")):
        with sessions.begin() as session:
            with pytest.raises(SignInRefused) as caught:
                accounts.sign_in(session, login, password)
            messages.add(caught.value.message)
    assert len(messages) == 1
    assert _causes(sessions) == ["unknown", "closed", "password"]


def test_an_unknown_login_costs_the_same_work(light_passwords: PasswordHasher) -> None:
    # The hash verified for nobody has today's parameters, so that it takes as long as an officer's.
    assert not light_passwords.check_needs_rehash(passwords.NOBODYS)
    assert not passwords.matches(None, "anything")


def test_who_may_manage_officers(sessions: Sessions) -> None:
    administrator = officer(sessions, "kanri", Role.ADMINISTRATOR)
    counter = officer(sessions, "mado", Role.COUNTER)
    with sessions.begin() as session:
        for act in (
            lambda: accounts.add_officer(session, counter, "new", "新", [Role.COUNTER], PASSWORD),
            lambda: accounts.change_officer(session, counter, administrator.officer, [Role.COUNTER]),
            lambda: accounts.set_password(session, counter, administrator.officer, "another-password"),
            lambda: accounts.list_officers(session, counter),
            lambda: accounts.change_officer(session, administrator, administrator.officer, [Role.COUNTER]),
        ):
            with pytest.raises(NotPermitted):
                act()
        accounts.set_password(session, counter, counter.officer, "another-password")
        assert [one.login for one in accounts.list_officers(session, administrator)] == ["kanri", "mado"]
        with pytest.raises(NotFound):
            accounts.change_officer(session, administrator, "none", [Role.COUNTER])
    assert _try(sessions, "mado", "another-password")


@pytest.mark.parametrize(
    ("login", "name", "roles", "password"),
    [
        ("mado", "窓口", [Role.COUNTER], PASSWORD),
        ("Mado", "窓口", [Role.COUNTER], PASSWORD),
        ("m", "窓口", [Role.COUNTER], PASSWORD),
        ("new", " ", [Role.COUNTER], PASSWORD),
        ("new", "新", [], PASSWORD),
        ("new", "新", [Role.ROBOT], PASSWORD),
        ("new", "新", [Role.COUNTER, Role.ADMINISTRATOR], PASSWORD),
        ("new", "新", [Role.APPROVER, Role.AUDITOR], PASSWORD),
        ("new", "新", [Role.COUNTER], "short"),
        ("new", "新", [Role.COUNTER], "x" * 129),
    ],
)
def test_accounts_that_cannot_be(
    sessions: Sessions, login: str, name: str, roles: list[Role], password: str
) -> None:
    officer(sessions, "mado", Role.COUNTER)
    with sessions() as session, pytest.raises(AccountRefused):
        accounts.add_officer(session, Actor.console(), login, name, roles, password)


def test_a_new_password_ends_the_sample(sessions: Sessions) -> None:
    with sessions.begin() as session:
        row = accounts.add_officer(
            session, Actor.console(), "mado", "窓口", [Role.COUNTER], PASSWORD, is_sample=True
        )
        assert row.is_sample
        accounts.set_password(session, Actor.of(row), row.id, "another-password")
        assert not row.is_sample
