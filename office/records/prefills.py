"""What is known before anybody asks, as answers: the same for the register, a notice, a card, a pre-entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from forms.definition import JSON, LifeEvent
from forms.interview import Answer, Interview, InvalidAnswer, Source
from forms.values.kana import to_katakana

MEMBERS, ADDRESS, HEAD = "members", "address", "head"


@dataclass(frozen=True, slots=True)
class Taken:
    """An interview with what could be taken, the facts that were, and why the others were not."""

    interview: Interview
    facts: tuple[str, ...]
    refused: tuple[str, ...]


def by_event(event: LifeEvent, known: Mapping[str, JSON], source: Source) -> dict[str, Answer]:
    """What is known of a household (`members`, `address`, `head`), as the facts the event names for it."""
    return {
        event.register[key]: Answer(value, source)
        for key, value in known.items()
        if key in event.register and value
    }


def take(interview: Interview, known: Mapping[str, Answer], *, over: bool = True) -> Taken:
    """The interview with these answers; one that does not fit is left out and told, not the whole refused.

    `over`: whether what is answered already is written anew.
    """
    facts, refused = [], []
    for fact, answer in known.items():
        if not over and fact in interview.answers:
            continue
        try:
            interview = interview.answer(fact, answer.value, answer.source)
        except InvalidAnswer as error:
            refused.append(error.message)
            continue
        if fact in interview.answers:
            facts.append(fact)
    return Taken(interview, tuple(facts), tuple(refused))


def reading(kana: str) -> tuple[str, str]:
    """What somebody typed to search by: the beginnings of 氏 and 名 in katakana."""
    family, _, given = to_katakana(" ".join(kana.split())).partition(" ")
    return family, given.strip()
