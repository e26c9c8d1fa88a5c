"""Surveys: making them, opening and closing them, and taking answers that lead back to nobody.

An answer writes no journal entry: its instant beside the stored row would tell who gave it. The journal
holds the counts when a survey is closed, archived or taken out.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from office import clock
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import events, journal
from office.database import hold
from office.errors import NotFound, NotNow, OfficeError
from office.records.models.surveys import (
    Survey,
    SurveyAnswer,
    SurveyCode,
    SurveyState,
    new_answer_id,
)
from office.records.survey_questions import (
    MOST_QUESTIONS,
    Question,
    QuestionRefused,
    checked,
    languages_of,
    take_answers,
)
from office.secrets import Vault

MOST_CODES = 2_000
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that are mistaken for each other
_PURPOSE = "survey-code"


class CodeRefused(OfficeError):
    """The one-time code is not one of this survey, or has been used."""

    code = "survey-code-refused"


@dataclass(frozen=True, slots=True)
class Outline:
    """What a survey is called and when it is open. `title` and `lead` are texts by language."""

    title: Mapping[str, str]
    lead: Mapping[str, str]
    opens_on: date
    closes_on: date
    coded: bool = False
    least_cell: int = 0


def questions_of(survey: Survey) -> tuple[Question, ...]:
    """The questions in order."""
    return tuple(Question.from_json(one) for one in survey.questions["questions"])


def offered_in(survey: Survey) -> tuple[str, ...]:
    """The languages in which everything of the survey is written; Japanese always."""
    texts = [survey.texts["title"]]
    if survey.texts["lead"]:
        texts.append(survey.texts["lead"])
    for question in questions_of(survey):
        texts += [question.texts, *(option for _, option in question.options)]
    return languages_of(texts)


def is_taking(survey: Survey, on: date) -> bool:
    """Whether answers are taken on a day."""
    return survey.state is SurveyState.OPEN and survey.opens_on <= on <= survey.closes_on


def list_surveys(session: Session, actor: Actor) -> Sequence[tuple[Survey, int]]:
    """Every survey with the number of its answers, the newest first."""
    require(actor, Act.MAKE_SURVEYS)
    counted = select(SurveyAnswer.survey_id, func.count().label("n")).group_by(SurveyAnswer.survey_id)
    counts = dict(session.execute(counted).tuples().all())
    found = session.scalars(select(Survey).order_by(Survey.made_at.desc(), Survey.id.desc())).all()
    return [(one, counts.get(one.id, 0)) for one in found]


def find(session: Session, actor: Actor, slug: str) -> Survey:
    """The survey of a short address. Raises `NotFound`."""
    require(actor, Act.MAKE_SURVEYS)
    return find_public(session, slug)


def find_public(session: Session, slug: str) -> Survey:
    """The survey as anybody may open it. Raises `NotFound`."""
    found = session.scalar(select(Survey).where(Survey.slug == slug))
    if found is None:
        raise NotFound("このアンケートは見つかりません。アドレスかQRコードを確かめてください。")
    return found


def make(session: Session, actor: Actor, outline: Outline) -> Survey:
    """A new survey without questions yet. Raises `QuestionRefused`."""
    require(actor, Act.MAKE_SURVEYS)
    slug = "".join(secrets.choice(_LETTERS) for _ in range(8))
    survey = Survey(
        slug=slug,
        questions={"questions": []},
        state=SurveyState.DRAFT,
        officer_id=actor.officer,
        made_at=clock.now(),
    )
    _write(survey, outline)
    session.add(survey)
    session.flush()
    journal.write(session, actor, events.SURVEY_MADE, _subject(survey), slug=slug)
    return survey


def describe(session: Session, actor: Actor, survey: Survey, outline: Outline) -> None:
    """Change title, greeting and dates. A survey that has been opened keeps whether it needs codes."""
    require(actor, Act.MAKE_SURVEYS)
    hold(session, survey)
    _refuse_archived(survey)
    if survey.opened_at is not None and outline.coded != survey.coded:
        raise NotNow("一度受け付けを始めたアンケートでは、回答券の要否は変えられません。")
    _write(survey, outline)
    _changed(session, actor, survey)


def _write(survey: Survey, outline: Outline) -> None:
    head = Question("title", "text", outline.title)
    title = checked(head, ()).texts
    lead = checked(Question("lead", "text", outline.lead), ()).texts if any(outline.lead.values()) else {}
    if outline.closes_on < outline.opens_on:
        raise QuestionRefused("終わりの日は、始まりの日より後にしてください。")
    survey.texts = {"title": dict(title), "lead": dict(lead)}
    survey.opens_on, survey.closes_on = outline.opens_on, outline.closes_on
    survey.coded, survey.least_cell = outline.coded, outline.least_cell


def set_questions(session: Session, actor: Actor, survey: Survey, questions: Sequence[Question]) -> None:
    """Replace the questions of a draft, each checked against those before it. Raises `QuestionRefused`."""
    require(actor, Act.MAKE_SURVEYS)
    hold(session, survey)
    if survey.state is not SurveyState.DRAFT:
        raise NotNow("受け付けを始めたアンケートの質問は直せません。新しく作ってください。")
    if len(questions) > MOST_QUESTIONS:
        raise QuestionRefused(f"質問は{MOST_QUESTIONS}問までにしてください。")
    kept: list[Question] = []
    for question in questions:
        kept.append(checked(question, kept))
    survey.questions = {"questions": [question.to_json() for question in kept]}
    _changed(session, actor, survey)


def open_(session: Session, actor: Actor, survey: Survey) -> None:
    """Take answers from now on, or again."""
    require(actor, Act.MAKE_SURVEYS)
    hold(session, survey)
    _refuse_archived(survey)
    if survey.state is SurveyState.OPEN:
        raise NotNow("もう受け付けています。")
    if not questions_of(survey):
        raise NotNow("質問がまだありません。質問を加えてから始めてください。")
    if survey.closes_on < clock.today():
        raise NotNow("終わりの日が過ぎています。期間を直してから始めてください。")
    survey.state = SurveyState.OPEN
    survey.opened_at = survey.opened_at or clock.now()
    journal.write(session, actor, events.SURVEY_OPENED, _subject(survey), sha256=_digest(survey))


def close(session: Session, actor: Actor, survey: Survey) -> None:
    """Take no more answers; it can be opened again."""
    require(actor, Act.MAKE_SURVEYS)
    hold(session, survey)
    if survey.state is not SurveyState.OPEN:
        raise NotNow("いまは受け付けていません。画面を開き直してください。")
    survey.state = SurveyState.CLOSED
    journal.write(session, actor, events.SURVEY_CLOSED, _subject(survey), answers=count(session, survey))


def archive(session: Session, actor: Actor, survey: Survey) -> None:
    """Put a closed survey away; its results stay readable."""
    require(actor, Act.MAKE_SURVEYS)
    hold(session, survey)
    if survey.state is not SurveyState.CLOSED:
        raise NotNow("受け付けを終わってから保管してください。")
    survey.state = SurveyState.ARCHIVED
    journal.write(session, actor, events.SURVEY_ARCHIVED, _subject(survey), answers=count(session, survey))


def make_codes(session: Session, actor: Actor, vault: Vault, survey: Survey, how_many: int) -> list[str]:
    """New one-time codes, readable only now: what is stored are blind indexes."""
    require(actor, Act.MAKE_SURVEYS)
    hold(session, survey)
    _refuse_archived(survey)
    if not survey.coded:
        raise NotNow("このアンケートは、回答券なしで答えられます。")
    known = session.scalar(select(func.count()).where(SurveyCode.survey_id == survey.id)) or 0
    if not 1 <= how_many <= MOST_CODES or known + how_many > MOST_CODES * 10:
        raise NotNow(f"回答券は一度に1枚から{MOST_CODES}枚までにしてください。")
    codes: set[str] = set()
    while len(codes) < how_many:
        codes.add("".join(secrets.choice(_LETTERS) for _ in range(10)))
    session.add_all(SurveyCode(survey_id=survey.id, code_index=_index(vault, survey, code)) for code in codes)
    journal.write(session, actor, events.SURVEY_CODES_MADE, _subject(survey), codes=how_many)
    return sorted(codes)


def answer(
    session: Session, vault: Vault, survey: Survey, raw: Mapping[str, object], sheet: str = "", code: str = ""
) -> SurveyAnswer:
    """Take one sheet of answers from somebody unknown. The same `sheet` (an identifier of
    `new_answer_id`) sent twice counts once.

    Raises `NotNow` when the survey is not open, `AnswerRefused`, `CodeRefused`.
    """
    sheet = sheet if re.fullmatch(r"[0-9a-f]{26}", sheet) else new_answer_id()
    known = session.get(SurveyAnswer, sheet)
    if known is not None and known.survey_id == survey.id:
        return known
    if not is_taking(survey, clock.today()):
        raise NotNow("このアンケートは、いま受け付けていません。")
    answers = take_answers(questions_of(survey), raw)
    if survey.coded:
        _use(session, vault, survey, code)
    row = SurveyAnswer(id=sheet, survey_id=survey.id)
    row.write_answers(vault, answers)
    session.add(row)
    session.flush()
    return row


def code_is_free(session: Session, vault: Vault, survey: Survey, code: str) -> bool:
    """Whether a code is one of the survey and has not been used."""
    index = _index(vault, survey, code)
    free = select(SurveyCode.id).where(
        SurveyCode.survey_id == survey.id, SurveyCode.code_index == index, SurveyCode.used.is_(False)
    )
    return session.scalar(free) is not None


def count(session: Session, survey: Survey) -> int:
    """How many answers there are."""
    return session.scalar(select(func.count()).where(SurveyAnswer.survey_id == survey.id)) or 0


def answers_of(session: Session, actor: Actor, vault: Vault, survey: Survey) -> list[dict[str, object]]:
    """Every sheet of answers, in the order of their random identifiers."""
    require(actor, Act.MAKE_SURVEYS)
    rows = session.scalars(
        select(SurveyAnswer).where(SurveyAnswer.survey_id == survey.id).order_by(SurveyAnswer.id)
    )
    return [row.read_answers(vault) for row in rows]


def _use(session: Session, vault: Vault, survey: Survey, code: str) -> None:
    """Use a code up; of two answers at once with the same code one is refused."""
    used = session.execute(
        sa.update(SurveyCode)
        .where(
            SurveyCode.survey_id == survey.id,
            SurveyCode.code_index == _index(vault, survey, code),
            SurveyCode.used.is_(False),
        )
        .values(used=True)
        .returning(SurveyCode.id)
    ).all()
    if len(used) != 1:
        raise CodeRefused("この回答券は使えません。番号を確かめてください。回答は1枚につき1回です。")


def _index(vault: Vault, survey: Survey, code: str) -> bytes:
    return vault.blind_index(_PURPOSE, f"{survey.id}:{code.strip().lower()[:40]}")


def _refuse_archived(survey: Survey) -> None:
    if survey.state is SurveyState.ARCHIVED:
        raise NotNow("保管したアンケートは変えられません。新しく作ってください。")


def _digest(survey: Survey) -> str:
    text = json.dumps([survey.texts, survey.questions], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _changed(session: Session, actor: Actor, survey: Survey) -> None:
    session.flush()
    journal.write(
        session,
        actor,
        events.SURVEY_CHANGED,
        _subject(survey),
        questions=len(questions_of(survey)),
        sha256=_digest(survey),
    )


def _subject(survey: Survey) -> str:
    return f"survey:{survey.id}"
