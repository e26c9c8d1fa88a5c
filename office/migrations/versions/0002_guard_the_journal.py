"""The database itself refuses to change or delete what stands in the journal (trust.md §3)."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = {"audit_entry": "seq = NEW.seq", "audit_node": 'level = NEW.level AND "index" = NEW."index"',
          "audit_checkpoint": "id = NEW.id"}

REFUSE = """
CREATE FUNCTION refuse_journal_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the journal is insert-only: % on %', TG_OP, TG_TABLE_NAME;
END $$
"""


def upgrade() -> None:
    """Go to the new schema. There is no way back but a backup."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(REFUSE)
        for table in TABLES:
            op.execute(
                f"CREATE TRIGGER {table}_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_journal_change()"
            )
        return
    for table, same_row in TABLES.items():
        refuse = f"BEGIN SELECT RAISE(ABORT, 'the journal is insert-only: {table}'); END"
        for act in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} {refuse}")
        # REPLACE deletes without firing a delete trigger.
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same_row}) {refuse}"
        )
