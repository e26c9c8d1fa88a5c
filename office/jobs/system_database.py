"""Where the executor library keeps its own rows: beside the application's database, never inside its tables.

SQLite: a file of its own beside the application's, WAL and `synchronous=FULL`. PostgreSQL: a schema of
its own in the same database. It holds identifiers and counts only and can be thrown away: what is
queued or half done stands in our own tables and is handed over again.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Engine

from office.database import BUSY_MILLISECONDS

SCHEMA = "kakazu_jobs"


def system_url(application: URL) -> URL:
    """The URL of the executor's database for that of the application."""
    if application.get_backend_name() != "sqlite":
        return application
    file = Path(application.database or "")
    return application.set(database=str(file.with_name(f"{file.stem}-jobs.db")))


def system_engine(url: URL) -> Engine | None:
    """The engine to hand over on SQLite; None on PostgreSQL, where the library makes its own."""
    if url.get_backend_name() != "sqlite":
        return None
    engine = sa.create_engine(url, connect_args={"timeout": BUSY_MILLISECONDS / 1000})
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    # The library writes BEGIN IMMEDIATE itself in places; the driver's own level does it in the others.
    connection.isolation_level = "IMMEDIATE"
    for pragma in (
        f"busy_timeout={BUSY_MILLISECONDS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")
