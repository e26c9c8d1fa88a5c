"""Applications going round on a decision route: start, approve, return, refuse, pull back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from office import clock
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import commitments, events, journal
from office.audit.events import Event
from office.database import hold
from office.errors import NotNow, NotPermitted
from office.records import decisions
from office.records.models.applications import Application, ApplicationState
from office.records.models.routes import (
    Circulation,
    CirculationAct,
    CirculationPaper,
    CirculationState,
    DecisionRoute,
    RouteAct,
)
from office.records.route_rules import finished, steps_for
from office.records.routes import approved_places, my_places, place_of, steps_of

_WITH_MAKER = (CirculationState.RETURNED, CirculationState.PULLED_BACK)


@dataclass(frozen=True, slots=True)
class Seen:
    """Where the circulation stood on the page from which somebody decides."""

    step: int
    round: int


def start(
    session: Session,
    actor: Actor,
    route: DecisionRoute,
    applications: Sequence[Application],
    title: str,
    amount: int | None = None,
) -> Circulation:
    """Send applications round together; those not yet accepted are accepted with it."""
    require(actor, Act.ACCEPT)
    if not applications:
        raise NotNow("書類がまだありません。書類を加えてから回してください。")
    circulation = Circulation(
        route_id=route.id,
        title=title[:200],
        amount=amount,
        steps={"steps": [step.to_json() for step in steps_for(steps_of(route), amount)]},
        step=0,
        round=1,
        state=CirculationState.RUNNING,
        maker_id=actor.officer,
        started_at=clock.now(),
        step_since=clock.now(),
    )
    session.add(circulation)
    session.flush()
    _take_in(session, actor, circulation, applications)
    _begin(session, actor, circulation)
    return circulation


def send_again(
    session: Session,
    actor: Actor,
    circulation: Circulation,
    route: DecisionRoute,
    applications: Sequence[Application],
    amount: int | None = None,
) -> None:
    """The maker sends what was returned or pulled back round again, from the first step."""
    require(actor, Act.ACCEPT)
    hold(session, circulation)
    _refuse_others(actor, circulation)
    if circulation.state not in _WITH_MAKER:
        raise NotNow("この書類は、いま手元にありません。画面を開き直してください。")
    circulation.amount = amount
    circulation.steps = {"steps": [step.to_json() for step in steps_for(steps_of(route), amount)]}
    circulation.step, circulation.round = 0, circulation.round + 1
    circulation.state = CirculationState.RUNNING
    _take_in(session, actor, circulation, applications)
    _begin(session, actor, circulation)


def _take_in(
    session: Session, actor: Actor, circulation: Circulation, applications: Sequence[Application]
) -> None:
    """The circulation's papers are exactly these from now on."""
    wanted = {one.id for one in applications}
    for paper in list(circulation.papers):
        if paper.application_id not in wanted:
            circulation.papers.remove(paper)
            session.delete(paper)
    held = {paper.application_id for paper in circulation.papers}
    for application in applications:
        if application.state is ApplicationState.FILED:
            decisions.accept(session, actor, application)
        if application.id in held:
            continue
        if application.state is not ApplicationState.ACCEPTED or decisions.circulates(session, application):
            raise NotNow(f"{application.receipt_number}は、いま回せる状態ではありません。")
        circulation.papers.append(CirculationPaper(application_id=application.id))
    session.flush()


def _begin(session: Session, actor: Actor, circulation: Circulation) -> None:
    _record(session, actor, circulation, RouteAct.START, None, "")
    _enter(circulation, 0)
    journal.write(
        session,
        actor,
        events.CIRCULATION_STARTED,
        _subject(circulation),
        round=circulation.round,
        step=0,
        papers=len(circulation.papers),
    )


def approve(
    session: Session, actor: Actor, circulation: Circulation, seen: Seen, place: str = "", reason: str = ""
) -> None:
    """Approve at the current step, in one's own place or as the deputy of `place`."""
    taken_place = _place(session, actor, circulation, seen, place)
    step = steps_of(circulation)[circulation.step]
    at = circulation.step
    behalf = _record(session, actor, circulation, RouteAct.APPROVE, taken_place, reason)
    done = finished(step, [place_of(one) for one in approved_places(circulation)])
    if done and at + 1 < len(circulation.steps["steps"]):
        _enter(circulation, at + 1)
    elif done:
        circulation.state, circulation.due_on = CirculationState.APPROVED, None
        for paper in circulation.papers:
            decisions.settle(session, actor, paper.application, granted=True, reason=reason)
    _write(
        session, actor, circulation, events.CIRCULATION_APPROVED, reason,
        step=at, on_behalf_of=behalf, finished=circulation.state is CirculationState.APPROVED,
    )  # fmt: skip


