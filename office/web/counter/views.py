"""The officer's face: start a case, ask, show the documents to the resident."""

from __future__ import annotations

from flask import Blueprint, flash, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from forms.interview import Interview, InvalidAnswer
from office import clock
from office.accounts.roles import Act
from office.errors import NotNow
from office.records import cases, notices
from office.records.models.cases import Case, CaseState
from office.web import world
from office.web.counter.board import board
from office.web.counter.listing import open_cases, waiting_notices
from office.web.counter.lookups import branch, towns
from office.web.counter.questions import raw_answer
from office.web.handover import hand_over
from office.web.policy import permission

blueprint = Blueprint("counter", __name__, template_folder="templates", url_prefix="/counter")


@blueprint.get("/", endpoint="cases")
@permission(Act.HOLD_INTERVIEW)
def cases_listing() -> ResponseReturnValue:
    """Life events to start from, notices that have arrived, and cases not yet finished."""
    name = request.args.get("name")
    platform = world.platform()
    return render_template(
        "counter/cases.html",
        events=platform.catalogue.events(),
        name=name,
        notices=None
        if name is None
        else waiting_notices(world.session(), world.actor(), platform.vault, name),
        cases=open_cases(world.session(), platform),
    )


@blueprint.post("/start")
@permission(Act.HOLD_INTERVIEW)
def start() -> ResponseReturnValue:
    """Open a case, with what a notice already tells."""
    platform, notice_id = world.platform(), request.form.get("notice", "")
    known = (
        notices.known_answers(world.session(), world.actor(), platform.vault, notice_id) if notice_id else {}
    )
    interview = Interview.begin(platform.catalogue, request.form.get("event", ""), clock.today(), known)
    case = cases.open_case(world.session(), world.actor(), platform.vault, interview)
    return redirect(url_for("counter.conversation", case_id=case.id))


@blueprint.get("/<case_id>")
@permission(Act.HOLD_INTERVIEW)
def conversation(case_id: str) -> ResponseReturnValue:
    """The whole conversation on one page."""
    case = cases.find(world.session(), world.actor(), case_id)
    return _conversation(case, _interview(case))


@blueprint.post("/<case_id>/answers/<fact>")
@permission(Act.HOLD_INTERVIEW)
def answer(case_id: str, fact: str) -> ResponseReturnValue:
    """Save one answer as soon as it is given; a faulty one stays on the page with its reason."""
    case = cases.find(world.session(), world.actor(), case_id)
    interview, fault = _interview(case), None
    act = request.form.get("act", "")
    if act == "add" or act.startswith("remove-"):
        fault = InvalidAnswer(
            fact, ""
        )  # nothing is saved yet: what was typed stays, with a person more or less
    else:
        try:
            interview = interview.answer(fact, raw_answer(interview, fact, request.form))
        except InvalidAnswer as error:
            fault = error
    if fault is None:
        cases.save_interview(world.session(), world.actor(), world.platform().vault, case, interview)
    if request.headers.get("HX-Request"):
        return _conversation(case, interview, fault, template="counter/board.html")
    if fault is not None:
        return _conversation(case, interview, fault), 422
    return redirect(url_for("counter.conversation", case_id=case_id, _anchor=f"ask-{fact}"))


@blueprint.get("/towns/<postal_code>")
@permission(Act.HOLD_INTERVIEW)
def towns_of_code(postal_code: str) -> ResponseReturnValue:
    """The towns of a postal code, for the address boxes."""
    return jsonify(towns(world.platform().settings.data, postal_code))


@blueprint.get("/branches/<bank_code>/<branch_code>")
@permission(Act.HOLD_INTERVIEW)
def branch_of_code(bank_code: str, branch_code: str) -> ResponseReturnValue:
    """The names of a bank and branch, for the account boxes."""
    return jsonify(branch(world.platform().settings.data, bank_code, branch_code))


@blueprint.post("/<case_id>/show")
@permission(Act.HOLD_INTERVIEW)
def show(case_id: str) -> ResponseReturnValue:
    """Make the documents and hand the tablet to the resident."""
    case = cases.find(world.session(), world.actor(), case_id)
    if case.state == CaseState.OPEN:
        cases.show_documents(world.session(), world.actor(), world.platform(), case, _interview(case))
    if case.state != CaseState.SHOWN:
        raise NotNow(
            "この聞き取りは終わっているので、住民に見せられません。窓口の一覧から選び直してください。"
        )
    hand_over(session, case.id)
    return redirect(url_for("resident.welcome", case_id=case_id))


@blueprint.post("/<case_id>/reopen")
@permission(Act.HOLD_INTERVIEW)
def reopen(case_id: str) -> ResponseReturnValue:
    """Back to asking after the documents were shown; the resident wanted something corrected."""
    case = cases.find(world.session(), world.actor(), case_id)
    objected = [one.receipt_number for one in case.applications if one.objected_at is not None]
    cases.reopen(world.session(), world.actor(), case)
    if objected:
        flash(f"住民が「ここが ちがう」と言った書類：{'、'.join(objected)}", "warn")
    flash("聞き取りを直せます。直したら、もう一度住民に見せてください。", "good")
    return redirect(url_for("counter.conversation", case_id=case_id))


@blueprint.post("/<case_id>/close")
@permission(Act.HOLD_INTERVIEW)
def close(case_id: str) -> ResponseReturnValue:
    """Give a case up; what was made for it is withdrawn, the record of it stays."""
    case = cases.find(world.session(), world.actor(), case_id)
    cases.close(world.session(), world.actor(), case)
    flash("聞き取りをとりやめました。", "good")
    return redirect(url_for("counter.cases"))


def _interview(case: Case) -> Interview:
    platform = world.platform()
    interview = Interview.from_json(platform.catalogue, case.read_interview(platform.vault))
    # Gone on with on another day, it is filed on that day and by that day's rules.
    return interview.as_of(clock.today()) if case.state == CaseState.OPEN else interview


def _conversation(
    case: Case,
    interview: Interview,
    fault: InvalidAnswer | None = None,
    template: str = "counter/conversation.html",
) -> str:
    return render_template(
        template,
        case=case,
        board=board(case, interview, fault, request.form if fault else None),
        interview=interview,
    )
