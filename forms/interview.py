"""The interview: one conversation about a life event that decides procedures and fills all their forms.

An interview is a value: answering gives a new one. What it asks follows from what the procedures need –
a rule not decided yet, a box not filled yet – so each fact is asked once and nothing is asked in vain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from types import MappingProxyType

from forms.answers import GIVEN, Answer, InvalidAnswer, Source, take
from forms.catalogue import Catalogue
from forms.definition import JSON, Attachment, Basis, Fact, Field, Labels, LifeEvent, Procedure
from forms.filled import Box, FilledForm, Problem, fill, subject_name
from forms.kinds.people import is_empty
from forms.knowledge import Demand, Knowledge

__all__ = [
    "Answer", "Box", "Bring", "Determination", "FilledForm", "Interview", "InvalidAnswer", "Problem",
    "Question", "Source",
]  # fmt: skip

MOST_ANSWERS = 500


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask: the field to ask it with, and what is known already."""

    fact: str
    field: Field
    answer: Answer | None
    section: Labels


@dataclass(frozen=True, slots=True)
class Determination:
    """Whether a procedure is needed (None: cannot be told yet), and why or why not."""

    procedure: Procedure
    needed: bool | None
    reason: Labels
    basis: tuple[Basis, ...]
    rule_version: str
    in_force_from: date
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bring:
    """Something to bring, and the procedures that want it."""

    attachment: Attachment
    procedures: tuple[str, ...]


