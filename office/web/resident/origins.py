"""Which question a line of a card came from, so that 「ここが ちがう」 leads the officer straight to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from forms.definition import Fact, Procedure
from forms.interview import Interview


def question_of(interview: Interview, procedure: Procedure, fact: str) -> str:
    """The question behind a box's fact, through what it is derived from; empty where there is none."""
    questions = {one.fact for one in interview.questions()}
    facts = interview.catalogue.facts(interview.on)
    waiting, seen = [fact], set()
    while waiting:
        name = _root(waiting.pop(0), facts, procedure)
        if name in questions:
            return name
        if name and name not in seen:
            seen.add(name)
            waiting += _read_by(interview, facts[name])
    return ""


def _root(path: str, facts: Mapping[str, Fact], procedure: Procedure) -> str:
    """The fact of a path (`applicant.name` of `applicant.name.family`); `subject` is whom the form is for."""
    if path.split(".")[0] == "subject" and procedure.for_each:
        return procedure.for_each
    return next((name for name in _prefixes(path) if name in facts), "")


def _prefixes(path: str) -> Iterator[str]:
    while path:
        yield path
        path = path.rpartition(".")[0]


def _read_by(interview: Interview, fact: Fact) -> tuple[str, ...]:
    derivation = interview.event.derivation(fact)
    return derivation.facts if derivation else ()
