"""The questionnaires of みほん市 with invented answers, so that counts and charts have something to show."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from office import clock
from office.accounts.actor import Actor
from office.records import surveys
from office.records.models.surveys import SurveyAnswer
from office.records.survey_questions import Question, take_answers
from office.secrets import Vault
from samples.dice import Dice


def load_surveys(session: Session, actor: Actor, vault: Vault) -> None:
    """Make the questionnaires; one is open and has been answered."""
    text = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    for number, data in enumerate(tomllib.loads(text)["survey"]):
        _load(session, actor, vault, data, Dice(f"survey-{number}"))


def _load(session: Session, actor: Actor, vault: Vault, data: Mapping[str, Any], dice: Dice) -> None:
    first, last = (clock.today() + timedelta(days=days) for days in data["days"])
    survey = surveys.make(session, actor, surveys.Outline(data["title"], data["lead"], first, last))
    questions = [_question(one) for one in data["questions"]]
    surveys.set_questions(session, actor, survey, questions)
    if not data["answers"]:
        return
    surveys.open_(session, actor, survey)
    for _ in range(data["answers"]):
        given = {one["key"]: _said(one, dice) for one in data["questions"]}
        row = SurveyAnswer(survey_id=survey.id)
        row.write_answers(vault, take_answers(questions, given))
        session.add(row)


def _question(data: Mapping[str, Any]) -> Question:
    options = [[f"o{n}", texts] for n, texts in enumerate(data.get("options", ()), 1)]
    named = {name: data.get(name) for name in ("key", "kind", "texts", "least", "most", "when")}
    return Question.from_json({**named, "options": options, "required": data.get("required", False)})


def _said(data: Mapping[str, Any], dice: Dice) -> object:
    """What somebody answers, by the question's weights."""
    if data["kind"] == "text":
        return dice.pick(data["said"]) if dice.chance(0.3) else None
    weights = data["weights"]
    values = [str(n) if data["kind"] == "scale" else f"o{n}" for n in range(1, len(weights) + 1)]
    if data["kind"] == "choices":
        return [value for value, weight in zip(values, weights, strict=True) if dice.chance(weight / 10)]
    if not data.get("required") and dice.chance(0.06):
        return None
    pool = [value for value, weight in zip(values, weights, strict=True) for _ in range(weight)]
    return dice.pick(pool)
