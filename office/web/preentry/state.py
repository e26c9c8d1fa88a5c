"""A conversation at home: it lives in the page alone, travels with every answer, and is checked each time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from forms.answers import Answer, InvalidAnswer, Source
from forms.catalogue import Catalogue
from forms.definition import JSON, Field
from forms.interview import Interview, Question
from office import clock

LONGEST = 200_000


@dataclass(frozen=True, slots=True)
class Home:
    """The interview so far, and the questions met in their order (answered or left for the counter)."""

    interview: Interview
    trail: tuple[str, ...] = ()

    @classmethod
    def begin(cls, catalogue: Catalogue, event: str) -> Home:
        """A new conversation. Raises `UnknownProcedure` for the event."""
        return cls(Interview.begin(catalogue, event, clock.today()))

    @classmethod
    def read(cls, catalogue: Catalogue, text: str) -> Home:
        """The conversation that a page sent back. Raises `InvalidAnswer`."""
        data = _parsed(text)
        answers: Mapping[str, Answer] = {
            str(fact): Answer(value, Source.SAID) for fact, value in data["answers"].items()
        }
        interview = Interview.from_json(
            catalogue,
            {
                "event": str(data["event"]),
                "on": clock.today().isoformat(),
                "answers": {fact: answer.to_json() for fact, answer in answers.items()},
            },
        )
        return cls(interview, tuple(str(one) for one in data["trail"]))

    def written(self) -> str:
        """What the page keeps, for `read`."""
        answers = {fact: answer.value for fact, answer in self.interview.answers.items()}
        data = {"event": self.interview.event.slug, "answers": answers, "trail": self.trail}
        return json.dumps(data, ensure_ascii=False, separators=(",", ":"))

    def questions(self) -> tuple[Question, ...]:
        """What is asked at home: nothing of the officer's, nothing secret (個人番号 stays at home)."""
        return tuple(
            replace(one, field=_at_home(one.field))
            for one in self.interview.questions()
            if one.field.asked_of == "resident" and not one.field.sensitive
        )

    def question(self, fact: str) -> Question | None:
        """One of them."""
        return next((one for one in self.questions() if one.fact == fact), None)

    def upcoming(self) -> Question | None:
        """The next one that was not met yet."""
        return next(
            (one for one in self.questions() if one.fact not in self.trail and one.answer is None), None
        )

    def answered(self) -> tuple[Question, ...]:
        """Those that were answered here."""
        return tuple(one for one in self.questions() if one.fact in self.interview.answers)

    def left(self) -> tuple[Question, ...]:
        """Those left for the counter."""
        return tuple(one for one in self.questions() if one.fact in self.trail and one.answer is None)

    def say(self, fact: str, raw: JSON) -> Home:
        """With one more answer. Raises `InvalidAnswer`."""
        return replace(self, interview=self.interview.answer(fact, raw), trail=self._met(fact))

    def leave(self, fact: str) -> Home:
        """A question left for the counter."""
        return replace(self, interview=self.interview.forget(fact), trail=self._met(fact))

    def _met(self, fact: str) -> tuple[str, ...]:
        return self.trail if fact in self.trail else (*self.trail, fact)


def _at_home(field: Field) -> Field:
    return replace(field, fields=tuple(one for one in field.fields if not one.sensitive))


def _parsed(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text) if len(text) <= LONGEST else None
    except (ValueError, RecursionError):
        data = None
    shape = {"event": str, "answers": dict, "trail": list}
    if not isinstance(data, dict) or any(not isinstance(data.get(k), v) for k, v in shape.items()):
        raise InvalidAnswer("", "この画面の内容が壊れています。最初からやり直してください。")
    return data
