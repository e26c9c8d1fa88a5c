"""Tables of definitions as they were used."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to the new schema. There is no way back but a backup."""
    op.create_table(
        "definition_set",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("release", sa.String(length=40), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_definition_set")),
    )
    op.add_column("application", sa.Column("definitions", sa.String(length=64), nullable=True))
    op.add_column("application", sa.Column("rendering_sealed", sa.LargeBinary(), nullable=True))
