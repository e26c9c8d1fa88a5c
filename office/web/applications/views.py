"""Applications: the list, one application, acceptance by the back office and decision by the approver."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from office import clock
from office.accounts.roles import Act, permits
from office.errors import NotNow
from office.records import applications, corrections, decisions, documents
from office.records.models.applications import Application, ApplicationState, DecisionAct
from office.web import world
from office.web.applications.contents import sections
from office.web.applications.copy import officers_copy
from office.web.policy import permission
from office.web.staff import officer_names

blueprint = Blueprint("applications", __name__, template_folder="templates", url_prefix="/applications")

STATES = (
    ("filed", "受付"),
    ("accepted", "受理"),
    ("returned", "差し戻し"),
    ("granted", "承認"),
    ("refused", "却下"),
)
ACT_TITLES = {"accept": "受理", "return": "差し戻し", "grant": "承認", "refuse": "却下"}


@dataclass(frozen=True, slots=True)
class Action:
    """A pair of acts the officer may do now."""

    title: str
    help: str
    positive: str
    positive_title: str
    negative: str
    negative_title: str


ACCEPTANCE = Action("受理", "内容と添付を確かめてください。", "accept", "受理する", "return", "差し戻す")
DECISION = Action(
    "決裁", "受理された内容を確かめて、決裁してください。", "grant", "承認する", "refuse", "却下する"
)


@blueprint.get("/")
@permission(Act.SEE_APPLICATIONS)
def listing() -> ResponseReturnValue:
    """Search and list, newest first."""
    search = applications.Search(
        text=request.args.get("text", "").strip()[:100],
        state=request.args.get("state", ""),
        procedure=request.args.get("procedure", ""),
    )
    found, total = applications.list_applications(world.session(), world.actor(), search)
    titles = {one.slug: one.title.text("ja") for one in world.platform().catalogue.procedures()}
    return render_template(
        "applications/listing.html",
        search=search,
        found=found,
        total=total,
        states=STATES,
        procedures=sorted(titles.items(), key=lambda item: item[1]),
        titles=titles,
    )


@blueprint.get("/<receipt>")
@permission(Act.SEE_APPLICATIONS)
def detail(receipt: str) -> ResponseReturnValue:
    """One application: what it says, where each value came from, what happened, what can be done."""
    return _detail(applications.find(world.session(), world.actor(), receipt))


@blueprint.post("/<receipt>/decision")
@permission(Act.SEE_APPLICATIONS)
def decide(receipt: str) -> ResponseReturnValue:
    """Accept, return, grant or refuse; the operation holds who may and when."""
    one = applications.find(world.session(), world.actor(), receipt)
    act, reason = request.form.get("act", ""), request.form.get("reason", "").strip()
    try:
        _act(one, act, reason)
    except decisions.ReasonMissing as error:
        return _detail(one, fault=error.message, reason=reason), 422
    flash(f"{one.receipt_number}を{ACT_TITLES[act]}にしました。", "good")
    return redirect(url_for("applications.detail", receipt=receipt))


def _act(one: Application, act: str, reason: str) -> None:
    session, actor = world.session(), world.actor()
    if act == DecisionAct.RETURN:
        decisions.return_(session, actor, one, reason, _boxes(one))
    elif act == DecisionAct.ACCEPT:
        decisions.accept(session, actor, one, reason)
    elif act == DecisionAct.GRANT:
        decisions.grant(session, actor, one, reason)
    elif act == DecisionAct.REFUSE:
        decisions.refuse(session, actor, one, reason)
    else:
        raise NotNow("操作を選んで、もう一度押してください。")


def _boxes(one: Application) -> list[str]:
    """The boxes chosen to be corrected, those of the form only."""
    known = {name for name, _ in boxes_to_correct(one)}
    return [name for name in request.form.getlist("box") if name in known]


def boxes_to_correct(one: Application) -> list[tuple[str, str]]:
    """Field name and label of what the applicant can correct."""
    procedure = world.platform().catalogue.procedure(one.procedure, version=one.version)
    return [
        (field.name, field.label.text("ja"))
        for field in procedure.fields
        if field.asked_of == "resident" and field.fact != corrections.FILED_ON
    ]


@blueprint.get("/<receipt>/copy")
@permission(Act.SEE_APPLICATIONS)
def copy(receipt: str) -> ResponseReturnValue:
    """職員控え, to read or print."""
    one = applications.find(world.session(), world.actor(), receipt)
    platform = world.platform()
    procedure = platform.catalogue.procedure(one.procedure, version=one.version)
    return render_template(
        "applications/copy.html",
        one=one,
        title=procedure.title.text("ja"),
        copy=officers_copy(world.session(), platform, one),
        received_by=applications.received_by(world.session(), one),
        printed_by=world.actor().name,
        printed_at=clock.now(),
        links=_links(one),
    )


def _links(one: Application) -> dict[str, Any]:
    """The applications this one came from, or that took its place, and the boxes a return named."""
    session = world.session()
    made_by = corrections.of_successor(session, one)
    later = [row for row in corrections.of_original(session, one) if row.successor_id]
    numbers = [session.get_one(Application, row.successor_id) for row in later]
    labels = dict(boxes_to_correct(one))
    return {
        "original": session.get_one(Application, made_by.original_id) if made_by else None,
        "changed": [labels.get(box, box) for box in made_by.boxes] if made_by else [],
        "successors": [found for found in numbers if found.state not in ("draft", "withdrawn")],
        "named": [labels.get(box, box) for box in corrections.boxes_named(session, one)],
    }


@blueprint.get("/<receipt>/sealed.pdf")
@permission(Act.SEE_APPLICATIONS)
def sealed_pdf(receipt: str) -> ResponseReturnValue:
    """The sealed PDF; taking it is kept in the journal."""
    one = applications.find(world.session(), world.actor(), receipt)
    pdf = documents.sealed_pdf(world.session(), world.actor(), world.platform().vault, one)
    name = f"{one.receipt_number}.pdf"
    return Response(
        pdf, mimetype="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _detail(one: Application, fault: str = "", reason: str = "") -> str:
    platform = world.platform()
    procedure = platform.catalogue.procedure(one.procedure, version=one.version)
    sealed = next((document for document in one.documents if document.kind == "sealed"), None)
    actions, hint = _actions(one)
    return render_template(
        "applications/detail.html",
        one=one,
        title=procedure.title.text("ja"),
        procedure=procedure,
        sections=sections(procedure, one.read_record(platform.vault), one.read_sources(platform.vault)),
        received_by=applications.received_by(world.session(), one),
        officers=officer_names(world.session()),
        act_titles=ACT_TITLES,
        actions=actions,
        hint=hint,
        links=_links(one),
        boxes=boxes_to_correct(one),
        may_correct=one.state == ApplicationState.RETURNED
        and permits(world.actor().roles, Act.HOLD_INTERVIEW),
        has_sealed=sealed is not None,
        sha256=sealed.sha256 if sealed else "",
        today=clock.today(),
        fault=fault,
        reason=reason,
    )


def _actions(one: Application) -> tuple[list[Action], str]:
    """What this officer may do with the application now, else a word on whose turn it is."""
    roles = world.actor().roles
    if one.state == ApplicationState.FILED:
        return ([ACCEPTANCE], "") if permits(roles, Act.ACCEPT) else ([], "事務担当の受理を待っています。")
    if one.state == ApplicationState.ACCEPTED:
        return ([DECISION], "") if permits(roles, Act.DECIDE) else ([], "決裁を待っています。")
    return [], ""
