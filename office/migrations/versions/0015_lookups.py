"""When the applicant of a draft from paper was looked up in the register."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to the new schema. There is no way back but a backup."""
    with op.batch_alter_table("paper_draft") as table:
        table.add_column(sa.Column("looked_up_at", sa.DateTime(timezone=True), nullable=True))
