"""A database brought up to date, and officers to act in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

from office.accounts.actor import Actor
from office.accounts.operations import add_officer
from office.accounts.roles import Role
from office.database import make_engine, make_sessions, upgrade
from office.platform import Platform, open_platform
from office.settings import Settings
from tests.support.keys import key_folder

PASSWORD = "correct-horse"


@contextmanager
def migrated(database_url: str) -> Iterator[sessionmaker[Session]]:
    """The sessions of an empty database with all tables."""
    engine = make_engine(database_url)
    upgrade(engine)
    try:
        yield make_sessions(engine)
    finally:
        engine.dispose()


def officer(sessions: sessionmaker[Session], login: str, *roles: Role) -> Actor:
    """Add an officer with the password `PASSWORD`; they as an actor."""
    with sessions.begin() as session:
        row = add_officer(session, Actor.console(), login, f"職員 {login}", roles, PASSWORD)
        return Actor.of(row)


def opened(data: Path, database_url: str = "") -> Platform:
    """An opened platform with the test process's seal keys (making RSA keys takes seconds)."""
    shutil.copytree(key_folder(), data / "keys")
    return open_platform(Settings(data=data, database_url=database_url))
