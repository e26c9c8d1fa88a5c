"""The administrator's pages: decision routes and deputies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from forms.errors import InvalidValue
from forms.values.dates import parse_date, show_era
from office import clock
from office.accounts.roles import Act
from office.records import routes
from office.records.models.routes import DecisionRoute
from office.records.route_rules import MODES, RouteRefused, Standing, Step
from office.web import world
from office.web.policy import permission
from office.web.staff import officer_names

blueprint = Blueprint("routes", __name__, template_folder="templates", url_prefix="/routes")

STEPS = 6
_LIMITS = {"from_amount": "この金額から通る", "final_up_to": "専決できる金額", "days": "日数"}


@blueprint.get("/")
@permission(Act.MANAGE_ROUTES)
def listing() -> ResponseReturnValue:
    """Every route and every deputy."""
    return _listing()


@blueprint.route("/new", methods=["GET", "POST"])
@permission(Act.MANAGE_ROUTES)
def new() -> ResponseReturnValue:
    """Make a route."""
    return _edit(None)


@blueprint.route("/<route_id>", methods=["GET", "POST"])
@permission(Act.MANAGE_ROUTES)
def edit(route_id: str) -> ResponseReturnValue:
    """Change a route."""
    return _edit(routes.find_route(world.session(), world.actor(), route_id))


@blueprint.post("/deputies")
@permission(Act.MANAGE_ROUTES)
def name_deputy() -> ResponseReturnValue:
    """Let somebody decide in another's place for a while."""
    typed = request.form
    try:
        days = [_day(typed.get(name, "")) for name in ("from_on", "until_on")]
        standing = Standing(typed.get("principal", ""), typed.get("deputy", ""), *days)
        routes.name_deputy(world.session(), world.actor(), standing)
    except RouteRefused as error:
        world.give_up()
        return _listing(error.message, typed), 422
    flash("代決者を決めました。", "good")
    return redirect(url_for("routes.listing"))


@blueprint.post("/deputies/<deputy_id>/end")
@permission(Act.MANAGE_ROUTES)
def end_deputy(deputy_id: str) -> ResponseReturnValue:
    """End a deputy's right now."""
    routes.end_deputy(world.session(), world.actor(), deputy_id)
    flash("代決を終わりました。", "good")
    return redirect(url_for("routes.listing"))


def _listing(fault: str = "", typed: Mapping[str, str] | None = None) -> str:
    session, today = world.session(), clock.today()
    return render_template(
        "routes/listing.html",
        found=routes.list_routes(session, world.actor()),
        steps_of=routes.steps_of,
        names=officer_names(session),
        modes=MODES,
        procedures=_procedures(),
        deciders=routes.deciders(session),
        deputies=routes.list_deputies(session),
        today=today,
        fault=fault,
        typed=typed or MultiDict({"from_on": show_era(today), "until_on": show_era(today)}),
    )


def _edit(route: DecisionRoute | None) -> ResponseReturnValue:
    if request.method == "GET":
        return _page(route, _typed(route) if route else MultiDict({"active": "yes"}))
    typed = request.form
    try:
        routes.save_route(
            world.session(),
            world.actor(),
            route,
            typed.get("title", ""),
            [slug for slug in typed.getlist("procedures") if slug in _procedures()],
            [step for number in range(STEPS) if (step := _step(typed, number)) is not None],
            active=typed.get("active") == "yes",
        )
    except RouteRefused as error:
        world.give_up()
        return _page(route, typed, error.message), 422
    flash("決裁ルートを保存しました。", "good")
    return redirect(url_for("routes.listing"))


def _page(route: DecisionRoute | None, typed: MultiDict[str, str], fault: str = "") -> str:
    return render_template(
        "routes/edit.html",
        route=route,
        typed=typed,
        fault=fault,
        count=STEPS,
        modes=MODES,
        procedures=_procedures(),
        deciders=routes.deciders(world.session()),
    )


def _procedures() -> dict[str, str]:
    return {one.slug: one.title.text("ja") for one in world.platform().catalogue.procedures()}


def _step(typed: MultiDict[str, str], number: int) -> Step | None:
    """One step as typed; None where nothing was."""
    title, approvers = typed.get(f"title-{number}", "").strip(), typed.getlist(f"approvers-{number}")
    if not title and not approvers:
        return None
    limits = {name: _number(typed, f"{name}-{number}", label) for name, label in _LIMITS.items()}
    return Step(title[:40], tuple(approvers), typed.get(f"mode-{number}", "all"), **limits)


def _number(typed: Mapping[str, str], name: str, label: str) -> int | None:
    text = typed.get(name, "").strip().replace(",", "")
    if not text:
        return None
    if not text.isdecimal() or len(text) > 12:
        raise RouteRefused(f"「{label}」は数字で入力してください。")
    return int(text)


def _typed(route: DecisionRoute) -> MultiDict[str, str]:
    typed: MultiDict[str, str] = MultiDict({"title": route.title, "active": "yes" if route.is_active else ""})
    typed.setlist("procedures", route.procedures)
    for number, step in enumerate(routes.steps_of(route)):
        typed[f"title-{number}"], typed[f"mode-{number}"] = step.title, step.mode
        typed.setlist(f"approvers-{number}", list(step.approvers))
        for name in _LIMITS:
            value = getattr(step, name)
            typed[f"{name}-{number}"] = "" if value is None else str(value)
    return typed


def _day(text: str) -> date:
    try:
        return parse_date(text)
    except InvalidValue as error:
        raise RouteRefused("始まりと終わりの日を入力してください（例：令和8年4月1日）。") from error
