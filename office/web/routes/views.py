"""Decisions on a route: the inbox, one circulation, and the acts on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from office import clock
from office.accounts.roles import Act, permits
from office.errors import NotNow
from office.records import applications, circulations, contracts, routes
from office.records.circulations import Seen
from office.records.contract_checks import TITLES
from office.records.decisions import ReasonMissing
from office.records.models.applications import Application, ApplicationState
from office.records.models.routes import (
    Circulation,
    CirculationAct,
    CirculationState,
    DecisionRoute,
    RouteAct,
)
from office.records.route_rules import MODES
from office.web import world
from office.web.policy import permission
from office.web.routes.papers import side_by_side
from office.web.staff import officer_names

blueprint = Blueprint("decisions", __name__, template_folder="templates", url_prefix="/decisions")

STATES = {
    "running": ("回議中", "key"),
    "returned": ("差し戻し", "warn"),
    "pulled-back": ("引き戻し", "warn"),
    "approved": ("決裁済み", "good"),
    "refused": ("否決", "bad"),
}
ACTS = {
    "start": "回議を始めた",
    "approve": "承認",
    "return": "差し戻し",
    "refuse": "否決",
    "pull-back": "引き戻し",
}


@dataclass(frozen=True, slots=True)
class Place:
    """One approver of a step: whether they have approved, who did it for them, and when."""

    name: str
    by: str
    act: CirculationAct | None


@dataclass(frozen=True, slots=True)
class Stage:
    """One step as the page shows it; `state` is done, now or later."""

    title: str
    mode: str
    places: tuple[Place, ...]
    state: str


@blueprint.get("/")
@permission(Act.DECIDE)
def inbox() -> ResponseReturnValue:
    """What waits for my decision."""
    return render_template(
        "routes/inbox.html",
        found=routes.inbox(world.session(), world.actor()),
        today=clock.today(),
        names=officer_names(world.session()),
        steps_of=routes.steps_of,
    )


@blueprint.get("/<circulation_id>")
@permission(Act.SEE_CONTRACTS)
def detail(circulation_id: str) -> ResponseReturnValue:
    """One circulation: its papers side by side, where it stands, what happened, what I may do."""
    return _page(_find(circulation_id))


@blueprint.post("/<circulation_id>")
@permission(Act.SEE_CONTRACTS)
def decide(circulation_id: str) -> ResponseReturnValue:
    """Approve, return, refuse or pull back; the operations hold who may and when."""
    one = _find(circulation_id)
    try:
        said = _decide(one, request.form)
    except ReasonMissing:
        world.give_up()
        fault = "理由を入力してください。回した職員に伝える内容です。"
        return _page(_find(circulation_id), fault, request.form), 422
    flash(said, "good")
    if said == "承認しました。" and world.actor().may(Act.DECIDE):
        return redirect(url_for("decisions.inbox"))
    return redirect(url_for("decisions.detail", circulation_id=circulation_id))


@blueprint.post("/start/<receipt>")
@permission(Act.ACCEPT)
def start(receipt: str) -> ResponseReturnValue:
    """Send one application round on the route of its procedure."""
    session, actor = world.session(), world.actor()
    application = applications.find(session, actor, receipt)
    route = route_of(application)
    if route is None:
        raise NotNow("この申請に使う決裁ルートはありません。")
    title = world.platform().catalogue.procedure(application.procedure).title.text("ja")
    one = circulations.start(session, actor, route, [application], f"{title}（{receipt}）")
    flash("決裁ルートに回しました。", "good")
    return redirect(url_for("decisions.detail", circulation_id=one.id))


def route_of(application: Application) -> DecisionRoute | None:
    """The route an application could be sent round on now, by this officer."""
    open_ = application.state in (ApplicationState.FILED, ApplicationState.ACCEPTED)
    if not open_ or not permits(world.actor().roles, Act.ACCEPT):
        return None
    return routes.route_for(world.session(), application.procedure)


@blueprint.app_context_processor
def offers() -> dict[str, object]:
    """`route_of` for the page of an application."""
    return {"route_of": route_of}


def _find(circulation_id: str) -> Circulation:
    return routes.find(world.session(), world.actor(), circulation_id)


def _decide(one: Circulation, typed: Mapping[str, str]) -> str:
    session, actor = world.session(), world.actor()
    reason, place = typed.get("reason", "")[:2000], typed.get("place", "")
    if typed.get("act") == RouteAct.PULL_BACK:
        circulations.pull_back(session, actor, one, reason)
        return "引き戻しました。"
    numbers = [typed.get(name, "") for name in ("step", "round")]
    if not all(text.isdecimal() and len(text) < 6 for text in numbers):
        raise NotNow("画面を開き直して、もう一度操作してください。")
    seen = Seen(*map(int, numbers))
    match typed.get("act"):
        case RouteAct.APPROVE:
            circulations.approve(session, actor, one, seen, place, reason)
            return "承認しました。"
        case RouteAct.RETURN:
            to = typed.get("to", "")
            target = int(to) if to.isdecimal() and len(to) < 3 else None
            circulations.return_(session, actor, one, seen, reason, place, target)
            return "差し戻しました。"
        case RouteAct.REFUSE:
            circulations.refuse(session, actor, one, seen, reason, place)
            return "否決しました。"
    raise NotNow("操作を選んで、もう一度押してください。")


def _page(one: Circulation, fault: str = "", typed: Mapping[str, str] | None = None) -> str:
    session, actor, names = world.session(), world.actor(), officer_names(world.session())
    purchase = contracts.of_circulation(session, one.id)
    explained = {row.difference: row.reason for row in purchase.explanations} if purchase else {}
    vault = world.platform().vault
    return render_template(
        "routes/detail.html",
        one=one,
        states=STATES,
        acts=ACTS,
        names=names,
        stages=_stages(one, names),
        papers=side_by_side([paper.application for paper in one.papers]),
        purchase=purchase,
        differences=contracts.differences(vault, purchase) if purchase else [],
        explained=explained,
        titles=TITLES,
        places=routes.my_places(session, actor, one, clock.today()),
        me=actor.officer_id,
        is_maker=one.maker_id == actor.officer_id,
        fault=fault,
        typed=typed or MultiDict(),
        today=clock.today(),
    )


def _stages(one: Circulation, names: Mapping[str, str]) -> list[Stage]:
    """The steps with the approvals that count now."""
    over = one.state is CirculationState.APPROVED
    found = []
    for number, step in enumerate(routes.steps_of(one)):
        state = "done" if over or number < one.step else "now" if number == one.step else "later"
        places = tuple(_place(one, number, officer, names) for officer in step.approvers)
        if state == "now" and one.state is not CirculationState.RUNNING:
            state = "later"
        mode = MODES[step.mode] if len(step.approvers) > 1 else ""
        found.append(Stage(step.title, mode, places, state))
    return found


def _place(one: Circulation, step: int, officer: str, names: Mapping[str, str]) -> Place:
    """The newest approval of a place that no later return has undone."""
    newest = next(
        (
            act
            for act in reversed(one.acts)
            if act.act is RouteAct.APPROVE and act.step == step and routes.place_of(act) == officer
        ),
        None,
    )
    if newest is not None and step >= one.step and newest.round != one.round:
        newest = None
    return Place(names[officer], names[newest.officer_id] if newest else "", newest)
