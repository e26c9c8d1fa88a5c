"""A database brought up to date, and officers to act in it.

The migrations run once a test process; every database with tables is a copy of the one they made.
"""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
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
from tests.support.postgres import new_database, template_database

PASSWORD = "correct-horse"


def ready_file(path: Path) -> str:
    """A new SQLite database with all tables at `path`: its URL."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_migrated_file(), path)
    return f"sqlite:///{path}"


def ready_database(postgres: str) -> str:
    """A new database with all tables in a PostgreSQL cluster: its URL."""
    return new_database(postgres, template_database(postgres, "kakazu_ready", _upgrade))


@functools.cache
def _migrated_file() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="kakazu-tables-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _upgrade(f"sqlite:///{folder / 'kakazu.db'}")
    return folder / "kakazu.db"


def _upgrade(url: str) -> None:
    engine = make_engine(url)
    upgrade(engine)
    engine.dispose()


@contextmanager
def migrated(database_url: str) -> Iterator[sessionmaker[Session]]:
    """The sessions of a database with all tables and nothing in them."""
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
    if not database_url:
        ready_file(data / "kakazu.db")
    return open_platform(Settings(data=data, database_url=database_url))
