"""Tables of paper ledgers and payment lists."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to the new schema. There is no way back but a backup."""
    op.create_table(
        "paper_table",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("rows_sealed", sa.LargeBinary(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "checking", "taken", "discarded",
                name="tablestate", native_enum=False, create_constraint=True, length=20,
            ),
            nullable=False,
        ),
        sa.Column("read_by_id", sa.String(length=26), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["read_by_id"], ["officer.id"], name=op.f("fk_paper_table_read_by_id_officer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_table")),
    )  # fmt: skip
    op.create_index(op.f("ix_paper_table_state"), "paper_table", ["state"], unique=False)
    op.create_table(
        "paper_table_page",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("table_id", sa.String(length=26), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("image_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["table_id"], ["paper_table.id"], name=op.f("fk_paper_table_page_table_id_paper_table")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_table_page")),
    )  # fmt: skip
    op.create_index(op.f("ix_paper_table_page_sha256"), "paper_table_page", ["sha256"], unique=False)
    op.create_index(op.f("ix_paper_table_page_table_id"), "paper_table_page", ["table_id"], unique=False)
