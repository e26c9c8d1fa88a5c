"""What a procedure, a fact and a life event are: frozen records of the data in `blocks/`, `life_events/`
and `procedures/`. Reading them from TOML is `definition_reading` and its neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeAlias

from forms.conditions import Condition, Expression
from forms.language import LANGUAGES as LANGUAGES
from forms.values.periods import last_day

JSON: TypeAlias = "str | int | bool | list[JSON] | dict[str, JSON] | None"
"""A value of a fact or field as it is stored."""


REGISTERED = {"members": "people", "address": "address", "head": "name"}
"""What the resident register (住民基本台帳) knows of a household, and the kind of fact that takes it."""


@dataclass(frozen=True, slots=True)
class Labels:
    """One text in every language; `key` names its place for messages and tests."""

    key: str = ""
    texts: tuple[tuple[str, str], ...] = ()

    def text(self, language: str) -> str:
        """The text in a language, in Japanese where it has none, empty where there is no text at all."""
        texts = dict(self.texts)
        return texts.get(language) or texts.get("ja", "")

    def has(self, language: str) -> bool:
        """Whether the text itself stands in the language (and `text` does not fall back)."""
        return bool(dict(self.texts).get(language))

    def __bool__(self) -> bool:
        return bool(self.texts)


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that may be chosen."""

    value: str
    label: Labels


@dataclass(frozen=True, slots=True)
class Field:
    """One box of a form, or one question of the interview.

    `fact` says where the value comes from (a fact, or a part of one such as `applicant.name`).
    `fields` are the columns of kind `person` and `people`. `options_from` names a fact holding people
    whose names are the options. `pattern` (a regular expression, whole match) and `length` limit text;
    `least` and `most` limit numbers, choices and people. `number` names a check digit of `values.numbers`.
    `reading` asks a name's フリガナ. `asked_of` is `resident` or `officer`. `box` is the side in mm of an
    empty square printed beside a choice, for what stays physical (印影).
    """

    name: str
    fact: str
    kind: str
    label: Labels
    question: Labels = Labels()
    help: Labels = Labels()
    required: bool = True
    when: Condition | None = None
    options: tuple[Option, ...] = ()
    fields: tuple[Field, ...] = ()
    length: int | None = None
    sensitive: bool = False
    asked_of: str = "resident"
    options_from: str = ""
    box: int | None = None
    pattern: str = ""
    number: str = ""
    least: int | None = None
    most: int | None = None
    reading: bool = False

    @property
    def offered_from(self) -> tuple[str, ...]:
        """The facts whose people are options of this field or of one of its columns."""
        return tuple(one.options_from for one in (self, *self.fields) if one.options_from)


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing to know. Asked once (`field`), or `derived` from other facts, or taken as `default`.

    A derivation wins over an answer; the question is only put when the derivation finds nothing.
    `must` has to hold for an answer (it sees the fact itself and `today`), else `must_say` is said.
    `asked` is false where there is no question. `block` is the group it is asked in.
    """

    field: Field
    block: str
    asked: bool
    derived: Expression | None = None
    default: Expression | None = None
    must: Condition | None = None
    must_say: Labels = Labels()

    @property
    def name(self) -> str:
        """The name of the fact, e.g. `moving.moved_on`."""
        return self.field.name


@dataclass(frozen=True, slots=True)
class Block:
    """A group of facts with its heading, and the sections of fields that procedures share."""

    name: str
    label: Labels


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a form with its heading."""

    name: str
    label: Labels
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Basis:
    """The law a procedure stands on; `confirmed` is false where no source was read (要確認)."""

    law: str
    article: str
    note: str
    confirmed: bool

    def __str__(self) -> str:
        doubt = "" if self.confirmed else "【要確認】"
        return f"{self.law}{self.article}{doubt}"


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something to bring; `replaced_by` names the information link that makes it needless."""

    name: str
    label: Labels
    when: Condition | None = None
    replaced_by: str = ""


@dataclass(frozen=True, slots=True)
class Deadline:
    """By when to file: `days` after the date in the field `from_field`; `roll` is the calendar's rule."""

    days: int
    from_field: str
    roll: str = "none"

    def last_day(self, event_on: date) -> date:
        """The nominal last day (民法 140条: the day of the event is not counted), before any roll."""
        return last_day(event_on, days=self.days)


