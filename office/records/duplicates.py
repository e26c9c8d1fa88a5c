"""The same thing twice: an application like one filed recently, or a case open for the same person.

Nothing is refused: the officer sees what there is and goes on with a reason, or opens the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from forms.interview import FilledForm, Interview
from forms.rendering.document import applicant_of
from office import clock
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import commitments, events, journal
from office.errors import NotNow
from office.platform import Platform
from office.records.models.applications import Application, ApplicationState
from office.records.models.cases import Case, CaseState
from office.records.models.counter import Correction, DoubleSettled

LONGEST_REASON = 500
_STANDING = (
    ApplicationState.FILED,
    ApplicationState.ACCEPTED,
    ApplicationState.RETURNED,
    ApplicationState.GRANTED,
)
_GOING_ON = (CaseState.OPEN, CaseState.SHOWN)


@dataclass(frozen=True, slots=True)
class Double:
    """Something already there. `kind` is `application` or `case`; `key` its receipt number or id."""

    kind: str
    key: str
    procedure: str
    subject: str
    since: date | datetime
    state: str

    @property
    def what(self) -> str:
        """How the record names it."""
        return f"{self.kind}:{self.key}"


def find(
    session: Session, actor: Actor, platform: Platform, case: Case, interview: Interview
) -> list[Double]:
    """What is there already for the same person: first applications like those needed, then open cases."""
    require(actor, Act.HOLD_INTERVIEW)
    forms = interview.applications() if interview.next_question() is None else ()
    applications = [one for form in forms for one in _alike(session, platform, case, form)]
    return [*dict.fromkeys(applications), *other_cases(session, actor, case)]


def unsettled(
    session: Session, actor: Actor, platform: Platform, case: Case, interview: Interview
) -> list[Double]:
    """What nobody has decided on yet."""
    settled = {what for row in settlements(session, case.id) for what in row.what}
    return [one for one in find(session, actor, platform, case, interview) if one.what not in settled]


def settle(session: Session, actor: Actor, case: Case, doubles: Sequence[Double], reason: str) -> None:
    """Go on although these are there, with the reason."""
    require(actor, Act.HOLD_INTERVIEW)
    text = reason.strip()[:LONGEST_REASON]
    if not text:
        raise NotNow("続ける理由を入力してください。あとで確かめる人が読みます。")
    what = [one.what for one in doubles]
    row = DoubleSettled(
        case_id=case.id, what=what, reason=text, officer_id=actor.officer, settled_at=clock.now()
    )
    session.add(row)
    journal.write(
        session,
        actor,
        events.CASE_DOUBLES_SETTLED,
        f"counter_case:{case.id}",
        found=what,
        reason=commitments.commit(session, text),
    )


def settlements(session: Session, case_id: str) -> Sequence[DoubleSettled]:
    """What was decided on a case's doubles, the first one first."""
    query = select(DoubleSettled).where(DoubleSettled.case_id == case_id)
    return session.scalars(query.order_by(DoubleSettled.settled_at)).all()


def other_cases(session: Session, actor: Actor, case: Case) -> list[Double]:
    """Unfinished cases of the same applicant."""
    require(actor, Act.HOLD_INTERVIEW)
    # Without what was answered: it is long, sealed, and not needed here.
    query = select(Case.id, Case.event, Case.opened_at, Case.state).where(_others(case))
    return [
        Double("case", one.id, one.event, "", one.opened_at, one.state)
        for one in session.execute(query.order_by(Case.opened_at))
    ]


def how_many_other_cases(session: Session, actor: Actor, case: Case) -> int:
    """As `other_cases`, only counted."""
    require(actor, Act.HOLD_INTERVIEW)
    return session.scalar(select(func.count()).select_from(Case).where(_others(case))) or 0


def _others(case: Case) -> ColumnElement[bool]:
    same = Case.person_index == case.person_index if case.person_index is not None else false()
    return and_(same, Case.id != case.id, Case.state.in_(_GOING_ON))


def _alike(session: Session, platform: Platform, case: Case, form: FilledForm) -> list[Double]:
    """Applications of the same procedure by the same person for the same subject, filed recently."""
    applicant = applicant_of(form)
    kana = applicant.name.full_kana if applicant.name else ""
    name = applicant.name.full if applicant.name else form.applicant_name
    if not applicant.birth_on:
        return []
    since = clock.today() - timedelta(days=platform.settings.duplicate_days)
    same_name = Application.applicant_kana == kana if kana else Application.applicant_name == name
    query = select(Application).where(
        Application.procedure == form.procedure.slug,
        Application.subject == form.subject,
        Application.applicant_birth_on == date.fromisoformat(applicant.birth_on),
        same_name,
        Application.state.in_(_STANDING),
        Application.filed_on >= since,
        or_(Application.case_id.is_(None), Application.case_id != case.id),
        # What was returned and is being corrected stands in its successor.
        Application.id.not_in(select(Correction.original_id)),
    )
    return [
        Double(
            "application",
            one.receipt_number,
            one.procedure,
            one.subject if form.procedure.for_each else "",
            one.filed_on or since,
            one.state,
        )
        for one in session.scalars(query.order_by(Application.filed_on))
    ]
