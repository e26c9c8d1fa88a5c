"""Questions the resident answers themselves: one decision at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Form

from forms.interview import Interview, InvalidAnswer, Question
from office.records import conversations, faces
from office.records.models.cases import Case
from office.web import world
from office.web.counter.questions import question_form, raw_answer
from office.web.policy import resident
from office.web.resident.pages import blueprint, case_of, face, page
from office.web.wording import Worded, option_words, worded


@dataclass(frozen=True, slots=True)
class OnFace:
    """One question as the resident sees it; `number` of `total`, `before` leads back."""

    fact: str
    kind: str
    section: Worded
    ask: Worded
    help: Worded | None
    required: bool
    options: Mapping[str, Worded]
    form: Form
    number: int
    total: int
    before: str


@blueprint.get("/ask")
@resident
def ask(case_id: str) -> ResponseReturnValue:
    """The first question that is still open; when none is, back to the officer."""
    case = case_of(case_id)
    interview = conversations.interview_of(world.platform(), case)
    put = faces.asked_on_face(face(case), interview)
    left = [one for one in put if one.answer is None]
    if left:
        return redirect(url_for("resident.question", case_id=case_id, fact=left[0].fact))
    if put and not request.args.get("on"):
        return redirect(url_for("resident.question", case_id=case_id, fact=put[0].fact))
    return redirect(url_for("resident.answered", case_id=case_id))


@blueprint.route("/ask/<fact>", methods=["GET", "POST"])
@resident
def question(case_id: str, fact: str) -> ResponseReturnValue:
    """One question; its answer is saved at once."""
    case = case_of(case_id)
    interview = conversations.locked(world.session(), world.platform(), case)
    put = faces.asked_on_face(face(case), interview)
    if fact not in [one.fact for one in put]:
        return redirect(url_for("resident.ask", case_id=case_id))
    act, fault = request.form.get("act", ""), ""
    if request.method == "POST":
        if act == "help":
            faces.want_help(world.session(), world.actor(), case, fact)
            return redirect(url_for("resident.call", case_id=case_id))
        if act != "add" and not act.startswith("remove-"):
            fault = _answer(case, interview, fact)
            if not fault:
                return redirect(_next(case, fact))
    typed = request.form if request.method == "POST" else None
    body = page("resident/question.html", case, one=_on_face(case, put, fact, typed), fault=fault)
    return body, 422 if fault else 200


@blueprint.get("/answered")
@resident
def answered(case_id: str) -> ResponseReturnValue:
    """All that was asked is answered."""
    return page("resident/answered.html", case_of(case_id))


def _answer(case: Case, before: Interview, fact: str) -> str:
    """Save what was typed; what is wrong with it, empty once saved."""
    try:
        after = before.answer(fact, raw_answer(before, fact, request.form))
    except InvalidAnswer as error:
        return error.message
    session, vault = world.session(), world.platform().vault
    conversations.save(session, world.actor(), vault, case, before, after, fact)
    faces.helped(session, case, fact)
    return ""


def _next(case: Case, fact: str) -> str:
    """The question after this one, seen with the new answer; the end after the last."""
    put = faces.asked_on_face(face(case), conversations.interview_of(world.platform(), case))
    names = [one.fact for one in put]
    following = names[names.index(fact) + 1 :] if fact in names else []
    if following:
        return url_for("resident.question", case_id=case.id, fact=following[0])
    return url_for("resident.ask", case_id=case.id, on="yes")


def _on_face(case: Case, put: tuple[Question, ...], fact: str, typed: Mapping[str, str] | None) -> OnFace:
    names = [one.fact for one in put]
    place = names.index(fact)
    one, language = put[place], case.language
    value = one.answer.value if one.answer else None
    return OnFace(
        fact=fact,
        kind=one.field.kind,
        section=worded(one.section, language),
        ask=worded(one.field.question or one.field.label, language),
        help=worded(one.field.help, language) if one.field.help else None,
        required=one.field.required,
        options=option_words(one.field, language),
        form=question_form(one.field, value, typed, language),
        number=place + 1,
        total=len(put),
        before=names[place - 1] if place else "",
    )
