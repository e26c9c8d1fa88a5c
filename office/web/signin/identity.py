"""The signed-in officer as Flask-Login sees them."""

from __future__ import annotations

from flask_login import UserMixin
from sqlalchemy.orm import Session

from office.accounts.actor import Actor
from office.accounts.models import Officer
from office.database import reading
from office.web import world


class SignedIn(UserMixin):  # type: ignore[misc]
    """An officer of this session: their name, and the actor they act as."""

    def __init__(self, officer: Officer) -> None:
        self.id = officer.id
        self.name = officer.name
        self.actor = Actor.of(officer)


def load_officer(officer_id: str) -> SignedIn | None:
    """The officer of a session; None once the account is closed."""
    with Session(reading(world.platform().engine)) as session:
        officer = session.get(Officer, officer_id)
        return SignedIn(officer) if officer is not None and officer.is_active else None
