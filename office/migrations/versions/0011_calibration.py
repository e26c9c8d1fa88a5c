"""Tables of how sure readings were and whether they were right."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to the new schema. There is no way back but a backup."""
    op.create_table(
        "reading_promise",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("per_10k", sa.Integer(), nullable=False),
        sa.Column("thresholds", sa.JSON(), nullable=False),
        sa.Column("drawn", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.String(length=26), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_reading_promise_officer_id_officer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_promise")),
    )
    op.create_index(op.f("ix_reading_promise_set_at"), "reading_promise", ["set_at"])
    op.create_table(
        "verified_field",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("field_kind", sa.String(length=20), nullable=False),
        sa.Column(
            "look",
            sa.Enum(
                "asked", "drawn", "beside", name="look", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("promised", sa.Double(), nullable=False),
        sa.Column("right", sa.Boolean(), nullable=False),
        sa.Column("engines", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verified_field")),
    )
    op.create_index(op.f("ix_verified_field_day"), "verified_field", ["day"])
