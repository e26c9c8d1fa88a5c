"""One doubt after the other, by keyboard: `/paper/verify/`.

A page script swaps the part `#verify` in place; without it every key press that decides is a form sent and
a page shown.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forms.answers import InvalidAnswer
from forms.definition import JSON
from forms.entry import raw
from forms.kinds.people import is_empty
from office.accounts.roles import Act
from office.errors import NotNow
from office.records import intake
from office.records.models.applications import Application, ApplicationState
from office.records.models.paper_decisions import DecisionKind, DoubtCause, DoubtState, PaperDoubt
from office.records.verification import cuts, decisions, figures, queue, settling
from office.records.verification.shown import shown_field
from office.web import world
from office.web.paper.cards import Card, card_of, last_of
from office.web.paper.uploads import look_up_soon
from office.web.policy import permission

blueprint = Blueprint("verify", __name__, url_prefix="/verify")

_PART = "X-Part"
_FAULTY = "この値では、申請に足りないものが残ります。入力し直すか、「読めない」を選んでください。"
_CHOSEN = ("choice", "choices", "yes_no", "consent")


@blueprint.get("/")
@permission(Act.CONFIRM_PAPER)
def next_doubt() -> ResponseReturnValue:
    """The next doubt of a batch (`batch`) or of all, form by form or kind by kind (`by=kind`)."""
    queue.list_waiting(world.session(), world.platform())
    settling.settle_all(world.session(), world.actor(), world.platform())
    look_up_soon(world.session(), world.actor(), world.engine())
    return _shown()


@blueprint.get("/<doubt_id>")
@permission(Act.CONFIRM_PAPER)
def one(doubt_id: str) -> ResponseReturnValue:
    """One doubt that was asked for by itself: one the applicant has been called about."""
    doubt = queue.find(world.session(), world.actor(), doubt_id)
    if doubt.state is DoubtState.DECIDED:
        return redirect(_next())
    return _shown(doubt)


@blueprint.post("/<doubt_id>")
@permission(Act.CONFIRM_PAPER)
def decide(doubt_id: str) -> ResponseReturnValue:
    """Take the value as right (or as one nobody can read), then show the next doubt."""
    session, actor, platform = world.session(), world.actor(), world.platform()
    doubt = queue.find(session, actor, doubt_id)
    try:
        kind, value = _entered(card_of(session, platform, doubt))
        decisions.decide(session, actor, platform, doubt, kind, value)
    except InvalidAnswer as error:
        world.give_up()
        return _shown(doubt, error.message), HTTPStatus.UNPROCESSABLE_ENTITY
    except NotNow as error:
        world.give_up()
        return _went_on(error.message)
    made = settling.settle(session, actor, platform, doubt.page)
    look_up_soon(session, actor, world.engine())
    return _went_on(_FAULTY if _asked_anew(doubt) else "", made)


@blueprint.post("/<doubt_id>/later")
@permission(Act.CONFIRM_PAPER)
def later(doubt_id: str) -> ResponseReturnValue:
    """Lay the doubt aside until all others are done."""
    doubt = queue.find(world.session(), world.actor(), doubt_id)
    try:
        decisions.put_off(world.session(), world.actor(), doubt)
    except NotNow as error:
        world.give_up()
        return _went_on(error.message)
    return _went_on()


@blueprint.post("/<doubt_id>/again")
@permission(Act.CONFIRM_PAPER)
def again(doubt_id: str) -> ResponseReturnValue:
    """Ask anew what somebody could not read."""
    doubt = queue.find(world.session(), world.actor(), doubt_id)
    decisions.ask_again(world.session(), world.actor(), doubt)
    flash("もう一度たずねる列に戻しました。", "good")
    return redirect(url_for(".asked"), HTTPStatus.SEE_OTHER)


@blueprint.post("/undo")
@permission(Act.CONFIRM_PAPER)
def undo() -> ResponseReturnValue:
    """Take back the last decision and show its doubt again."""
    try:
        doubt = decisions.undo(world.session(), world.actor(), world.platform())
    except NotNow as error:
        world.give_up()
        return _went_on(error.message)
    if _in_part():
        return _shown(doubt)
    return redirect(url_for(".one", doubt_id=doubt.id, **_asked_for()), HTTPStatus.SEE_OTHER)


@blueprint.post("/leave")
@permission(Act.CONFIRM_PAPER)
def leave() -> ResponseReturnValue:
    """Give back what was handed out: the page has been left."""
    queue.leave(world.session(), world.actor())
    return "", HTTPStatus.NO_CONTENT


@blueprint.get("/asked")
@permission(Act.CONFIRM_PAPER)
def asked() -> ResponseReturnValue:
    """What could not be read: the applicants have to be asked."""
    found = queue.unreadable(world.session(), world.actor())
    cards = [card_of(world.session(), world.platform(), doubt) for doubt in found]
    return render_template("paper/asked.html", cards=cards)


@blueprint.get("/crops/<page_id>/<int:index>.png")
@permission(Act.CONFIRM_PAPER)
def crop(page_id: str, index: int) -> ResponseReturnValue:
    """One field, evenly lit, in as many pixels as the screen has for it (`per_mm`)."""
    platform = world.platform()
    page = intake.find_page(world.session(), world.actor(), page_id)
    box = shown_field(platform, page, index).box
    per_mm = request.args.get("per_mm", 10, type=int)
    return Response(cuts.cut(page.read_image(platform.vault), box, per_mm), mimetype="image/png")


def _asked_anew(doubt: PaperDoubt) -> bool:
    """Whether what was just decided does not go with the rest of the form, and is asked again."""
    return doubt.state is DoubtState.OPEN and doubt.cause is DoubtCause.FAULT and not doubt.standing


def _entered(card: Card) -> tuple[DecisionKind, JSON]:
    """What was decided, and how."""
    row = card.row
    entry = card.entry(request.form)
    entered = raw(entry, row.field)
    if request.form.get("act") == "unreadable" or (card.signature and entered == "no"):
        return DecisionKind.UNREADABLE, None
    if is_empty(entered) and row.field.kind != "choices":
        return DecisionKind.TYPED, None
    value = decisions.parsed(row, entered)
    if card.proposed and row.reading is not None and value == row.reading.value:
        return DecisionKind.AS_READ, value
    if any(value == offer.value for offer in card.offers):
        return DecisionKind.CANDIDATE, value
    return DecisionKind.TYPED, value


def _in_part() -> bool:
    return _PART in request.headers


def _scope() -> queue.Scope:
    return queue.Scope(request.args.get("batch", ""), request.args.get("by") == "kind")


def _asked_for() -> dict[str, Any]:
    return {key: request.args[key] for key in ("batch", "by") if request.args.get(key)}


def _next() -> str:
    return url_for(".next_doubt", **_asked_for())


def _went_on(told: str = "", made: Application | None = None) -> ResponseReturnValue:
    """After a decision: the next doubt in place, or the page anew where there is no script."""
    if _in_part():
        return _shown(told=told, made=_made(made))
    if made is not None:
        flash(_made(made), "good")
    if told:
        flash(told, "warn")
    return redirect(_next(), HTTPStatus.SEE_OTHER)


def _shown(doubt: PaperDoubt | None = None, fault: str = "", told: str = "", made: str = "") -> str:
    """The doubt (or else the next one) with the one after it, whose picture is fetched ahead."""
    session, actor, platform, scope = world.session(), world.actor(), world.platform(), _scope()
    found = list(queue.take(session, actor, scope))
    if doubt is not None:
        queue.lease(doubt, actor)
        found = [doubt, *(one for one in found if one.id != doubt.id)]
    cards = [card_of(session, platform, one) for one in found[:2]]
    card = cards[0] if cards else None
    typed = request.form if fault else None
    return render_template(
        "paper/verify_part.html" if _in_part() else "paper/verify.html",
        card=card,
        entry=card.entry(typed) if card else None,
        upcoming=cards[1] if len(cards) > 1 else None,
        fault=fault,
        told=told,
        made=made,
        left=queue.left(session, actor, scope),
        done=_done(scope.batch) if card is None else [],
        last=last_of(session, actor, platform),
        unreadable=len(queue.unreadable(session, actor)),
        scope=scope,
        asked_for=_asked_for(),
        marked=_CHOSEN,
    )


def _done(batch: str) -> list[figures.Verified]:
    """What was verified of a batch."""
    return list(figures.verified(world.session(), world.actor(), batch)) if batch else []


def _made(application: Application | None) -> str:
    """What became of the form whose last doubt was decided."""
    if application is None:
        return ""
    catalogue = world.platform().catalogue
    title = catalogue.procedure(application.procedure, version=application.version).title.text("ja")
    if application.state is ApplicationState.DRAFT:
        return f"「{title}」の下書きができました。"
    return f"受付番号 {application.receipt_number}「{title}」を受け付けました。"
