"""The example households of the life events (`forms/life_events/examples`) as conversations."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from forms.answers import Answer, Source
from forms.catalogue import PACKAGED, load_catalogue
from forms.interview import Determination, FilledForm, Interview
from tests.support.family import converse

EXAMPLES = PACKAGED / "life_events/examples"


def hold(event: str, household: str, **changes: Any) -> tuple[Interview, list[str]]:
    """The whole conversation of an example household, some answers changed (`__` stands for a dot)."""
    data = json.loads((EXAMPLES / f"{event}-{household}.json").read_text(encoding="utf-8"))
    known, told = {}, {name.replace("__", "."): value for name, value in changes.items()}
    for fact, answer in data["answers"].items():
        if isinstance(answer, dict) and set(answer) == {"value", "source"}:
            if fact not in told:
                known[fact] = Answer(answer["value"], Source(answer["source"]))
        else:
            told.setdefault(fact, answer)
    interview = Interview.begin(load_catalogue(), event, date.fromisoformat(data["on"]), known)
    return converse(interview, told)


def filed(interview: Interview) -> list[str]:
    """Every application: its procedure, and whom it is for where there is one for each of several."""
    return [
        f"{one.procedure.slug} {one.subject}" if one.procedure.for_each else one.procedure.slug
        for one in interview.applications()
    ]


def form(interview: Interview, slug: str) -> FilledForm:
    """The first application of a procedure."""
    return next(one for one in interview.applications() if one.procedure.slug == slug)


def determined(interview: Interview, slug: str) -> Determination:
    """Whether and why a procedure is needed."""
    return next(one for one in interview.determinations() if one.procedure.slug == slug)


def to_bring(interview: Interview, slug: str) -> list[str]:
    """What a procedure asks to bring."""
    return [one.attachment.name for one in interview.to_bring() if slug in one.procedures]
