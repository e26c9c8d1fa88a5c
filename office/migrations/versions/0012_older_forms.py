"""Tables of older forms declared by a blank scan."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to the new schema. There is no way back but a backup."""
    op.create_table(
        "paper_form",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("procedure", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("paper", sa.String(length=20), nullable=False),
        sa.Column("blank_sha256", sa.String(length=64), nullable=False),
        sa.Column("blank_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("zones", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "drafting", "in-use", "retired",
                name="olderformstate", native_enum=False, create_constraint=True, length=20,
            ),
            nullable=False,
        ),
        sa.Column("declared_by_id", sa.String(length=26), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["declared_by_id"], ["officer.id"], name=op.f("fk_paper_form_declared_by_id_officer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_form")),
    )  # fmt: skip
    op.create_index(op.f("ix_paper_form_blank_sha256"), "paper_form", ["blank_sha256"], unique=False)
    op.create_index(op.f("ix_paper_form_state"), "paper_form", ["state"], unique=False)