@dataclass(frozen=True)
class Interview:
    """One conversation. `answers` holds what was given, with its source; nothing derived."""

    catalogue: Catalogue = field(repr=False)
    event: LifeEvent
    on: date
    answers: Mapping[str, Answer]

    @classmethod
    def begin(
        cls, catalogue: Catalogue, event: str, on: date, known: Mapping[str, Answer] | None = None
    ) -> Interview:
        """A new interview about a life event on a day, with what is known beforehand.

        Raises `UnknownProcedure` for the event and `InvalidAnswer` for what is known.
        """
        interview = cls(catalogue, catalogue.event(event), on, MappingProxyType({}))
        for fact, answer in (known or {}).items():
            interview = interview.answer(fact, answer.value, answer.source)
        return interview

    def answer(self, fact: str, raw: object, source: Source = Source.SAID) -> Interview:
        """The interview with one more answer (an empty one, where none is required, takes it back).

        Raises `InvalidAnswer` naming the fact.
        """
        known = self._facts.get(fact)
        if known is None or not known.asked or source not in GIVEN:
            raise InvalidAnswer(str(fact)[:60], f"「{str(fact)[:60]}」という質問はありません。")
        if is_empty(raw) and not known.field.required and known.field.kind != "choices":
            return self.forget(fact)
        value = take(self._knowledge.field(fact), raw)
        if not self._knowledge.allows(known, value):
            raise InvalidAnswer(fact, known.must_say.text("ja"))
        return replace(self, answers=MappingProxyType({**self.answers, fact: Answer(value, source)}))

    def forget(self, fact: str) -> Interview:
        """The interview without the answer to a fact."""
        left = {name: answer for name, answer in self.answers.items() if name != fact}
        return replace(self, answers=MappingProxyType(left))

    def questions(self) -> tuple[Question, ...]:
        """Every question that plays a part now, answered or not, in the order of the conversation."""
        return self._questions

    @cached_property
    def _questions(self) -> tuple[Question, ...]:
        names = [name for name in self._facts if name in self._demand.questions]
        names.sort(key=lambda name: self.event.position(self._facts[name]))
        return tuple(self._question(name) for name in names)

    def question(self, fact: str) -> Question | None:
        """The question of a fact that applies now, whether or not a procedure needs it."""
        known = self._facts.get(fact)
        if known is None or not known.asked or not self._knowledge.applies(fact):
            return None
        return self._question(fact)

    def _question(self, name: str) -> Question:
        fact = self._facts[name]
        heading = self.event.headings.get(fact.block) or self.catalogue.section_label(fact)
        field = self.event.worded(self._knowledge.field(name))
        return Question(name, field, self._knowledge.known(name), heading)

    def next_question(self) -> Question | None:
        """The first question that needs an answer and has none; None when all is known."""
        return next((one for one in self.questions() if one.answer is None and one.field.required), None)

    def asked(self) -> tuple[str, ...]:
        """The facts that play a part and were told by the resident."""
        return tuple(
            one.fact
            for one in self.questions()
            if one.field.asked_of == "resident"
            and one.answer is not None
            and one.answer.source is Source.SAID
        )

    def prompts(self) -> int:
        """How many questions were put to the resident: one per fact asked, one per person for people."""
        values = [self._knowledge.value(fact) for fact in self.asked()]
        people = [
            value for value in values if isinstance(value, list) and value and isinstance(value[0], dict)
        ]
        return len(values) - len(people) + sum(map(len, people))

    def determinations(self) -> tuple[Determination, ...]:
        """For each procedure that may belong to the event: needed or not, with the reason."""
        return self._determinations

    @cached_property
    def _determinations(self) -> tuple[Determination, ...]:
        found = []
        for procedure in self._procedures:
            rule = procedure.rule(self.event.slug)
            needed = self._knowledge.holds(rule.when) if rule is not None else False
            if rule is not None:
                reason = {True: rule.because, False: rule.otherwise, None: self.event.undecided}[needed]
                version = f"{procedure.slug}/v{procedure.version}"
                subjects = self._subject_names(procedure) if needed else ()
                found.append(
                    Determination(
                        procedure, needed, reason, procedure.basis, version, procedure.in_force_from, subjects
                    )
                )
        return tuple(found)

    def applications(self) -> tuple[FilledForm, ...]:
        """The forms of every procedure needed, one per subject where it is for each of several people."""
        return tuple(
            fill(one.procedure, self._knowledge.about(subject))
            for one in self.determinations()
            if one.needed
            for subject in self._subjects(one.procedure)
        )

    def to_bring(self) -> tuple[Bring, ...]:
        """What to bring for the procedures needed, each thing once."""
        wanted: dict[str, tuple[Attachment, list[str]]] = {}
        for one in self.determinations():
            for attachment in one.procedure.attachments if one.needed else ():
                if attachment.when is None or self._knowledge.holds(attachment.when):
                    _, slugs = wanted.setdefault(attachment.label.text("ja"), (attachment, []))
                    slugs.append(one.procedure.slug)
        return tuple(Bring(attachment, tuple(slugs)) for attachment, slugs in wanted.values())

    def as_of(self, on: date) -> Interview:
        """The same conversation gone on with on another day: dates of filing and rules are that day's."""
        return replace(self, on=on)

    def to_json(self) -> dict[str, JSON]:
        """`{"event", "on", "answers": {fact: {"value", "source"}}}`, to go on later."""
        answers: dict[str, JSON] = {fact: answer.to_json() for fact, answer in self.answers.items()}
        return {"event": self.event.slug, "on": self.on.isoformat(), "answers": answers}

    @classmethod
    def from_json(cls, catalogue: Catalogue, data: object) -> Interview:
        """The reverse of `to_json`, every answer checked again. Raises `InvalidAnswer`."""
        if not isinstance(data, Mapping) or set(data) != {"event", "on", "answers"}:
            raise InvalidAnswer("", "聞き取りの記録の形が正しくありません。")
        answers = data["answers"]
        if not isinstance(answers, Mapping) or len(answers) > MOST_ANSWERS:
            raise InvalidAnswer("answers", "聞き取りの記録の答えの形が正しくありません。")
        try:
            on = date.fromisoformat(str(data["on"]))
        except ValueError:
            raise InvalidAnswer("on", "聞き取りの記録の日付が正しくありません。") from None
        known = {str(fact): Answer.from_json(str(fact), answer) for fact, answer in answers.items()}
        return cls._resumed(catalogue, str(data["event"]), on, known)

    @classmethod
    def _resumed(cls, catalogue: Catalogue, event: str, on: date, known: Mapping[str, Answer]) -> Interview:
        """As `begin`, but an answer that no longer fits the others is kept, not refused."""
        interview = cls(catalogue, catalogue.event(event), on, MappingProxyType({}))
        for fact, answer in known.items():
            alone = cls(catalogue, interview.event, on, MappingProxyType({})).answer(
                fact, answer.value, answer.source
            )
            interview = replace(interview, answers=MappingProxyType({**interview.answers, **alone.answers}))
        return interview

    @cached_property
    def _facts(self) -> Mapping[str, Fact]:
        return self.catalogue.facts(self.on)

    @cached_property
    def _knowledge(self) -> Knowledge:
        return Knowledge(self._facts, self.answers, self.on, self.event.derived)

    @cached_property
    def _procedures(self) -> tuple[Procedure, ...]:
        return tuple(one for one in self.catalogue.procedures(self.on) if one.rule(self.event.slug))

    @cached_property
    def _demand(self) -> Demand:
        demand = Demand(self._knowledge)
        for procedure in self._procedures:
            rule = procedure.rule(self.event.slug)
            if rule is None or not demand.holds(rule.when):
                continue
            if procedure.for_each is not None:
                demand.want(procedure.for_each)
            for subject in self._subjects(procedure):
                about = demand.about(subject)
                for box in procedure.fields:
                    if about.holds(box.when):
                        about.want(about.knowledge.root(box.fact)[0])
        return demand

    def _subjects(self, procedure: Procedure) -> list[JSON]:
        """The people a procedure is for, or None for a procedure that is for nobody in particular."""
        if procedure.for_each is None:
            return [None]
        people = self._knowledge.value(procedure.for_each)
        return list(people) if isinstance(people, list) else []

    def _subject_names(self, procedure: Procedure) -> tuple[str, ...]:
        return tuple(subject_name(subject) for subject in self._subjects(procedure) if subject)
