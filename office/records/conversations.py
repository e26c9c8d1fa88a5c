"""Answers as an officer gives them: one by one, the last one undone, two officers never over each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from forms.answers import Answer
from forms.interview import Interview
from office import clock
from office.accounts.actor import Actor, require
from office.accounts.models import Officer
from office.accounts.roles import Act
from office.audit import events, journal
from office.database import hold
from office.errors import NotNow
from office.platform import Platform
from office.records import cases
from office.records.models.cases import Case, CaseState
from office.records.models.counter import CaseStep
from office.secrets import Vault


@dataclass(frozen=True, slots=True)
class Undoable:
    """The last answer, which can be taken back: of which fact, saved by whom."""

    fact: str
    officer: str


class ChangedMeanwhile(NotNow):
    """Another officer has answered the same question since the page was opened; nothing was overwritten."""

    code = "changed-meanwhile"

    def __init__(self, fact: str, officer: str) -> None:
        super().__init__(
            f"この質問は、{officer}さんが先に答えを保存しています。"
            "いまの答えを確かめて、よければもう一度保存してください。"
        )
        self.fact = fact


def interview_of(platform: Platform, case: Case) -> Interview:
    """The case's interview; one still open goes on by today's rules."""
    interview = Interview.from_json(platform.catalogue, case.read_interview(platform.vault))
    return interview.as_of(clock.today()) if case.state is CaseState.OPEN else interview


def locked(session: Session, platform: Platform, case: Case) -> Interview:
    """The interview of a case that nobody else changes until the transaction ends."""
    hold(session, case)
    return interview_of(platform, case)


def save(
    session: Session, actor: Actor, vault: Vault, case: Case, before: Interview, after: Interview, fact: str
) -> None:
    """Keep an interview (after `locked`) in which `fact` was answered or taken back.

    The same answer said again is no step: there would be nothing to undo.
    """
    earlier = before.answers.get(fact)
    if fact in after.answers and earlier == after.answers[fact]:
        return
    cases.save_interview(session, actor, vault, case, after)
    _note(session, actor, vault, case, fact, earlier)


def save_many(
    session: Session, actor: Actor, vault: Vault, case: Case, before: Interview, after: Interview
) -> tuple[str, ...]:
    """As `save`, for everything that differs (a card, a pre-entry); gives the facts."""
    names = {**before.answers, **after.answers}
    changed = tuple(name for name in names if before.answers.get(name) != after.answers.get(name))
    if changed:
        cases.save_interview(session, actor, vault, case, after)
    for fact in changed:
        _note(session, actor, vault, case, fact, before.answers.get(fact))
    return changed


def refuse_stale(session: Session, actor: Actor, case: Case, fact: str, seen: int) -> None:
    """Raise `ChangedMeanwhile` where another officer answered `fact` after version `seen` of the case."""
    step = session.scalar(
        select(CaseStep)
        .where(
            CaseStep.case_id == case.id,
            CaseStep.number > seen,
            CaseStep.fact == fact,
            CaseStep.officer_id != actor.officer,
        )
        .order_by(CaseStep.number.desc())
        .limit(1)
    )
    if step is not None:
        other = session.get_one(Officer, step.officer_id)
        raise ChangedMeanwhile(fact, other.name)


def undoable(session: Session, case: Case) -> Undoable | None:
    """The answer that `undo` would take back."""
    step = _last(session, case)
    if step is None or case.state is not CaseState.OPEN:
        return None
    return Undoable(step.fact, session.get_one(Officer, step.officer_id).name)


def undo(session: Session, actor: Actor, platform: Platform, case: Case) -> str:
    """Take back the last answer saved: what stood there before stands there again. Gives the fact."""
    require(actor, Act.HOLD_INTERVIEW)
    interview = locked(session, platform, case)
    step = _last(session, case)
    if step is None:
        raise NotNow("取り消せる答えはありません。")
    answers = dict(interview.answers)
    earlier = step.read_before(platform.vault)
    answers.pop(step.fact, None)
    if earlier is not None:
        answers[step.fact] = Answer.from_json(step.fact, earlier)
    data: Mapping[str, object] = {
        **interview.to_json(),
        "answers": {name: answer.to_json() for name, answer in answers.items()},
    }
    cases.save_interview(session, actor, platform.vault, case, Interview.from_json(platform.catalogue, data))
    step.undone = True
    journal.write(session, actor, events.CASE_ANSWER_UNDONE, f"counter_case:{case.id}", fact=step.fact)
    return step.fact


def latest(session: Session, case: Case) -> int:
    """The number of the last step, what pages hold to tell what has changed since."""
    found = session.scalar(select(func.max(CaseStep.number)).where(CaseStep.case_id == case.id))
    return found or 0


def _last(session: Session, case: Case) -> CaseStep | None:
    return session.scalar(
        select(CaseStep)
        .where(CaseStep.case_id == case.id, ~CaseStep.undone)
        .order_by(CaseStep.number.desc())
        .limit(1)
    )


def _note(
    session: Session, actor: Actor, vault: Vault, case: Case, fact: str, earlier: Answer | None
) -> None:
    step = CaseStep(
        case_id=case.id,
        number=latest(session, case) + 1,
        fact=fact,
        officer_id=actor.officer,
        saved_at=clock.now(),
    )
    step.write_before(vault, earlier.to_json() if earlier is not None else None)
    session.add(step)
    session.flush()