@dataclass(frozen=True, slots=True)
class Rule:
    """When a procedure is needed in a life event, and what is said to the resident about it."""

    event: str
    when: Condition
    because: Labels
    otherwise: Labels


@dataclass(frozen=True, slots=True)
class Check:
    """What must hold across a form's boxes; where it does not, `say` is said at the field named.

    It reads facts that stand on the form; what is not decided by them does not count as wrong.
    """

    field: str
    must: Condition
    say: Labels


@dataclass(frozen=True, slots=True)
class Procedure:
    """One version of one procedure.

    `for_each` names a fact holding people: there is one application for each of them, whose fields may
    use the fact `subject`. `double_entry` names fields, or kinds of field, whose values two people enter
    when they come on paper; with `machine_counts` what was read without doubt counts as the first entry.
    """

    slug: str
    number: int
    version: int
    in_force_from: date
    title: Labels
    summary: Labels
    basis: tuple[Basis, ...]
    deadline: Deadline | None
    who_may_apply: Labels
    attachments: tuple[Attachment, ...]
    fee: int | None
    for_each: str | None
    sections: tuple[Section, ...]
    rules: tuple[Rule, ...] = ()
    checks: tuple[Check, ...] = ()
    double_entry: tuple[str, ...] = ()
    machine_counts: bool = False

    @property
    def fields(self) -> tuple[Field, ...]:
        """All fields in the order of the form."""
        return tuple(field for section in self.sections for field in section.fields)

    def field(self, name: str) -> Field:
        """The field of that name. Raises `KeyError`."""
        for one in self.fields:
            if one.name == name:
                return one
        raise KeyError(name)

    def rule(self, event: str) -> Rule | None:
        """The rule of this procedure for a life event, none when it never belongs to it."""
        return next((rule for rule in self.rules if rule.event == event), None)


@dataclass(frozen=True, slots=True)
class Wording:
    """What a fact is called and how it is asked in one life event; what is empty stays as it is."""

    label: Labels
    question: Labels
    help: Labels

    def applied_to(self, found: Field) -> Field:
        """The field with these texts."""
        return replace(
            found,
            label=self.label or found.label,
            question=self.question or found.question,
            help=self.help or found.help,
        )


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """A life event: the order in which blocks are asked, and facts that follow from the event itself.

    `undecided` is said of a procedure while it cannot be told yet whether it is needed. `wording` and
    `headings` are what facts and blocks are called in this event, where they are called otherwise.
    `register` names the facts that the city's register fills: the `REGISTERED` of a household.
    """

    slug: str
    title: Labels
    summary: Labels
    undecided: Labels
    first: tuple[str, ...]
    last: tuple[str, ...]
    derived: Mapping[str, Expression]
    wording: Mapping[str, Wording] = field(default_factory=dict)
    headings: Mapping[str, Labels] = field(default_factory=dict)
    register: Mapping[str, str] = field(default_factory=dict)

    def worded(self, found: Field) -> Field:
        """A fact's field as it is asked in this event."""
        wording = self.wording.get(found.fact)
        return wording.applied_to(found) if wording else found

    def derivation(self, fact: Fact) -> Expression | None:
        """How a fact is derived in this event."""
        return self.derived.get(fact.name, fact.derived)

    def position(self, fact: Fact) -> int:
        """Where the fact is asked: by `first` (the longest entry that fits), then the others, then `last`."""
        for entries, start in ((self.first, 0), (self.last, len(self.first) + 1)):
            for name in (fact.name, fact.block, fact.name.partition(".")[0]):
                if name in entries:
                    return start + entries.index(name)
        return len(self.first)
