"""Tables of the surveys: what is asked, the one-time codes, and answers that lead back to nobody."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from office.database import Base, new_id, one_of
from office.records.models.sealed import open_json, seal_json
from office.secrets import Vault


class SurveyState(StrEnum):
    """Where a survey stands; only an open one takes answers."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    ARCHIVED = "archived"


def new_answer_id() -> str:
    """An identifier of an answer that says nothing of when it was given."""
    return secrets.token_hex(13)


class Survey(Base):
    """One questionnaire. `texts` holds title and greeting by language, `questions` the list of
    `survey_questions.Question.to_json`. `slug` is its short address. With `coded` each answer needs a
    one-time code. Counts below `least_cell` are not shown.
    """

    __tablename__ = "survey"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(String(12), unique=True)
    texts: Mapped[dict[str, Any]]
    questions: Mapped[dict[str, Any]]
    state: Mapped[SurveyState] = mapped_column(one_of(SurveyState), index=True)
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    coded: Mapped[bool] = mapped_column(default=False)
    least_cell: Mapped[int] = mapped_column(default=0)
    officer_id: Mapped[str] = mapped_column(ForeignKey("officer.id"))
    made_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]


class SurveyAnswer(Base):
    """One sheet of answers, sealed. Nothing says who gave it, when, or with which code; on SQLite the
    rows even lie in the order of their random identifiers.
    """

    __tablename__ = "survey_answer"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_answer_id)
    survey_id: Mapped[str] = mapped_column(ForeignKey("survey.id"), index=True)
    answers_sealed: Mapped[bytes] = mapped_column(LargeBinary)

    def write_answers(self, vault: Vault, answers: dict[str, Any]) -> None:
        """Seal the answers (question key → value)."""
        self.id = self.id or new_answer_id()
        self.answers_sealed = seal_json(vault, self, "answers", answers)

    def read_answers(self, vault: Vault) -> dict[str, Any]:
        """The answers: question key → value, unanswered questions left out."""
        answers: dict[str, Any] = open_json(vault, self, "answers", self.answers_sealed)
        return answers


class SurveyCode(Base):
    """A one-time code, kept as a blind index only; used or not, but not for which answer."""

    __tablename__ = "survey_code"
    __table_args__ = (UniqueConstraint("survey_id", "code_index"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    survey_id: Mapped[str] = mapped_column(ForeignKey("survey.id"))
    code_index: Mapped[bytes] = mapped_column(LargeBinary(32))
    used: Mapped[bool] = mapped_column(default=False)
