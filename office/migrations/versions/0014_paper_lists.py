"""Tables of lists on paper that are read by a robot and go on into ledgers and payments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to the new schema. There is no way back but a backup."""
    op.create_table(
        "paper_list_posting",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("table_id", sa.String(length=26), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "ledger", "payments", name="postingkind", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("target", sa.String(length=60), nullable=False),
        sa.Column("live", sa.String(length=120), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "approved",
                "done",
                "withdrawn",
                name="postingstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("asked_by", sa.String(length=26), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=26), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trial_id", sa.String(length=120), nullable=True),
        sa.Column("run_id", sa.String(length=120), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["officer.id"], name=op.f("fk_paper_list_posting_asked_by_officer")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["officer.id"], name=op.f("fk_paper_list_posting_decided_by_officer")
        ),
        sa.ForeignKeyConstraint(
            ["table_id"], ["paper_table.id"], name=op.f("fk_paper_list_posting_table_id_paper_table")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_list_posting")),
        sa.UniqueConstraint("live", name=op.f("uq_paper_list_posting_live")),
    )
    op.create_index(op.f("ix_paper_list_posting_state"), "paper_list_posting", ["state"], unique=False)
    op.create_index(op.f("ix_paper_list_posting_table_id"), "paper_list_posting", ["table_id"], unique=False)
    op.create_table(
        "paper_list_reading",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("batch_id", sa.String(length=26), nullable=True),
        sa.Column("officer_id", sa.String(length=26), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "reading", "done", name="liststate", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["paper_batch.id"], name=op.f("fk_paper_list_reading_batch_id_paper_batch")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_paper_list_reading_officer_id_officer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_list_reading")),
    )
    op.create_index(op.f("ix_paper_list_reading_made_at"), "paper_list_reading", ["made_at"], unique=False)
    op.create_index(op.f("ix_paper_list_reading_state"), "paper_list_reading", ["state"], unique=False)
    op.create_table(
        "paper_list_file",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("reading_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content_id", sa.String(length=26), nullable=False),
        sa.Column("wanted", sa.JSON(), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reading_id"],
            ["paper_list_reading.id"],
            name=op.f("fk_paper_list_file_reading_id_paper_list_reading"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_list_file")),
        sa.UniqueConstraint("reading_id", "number", name=op.f("uq_paper_list_file_reading_id_number")),
    )
    op.create_table(
        "paper_list_payment",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("posting_id", sa.String(length=26), nullable=False),
        sa.Column("page_sha256", sa.String(length=64), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("payee_sealed", sa.LargeBinary(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "sent",
                name="listedpaymentstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("run_id", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(
            ["posting_id"],
            ["paper_list_posting.id"],
            name=op.f("fk_paper_list_payment_posting_id_paper_list_posting"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_list_payment")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_paper_list_payment_fingerprint")),
        sa.UniqueConstraint("page_sha256", "line", name=op.f("uq_paper_list_payment_page_sha256_line")),
    )
    op.create_index(op.f("ix_paper_list_payment_due_on"), "paper_list_payment", ["due_on"], unique=False)
    op.create_index(
        op.f("ix_paper_list_payment_posting_id"), "paper_list_payment", ["posting_id"], unique=False
    )
    op.create_table(
        "paper_list_page",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("file_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "read",
                "unreadable",
                "known",
                name="listoutcome",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("problem", sa.String(length=255), nullable=False),
        sa.Column("table_id", sa.String(length=26), nullable=True),
        sa.Column("found_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("image_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["paper_list_file.id"], name=op.f("fk_paper_list_page_file_id_paper_list_file")
        ),
        sa.ForeignKeyConstraint(
            ["table_id"], ["paper_table.id"], name=op.f("fk_paper_list_page_table_id_paper_table")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_list_page")),
        sa.UniqueConstraint("file_id", "number", name=op.f("uq_paper_list_page_file_id_number")),
    )
    op.create_index(op.f("ix_paper_list_page_sha256"), "paper_list_page", ["sha256"], unique=False)
