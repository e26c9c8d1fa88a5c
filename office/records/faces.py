"""Operations on the resident's face: how it looks, what it asks, which line is wrong, which way to sign."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from forms.interview import Interview, Question
from forms.signing.marks import TITLES
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import events, journal
from office.errors import NotNow
from office.records import cases
from office.records.models.applications import Application
from office.records.models.cases import Case, CaseState
from office.records.models.faces import Face

TEXT_SIZES = ("normal", "large", "largest")
RESIDENT = "resident"


def face_of(session: Session, case: Case) -> Face:
    """The face of a case, made at the first look."""
    face = session.get(Face, case.id)
    if face is None:
        face = Face(case_id=case.id, text_size="normal", asks=[], known=[], help_wanted=[], wrong=[], way="")
        session.add(face)
    return face


def choose_look(session: Session, actor: Actor, case: Case, text_size: str, *, contrast: bool) -> None:
    """The resident chooses the size of letters and strong contrast."""
    require(actor, Act.HOLD_INTERVIEW)
    if text_size not in TEXT_SIZES:
        raise NotNow("この文字の大きさは選べません。画面のボタンから選んでください。")
    face = face_of(session, case)
    face.text_size, face.high_contrast = text_size, contrast
    journal.write(
        session,
        actor,
        events.CASE_LOOK_CHOSEN,
        cases.subject_of(case),
        text_size=text_size,
        contrast=contrast,
    )


def ask(
    session: Session, actor: Actor, case: Case, interview: Interview, facts: Sequence[str], *, all_left: bool
) -> None:
    """Put questions to the resident's own face: these facts, or all that is left for them to answer.

    Raises `NotNow` where there is nothing to ask or the documents are shown.
    """
    require(actor, Act.HOLD_INTERVIEW)
    cases.hold_in(session, case, CaseState.OPEN)
    mine = [one.fact for one in interview.questions() if one.field.asked_of == RESIDENT]
    face = face_of(session, case)
    face.asks = [fact for fact in mine if fact in facts]
    face.asks_all = all_left
    face.known = [one.fact for one in interview.questions() if one.answer is not None]
    face.help_wanted = []
    put = asked_on_face(face, interview)
    if not put:
        raise NotNow("住民の画面でたずねる質問がありません。質問を選んでから押してください。")
    journal.write(session, actor, events.CASE_ASKED, cases.subject_of(case), facts=[one.fact for one in put])


def asked_on_face(face: Face, interview: Interview) -> tuple[Question, ...]:
    """The questions that stand on the resident's face now, in the order of the conversation."""
    return tuple(
        one
        for one in interview.questions()
        if one.field.asked_of == RESIDENT
        and (one.fact in face.asks or (face.asks_all and one.field.required and one.fact not in face.known))
    )


def stop_asking(session: Session, case: Case) -> None:
    """The officer holds the tablet again: nothing stands on the resident's face, what was marked stays."""
    face = session.get(Face, case.id)
    if face is not None:
        face.asks, face.asks_all = [], False


def want_help(session: Session, actor: Actor, case: Case, fact: str) -> None:
    """「わからない」: the officer will see the question marked."""
    require(actor, Act.HOLD_INTERVIEW)
    cases.hold_in(session, case, CaseState.OPEN)
    face = face_of(session, case)
    face.help_wanted = [*(one for one in face.help_wanted if one != fact), fact]
    journal.write(session, actor, events.CASE_HELP_WANTED, cases.subject_of(case), fact=fact)


def helped(session: Session, case: Case, fact: str) -> None:
    """A question that was answered after all is no longer marked."""
    face = session.get(Face, case.id)
    if face is not None and fact in face.help_wanted:
        face.help_wanted = [one for one in face.help_wanted if one != fact]


def object_to_line(
    session: Session, actor: Actor, case: Case, application: Application, box: str, fact: str
) -> None:
    """「ここが ちがう」 at one line (a box of the form); `fact` is the question behind it, if any."""
    cases.object_to(session, actor, case, application)
    face, line = face_of(session, case), [application.id, box, fact]
    face.wrong = [*(one for one in face.wrong if one != line), line]
    journal.write(
        session,
        actor,
        events.CASE_LINE_WRONG,
        cases.subject_of(case),
        application=application.receipt_number,
        box=box,
    )


def wrong_facts(face: Face) -> tuple[str, ...]:
    """The questions behind the lines the resident called wrong, each once, in the order they said it."""
    return tuple(dict.fromkeys(fact for _, _, fact in face.wrong if fact))


def choose_way(session: Session, actor: Actor, case: Case, way: str) -> None:
    """The resident wants to sign in another way than drawing; the officer goes on from there."""
    require(actor, Act.HOLD_INTERVIEW)
    cases.hold_in(session, case, CaseState.SHOWN)
    if way not in TITLES:
        raise NotNow("この署名のしかたは選べません。画面のボタンから選んでください。")
    face_of(session, case).way = way
    journal.write(session, actor, events.CASE_WAY_CHOSEN, cases.subject_of(case), way=way)
