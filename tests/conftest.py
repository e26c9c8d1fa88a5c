"""Fixtures every test may use."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from argon2 import PasswordHasher

from office.accounts import passwords
from office.cli import NEW_OBJECTS
from tests.support.ground import ready_database, ready_file
from tests.support.postgres import drop_database, new_database, private_cluster

gc.set_threshold(*NEW_OBJECTS)
# Machines are shared and noisy: how long an example takes says nothing about whether it is right.
hypothesis.settings.register_profile("suite", deadline=None, print_blob=True)
hypothesis.settings.load_profile("suite")

# Few tests and long ones: begun last, they would keep one worker busy while others stand idle.
LONG = ("tests/browser/test_offline_cases", "tests/browser", "tests/integration", "tests/property")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests first (with `--no-loadscope-reorder`, which keeps this order among workers)."""
    items.sort(key=lambda item: [not item.nodeid.startswith(start) for start in LONG])


@pytest.fixture(scope="session", autouse=True)
def light_passwords() -> Iterator[PasswordHasher]:
    """Hashing made cheap, as every test has officers of its own; gives the hasher the product uses."""
    with pytest.MonkeyPatch.context() as patch:
        real = passwords._HASHER
        patch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield real


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The base URL of a PostgreSQL cluster of this test process."""
    with private_cluster() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with all tables and nothing in them, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield ready_file(tmp_path / "kakazu.db")
        return
    url = ready_database(request.getfixturevalue("postgres"))
    yield url
    drop_database(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'kakazu.db'}"
        return
    url = new_database(request.getfixturevalue("postgres"))
    yield url
    drop_database(url)
