"""A filled form: one procedure for one person, each box with its value and its source."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from forms.answers import Answer, InvalidAnswer, Source, take
from forms.condition_nodes import member
from forms.definition import JSON, Field, Procedure
from forms.kinds.people import is_empty
from forms.knowledge import SUBJECT, Knowledge

APPLICANT = "applicant.name"


@dataclass(frozen=True, slots=True)
class Box:
    """One box of a form; value and source are None where it is empty."""

    field: Field
    value: JSON = dataclasses.field(repr=False)
    source: Source | None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that keeps a form from being complete."""

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class FilledForm:
    """The boxes of a procedure that apply. `subject` is the name of the person it is about."""

    procedure: Procedure
    subject: str
    boxes: tuple[Box, ...]
    problems: tuple[Problem, ...]

    @property
    def complete(self) -> bool:
        """Whether every required box is filled."""
        return not self.problems

    @property
    def applicant_name(self) -> str:
        """氏名 of the applicant, empty where it is not known."""
        return _full_name(self.value(APPLICANT))

    def value(self, name: str) -> JSON:
        """The value of a box, None where it is empty or not there."""
        return next((box.value for box in self.boxes if box.field.name == name), None)

    def record(self) -> dict[str, JSON]:
        """Field name to value, filled boxes only; every value parses to itself by its kind."""
        return {box.field.name: box.value for box in self.boxes if box.value is not None}

    def sources(self) -> dict[str, str]:
        """Field name to source, filled boxes only."""
        return {box.field.name: str(box.source) for box in self.boxes if box.source is not None}

    def last_day(self) -> date | None:
        """The nominal last day to file, None where there is no deadline or its date is not known."""
        deadline = self.procedure.deadline
        event_on = self.value(deadline.from_field) if deadline else None
        return (
            deadline.last_day(date.fromisoformat(event_on))
            if deadline and isinstance(event_on, str)
            else None
        )

    @classmethod
    def of(
        cls, procedure: Procedure, record: Mapping[str, JSON], source: Source | Mapping[str, str]
    ) -> FilledForm:
        """A form from a plain record (paper, or an application stored earlier).

        `source` is one source for all, or field name to source. Every value is parsed again; conditions
        are decided by the record itself, and an undecided empty box is left out. Raises `InvalidAnswer`
        naming the field.
        """
        values = _values(procedure, record)
        seen = _Seen(procedure, values)
        boxes = []
        for field in procedure.fields:
            holds = field.when.holds(seen.fact) if field.when is not None else True
            value = values.get(field.name)
            if holds or (holds is None and value is not None):
                boxes.append(Box(field, value, _source(source, field.name) if value is not None else None))
        return _form(procedure, tuple(boxes), subject_name({"name": seen.fact(f"{SUBJECT}.name")}))


def fill(procedure: Procedure, knowledge: Knowledge) -> FilledForm:
    """A procedure's form from what is known (about `knowledge.subject` where it is for one person)."""
    boxes = []
    for field in procedure.fields:
        name, path = knowledge.root(field.fact)
        applies = knowledge.applies(name) and (
            field.when is None or field.when.holds(knowledge.value) is True
        )
        if applies:
            answer = _answer(knowledge, name)
            value = _columns(field, member(answer.value, path)) if answer is not None else None
            empty = is_empty(value) and field.kind != "choices"
            boxes.append(
                Box(field, None, None) if empty or answer is None else Box(field, value, answer.source)
            )
    return _form(procedure, tuple(boxes), subject_name(knowledge.subject))


def subject_name(subject: JSON) -> str:
    """What the one an application is about is called: a person's whole name, or a name of one text."""
    name = member(subject, ("name",))
    return name if isinstance(name, str) else _full_name(name)


def _answer(knowledge: Knowledge, name: str) -> Answer | None:
    if name == SUBJECT:
        return Answer(knowledge.subject, Source.DERIVED)
    return knowledge.known(name)


def _columns(field: Field, value: JSON) -> JSON:
    """People with only the columns the form has."""
    names = [column.name for column in field.fields]
    if field.kind == "person" and isinstance(value, Mapping):
        return {name: value[name] for name in names if name in value}
    if field.kind in ("people", "rows") and isinstance(value, list):
        return [
            {n: person[n] for n in names if n in person} for person in value if isinstance(person, Mapping)
        ]
    return value


def _form(procedure: Procedure, boxes: tuple[Box, ...], subject: str) -> FilledForm:
    problems = tuple(
        Problem(box.field.name, f"「{box.field.label.text('ja')}」が空です。入力してください。")
        for box in boxes
        if box.field.required and box.value is None
    )
    seen = _Seen(procedure, {box.field.name: box.value for box in boxes if box.value is not None})
    problems += tuple(
        Problem(check.field, check.say.text("ja"))
        for check in procedure.checks
        if check.must.holds(seen.fact) is False
    )
    form = FilledForm(procedure, subject, boxes, problems)
    return form if subject else FilledForm(procedure, form.applicant_name, boxes, problems)


def _full_name(name: object) -> str:
    return str(member(name, ("full",)) or "") if isinstance(name, Mapping) else ""


def _source(source: Source | Mapping[str, str], name: str) -> Source:
    if isinstance(source, Source):
        return source
    try:
        return Source(source[name])
    except (KeyError, ValueError):
        raise InvalidAnswer(name, f"「{name}」の出所が正しくありません。") from None


def _values(procedure: Procedure, record: Mapping[str, JSON]) -> dict[str, JSON]:
    fields = {field.name: field for field in procedure.fields}
    for name in record:
        if name not in fields:
            raise InvalidAnswer(str(name)[:60], f"「{str(name)[:60]}」という欄はこの様式にありません。")
    return {
        name: take(fields[name], value)
        for name, value in record.items()
        if not is_empty(value) or fields[name].kind == "choices"
    }


class _Seen:
    """The facts a record tells: of whole facts, and of people in parts (`subject.name`)."""

    def __init__(self, procedure: Procedure, values: Mapping[str, JSON]) -> None:
        self._values = {field.fact: values[field.name] for field in procedure.fields if field.name in values}

    def fact(self, name: str) -> JSON:
        if name in self._values:
            return self._values[name]
        whole, _, part = name.rpartition(".")
        if whole in self._values:
            found: JSON = member(self._values[whole], (part,))
            return found
        parts = {
            path.removeprefix(f"{name}."): value
            for path, value in self._values.items()
            if path.startswith(f"{name}.")
        }
        return parts or None
