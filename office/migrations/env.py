"""Runs the steps on the connection that `office.database.upgrade` (or a comparison) hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import DateTime, MetaData

from office.database import NAMING, UtcDateTime


def _render(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Steps must not depend on our types, which may change."""
    if kind == "type" and isinstance(item, UtcDateTime | DateTime):
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes.get("metadata") or MetaData(naming_convention=NAMING),
    render_item=_render,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
