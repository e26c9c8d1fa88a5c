"""Finding applications, and what a robot or a command may take out of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from office.accounts.actor import Actor, require
from office.accounts.models import Officer
from office.accounts.roles import Act
from office.audit import events, journal
from office.errors import NotFound
from office.records.models.applications import Application, ApplicationState

# Drafts are a counter's work in progress, not yet applications to anybody else.
_HIDDEN = (ApplicationState.DRAFT, ApplicationState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Search:
    """What to list: a piece of a name, kana or receipt number; a state; a procedure. Empty means all."""

    text: str = ""
    state: str = ""
    procedure: str = ""
    first: int = 0
    count: int = 100

    @property
    def any(self) -> bool:
        """Whether anything is searched for."""
        return bool(self.text or self.state or self.procedure)


def list_applications(session: Session, actor: Actor, search: Search) -> tuple[Sequence[Application], int]:
    """One page of the applications found, newest first, and how many there are."""
    require(actor, Act.SEE_APPLICATIONS)
    query = _matching(search)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    newest = query.order_by(Application.filed_at.desc(), Application.receipt_number.desc())
    found = session.scalars(newest.offset(search.first).limit(search.count)).all()
    return found, total


def find(session: Session, actor: Actor, receipt_number: str) -> Application:
    """The application of a receipt number; reading it stands in the journal. Raises `NotFound`."""
    require(actor, Act.SEE_APPLICATIONS)
    found = session.scalar(select(Application).where(Application.receipt_number == receipt_number))
    if found is None or found.state is ApplicationState.DRAFT:
        raise NotFound(f"受付番号「{receipt_number}」の申請はありません。番号を確かめてください。")
    journal.write(session, actor, events.APPLICATION_READ, f"application:{found.id}")
    return found


def filed(
    session: Session,
    actor: Actor,
    procedure: str,
    states: Collection[ApplicationState],
    *,
    since: date | None = None,
    until: date | None = None,
) -> Sequence[Application]:
    """The applications of a procedure in one of the states, filed from `since` to `until`, in order."""
    require(actor, Act.SEE_APPLICATIONS)
    query = select(Application).where(
        Application.procedure == procedure, Application.state.in_(states), Application.filed_on.is_not(None)
    )
    if since is not None:
        query = query.where(Application.filed_on >= since)
    if until is not None:
        query = query.where(Application.filed_on <= until)
    return session.scalars(query.order_by(Application.filed_on, Application.receipt_number)).all()


def received_by(session: Session, application: Application) -> str:
    """The name of the officer who took the application in."""
    officer = session.get(Officer, application.officer_id)
    return officer.name if officer else ""


def _matching(search: Search) -> Select[Application]:
    query = select(Application).where(Application.state.not_in(_HIDDEN))
    if search.text:
        piece = search.text.strip()
        columns = (
            Application.receipt_number,
            Application.applicant_name,
            Application.applicant_kana,
            Application.subject,
        )
        query = query.where(or_(*(column.contains(piece, autoescape=True) for column in columns)))
    if search.state:
        query = query.where(Application.state == search.state)
    if search.procedure:
        query = query.where(Application.procedure == search.procedure)
    return query
