"""Tables of the resident's face and of scans of paper signed by hand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to the new schema. There is no way back but a backup."""
    op.create_table(
        "case_face",
        sa.Column("case_id", sa.String(length=26), nullable=False),
        sa.Column("text_size", sa.String(length=10), nullable=False),
        sa.Column("high_contrast", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("asks", sa.JSON(), nullable=False),
        sa.Column("asks_all", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("known", sa.JSON(), nullable=False),
        sa.Column("help_wanted", sa.JSON(), nullable=False),
        sa.Column("wrong", sa.JSON(), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["counter_case.id"], name=op.f("fk_case_face_case_id_counter_case")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_face")),
    )
    op.create_table(
        "signed_scan",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("application_id", sa.String(length=26), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("officer_id", sa.String(length=26), nullable=False),
        sa.Column("attached_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_signed_scan_application_id_application")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_signed_scan_officer_id_officer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_scan")),
    )
    op.create_index(op.f("ix_signed_scan_application_id"), "signed_scan", ["application_id"], unique=False)
