"""Hostile input at every question of every life event: refused with its message, nothing lost or kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from forms.answers import Answer
from forms.households import Household, load_households, plain
from forms.interview import Interview, Question
from office import clock
from office.accounts.actor import Actor
from office.accounts.roles import Role
from office.audit.models import AuditEntry
from office.jobs.engine import JobEngine
from office.platform import Platform
from office.records import cases, conversations
from office.records.models.cases import Case
from office.records.models.counter import CaseStep
from office.web.application import create_app
from tests.support.ground import officer, opened
from tests.support.pages import signed_in, token_of
from tests.support.typed import Typed, typed

# Of all types of household, the one that is asked most.
HOUSEHOLDS = {
    "birth": "family",
    "care": "old-alone",
    "death": "family",
    "marriage": "single-parent",
    "move-in": "family",
    "move-out": "family",
    "move-within": "family",
    "work": "family",
}
LONG = "悪" * 10_000
HOSTILE = ("悪\u202e意", "悪\x1b[31m意", LONG)
PEOPLE = ("people", "rows")


@dataclass
class Counter:
    """An officer's browser, and what is stored."""

    platform: Platform
    actor: Actor
    client: FlaskClient
    token: str = field(init=False)
    met: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.token = token_of(self.client.get("/counter/"))

    def begin(self, event: str) -> str:
        interview = Interview.begin(self.platform.catalogue, event, clock.today(), {})
        with self.platform.sessions.begin() as session:
            return cases.open_case(session, self.actor, self.platform.vault, interview).id

    def say(self, case_id: str, fact: str, inputs: Typed) -> tuple[int, str]:
        address = f"/counter/{case_id}/answers/{fact}"
        answer = self.client.post(address, data={**inputs, "csrf_token": self.token})
        return answer.status_code, answer.text

    def interview(self, case_id: str) -> Interview:
        with self.platform.sessions() as session:
            return conversations.interview_of(self.platform, session.get_one(Case, case_id))

    def stored(self, case_id: str) -> tuple[object, int, int]:
        """The conversation, its steps, and how long the journal is."""
        with self.platform.sessions() as session:
            interview = session.get_one(Case, case_id).read_interview(self.platform.vault)
            steps, entries = (
                session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
                for table in (CaseStep, AuditEntry)
            )
        return interview, steps, entries


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Counter:
    platform = opened(tmp_path_factory.mktemp("everywhere") / "data")
    app: Flask = create_app(platform, JobEngine(platform))
    actor = officer(platform.sessions, "mado", Role.COUNTER)
    return Counter(platform, actor, signed_in(app, "mado"))


def spoiled(inputs: Typed, turn: int, least: int) -> Iterator[Typed]:
    """The inputs with every hostile value and at least so many of them spoiled; the others stay right."""
    names = list(inputs)
    for n in range(max(len(HOSTILE), least)):
        yield {**inputs, names[n % len(names)]: [HOSTILE[(n + turn) % len(HOSTILE)]]}


def attack(counter: Counter, case_id: str, question: Question, value: Any, turn: int) -> None:
    """Every hostile post is refused and leaves everything as it was; each input is spoiled in one event."""
    fine = typed(question.field, value[:1] if question.field.kind in PEOPLE else value)
    least = 0 if question.fact in counter.met else len(fine)
    counter.met.add(question.fact)
    before = counter.stored(case_id)
    for inputs in spoiled(fine, turn, least):
        status, page = counter.say(case_id, question.fact, inputs)
        assert status == 422, (question.fact, inputs)
        said = [part.split("</p>")[0] for part in page.split('role="alert"')[1:]]
        told = unescape(" ".join(said))
        assert "。" in told, (question.fact, told)
        assert len(told) < 400
        assert not {"\u202e", "\x1b"} & set(told), (question.fact, told)
        assert counter.stored(case_id) == before, question.fact


def answered_by(counter: Counter, household: Household, event: str) -> dict[str, Answer]:
    """What the household answers in the end."""
    begun = Interview.begin(counter.platform.catalogue, event, clock.today(), {})
    return dict(load_households().tell(begun, household).answers)


def following(interview: Interview, answers: dict[str, Answer], seen: set[str]) -> Question | None:
    """The next question; then whatever else stands on the page, the ones with an answer first."""
    upcoming = interview.next_question()
    if upcoming is not None:
        return upcoming
    left = [one for one in interview.questions() if one.fact not in seen]
    return min(left, key=lambda one: one.fact not in answers, default=None)


@pytest.mark.parametrize("event", HOUSEHOLDS)
def test_every_question_refuses_what_is_hostile_and_goes_on(counter: Counter, event: str) -> None:
    household = next(one for one in load_households().types if one.key == HOUSEHOLDS[event])
    answers, case_id = answered_by(counter, household, event), counter.begin(event)
    seen: set[str] = set()
    while question := following(counter.interview(case_id), answers, seen):
        fact = question.fact
        assert fact not in seen, f"{fact} is asked again"
        right = answers[fact].value if fact in answers else plain(question.field, household, clock.today())
        attack(counter, case_id, question, right, len(seen))
        seen.add(fact)
        if fact in answers:
            status, page = counter.say(case_id, fact, typed(question.field, right))
            assert status == 302, (fact, page[page.find('role="alert"') :][:300])
            assert counter.interview(case_id).answers[fact].value == right
    assert set(answers) <= seen
    assert len(seen) >= 15


def test_every_event_is_walked_and_nothing_hostile_is_in_the_journal(counter: Counter) -> None:
    assert set(HOUSEHOLDS) == set(counter.platform.catalogue.life_events)
    with counter.platform.sessions() as session:
        bodies = session.scalars(sa.select(AuditEntry.body)).all()
    assert len(bodies) > 3
    assert not [one for one in bodies if "悪" in one or "\\u60aa" in one]
