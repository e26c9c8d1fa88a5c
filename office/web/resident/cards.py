"""Summary cards: what each application says, line by line, in the resident's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from forms.catalogue import Catalogue
from forms.interview import Box, FilledForm, Source
from office.records.models.applications import Application
from office.secrets import Vault
from office.web.answers import Shown, shown
from office.web.wording import Worded, lacks, worded


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a card; `box` is the field's name in its form."""

    shown: Shown
    label: Worded
    box: str
    only_japanese: bool


@dataclass(frozen=True, slots=True)
class Card:
    """One application as a card; texts may hold readings (`{漢字|かんじ}`)."""

    application_id: str
    receipt_number: str
    title: Worded
    subject: str
    lines: tuple[Line, ...]
    repeats: bool = False


def filled_form(catalogue: Catalogue, vault: Vault, application: Application) -> FilledForm:
    """The stored application as a filled form of the version it was made with."""
    procedure = catalogue.procedure(application.procedure, version=application.version)
    return FilledForm.of(procedure, application.read_record(vault), Source.SAID)


def cards(
    catalogue: Catalogue, vault: Vault, applications: Sequence[Application], language: str
) -> tuple[Card, ...]:
    """One card per application; empty boxes and what only the officer answers are left out.

    What an earlier card says already is not said again (`repeats` tells that something was left out);
    the document itself, one touch away, says everything.
    """
    said: list[Shown] = []
    found = []
    for one in applications:
        card = _card(filled_form(catalogue, vault, one), one, language)
        new = tuple(line for line in card.lines if line.shown not in said)
        said += [line.shown for line in new]
        found.append(replace(card, lines=new, repeats=len(new) < len(card.lines)))
    return tuple(found)


def _card(form: FilledForm, application: Application, language: str) -> Card:
    lines = tuple(
        _line(box, language)
        for box in form.boxes
        if box.value not in (None, "", [], {}) and box.field.asked_of == "resident"
    )
    title = worded(form.procedure.title, language)
    subject = application.subject if form.procedure.for_each else ""
    return Card(application.id, application.receipt_number, title, subject, lines)


def _line(box: Box, language: str) -> Line:
    says, label = shown(box.field, box.value, language), worded(box.field.label, language)
    return Line(says, label, box.field.name, lacks(box.field, language, box.value))
