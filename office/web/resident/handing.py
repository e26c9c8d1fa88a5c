"""What the officer does with the resident's face: put questions to it, see what was marked there."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from forms.interview import Interview
from office.accounts.roles import Act
from office.records import cases, conversations, faces
from office.records.faces import RESIDENT
from office.records.models.cases import Case, CaseState
from office.records.models.faces import Face
from office.web import world
from office.web.handover import hand_over
from office.web.policy import permission

blueprint = Blueprint("handing", __name__, url_prefix="/counter/<case_id>")


@dataclass(frozen=True, slots=True)
class Askable:
    """A question that may be put to the resident's face."""

    fact: str
    label: str
    answered: bool


@dataclass(frozen=True, slots=True)
class Marked:
    """What the resident marked: in words, and the question it belongs to (empty where there is none)."""

    text: str
    fact: str

    @property
    def anchor(self) -> str:
        """The question's place on the officer's page."""
        return f"ask-{self.fact}" if self.fact else ""


@dataclass(frozen=True, slots=True)
class Panel:
    """For the officer's page: what may be asked there, and what came back."""

    askable: tuple[Askable, ...]
    left: int
    help_wanted: tuple[Marked, ...]
    wrong: tuple[Marked, ...]

    @property
    def marked(self) -> frozenset[str]:
        """The questions to look at first."""
        return frozenset(one.fact for one in (*self.help_wanted, *self.wrong) if one.fact)


@blueprint.post("/ask")
@permission(Act.HOLD_INTERVIEW)
def ask(case_id: str) -> ResponseReturnValue:
    """Hand the tablet over for the questions ticked, or for all that is left."""
    case = cases.find(world.session(), world.actor(), case_id)
    interview = conversations.interview_of(world.platform(), case)
    everything = request.form.get("act") == "all"
    facts = request.form.getlist("fact")
    faces.ask(world.session(), world.actor(), case, interview, facts, all_left=everything)
    hand_over(session, case.id)
    return redirect(url_for("resident.welcome", case_id=case_id))


def panel(case: Case, interview: Interview) -> Panel:
    """What the officer's page says about the resident's face."""
    face = world.session().get(Face, case.id)
    mine = [one for one in interview.questions() if one.field.asked_of == RESIDENT]
    labels = {one.fact: one.field.label.text("ja") for one in interview.questions()}
    return Panel(
        askable=tuple(Askable(one.fact, labels[one.fact], one.answer is not None) for one in mine)
        if case.state is CaseState.OPEN
        else (),
        left=sum(one.answer is None and one.field.required for one in mine),
        help_wanted=tuple(Marked(labels.get(fact, fact), fact) for fact in face.help_wanted) if face else (),
        wrong=_wrong(case, face, labels) if face else (),
    )


def _wrong(case: Case, face: Face, labels: dict[str, str]) -> tuple[Marked, ...]:
    applications, found = {one.id: one for one in case.applications}, []
    for application_id, box, fact in face.wrong:
        application = applications[application_id]
        catalogue = world.platform().catalogue
        procedure = catalogue.procedure(application.procedure, version=application.version)
        text = f"{procedure.title.text('ja')}の「{procedure.field(box).label.text('ja')}」"
        found.append(Marked(text, fact if fact in labels else ""))
    return tuple(found)
