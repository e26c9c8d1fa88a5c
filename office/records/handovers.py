"""Passing a case to another desk or officer, who goes on with it on a tablet of their own."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from office import clock
from office.accounts.actor import Actor, require
from office.accounts.models import Officer
from office.accounts.roles import Act, Role, permits
from office.audit import events, journal
from office.database import hold
from office.errors import NotFound, NotNow
from office.records.models.cases import Case, CaseState
from office.records.models.counter import Handover
from office.secrets import Vault

LONGEST_NOTE = 500
LONGEST_DESK = 60
_GOING_ON = (CaseState.OPEN, CaseState.SHOWN)


def hand_on(
    session: Session, actor: Actor, vault: Vault, case: Case, *, note: str, desk: str = "", to: str = ""
) -> Handover:
    """Put the case on the list of those waiting: for a desk (free text), or an officer (`to`, their id)."""
    require(actor, Act.HOLD_INTERVIEW)
    hold(session, case)
    if case.state not in _GOING_ON:
        raise NotNow("この聞き取りは終わっているので、引き継げません。")
    if waiting_for(session, case) is not None:
        raise NotNow("この聞き取りは、もう引き継ぎ待ちです。")
    if not note.strip():
        raise NotNow("引き継ぐ内容を入力してください。次の人が最初に読みます。")
    if to and to not in {one.id for one in colleagues(session, actor)}:
        raise NotNow("この職員には引き継げません。一覧から選び直してください。")
    row = Handover(
        case_id=case.id,
        desk=desk.strip()[:LONGEST_DESK],
        from_officer_id=actor.officer,
        to_officer_id=to or None,
        handed_at=clock.now(),
    )
    row.write_note(vault, note.strip()[:LONGEST_NOTE])
    session.add(row)
    session.flush()
    journal.write(session, actor, events.CASE_HANDED_ON, f"counter_case:{case.id}", handover=row.id)
    return row


def take_up(session: Session, actor: Actor, handover_id: str) -> Case:
    """Go on with a waiting case; of two who take it, the second is told."""
    require(actor, Act.HOLD_INTERVIEW)
    row = session.get(Handover, handover_id)
    if row is None:
        raise NotFound("この引き継ぎは見つかりません。窓口の一覧から選び直してください。")
    hold(session, row)
    if row.taken_at is not None:
        raise NotNow("この聞き取りは、もうほかの職員が引き継ぎました。窓口の一覧を開き直してください。")
    if row.to_officer_id not in (None, actor.officer):
        raise NotNow("この聞き取りは、ほかの職員あてです。あて先の職員に確かめてください。")
    case = session.get_one(Case, row.case_id)
    row.taken_at, row.taken_by_id, case.officer_id = clock.now(), actor.officer, actor.officer
    journal.write(session, actor, events.CASE_TAKEN_UP, f"counter_case:{case.id}", handover=row.id)
    return case


def waiting(session: Session, actor: Actor) -> Sequence[Handover]:
    """What waits for this officer or for anybody, the longest waiting first."""
    require(actor, Act.HOLD_INTERVIEW)
    query = select(Handover).join(Case, Case.id == Handover.case_id)
    theirs = or_(Handover.to_officer_id.is_(None), Handover.to_officer_id == actor.officer)
    query = query.where(Handover.taken_at.is_(None), theirs, Case.state.in_(_GOING_ON))
    return session.scalars(query.order_by(Handover.handed_at)).all()


def waiting_for(session: Session, case: Case) -> Handover | None:
    """The hand-over of a case that nobody has taken up yet."""
    query = select(Handover).where(Handover.case_id == case.id, Handover.taken_at.is_(None))
    return session.scalar(query)


def history(session: Session, case_id: str) -> Sequence[Handover]:
    """Every hand-over of a case, the first one first."""
    query = select(Handover).where(Handover.case_id == case_id).order_by(Handover.handed_at)
    return session.scalars(query).all()


def involved(session: Session, case_id: str) -> set[str]:
    """The officers who had a case in their hands before it was passed on."""
    return {one.from_officer_id for one in history(session, case_id)}


def colleagues(session: Session, actor: Actor) -> Sequence[Officer]:
    """The other officers who may hold interviews."""
    everybody = session.scalars(select(Officer).where(Officer.is_active).order_by(Officer.name))
    return [
        one
        for one in everybody
        if one.id != actor.officer and permits([Role(role) for role in one.roles], Act.HOLD_INTERVIEW)
    ]
