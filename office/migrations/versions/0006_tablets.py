"""Tables of tablets and what they sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to the new schema. There is no way back but a backup."""
    op.create_table(
        "tablet",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("officer_id", sa.String(length=26), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unsent", sa.Integer(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_tablet_officer_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tablet")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_tablet_token_sha256")),
    )
    op.create_table(
        "arrival",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("tablet_id", sa.String(length=26), nullable=False),
        sa.Column("client_id", sa.String(length=36), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "state",
            sa.Enum("filed", "open", "held", name="arrivalstate", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=26), nullable=True),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("clock_ms", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["counter_case.id"], name=op.f("fk_arrival_case_id_counter_case")),
        sa.ForeignKeyConstraint(["tablet_id"], ["tablet.id"], name=op.f("fk_arrival_tablet_id_tablet")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrival")),
        sa.UniqueConstraint("tablet_id", "client_id", "sha256", name=op.f("uq_arrival_tablet_id_client_id_sha256")),
    )
    op.create_index(op.f("ix_arrival_state"), "arrival", ["state"], unique=False)
    op.create_index(op.f("ix_arrival_case_id"), "arrival", ["case_id"], unique=False)
    op.create_index(op.f("ix_arrival_received_at"), "arrival", ["received_at"], unique=False)
