"""One version of a procedure as everybody will see it: officer, resident, paper, PDF; and what changed."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from wtforms import Form

from forms.catalogue import PACKAGED, Catalogue, labels_in
from forms.changes import Change, changes
from forms.definition import JSON, Fact, Field, Labels, Procedure
from forms.filled import FilledForm
from forms.interview import InvalidAnswer, Source
from forms.inventory import untranslated
from forms.rendering.application import render_application
from forms.rendering.document import ApplicationDocument
from forms.rendering.paper import render_paper
from office import clock
from office.platform import CITY_DEFINITIONS, Platform
from office.records.drafts import DRAFTS, Draft
from office.web.answers import Shown, shown
from office.web.counter.questions import question_form

FACES = ("paper", "pdf")
RECEIPT = "見本-000000"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as the officer's tablet puts it."""

    field: Field
    section: Labels
    form: Form


@dataclass(frozen=True, slots=True)
class Preview:
    """Everything the preview page shows of one version."""

    procedure: Procedure
    previous: Procedure | None
    changes: tuple[Change, ...]
    questions: tuple[Asked, ...]
    examples: tuple[str, ...]
    example: str
    fault: str
    card: tuple[Shown, ...]
    problems: tuple[str, ...]
    missing: dict[str, int]


def examples_of(platform: Platform, draft: Draft) -> dict[str, Path]:
    """The sample answers of a version by name, a draft's before the city's before the packaged."""
    found: dict[str, Path] = {}
    data = platform.settings.data
    for folder in (data / DRAFTS, data / CITY_DEFINITIONS, PACKAGED):
        for path in sorted((folder / draft.folder / "examples").glob("*.json")):
            found.setdefault(path.stem, path)
    if not found and draft.version > 1:
        return examples_of(platform, Draft(draft.slug, draft.version - 1))
    return found


def filled_example(procedure: Procedure, file: Path | None) -> tuple[FilledForm, str]:
    """The form filled with sample answers (empty without), and what is wrong with them."""
    if file is None:
        return FilledForm.of(procedure, {}, Source.SAID), ""
    record: dict[str, JSON] = json.loads(file.read_text(encoding="utf-8"))
    known = {field.name for field in procedure.fields}
    try:
        return FilledForm.of(procedure, {k: v for k, v in record.items() if k in known}, Source.SAID), ""
    except InvalidAnswer as error:
        return FilledForm.of(procedure, {}, Source.SAID), error.message


def preview(
    platform: Platform, catalogue: Catalogue, procedure: Procedure, example: str, language: str
) -> Preview:
    """The page of one version with sample answers of a name (the first without one)."""
    files = examples_of(platform, Draft(procedure.slug, procedure.version))
    chosen = example if example in files else next(iter(files), "")
    form, fault = filled_example(procedure, files.get(chosen))
    previous = _previous(catalogue, procedure)
    return Preview(
        procedure=procedure,
        previous=previous,
        changes=changes(previous, procedure) if previous else (),
        questions=tuple(_asked(catalogue, procedure, language)),
        examples=tuple(files),
        example=chosen,
        fault=fault,
        card=tuple(
            shown(box.field, box.value, language)
            for box in form.boxes
            if box.value not in (None, "", [], {}) and box.field.asked_of == "resident"
        ),
        problems=tuple(problem.message for problem in form.problems),
        missing={code: count for code, count in untranslated(labels_in(procedure)).items() if count},
    )


def _previous(catalogue: Catalogue, procedure: Procedure) -> Procedure | None:
    older = [
        one for one in catalogue.versions if one.slug == procedure.slug and one.version < procedure.version
    ]
    return max(older, key=lambda one: one.version, default=None)


def _asked(catalogue: Catalogue, procedure: Procedure, language: str) -> Iterator[Asked]:
    """What the procedure's boxes make the interview ask, each fact once, in the order of the form."""
    facts = catalogue.facts_of(procedure)
    for root in dict.fromkeys(_root(field.fact, facts) for field in procedure.fields):
        fact = facts.get(root)
        if fact is not None and fact.asked:
            form = question_form(fact.field, None, None, language)
            yield Asked(fact.field, catalogue.section_label(fact), form)


def _root(path: str, facts: Mapping[str, Fact]) -> str:
    while path and path not in facts:
        path = path.rpartition(".")[0]
    return path


@functools.lru_cache(maxsize=32)
def face_pdf(face: str, procedure: Procedure, content: str, language: str, municipality: str) -> bytes:
    """The paper or the PDF filled with a record (JSON)."""
    form = FilledForm.of(procedure, json.loads(content), Source.SAID)
    if face == "paper":
        return render_paper(procedure, form.record(), "000000")
    return render_application(
        ApplicationDocument(
            form=form,
            receipt_number=RECEIPT,
            filed_on=clock.today(),
            municipality=municipality,
            officer="見本 職員",
            language=language,
        )
    )
