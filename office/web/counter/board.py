"""The conversation as the officer sees it: questions by section, progress, procedures and why."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import get_template_attribute
from markupsafe import Markup

from forms.definition import JSON, Field
from forms.interview import Interview, InvalidAnswer, Question
from forms.kinds import kind
from office.records.models.applications import Application, ApplicationState
from office.records.models.cases import Case, CaseState
from office.web.answers import Table, shown, source_of
from office.web.counter.questions import question_form

MANY_BOXES = ("people", "person", "address", "name", "account")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: how it is put, what is known, its inputs, and what was wrong with the last try."""

    fact: str
    kind: str
    ask: str
    label: str
    help: str
    required: bool
    officer: bool
    known: str
    table: Table | None
    source: str
    controls: Markup
    fault: str
    is_next: bool
    typing: bool
    answered: bool
    from_card: bool

    @property
    def anchor(self) -> str:
        """The element's id."""
        return f"ask-{self.fact}"

    @property
    def folded(self) -> bool:
        """Whether the inputs are folded behind what is known: many boxes, nothing wrong with them."""
        return bool(self.known) and not self.fault and not self.typing and self.kind in MANY_BOXES


@dataclass(frozen=True, slots=True)
class AskedSection:
    """The questions under one heading, and how many of those needed are answered."""

    anchor: str
    label: str
    questions: tuple[Asked, ...]

    @property
    def needed(self) -> int:
        """How many need an answer."""
        return sum(one.required for one in self.questions)

    @property
    def done(self) -> int:
        """How many of those have one."""
        return sum(one.required and one.answered for one in self.questions)


@dataclass(frozen=True, slots=True)
class Reasoned:
    """A procedure that is needed, not needed, or not decided yet, and why."""

    title: str
    needed: bool | None
    reason: str
    basis: str
    rule: str
    people: str


@dataclass(frozen=True, slots=True)
class Board:
    """Everything on the page of one conversation."""

    title: str
    sections: tuple[AskedSection, ...]
    done: int
    total: int
    prompts: int
    procedures: tuple[Reasoned, ...]
    bring: tuple[tuple[str, str], ...]
    objected: tuple[str, ...]
    may_show: bool
    editable: bool
    shown: bool
    signed: bool
    applications: tuple[tuple[str, str], ...]
    first_open: str
    fault: str


def board(
    case: Case, interview: Interview, fault: InvalidAnswer | None, typed: Mapping[str, str] | None
) -> Board:
    """The page of a case; `typed` is kept in the question that `fault` names."""
    questions = interview.questions()
    upcoming = interview.next_question()
    asked = [(one.section.text("ja"), _asked(one, upcoming, fault, typed)) for one in questions]
    needed = [one for one in questions if one.field.required]
    procedures = tuple(
        Reasoned(
            one.procedure.title.text("ja"),
            one.needed,
            one.reason.text("ja"),
            "、".join(str(basis) for basis in one.basis),
            one.rule_version,
            "、".join(one.subjects),
        )
        for one in interview.determinations()
    )
    kept = [one for one in case.applications if one.state != ApplicationState.WITHDRAWN]
    return Board(
        title=interview.event.title.text("ja"),
        sections=_by_section(asked),
        done=sum(one.answer is not None for one in needed),
        total=len(needed),
        prompts=interview.prompts(),
        procedures=procedures,
        bring=tuple(
            (one.attachment.label.text("ja"), one.attachment.replaced_by) for one in interview.to_bring()
        ),
        objected=tuple(one.receipt_number for one in kept if one.objected_at is not None),
        may_show=upcoming is None and any(one.needed for one in procedures),
        editable=case.state == CaseState.OPEN,
        shown=case.state == CaseState.SHOWN,
        signed=case.state == CaseState.SIGNED,
        applications=_filed(interview, kept),
        first_open=f"ask-{upcoming.fact}" if upcoming else "",
        fault=_homeless(fault, questions),
    )


def _said(field: Field, value: JSON) -> str:
    return kind(field.kind).show(field, value, "ja")


def _homeless(fault: InvalidAnswer | None, questions: Sequence[Question]) -> str:
    """The message of a fault whose question does not stand on the page (any more)."""
    if fault is None or any(one.fact == fault.fact for one in questions):
        return ""
    return fault.message


def _by_section(asked: list[tuple[str, Asked]]) -> tuple[AskedSection, ...]:
    """Questions under their headings, each heading once, where it comes first in the conversation."""
    sections: dict[str, list[Asked]] = {}
    for label, one in asked:
        sections.setdefault(label, []).append(one)
    return tuple(
        AskedSection(f"section-{n}", label, tuple(questions))
        for n, (label, questions) in enumerate(sections.items(), 1)
    )


def _filed(interview: Interview, applications: list[Application]) -> tuple[tuple[str, str], ...]:
    catalogue = interview.catalogue
    titles = {
        one: catalogue.procedure(one.procedure, version=one.version).title.text("ja") for one in applications
    }
    return tuple((one.receipt_number, titles[one]) for one in applications)


def _controls(field: Field, value: JSON, typed: Mapping[str, str] | None, label: str) -> Markup:
    """The inputs of a question; drawn once for the same answer, as a page shows all of them at every save."""
    if typed is None:
        return _kept(field, json.dumps(value), label)
    return _drawn(field, value, typed, label)


# In memory only, and 個人番号 stand masked in it.
@functools.lru_cache(maxsize=2048)
def _kept(field: Field, value: str, label: str) -> Markup:
    return _drawn(field, json.loads(value), None, label)


def _drawn(field: Field, value: JSON, typed: Mapping[str, str] | None, label: str) -> Markup:
    control = get_template_attribute("counter/controls.html", "control")
    return Markup("").join(control(bound, label) for bound in question_form(field, value, typed))


def _asked(
    question: Question,
    upcoming: Question | None,
    fault: InvalidAnswer | None,
    typed: Mapping[str, str] | None,
) -> Asked:
    field = question.field
    faulty = fault is not None and fault.fact == question.fact
    value = question.answer.value if question.answer else None
    return Asked(
        fact=question.fact,
        kind=field.kind,
        ask=field.question.text("ja"),
        label=field.label.text("ja"),
        help=field.help.text("ja"),
        required=field.required,
        officer=field.asked_of == "officer",
        known=_said(field, value) if question.answer else "",
        table=shown(field, value, "ja").table,
        source=source_of(field, question.answer.source) if question.answer else "",
        controls=_controls(field, value, typed if faulty else None, f"ask-{question.fact}-label"),
        fault=fault.message if fault is not None and faulty else "",
        is_next=upcoming is not None and upcoming.fact == question.fact,
        typing=faulty,
        answered=question.answer is not None,
        from_card=faulty and (typed or {}).get("source") == "card",
    )
