"""The migrated schema is the declared one, on either database."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from office import clock
from office.database import make_engine, upgrade
from office.migrations.tables import METADATA


def test_migrated_schema_is_the_declared_one(empty_database_url: str) -> None:
    engine = make_engine(empty_database_url)
    upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
        tables = set(sa.inspect(connection).get_table_names())
    assert tables == set(METADATA.tables) | {"alembic_version"}
    engine.dispose()


def test_every_check_of_the_tables_is_migrated(empty_database_url: str) -> None:
    engine = make_engine(empty_database_url)
    upgrade(engine)
    inspector = sa.inspect(engine)
    for table in METADATA.tables.values():
        declared = {c.name for c in table.constraints if isinstance(c, sa.CheckConstraint)}
        assert {found["name"] for found in inspector.get_check_constraints(table.name)} == declared
    engine.dispose()


def test_many_processes_may_upgrade_at_once(empty_database_url: str) -> None:
    faults: list[BaseException] = []

    def start() -> None:
        engine = make_engine(empty_database_url)
        try:
            upgrade(engine)
        except BaseException as error:  # noqa: BLE001
            faults.append(error)
        engine.dispose()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def test_foreign_keys_are_held(empty_database_url: str) -> None:
    engine = make_engine(empty_database_url)
    upgrade(engine)
    document = METADATA.tables["document"]
    values = {"id": "1", "application_id": "none", "kind": "shown", "sha256": "", "length": 0}
    with pytest.raises(sa.exc.IntegrityError), engine.begin() as connection:
        connection.execute(document.insert().values(**values, content_sealed=b"", created_at=clock.now()))
    engine.dispose()