def return_(
    session: Session,
    actor: Actor,
    circulation: Circulation,
    seen: Seen,
    reason: str,
    place: str = "",
    to: int | None = None,
) -> None:
    """Give it back (差戻し) to the maker, or to an earlier step; approvals from there on no longer count."""
    decisions.need_reason(reason)
    taken_place = _place(session, actor, circulation, seen, place)
    at = circulation.step
    if to is not None and not 0 <= to < at:
        raise NotNow("差し戻す先は、前の段階から選んでください。")
    behalf = _record(session, actor, circulation, RouteAct.RETURN, taken_place, reason)
    if to is None:
        circulation.state, circulation.due_on = CirculationState.RETURNED, None
    else:
        circulation.round += 1
        _enter(circulation, to)
    _write(
        session, actor, circulation, events.CIRCULATION_RETURNED, reason,
        round_=seen.round, step=at, on_behalf_of=behalf, to=-1 if to is None else to,
    )  # fmt: skip


def refuse(
    session: Session, actor: Actor, circulation: Circulation, seen: Seen, reason: str, place: str = ""
) -> None:
    """Refuse for good (否決), with the reason."""
    decisions.need_reason(reason)
    taken_place = _place(session, actor, circulation, seen, place)
    behalf = _record(session, actor, circulation, RouteAct.REFUSE, taken_place, reason)
    circulation.state, circulation.due_on = CirculationState.REFUSED, None
    for paper in circulation.papers:
        decisions.settle(session, actor, paper.application, granted=False, reason=reason)
    _write(
        session, actor, circulation, events.CIRCULATION_REFUSED, reason,
        step=circulation.step, on_behalf_of=behalf,
    )  # fmt: skip


def pull_back(session: Session, actor: Actor, circulation: Circulation, reason: str) -> None:
    """The maker takes it back (引き戻し) before it is decided, with the reason."""
    require(actor, Act.ACCEPT)
    decisions.need_reason(reason)
    hold(session, circulation)
    _refuse_others(actor, circulation)
    if circulation.state is not CirculationState.RUNNING:
        raise NotNow("この回議は、もう終わっているか、手元にあります。画面を開き直してください。")
    _record(session, actor, circulation, RouteAct.PULL_BACK, None, reason)
    circulation.state, circulation.due_on = CirculationState.PULLED_BACK, None
    _write(session, actor, circulation, events.CIRCULATION_PULLED_BACK, reason, step=circulation.step)


def _place(session: Session, actor: Actor, circulation: Circulation, seen: Seen, place: str) -> str:
    """The place the actor takes; of two who decide at once the second is told that it has moved on."""
    require(actor, Act.DECIDE)
    hold(session, circulation)
    session.refresh(circulation, ["acts"])
    where = (circulation.state, circulation.step, circulation.round)
    if where != (CirculationState.RUNNING, seen.step, seen.round):
        raise NotNow(
            "この回議は、ほかの人の操作で先へ進みました。画面を開き直して、いまの状態を確かめてください。"
        )
    involved: set[str | None] = {circulation.maker_id}
    for paper in circulation.papers:
        involved |= decisions.involved(session, paper.application)
    if actor.officer in involved:
        raise NotPermitted("自分が作った書類や受理した書類は決裁できません。ほかの決裁者に回してください。")
    places = my_places(session, actor, circulation, clock.today())
    if not places or (place and place not in places):
        raise NotPermitted(
            "この段階で決裁する人ではないか、もう決裁が済んでいます。画面を開き直してください。"
        )
    return place or places[0]


def _record(
    session: Session, actor: Actor, circulation: Circulation, act: RouteAct, place: str | None, reason: str
) -> str | None:
    behalf = place if place not in (None, actor.officer) else None
    circulation.acts.append(
        CirculationAct(
            step=circulation.step,
            round=circulation.round,
            act=act,
            officer_id=actor.officer,
            on_behalf_of=behalf,
            reason=reason.strip()[: decisions.LONGEST_REASON],
            done_at=clock.now(),
        )
    )
    session.flush()
    return behalf


def _enter(circulation: Circulation, step: int) -> None:
    days = steps_of(circulation)[step].days
    circulation.step, circulation.step_since = step, clock.now()
    circulation.due_on = clock.today() + timedelta(days=days) if days else None


def _write(
    session: Session,
    actor: Actor,
    circulation: Circulation,
    event: Event,
    reason: str,
    round_: int | None = None,
    **details: str | int | bool | None,
) -> None:
    text = reason.strip()
    journal.write(
        session,
        actor,
        event,
        _subject(circulation),
        round=circulation.round if round_ is None else round_,
        reason=commitments.commit(session, text) if text else None,
        **details,
    )


def _refuse_others(actor: Actor, circulation: Circulation) -> None:
    if actor.officer != circulation.maker_id:
        raise NotPermitted("この操作は、書類を回した職員だけができます。")


def _subject(circulation: Circulation) -> str:
    return f"circulation:{circulation.id}"
