"""Correction (補正) of a returned application: only the boxes named change; a new application replaces it.

The old one keeps its number and stays returned. The correction has a case of its own, so that it is shown
and signed as any other; how the applicant was identified is asked anew.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.answers import take
from forms.definition import JSON, Field, Labels, LifeEvent, Option, Procedure
from forms.filled import FilledForm
from forms.interview import Interview, InvalidAnswer, Source
from forms.kinds.people import is_empty
from office import clock
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import events, journal
from office.database import hold
from office.errors import NotNow
from office.platform import Platform
from office.records import cases, filing
from office.records.models.applications import Application, ApplicationState, DecisionAct
from office.records.models.cases import Case, CaseState
from office.records.models.counter import Correction, ReturnNote

IDENTITY = "identity."
FILED_ON = "filing.filed_on"


def returned(session: Session, actor: Actor) -> Sequence[Application]:
    """Applications returned and not corrected yet, the longest waiting first."""
    require(actor, Act.HOLD_INTERVIEW)
    done = select(Correction.original_id).join(Case, Case.id == Correction.case_id)
    query = select(Application).where(
        Application.state == ApplicationState.RETURNED,
        Application.id.not_in(done.where(Case.state == CaseState.SIGNED)),
    )
    return session.scalars(query.order_by(Application.filed_on, Application.receipt_number)).all()


def boxes_named(session: Session, application: Application) -> tuple[str, ...]:
    """The boxes that the last return asks to have corrected."""
    last = next((one for one in reversed(application.decisions) if one.act is DecisionAct.RETURN), None)
    note = session.get(ReturnNote, last.id) if last is not None else None
    return tuple(note.boxes) if note is not None else ()


def of_case(session: Session, case_id: str) -> Correction | None:
    """The correction that a case is for."""
    return session.scalar(select(Correction).where(Correction.case_id == case_id))


def of_original(session: Session, application: Application) -> Sequence[Correction]:
    """The corrections begun of an application, the first one first."""
    query = select(Correction).where(Correction.original_id == application.id)
    return session.scalars(query.order_by(Correction.begun_at)).all()


def of_successor(session: Session, application: Application) -> Correction | None:
    """The correction that made an application."""
    return session.scalar(select(Correction).where(Correction.successor_id == application.id))


def begin(
    session: Session, actor: Actor, platform: Platform, application: Application, boxes: Collection[str]
) -> Correction:
    """Start to correct these boxes (field names) of a returned application. Raises `NotNow`."""
    require(actor, Act.HOLD_INTERVIEW)
    hold(session, application)
    if application.state is not ApplicationState.RETURNED:
        raise NotNow("差し戻された申請ではないので、補正できません。状態を確かめてください。")
    _refuse_second(session, application)
    procedure = platform.catalogue.procedure(application.procedure, version=application.version)
    named = [field.name for field in procedure.fields if field.name in boxes]
    if not named:
        raise NotNow("直す欄を1つ以上選んでください。")
    interview = Interview(platform.catalogue, _event(platform, session, application), clock.today(), {})
    case = cases.open_case(session, actor, platform.vault, interview)
    row = Correction(
        original_id=application.id,
        case_id=case.id,
        boxes=named,
        officer_id=actor.officer,
        begun_at=clock.now(),
    )
    record, sources = _carried(platform, procedure, application)
    row.write_draft(platform.vault, record, sources)
    session.add(row)
    session.flush()
    number = application.receipt_number
    subject = f"application:{application.id}"
    journal.write(session, actor, events.CORRECTION_BEGUN, subject, receipt_number=number, boxes=named)
    return row


def open_fields(platform: Platform, session: Session, correction: Correction) -> tuple[Field, ...]:
    """The boxes that may be changed: those named, and how the applicant is identified today."""
    original = session.get_one(Application, correction.original_id)
    procedure = platform.catalogue.procedure(original.procedure, version=original.version)
    record, _ = correction.read_draft(platform.vault)
    return tuple(
        _with_options(procedure, field, record)
        for field in procedure.fields
        if field.name in correction.boxes or field.fact.startswith(IDENTITY)
    )


def save(
    session: Session, actor: Actor, platform: Platform, correction: Correction, box: str, raw: JSON
) -> None:
    """Keep the corrected value of a box (an empty one empties it). Raises `InvalidAnswer`, `NotNow`."""
    require(actor, Act.HOLD_INTERVIEW)
    hold(session, correction)
    case = session.get_one(Case, correction.case_id)
    if case.state is not CaseState.OPEN:
        raise NotNow("この補正は、いまは直せません。画面を開き直してください。")
    fields = {one.name: one for one in open_fields(platform, session, correction)}
    if box not in fields:
        raise InvalidAnswer(box[:60], "この欄は補正の対象ではありません。")
    record, sources = correction.read_draft(platform.vault)
    record.pop(box, None)
    sources.pop(box, None)
    if not is_empty(raw) or fields[box].kind == "choices":
        record[box], sources[box] = take(fields[box], raw), str(Source.SAID)
    elif fields[box].required:
        raise InvalidAnswer(box, f"「{fields[box].label.text('ja')}」を入力してください。")
    correction.write_draft(platform.vault, record, sources)
    case.updated_at, case.version = clock.now(), case.version + 1
    journal.write(session, actor, events.CORRECTION_SAVED, f"counter_case:{case.id}", box=box)


def corrected_form(platform: Platform, session: Session, correction: Correction) -> FilledForm:
    """The form as corrected so far, dated today."""
    original = session.get_one(Application, correction.original_id)
    procedure = platform.catalogue.procedure(original.procedure, version=original.version)
    record, sources = correction.read_draft(platform.vault)
    for field in procedure.fields:
        if field.fact == FILED_ON:
            record[field.name], sources[field.name] = clock.today().isoformat(), str(Source.DERIVED)
    return FilledForm.of(procedure, record, sources)


def show(session: Session, actor: Actor, platform: Platform, correction: Correction) -> Application:
    """Make the new application and its PDF, ready to be read and signed. Raises `Incomplete`, `NotNow`."""
    form = corrected_form(platform, session, correction)
    filing.refuse_incomplete([form])
    case = session.get_one(Case, correction.case_id)
    interview = _identified(
        form, Interview.from_json(platform.catalogue, case.read_interview(platform.vault))
    )
    case.write_interview(platform.vault, interview.to_json())
    (successor,) = cases.show_forms(session, actor, platform, case, [form], interview)
    if correction.successor_id != successor.id:
        correction.successor_id = successor.id
        original = session.get_one(Application, correction.original_id)
        journal.write(
            session,
            actor,
            events.APPLICATION_CORRECTED,
            f"application:{original.id}",
            receipt_number=original.receipt_number,
            successor=successor.receipt_number,
        )
    return successor


def _refuse_second(session: Session, application: Application) -> None:
    for earlier in of_original(session, application):
        case = session.get_one(Case, earlier.case_id)
        if case.state is CaseState.SIGNED:
            raise NotNow("この申請は、もう補正が済んでいます。")
        if case.state is not CaseState.CLOSED:
            raise NotNow("この申請の補正は、もう始まっています。窓口の一覧から続けてください。")


def _event(platform: Platform, session: Session, application: Application) -> LifeEvent:
    """The life event the application came from; for paper the first that knows its procedure."""
    case = session.get(Case, application.case_id) if application.case_id else None
    if case is not None:
        return platform.catalogue.event(case.event)
    procedure = platform.catalogue.procedure(application.procedure, version=application.version)
    events_ = platform.catalogue.events()
    return next((one for one in events_ if procedure.rule(one.slug)), events_[0])


def _carried(
    platform: Platform, procedure: Procedure, application: Application
) -> tuple[dict[str, JSON], dict[str, str]]:
    """The old record without how the applicant was identified then."""
    again = {field.name for field in procedure.fields if field.fact.startswith(IDENTITY)}
    record, sources = application.read_record(platform.vault), application.read_sources(platform.vault)
    return (
        {name: value for name, value in record.items() if name not in again},
        {name: source for name, source in sources.items() if name not in again},
    )


def _with_options(procedure: Procedure, field: Field, record: dict[str, JSON]) -> Field:
    """The field with the people of the record as its options, where it is chosen from people."""
    people = next((record.get(one.name) for one in procedure.fields if field.options_from == one.fact), None)
    if not field.options_from or not isinstance(people, list):
        return field
    names = [" ".join(filter(None, _full(one))) for one in people]
    options = tuple(
        Option(one, Labels(f"{field.name}/{one}", (("ja", one),))) for one in dict.fromkeys(names)
    )
    return replace(field, options=(*options, *field.options), options_from="")


def _full(person: JSON) -> tuple[str, str]:
    name = person.get("name") if isinstance(person, dict) else None
    return (str(name.get("family", "")), str(name.get("given", ""))) if isinstance(name, dict) else ("", "")


def _identified(form: FilledForm, interview: Interview) -> Interview:
    """The interview with what the form says of the identity check."""
    boxes = {box.field.fact: box for box in form.boxes if box.value is not None}
    for fact in cases.IDENTITY:
        if fact in boxes:
            interview = interview.answer(fact, boxes[fact].value)
    return interview
