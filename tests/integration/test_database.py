"""The database's own promises: durable settings, instants, identifiers, locked rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session, sessionmaker

from office import clock
from office.accounts.models import Officer
from office.accounts.roles import Role
from office.database import hold, make_engine, new_id, reading
from tests.support.ground import migrated, officer


@pytest.fixture
def sessions(database_url: str) -> Iterator[sessionmaker[Session]]:
    with migrated(database_url) as sessions:
        yield sessions


def test_instants_come_back_aware_and_naive_ones_are_refused(sessions: sessionmaker[Session]) -> None:
    actor = officer(sessions, "mado", Role.COUNTER)
    japan = datetime(2026, 4, 1, 9, 0, 0, 123456, timezone(timedelta(hours=9)))
    with sessions.begin() as session:
        session.get_one(Officer, actor.officer).locked_until = japan
    with sessions() as session:
        found = session.get_one(Officer, actor.officer).locked_until
    assert found == japan
    assert found is not None
    assert found.tzinfo is UTC
    with pytest.raises(StatementError, match="time zone"), sessions.begin() as session:
        session.get_one(Officer, actor.officer).locked_until = japan.replace(tzinfo=None)


def test_holding_a_row_keeps_what_was_changed(sessions: sessionmaker[Session]) -> None:
    actor = officer(sessions, "mado", Role.COUNTER)
    with sessions.begin() as session:
        row = session.get_one(Officer, actor.officer)
        row.name = "改名"
        hold(session, row)
        assert row.name == "改名"


def test_a_word_outside_its_list_is_refused(sessions: sessionmaker[Session]) -> None:
    statement = sa.text(
        "INSERT INTO run (id, robot, dry_run, state, parameters, requested_by, attempt, adoptions,"
        " queued_at, message, counts)"
        " VALUES ('1', 'x', :no, 'sleeping', '{}', 'x', 1, 0, '2026-04-01', '', '{}')"
    )
    with pytest.raises(sa.exc.IntegrityError), sessions.begin() as session:
        session.execute(statement, {"no": False})


def test_sqlite_is_durable_and_writers_wait_at_their_beginning(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'one.db'}")
    with engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete")
        }
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 30_000,
        "secure_delete": 1,
    }
    with engine.begin() as writer:
        writer.exec_driver_sql("CREATE TABLE t (n INTEGER)")
        with reading(engine).connect() as reader:
            assert reader.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar() == 0
            reader.exec_driver_sql("PRAGMA busy_timeout=1")
    engine.dispose()


def test_identifiers_are_unique_and_in_the_order_of_making() -> None:
    with time_machine.travel("2026-04-01T00:00:00Z", tick=False) as traveller:
        made = []
        for _ in range(50):
            made.append(new_id())
            traveller.shift(0.001)
    assert sorted(made) == made
    assert len(set(made)) == 50
    assert {len(one) for one in made} == {26}


def test_the_day_is_japans() -> None:
    with time_machine.travel("2026-03-31T15:00:00Z", tick=False):
        assert clock.today().isoformat() == "2026-04-01"
        assert clock.now() == datetime(2026, 3, 31, 15, tzinfo=UTC)
    with time_machine.travel("2026-03-31T14:59:59Z", tick=False):
        assert clock.today().isoformat() == "2026-03-31"
