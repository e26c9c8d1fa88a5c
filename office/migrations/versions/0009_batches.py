"""Tables of batches of scanned paper."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to the new schema. There is no way back but a backup."""
    op.create_table(
        "paper_piece",
        sa.Column("owner_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("owner_id", "number", name=op.f("pk_paper_piece")),
    )
    op.create_table(
        "paper_batch",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "upload", "folder", name="batchsource", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "reading",
                "paused",
                "cancelled",
                "done",
                name="batchstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("officer_id", sa.String(length=26), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_paper_batch_officer_id_officer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_batch")),
    )
    op.create_index(op.f("ix_paper_batch_made_at"), "paper_batch", ["made_at"], unique=False)
    op.create_index(op.f("ix_paper_batch_state"), "paper_batch", ["state"], unique=False)
    op.create_table(
        "paper_archive",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("batch_id", sa.String(length=26), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["paper_batch.id"], name=op.f("fk_paper_archive_batch_id_paper_batch")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_archive")),
        sa.UniqueConstraint("batch_id", "part", name=op.f("uq_paper_archive_batch_id_part")),
    )
    op.create_table(
        "paper_comparison",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("batch_id", sa.String(length=26), nullable=False),
        sa.Column("officer_id", sa.String(length=26), nullable=False),
        sa.Column("engines", sa.String(length=255), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["paper_batch.id"], name=op.f("fk_paper_comparison_batch_id_paper_batch")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_paper_comparison_officer_id_officer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_comparison")),
    )
    op.create_index(op.f("ix_paper_comparison_batch_id"), "paper_comparison", ["batch_id"], unique=False)
    op.create_table(
        "paper_file",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("batch_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["paper_batch.id"], name=op.f("fk_paper_file_batch_id_paper_batch")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_file")),
        sa.UniqueConstraint("batch_id", "number", name=op.f("uq_paper_file_batch_id_number")),
    )
    op.create_index(op.f("ix_paper_file_sha256"), "paper_file", ["sha256"], unique=False)
    op.create_table(
        "paper_draft",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("batch_id", sa.String(length=26), nullable=False),
        sa.Column("application_id", sa.String(length=26), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "to-confirm",
                "approved",
                "filed",
                "withdrawn",
                name="draftstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("lacks", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.String(length=26), nullable=True),
        sa.Column("candidates", sa.Integer(), nullable=False),
        sa.Column("approved_by", sa.String(length=26), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_paper_draft_application_id_application")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["officer.id"], name=op.f("fk_paper_draft_approved_by_officer")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["paper_batch.id"], name=op.f("fk_paper_draft_batch_id_paper_batch")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_draft")),
        sa.UniqueConstraint("application_id", name=op.f("uq_paper_draft_application_id")),
    )
    op.create_index(op.f("ix_paper_draft_batch_id"), "paper_draft", ["batch_id"], unique=False)
    op.create_index(op.f("ix_paper_draft_state"), "paper_draft", ["state"], unique=False)
    op.create_table(
        "paper_batch_page",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("batch_id", sa.String(length=26), nullable=False),
        sa.Column("file_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.String(length=26), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "read",
                "unreadable",
                "known",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("sheet", sa.Integer(), nullable=True),
        sa.Column("blank", sa.Boolean(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("engines", sa.String(length=255), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.Column("as_form", sa.String(length=60), nullable=True),
        sa.Column("as_version", sa.Integer(), nullable=True),
        sa.Column("as_sheet", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["paper_batch.id"], name=op.f("fk_paper_batch_page_batch_id_paper_batch")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["paper_file.id"], name=op.f("fk_paper_batch_page_file_id_paper_file")
        ),
        sa.ForeignKeyConstraint(
            ["page_id"], ["paper_page.id"], name=op.f("fk_paper_batch_page_page_id_paper_page")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_batch_page")),
        sa.UniqueConstraint("file_id", "number", name=op.f("uq_paper_batch_page_file_id_number")),
    )
    op.create_index(op.f("ix_paper_batch_page_batch_id"), "paper_batch_page", ["batch_id"], unique=False)
    op.create_index(op.f("ix_paper_batch_page_page_id"), "paper_batch_page", ["page_id"], unique=False)
    op.create_table(
        "paper_draft_page",
        sa.Column("page_id", sa.String(length=26), nullable=False),
        sa.Column("draft_id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["paper_draft.id"], name=op.f("fk_paper_draft_page_draft_id_paper_draft")
        ),
        sa.ForeignKeyConstraint(
            ["page_id"], ["paper_page.id"], name=op.f("fk_paper_draft_page_page_id_paper_page")
        ),
        sa.PrimaryKeyConstraint("page_id", name=op.f("pk_paper_draft_page")),
    )
    op.create_index(op.f("ix_paper_draft_page_draft_id"), "paper_draft_page", ["draft_id"], unique=False)
    op.create_table(
        "paper_compared_page",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("comparison_id", sa.String(length=26), nullable=False),
        sa.Column("batch_page_id", sa.String(length=26), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("differences_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_page_id"],
            ["paper_batch_page.id"],
            name=op.f("fk_paper_compared_page_batch_page_id_paper_batch_page"),
        ),
        sa.ForeignKeyConstraint(
            ["comparison_id"],
            ["paper_comparison.id"],
            name=op.f("fk_paper_compared_page_comparison_id_paper_comparison"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_compared_page")),
        sa.UniqueConstraint(
            "comparison_id", "batch_page_id", name=op.f("uq_paper_compared_page_comparison_id_batch_page_id")
        ),
    )
