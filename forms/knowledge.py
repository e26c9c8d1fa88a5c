"""What is known: answers, what follows from them, and what still has to be asked.

A fact's value is found in this order: it does not apply (its condition is not true) – nothing; it can be
derived; it was answered, and the answer still fits; it has a default. So an answer whose question no longer
applies, or whose option is gone, reaches no form, although it is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

from forms.answers import Answer, Source
from forms.condition_nodes import member
from forms.condition_shapes import TODAY
from forms.conditions import Condition, Expression
from forms.definition import JSON, Fact, Field, Labels, Option

SUBJECT = "subject"


@dataclass(slots=True)
class Knowledge:
    """Answers seen through the definitions, on one day, for one subject (a person's JSON) or none."""

    facts: Mapping[str, Fact]
    answers: Mapping[str, Answer]
    on: date
    derived: Mapping[str, Expression] = field(default_factory=dict)
    subject: JSON = None
    _found: dict[str, Answer | None] = field(default_factory=dict)
    _told: dict[int, JSON] = field(default_factory=dict)  # by the expression's identity: its text is long

    def about(self, subject: JSON) -> Knowledge:
        """The same knowledge about one person."""
        return Knowledge(self.facts, self.answers, self.on, self.derived, subject)

    def value(self, name: str) -> JSON:
        """A fact's value, None where it is not known or does not apply."""
        if name == TODAY:
            return self.on.isoformat()
        if name == SUBJECT:
            return self.subject
        found = self.known(name)
        return found.value if found is not None else None

    def known(self, name: str) -> Answer | None:
        """A fact's value with its source."""
        if name not in self._found:
            self._found[name] = self._find(self.facts[name]) if name in self.facts else None
        return self._found[name]

    def tell(self, expression: Expression) -> JSON:
        """What an expression comes to with what is known."""
        key = id(expression)
        if key not in self._told:
            self._told[key] = expression.value(self.value)
        return self._told[key]

    def holds(self, condition: Condition) -> bool | None:
        """A condition's answer, None where it cannot be said yet."""
        found = self.tell(condition)
        return None if found is None else bool(found)

    def applies(self, name: str) -> bool:
        """Whether the fact plays a part at all; an undecided condition counts as no."""
        when = self.facts[name].field.when if name in self.facts else None
        return when is None or self.holds(when) is True

    def derivation(self, fact: Fact) -> Expression | None:
        """How the fact follows from others here."""
        return self.derived.get(fact.name, fact.derived)

    def _find(self, fact: Fact) -> Answer | None:
        if not self.applies(fact.name):
            return None
        expression = self.derivation(fact)
        value = self.tell(expression) if expression is not None else None
        if value is not None:
            return Answer(value, Source.DERIVED)
        answer = self.answers.get(fact.name)
        if answer is not None and self._fits(fact, answer.value):
            return replace(answer, value=self._ordered(fact, answer.value))
        value = self.tell(fact.default) if fact.default is not None else None
        return Answer(value, Source.DEFAULT) if value is not None else None

    def _fits(self, fact: Fact, value: JSON) -> bool:
        """Whether an answer given earlier is still possible: its options exist, its rule holds."""
        if fact.field.options_from:
            chosen: list[JSON] = list(value) if isinstance(value, list) else [value]
            if not _offered(self.field(fact.name), chosen):
                return False
        for column in self.field(fact.name).fields:
            rows = value if isinstance(value, list) else [value]
            chosen = [member(row, (column.name,)) for row in rows]
            if fact.field.offered_from and column.kind == "choice" and not _offered(column, chosen):
                return False
        return self.allows(fact, value)

    def _ordered(self, fact: Fact, value: JSON) -> JSON:
        """People chosen, in the order of the people: whichever was answered first, the boxes are the same."""
        if not fact.field.options_from or not isinstance(value, list):
            return value
        return [option.value for option in self.field(fact.name).options if option.value in value]

    def allows(self, fact: Fact, value: JSON) -> bool:
        """Whether the fact's `must` holds for a value."""
        seen = {fact.name: value, TODAY: self.on.isoformat()}
        return fact.must is None or fact.must.holds(seen.get) is not False

    def field(self, name: str) -> Field:
        """The fact's field with the options that people known so far make (`options_from`), columns too."""
        base = self._offering(self.facts[name].field)
        if not any(column.options_from for column in base.fields):
            return base
        return replace(base, fields=tuple(map(self._offering, base.fields)))

    def _offering(self, base: Field) -> Field:
        people = self.value(base.options_from) if base.options_from else None
        if not isinstance(people, list):
            return base
        names = [str(member(person, ("name", "full"))) for person in people]
        labels = {one: Labels(f"{base.name}/{one}", (("ja", one),)) for one in names}
        options = tuple(Option(one, label) for one, label in labels.items())
        return replace(base, options=(*options, *base.options), options_from="")

    def root(self, path: str) -> tuple[str, tuple[str, ...]]:
        """The fact a field's path begins with, and the rest of the path."""
        steps = path.split(".")
        for length in range(len(steps), 0, -1):
            name = ".".join(steps[:length])
            if name in self.facts or name == SUBJECT:
                return name, tuple(steps[length:])
        return path, ()


def _offered(field: Field, chosen: list[JSON]) -> bool:
    """Whether everything chosen is still among the options; what was left empty is."""
    options = {option.value for option in field.options}
    return {str(one) for one in chosen if one is not None} <= options


@dataclass(slots=True)
class Demand:
    """What has to be asked, found by looking at conditions and boxes.

    `questions` are the facts with a question that play a part, in the order they were met. `want` and `look`
    say whether something has to be answered before more can be told.
    """

    knowledge: Knowledge
    questions: dict[str, None] = field(default_factory=dict)
    _pending: dict[str, bool] = field(default_factory=dict)

    def about(self, subject: JSON) -> Demand:
        """The same demand about one person; questions are collected together."""
        return Demand(self.knowledge.about(subject), self.questions)

    def want(self, name: str) -> bool:
        """Demand a fact; true where it (or what it depends on) is still to be answered."""
        if name not in self._pending:
            self._pending[name] = False
            if name in self.knowledge.facts:
                self._pending[name] = self._want(self.knowledge.facts[name])
        return self._pending[name]

    def _want(self, fact: Fact) -> bool:
        if fact.field.when is not None and self.waits_for(fact.field.when):
            return True
        if not self.knowledge.applies(fact.name):
            return False
        expression = self.knowledge.derivation(fact)
        if expression is not None:
            waits = self.waits_for(expression)
            if waits or self.knowledge.tell(expression) is not None:
                return waits
        if not fact.asked or any(self.want(name) for name in fact.field.offered_from):
            return fact.asked
        if fact.default is not None and self.waits_for(fact.default):
            return True
        self.questions[fact.name] = None
        return fact.field.required and self.knowledge.known(fact.name) is None

    def waits_for(self, expression: Expression) -> bool:
        """Demand what an expression reads; true where it is undecided and an answer is still missing."""
        waiting: list[bool] = []
        read = partial(self._read, waiting)
        found = expression.value(read, self.knowledge.value, lambda: any(waiting))
        return found is None and any(waiting)

    def _read(self, waiting: list[bool], name: str) -> JSON:
        waiting.append(self.want(name))
        return self.knowledge.value(name)

    def holds(self, condition: Condition | None) -> bool | None:
        """A condition's answer; what it reads is demanded."""
        if condition is None:
            return True
        self.waits_for(condition)
        return self.knowledge.holds(condition)
