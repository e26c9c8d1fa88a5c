"""The guards of the journal: the triggers by which the database itself refuses changes (trust.md §3).

Whoever administers the database can take them away. So verification looks whether each stands, is
switched on and does what the migration made it do.
"""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

TABLES = ("audit_entry", "audit_node", "audit_checkpoint")
# What no trigger of ours is without: the word that makes the database refuse.
_SQLITE = {"no_update": "BEFORE UPDATE ON", "no_delete": "BEFORE DELETE ON", "no_replace": "BEFORE INSERT ON"}
_REFUSAL = "BEGIN SELECT RAISE(ABORT,"
# pg_trigger.tgtype: a statement's trigger (no 1), before (2), on delete (8), update (16), truncate (32).
_POSTGRESQL_TYPE = 2 + 8 + 16 + 32
_RAISES = "RAISE EXCEPTION"
_POSTGRESQL = sa.text(
    """
    SELECT t.tgname, t.tgenabled IN ('O', 'A') AND t.tgqual IS NULL
           AND t.tgtype = :type AND p.prosrc LIKE :raises
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE c.relname = :table AND c.relnamespace = current_schema()::regnamespace AND NOT t.tgisinternal
    """
)


def missing(session: Session) -> tuple[str, ...]:
    """The tables that are not guarded as they were made, in the order of `TABLES`."""
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    guarded = _guarded_in_sqlite if on_sqlite else _guarded_in_postgresql
    return tuple(table for table in TABLES if not guarded(session, table))


def _guarded_in_sqlite(session: Session, table: str) -> bool:
    query = sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    found: Mapping[str, str] = dict(session.execute(query, {"table": table}).tuples().all())
    return all(
        f"{act} {table} " in (made := found.get(f"{table}_{name}", ""))
        and _REFUSAL in made
        and ("WHEN" in made) is (name == "no_replace")
        for name, act in _SQLITE.items()
    )


def _guarded_in_postgresql(session: Session, table: str) -> bool:
    values = {"table": table, "type": _POSTGRESQL_TYPE, "raises": f"%{_RAISES}%"}
    found: Mapping[str, bool] = dict(session.execute(_POSTGRESQL, values).tuples().all())
    return found.get(f"{table}_insert_only", False)
