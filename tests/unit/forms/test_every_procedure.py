"""Every procedure on every face: questions, cards, paper, PDF and record, in every language.

What is rendered are the forms that the households of the determination matrix come to – as they are, with
an agent, with a registered account – and the examples beside the definitions.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from forms.catalogue import PACKAGED, load_catalogue
from forms.definition import Procedure
from forms.entry import form_class
from forms.filled import FilledForm
from forms.households import load_households
from forms.interview import Interview, Source
from forms.kinds import kind
from forms.language import LANGUAGES
from forms.rendering.application import application_html, render_application
from forms.rendering.document import ApplicationDocument
from forms.rendering.paper import render_paper
from forms.rendering.record import record_json, record_xml

ON = date(2026, 4, 10)
CATALOGUE = load_catalogue()
HOUSEHOLDS = load_households()
VERSIONS = {f"{one.slug}/v{one.version}": one for one in CATALOGUE.versions}
AGENT = {
    "applicant.who": "agent",
    "deceased.informant": "agent",
    "agent.name": {"family": "代理", "given": "人"},
    "care.submitter": "support-centre",
}
VARIATIONS: tuple[Mapping[str, Any], ...] = ({}, AGENT, {"account.public": True})


@cache
def conversations() -> tuple[Interview, ...]:
    return tuple(_conversations())


def _conversations() -> Iterator[Interview]:
    for answers in VARIATIONS:
        households = replace(HOUSEHOLDS, typical={**HOUSEHOLDS.typical, **answers})
        for event in CATALOGUE.events():
            for household in households.types:
                if event.slug not in household.not_in:
                    yield households.tell(Interview.begin(CATALOGUE, event.slug, ON), household)


def examples(procedure: Procedure) -> Iterator[FilledForm]:
    folder = PACKAGED / "procedures" / procedure.slug / f"v{procedure.version}" / "examples"
    for file in sorted(folder.glob("*.json")):
        yield FilledForm.of(procedure, json.loads(file.read_text(encoding="utf-8")), Source.SAID)


@cache
def met() -> dict[str, list[FilledForm]]:
    """Every form met, by version."""
    found: dict[str, list[FilledForm]] = defaultdict(list)
    for interview in conversations():
        for form in interview.applications():
            found[f"{form.procedure.slug}/v{form.procedure.version}"].append(form)
    for key, procedure in VERSIONS.items():
        found[key] += examples(procedure)
    return found


def fullest(key: str) -> FilledForm:
    return max((one for one in met()[key] if one.complete), key=lambda form: len(form.record()))


def document(form: FilledForm, language: str) -> ApplicationDocument:
    return ApplicationDocument(
        form=form,
        receipt_number="R8-000001",
        filed_on=ON,
        municipality="みほん市",
        officer="見本 職員",
        language=language,
    )


@pytest.mark.parametrize("key", VERSIONS)
def test_a_household_or_an_example_fills_it_completely(key: str) -> None:
    assert fullest(key).complete
    assert any(True for _ in examples(VERSIONS[key])), "examples/*.json"


@pytest.mark.parametrize("key", VERSIONS)
def test_each_required_box_that_is_left_empty_is_named(key: str) -> None:
    form = fullest(key)
    record, needed = form.record(), [box.field for box in form.boxes if box.field.required]
    assert needed
    for field in needed:
        without = {name: value for name, value in record.items() if name != field.name}
        problems = FilledForm.of(form.procedure, without, Source.SAID).problems
        # A box that only others make necessary goes with them.
        still = {box.field.name for box in FilledForm.of(form.procedure, without, Source.SAID).boxes}
        assert field.name not in still or field.name in {one.field for one in problems}, field.name


def test_every_condition_of_a_box_is_met_both_ways() -> None:
    """A form's own condition in that form; a shared fact's condition in the interviews."""
    seen: dict[tuple[str, str], set[bool]] = defaultdict(set)
    for key, forms in met().items():
        for form in forms:
            there = {box.field.name for box in form.boxes}
            for field in form.procedure.fields:
                if field.when is not None:
                    seen[key, field.when.text].add(field.name in there)
    shared = shared_conditions()
    one_way = sorted(
        f"{key}: {text} is always {ways}"
        for (key, text), ways in seen.items()
        if ways | shared.get(text, set()) != {True, False}
    )
    assert one_way == []


def shared_conditions() -> dict[str, set[bool]]:
    """Under which conditions some household is asked a fact, and another is not."""
    found: dict[str, set[bool]] = defaultdict(set)
    for interview in conversations():
        asked = {question.fact for question in interview.questions()}
        for fact in CATALOGUE.facts().values():
            if fact.field.when is not None and fact.asked:
                found[fact.field.when.text].add(fact.name in asked)
    return found


def test_every_question_is_put_to_some_household() -> None:
    """But for those that an event or a derivation answers, and the papers of contracts."""
    asked = {question.fact for interview in conversations() for question in interview.questions()}
    answered = {name for event in CATALOGUE.events() for name in event.derived}
    wanted = {
        fact.name
        for fact in CATALOGUE.facts().values()
        if fact.asked and fact.derived is None and fact.block != "contract"
    }
    assert sorted(wanted - asked - answered) == []


@pytest.mark.parametrize("key", VERSIONS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_questions_cards_and_pages_in_every_language(key: str, language: str) -> None:
    form = fullest(key)
    entry = form_class(form.procedure.fields, language)()
    for field in form.procedure.fields:
        assert str(entry[field.name].label.text).strip(), field.name
    for box in form.boxes:
        if box.value not in (None, "", [], {}):
            assert kind(box.field.kind).show(box.field, box.value, language).strip(), box.field.name
    html = application_html(document(form, language))
    assert form.procedure.title.text("ja") in html


@pytest.mark.parametrize("key", VERSIONS)
def test_paper_pdf_and_record(key: str) -> None:
    form = fullest(key)
    language = LANGUAGES[form.procedure.number % len(LANGUAGES)]
    for pdf in (
        render_paper(form.procedure, {}),
        render_paper(form.procedure, form.record()),
        render_application(document(form, language)),
    ):
        assert pdf.startswith(b"%PDF-")
    record = json.loads(record_json(document(form, language)))
    assert record["language"] == language
    assert form.procedure.slug in json.dumps(record)
    assert b"<?xml" in record_xml(document(form, language))[:40]


def test_examples_are_of_this_procedure(tmp_path: Path) -> None:
    strange = [
        file.as_posix()
        for file in sorted((PACKAGED / "procedures").glob("*/v*/examples/*.json"))
        if f"{file.parts[-4]}/{file.parts[-3]}" not in VERSIONS
    ]
    assert strange == []
