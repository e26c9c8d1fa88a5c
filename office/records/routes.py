"""Decision routes (決裁ルート): setting them, and deciding step by step with deputies, returns and parallel
approval. Whoever made or accepted an application never decides it, not as a deputy either.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from office import clock
from office.accounts.actor import Actor, require
from office.accounts.models import Officer
from office.accounts.roles import Act, Role, permits
from office.audit import events, journal
from office.errors import NotFound
from office.records.models.routes import (
    Circulation,
    CirculationAct,
    CirculationState,
    DecisionRoute,
    Deputy,
    RouteAct,
)
from office.records.route_rules import RouteRefused, Standing, Step, checked, places_of


def deciders(session: Session) -> Sequence[Officer]:
    """The officers who may stand on a route."""
    found = session.scalars(select(Officer).where(Officer.is_active).order_by(Officer.login)).all()
    return [one for one in found if permits([Role(role) for role in one.roles], Act.DECIDE)]


def list_routes(session: Session, actor: Actor) -> Sequence[DecisionRoute]:
    """Every route, those in use first."""
    require(actor, Act.MANAGE_ROUTES)
    in_order = select(DecisionRoute).order_by(DecisionRoute.is_active.desc(), DecisionRoute.id)
    return session.scalars(in_order).all()


def find_route(session: Session, actor: Actor, route_id: str) -> DecisionRoute:
    """One route. Raises `NotFound`."""
    require(actor, Act.MANAGE_ROUTES)
    found = session.get(DecisionRoute, route_id)
    if found is None:
        raise NotFound("この決裁ルートは見つかりません。一覧から選び直してください。")
    return found


def save_route(
    session: Session,
    actor: Actor,
    route: DecisionRoute | None,
    title: str,
    procedures: Sequence[str],
    steps: Sequence[Step],
    *,
    active: bool = True,
) -> DecisionRoute:
    """Make a route or change one; what is already going round keeps its steps. Raises `RouteRefused`."""
    require(actor, Act.MANAGE_ROUTES)
    if not title.strip() or len(title.strip()) > 60:
        raise RouteRefused("決裁ルートの名前を、60文字までで入力してください。")
    kept = checked(steps, [one.id for one in deciders(session)])
    for slug in procedures:
        other = route_for(session, slug)
        if active and other is not None and other is not route:
            raise RouteRefused(f"もう「{other.title}」で決裁している手続があります。どちらかにしてください。")
    route = route or DecisionRoute(made_at=clock.now())
    route.title, route.procedures, route.is_active = title.strip(), list(procedures), active
    route.steps = {"steps": [step.to_json() for step in kept]}
    session.add(route)
    session.flush()
    digest = hashlib.sha256(json.dumps(route.steps, sort_keys=True).encode()).hexdigest()
    subject = f"decision_route:{route.id}"
    journal.write(session, actor, events.ROUTE_SAVED, subject, steps=len(kept), active=active, sha256=digest)
    return route


def route_for(session: Session, procedure: str) -> DecisionRoute | None:
    """The route in use that decides a procedure, none where it has the plain decision."""
    used = session.scalars(select(DecisionRoute).where(DecisionRoute.is_active)).all()
    return next((one for one in used if procedure in one.procedures), None)


def steps_of(route: DecisionRoute | Circulation) -> tuple[Step, ...]:
    """The steps in order."""
    return tuple(Step.from_json(one) for one in route.steps["steps"])


def name_deputy(session: Session, actor: Actor, standing: Standing) -> Deputy:
    """Let an officer decide in another's place for a while. Raises `RouteRefused`."""
    require(actor, Act.MANAGE_ROUTES)
    known = {one.id for one in deciders(session)}
    if not {standing.principal, standing.deputy} <= known or standing.principal == standing.deputy:
        raise RouteRefused("決裁する人と代決する人を、別々に選んでください。")
    if standing.until_on < standing.from_on:
        raise RouteRefused("終わりの日は、始まりの日より後にしてください。")
    row = Deputy(
        principal_id=standing.principal,
        deputy_id=standing.deputy,
        from_on=standing.from_on,
        until_on=standing.until_on,
        made_at=clock.now(),
    )
    session.add(row)
    session.flush()
    journal.write(
        session,
        actor,
        events.DEPUTY_NAMED,
        f"deputy:{row.id}",
        principal=row.principal_id,
        deputy=row.deputy_id,
        from_on=row.from_on.isoformat(),
        until_on=row.until_on.isoformat(),
    )
    return row


def end_deputy(session: Session, actor: Actor, deputy_id: str) -> None:
    """End a deputy's right at once. Raises `NotFound`."""
    require(actor, Act.MANAGE_ROUTES)
    row = session.get(Deputy, deputy_id)
    if row is None:
        raise NotFound("この代決の設定は見つかりません。画面を開き直してください。")
    journal.write(
        session,
        actor,
        events.DEPUTY_ENDED,
        f"deputy:{row.id}",
        principal=row.principal_id,
        deputy=row.deputy_id,
    )
    session.delete(row)


def list_deputies(session: Session) -> Sequence[Deputy]:
    """Every deputy's right, also past ones."""
    return session.scalars(select(Deputy).order_by(Deputy.until_on.desc(), Deputy.id)).all()


def standings(session: Session) -> list[Standing]:
    """The deputies' rights as the rules read them."""
    return [
        Standing(one.principal_id, one.deputy_id, one.from_on, one.until_on) for one in list_deputies(session)
    ]


def approved_places(circulation: Circulation) -> list[CirculationAct]:
    """The approvals that count at the current step."""
    now = (circulation.round, circulation.step, RouteAct.APPROVE)
    return [one for one in circulation.acts if (one.round, one.step, one.act) == now]


def place_of(act: CirculationAct) -> str:
    """The approver whose place an act filled."""
    return act.on_behalf_of or act.officer_id


def my_places(session: Session, actor: Actor, circulation: Circulation, on: date) -> tuple[str, ...]:
    """Whose places the actor may take now; none for the maker, nor twice in one step."""
    if circulation.state is not CirculationState.RUNNING or actor.officer_id is None:
        return ()
    done = approved_places(circulation)
    if actor.officer_id in {circulation.maker_id, *(one.officer_id for one in done)}:
        return ()
    step = steps_of(circulation)[circulation.step]
    return places_of(actor.officer_id, step, [place_of(one) for one in done], standings(session), on)


def inbox(session: Session, actor: Actor) -> list[Circulation]:
    """What waits for the actor's decision, the most urgent first."""
    require(actor, Act.DECIDE)
    running = session.scalars(
        select(Circulation)
        .where(Circulation.state == CirculationState.RUNNING)
        .order_by(Circulation.step_since)
    ).all()
    today = clock.today()
    mine = [one for one in running if my_places(session, actor, one, today)]
    return sorted(mine, key=lambda one: one.due_on or date.max)


def find(session: Session, actor: Actor, circulation_id: str) -> Circulation:
    """One circulation. Raises `NotFound`."""
    require(actor, Act.SEE_CONTRACTS)
    found = session.get(Circulation, circulation_id)
    if found is None:
        raise NotFound("この回議は見つかりません。一覧から選び直してください。")
    return found
