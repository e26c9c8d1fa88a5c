"""Names of the staff, for pages that show who did something."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from office.accounts.models import Officer


def officer_names(session: Session) -> Mapping[str, str]:
    """Every officer's name by their id, closed accounts included."""
    return dict(session.execute(select(Officer.id, Officer.name)).tuples().all())
