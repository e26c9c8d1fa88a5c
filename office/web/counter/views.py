"""The officer's face: ask, save on each field, take back, show the documents to the resident."""

from __future__ import annotations

from flask import flash, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from forms.interview import Interview, InvalidAnswer, Source
from office import clock
from office.accounts.roles import Act
from office.errors import NotNow
from office.records import cases, conversations, corrections, duplicates
from office.records.models.cases import Case, CaseState
from office.web import world
from office.web.counter import (  # noqa: F401 - they add their pages to the blueprint
    card_views,
    correction_views,
    duplicate_views,
    handover_views,
    pre_entry_views,
    starting,
)
from office.web.counter.blueprint import blueprint, case_of, interview_of
from office.web.counter.board import board
from office.web.counter.lookups import branch, towns
from office.web.counter.questions import GONE, raw_answer
from office.web.counter.surroundings import surroundings
from office.web.handover import hand_over
from office.web.policy import permission

__all__ = ["blueprint"]


@blueprint.get("/<case_id>")
@permission(Act.HOLD_INTERVIEW)
def conversation(case_id: str) -> ResponseReturnValue:
    """The whole conversation on one page; a correction has a page of its own."""
    world.draw()
    case = case_of(case_id)
    if corrections.of_case(world.session(), case_id) is not None:
        return redirect(url_for("counter.correction", case_id=case_id))
    return _conversation(case, interview_of(case))


@blueprint.post("/<case_id>/answers/<fact>")
@permission(Act.HOLD_INTERVIEW)
def answer(case_id: str, fact: str) -> ResponseReturnValue:
    """Save one answer as soon as it is given; a faulty one stays on the page with its reason."""
    case = case_of(case_id)
    before = conversations.locked(world.session(), world.platform(), case)
    act, fault, after = request.form.get("act", ""), None, before
    if act in ("add", "typed") or act.startswith("remove-"):
        # Nothing is saved yet: what was typed (or a card says) stays, with a person more or less.
        fault = InvalidAnswer(fact, "")
    else:
        try:
            after = _answered(case, before, fact)
        except InvalidAnswer as error:
            fault = error
    if fault is None:
        vault = world.platform().vault
        conversations.save(world.session(), world.actor(), vault, case, before, after, fact)
        world.draw()
    if request.headers.get("HX-Request"):
        return _conversation(case, after, fault, template="counter/board.html")
    if fault is not None:
        return _conversation(case, after, fault), 422
    return redirect(url_for("counter.conversation", case_id=case_id, _anchor=f"ask-{fact}"))


def _answered(case: Case, before: Interview, fact: str) -> Interview:
    """The interview with what was typed. Raises `InvalidAnswer`, also where another officer was first."""
    source = Source.CARD if request.form.get("source") == "card" else Source.SAID
    after = before.answer(fact, raw_answer(before, fact, request.form), source)
    if all(question.fact != fact for question in after.questions()):
        raise InvalidAnswer(fact, GONE)
    seen = request.form.get("step", "")
    if seen.isdecimal():
        try:
            conversations.refuse_stale(world.session(), world.actor(), case, fact, int(seen[:9]))
        except conversations.ChangedMeanwhile as error:
            raise InvalidAnswer(fact, error.message) from None
    return after


@blueprint.post("/<case_id>/undo")
@permission(Act.HOLD_INTERVIEW)
def undo(case_id: str) -> ResponseReturnValue:
    """Take back the last answer, also one given before the page was opened."""
    case = case_of(case_id)
    fact = conversations.undo(world.session(), world.actor(), world.platform(), case)
    if request.headers.get("HX-Request"):
        return _conversation(case, interview_of(case), template="counter/board.html")
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
    """Make the documents and hand the tablet to the resident; what is there already is decided on first."""
    case, actor, platform = case_of(case_id), world.actor(), world.platform()
    correction = corrections.of_case(world.session(), case_id)
    if case.state == CaseState.OPEN and correction is not None:
        corrections.show(world.session(), actor, platform, correction)
    elif case.state == CaseState.OPEN:
        interview = interview_of(case)
        if duplicates.unsettled(world.session(), actor, platform, case, interview):
            return redirect(url_for("counter.doubles", case_id=case_id))
        # Printed ahead, while everybody else may write; what changes meanwhile is printed anew.
        pages = cases.draft_documents(world.session(), actor, platform, case, interview)
        world.begin_again()
        platform.press.print_ahead(pages)
        case = case_of(case_id)
        if case.state == CaseState.OPEN:
            cases.show_documents(world.session(), actor, platform, case, interview_of(case))
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
    case = case_of(case_id)
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
    cases.close(world.session(), world.actor(), case_of(case_id))
    flash("聞き取りをとりやめました。", "good")
    return redirect(url_for("counter.cases"))


def _conversation(
    case: Case,
    interview: Interview,
    fault: InvalidAnswer | None = None,
    template: str = "counter/conversation.html",
) -> str:
    return render_template(
        template,
        case=case,
        interview=interview,
        board=board(case, interview, fault, request.form if fault else None),
        around=surroundings(case),
        now=clock.now(),
    )
