"""Decisions (決裁) on applications: who may take which, from which state, and never on one's own case."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from office import clock
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import commitments, events, journal
from office.audit.events import Event
from office.database import hold
from office.errors import NotNow, NotPermitted, OfficeError
from office.records import handovers
from office.records.models.applications import Application, ApplicationState, Decision, DecisionAct
from office.records.models.cases import Case
from office.records.models.counter import ReturnNote
from office.records.models.routes import CirculationPaper
from office.records.routes import route_for

LONGEST_REASON = 2_000
_STATES = {
    ApplicationState.DRAFT: "作成中",
    ApplicationState.FILED: "受付",
    ApplicationState.ACCEPTED: "受理",
    ApplicationState.RETURNED: "差し戻し",
    ApplicationState.GRANTED: "承認",
    ApplicationState.REFUSED: "却下",
    ApplicationState.WITHDRAWN: "取り下げ",
}


class ReasonMissing(OfficeError):
    """A decision against the applicant needs its reason (行政手続法 第8条 for refusals: 要確認)."""

    code = "reason-missing"


def accept(session: Session, actor: Actor, application: Application, reason: str = "") -> Decision:
    """The back office finds the application formally right."""
    require(actor, Act.ACCEPT)
    _hold(session, application, ApplicationState.FILED)
    application.state = ApplicationState.ACCEPTED
    return _decide(session, actor, application, DecisionAct.ACCEPT, events.APPLICATION_ACCEPTED, reason)


def return_(
    session: Session, actor: Actor, application: Application, reason: str, boxes: Collection[str] = ()
) -> Decision:
    """Give the application back to be corrected, with the reason and the boxes (field names) to correct."""
    require(actor, Act.RETURN)
    need_reason(reason)
    _hold(session, application, ApplicationState.FILED, ApplicationState.ACCEPTED)
    if circulates(session, application):
        raise NotNow("この申請は決裁ルートを回っています。「決裁待ち」の画面から差し戻してください。")
    application.state = ApplicationState.RETURNED
    decision = _decide(session, actor, application, DecisionAct.RETURN, events.APPLICATION_RETURNED, reason)
    session.add(ReturnNote(decision_id=decision.id, boxes=list(boxes)))
    return decision


def grant(session: Session, actor: Actor, application: Application, reason: str = "") -> Decision:
    """The approver grants what was accepted; never an application they had a hand in."""
    require(actor, Act.DECIDE)
    _hold(session, application, ApplicationState.ACCEPTED)
    _refuse_own(session, actor, application)
    _refuse_routed(session, application)
    application.state = ApplicationState.GRANTED
    return _decide(session, actor, application, DecisionAct.GRANT, events.APPLICATION_GRANTED, reason)


def refuse(session: Session, actor: Actor, application: Application, reason: str) -> Decision:
    """The approver refuses what was accepted, with the reason; never an application they had a hand in."""
    require(actor, Act.DECIDE)
    need_reason(reason)
    _hold(session, application, ApplicationState.ACCEPTED)
    _refuse_own(session, actor, application)
    _refuse_routed(session, application)
    application.state = ApplicationState.REFUSED
    return _decide(session, actor, application, DecisionAct.REFUSE, events.APPLICATION_REFUSED, reason)


def settle(
    session: Session, actor: Actor, application: Application, *, granted: bool, reason: str = ""
) -> Decision:
    """The end of a decision route: the accepted application is granted or refused."""
    require(actor, Act.DECIDE)
    _hold(session, application, ApplicationState.ACCEPTED)
    application.state = ApplicationState.GRANTED if granted else ApplicationState.REFUSED
    act = DecisionAct.GRANT if granted else DecisionAct.REFUSE
    event = events.APPLICATION_GRANTED if granted else events.APPLICATION_REFUSED
    return _decide(session, actor, application, act, event, reason)


def _decide(
    session: Session, actor: Actor, application: Application, act: DecisionAct, event: Event, reason: str
) -> Decision:
    text = reason.strip()[:LONGEST_REASON]
    decision = Decision(act=act, reason=text, officer_id=actor.officer, decided_at=clock.now())
    application.decisions.append(decision)
    session.flush()
    journal.write(
        session,
        actor,
        event,
        f"application:{application.id}",
        receipt_number=application.receipt_number,
        # Reasons may speak of people, so the journal holds only a commitment to them.
        reason=commitments.commit(session, text) if text else None,
    )
    return decision


def _hold(session: Session, application: Application, *states: ApplicationState) -> None:
    """Lock the row and make sure of its state: of two decisions at once, the second is refused."""
    hold(session, application)
    if application.state not in states:
        raise NotNow(
            f"この申請は「{_STATES[application.state]}」なので、この操作はできません。"
            "画面を開き直して、いまの状態を確かめてください。"
        )


def involved(session: Session, application: Application) -> set[str | None]:
    """The officers who had a hand in an application: held the interview, took it in, accepted it."""
    case = session.get(Case, application.case_id) if application.case_id else None
    found = {application.officer_id, case.officer_id if case else None}
    found |= {one.officer_id for one in application.decisions if one.act is DecisionAct.ACCEPT}
    return found | (handovers.involved(session, case.id) if case else set())


def _refuse_own(session: Session, actor: Actor, application: Application) -> None:
    if actor.officer in involved(session, application):
        raise NotPermitted("自分が聞き取りや受理をした申請は決裁できません。ほかの決裁者に回してください。")


def _refuse_routed(session: Session, application: Application) -> None:
    """What a decision route decides is not decided in passing."""
    if route_for(session, application.procedure) is not None or circulates(session, application):
        raise NotNow("この申請は決裁ルートで決裁します。「決裁待ち」の画面から決裁してください。")


def circulates(session: Session, application: Application) -> bool:
    """Whether an application is in a circulation of a decision route."""
    inside = select(CirculationPaper.id).where(CirculationPaper.application_id == application.id)
    return session.scalar(inside) is not None


def need_reason(reason: str) -> None:
    """Raise `ReasonMissing` where there is none."""
    if not reason.strip():
        raise ReasonMissing("理由を入力してください。申請した方に伝える内容です。")
