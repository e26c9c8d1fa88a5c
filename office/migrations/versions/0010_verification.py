"""Tables of who verified what was read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to the new schema. There is no way back but a backup."""
    op.create_table(
        "paper_verification",
        sa.Column("page_id", sa.String(length=26), nullable=False),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["page_id"], ["paper_page.id"], name=op.f("fk_paper_verification_page_id_paper_page")
        ),
        sa.PrimaryKeyConstraint("page_id", name=op.f("pk_paper_verification")),
    )
    op.create_table(
        "paper_doubt",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("page_id", sa.String(length=26), nullable=False),
        sa.Column("field", sa.String(length=120), nullable=False),
        sa.Column("field_kind", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("cause", _one_of("doubtcause", "ask", "enter", "double", "fault"), nullable=False),
        sa.Column(
            "state", _one_of("doubtstate", "open", "differs", "unreadable", "decided"), nullable=False
        ),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("by_machine", sa.Boolean(), nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("put_off", sa.Integer(), nullable=False),
        sa.Column("lease_officer_id", sa.String(length=26), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["lease_officer_id"], ["officer.id"], name=op.f("fk_paper_doubt_lease_officer_id_officer")
        ),
        sa.ForeignKeyConstraint(
            ["page_id"], ["paper_page.id"], name=op.f("fk_paper_doubt_page_id_paper_page")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_doubt")),
        sa.UniqueConstraint("page_id", "field", name=op.f("uq_paper_doubt_page_id_field")),
    )
    op.create_index(op.f("ix_paper_doubt_state"), "paper_doubt", ["state"], unique=False)
    op.create_table(
        "paper_decision",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("doubt_id", sa.String(length=26), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column(
            "kind", _one_of("decisionkind", "as-read", "candidate", "typed", "unreadable"), nullable=False
        ),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("right", sa.Boolean(), nullable=True),
        sa.Column("officer_id", sa.String(length=26), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by_id", sa.String(length=26), nullable=True),
        sa.Column("value_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["doubt_id"], ["paper_doubt.id"], name=op.f("fk_paper_decision_doubt_id_paper_doubt")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_paper_decision_officer_id_officer")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"], ["officer.id"], name=op.f("fk_paper_decision_withdrawn_by_id_officer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_decision")),
    )
    op.create_index(op.f("ix_paper_decision_doubt_id"), "paper_decision", ["doubt_id"], unique=False)
    op.create_index(op.f("ix_paper_decision_officer_id"), "paper_decision", ["officer_id"], unique=False)


def _one_of(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=20)
