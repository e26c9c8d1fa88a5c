"""Five procedures that were added from `forms/procedures/README.md` alone: data, and no line of code."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from forms.catalogue import PACKAGED, load_catalogue
from forms.definition import LANGUAGES
from forms.filled import FilledForm
from forms.interview import InvalidAnswer, Source
from forms.rendering.paper import render_paper
from forms.rendering.sheet import sheet_of
from tests.support.family import begin, converse, everything
from tests.support.households import determined, form, hold, to_bring

SERVICES = {
    "moped-registration": "moped",
    "bulky-waste": "waste",
    "after-school-club": "club",
    "school-expense-aid": "aid",
    "tax-direct-debit": "debit",
}
ROOT = PACKAGED.parent


def examples(slug: str) -> list[Path]:
    return sorted((PACKAGED / f"procedures/{slug}/v1/examples").glob("*.json"))


def test_no_code_knows_them() -> None:
    code = [path for part in ("forms", "ocr", "office", "robots") for path in (ROOT / part).rglob("*.py")]
    assert len(code) > 100
    words = [*SERVICES, *(f"{service}." for service in ("moped", "waste", "club", "debit"))]
    knowing = [
        path.name for path in code if any(f'"{word}' in path.read_text(encoding="utf-8") for word in words)
    ]
    assert knowing == []


def test_a_family_that_wants_all_of_it_files_all_of_it() -> None:
    interview, asked = hold("move-in", "daily-life")
    assert set(SERVICES) <= {one.procedure.slug for one in interview.applications()}
    assert all(one.complete for one in interview.applications())
    assert len(asked) == len(set(asked))
    assert form(interview, "after-school-club").subject == "見本 一郎"
    assert form(interview, "school-expense-aid").applicant_name == "見本 太郎"


@pytest.mark.parametrize(("slug", "service"), SERVICES.items())
def test_one_word_brings_one_procedure_and_its_questions_only(slug: str, service: str) -> None:
    before, few = converse(begin(known=True), everything())
    _, told = hold("move-in", "daily-life")
    assert determined(before, slug).needed is False
    answers = {fact: answer.value for fact, answer in hold("move-in", "daily-life")[0].answers.items()}
    after, more = converse(begin(known=True), {**answers, **everything(), "life.services": [service]})
    new = {one.procedure.slug for one in after.applications()} - {
        one.procedure.slug for one in before.applications()
    }
    assert new == {slug}
    own = load_catalogue().own_facts[slug, 1]
    assert set(more) - set(few) == {fact for fact in told if fact in own}
    assert after.prompts() <= 25


@pytest.mark.parametrize("slug", SERVICES)
def test_it_says_why_and_why_not_in_every_language(slug: str) -> None:
    wanted, _ = hold("move-in", "daily-life")
    unwanted, _ = converse(begin(known=True), everything())
    for language in LANGUAGES:
        because = determined(wanted, slug).reason.text(language)
        otherwise = determined(unwanted, slug).reason.text(language)
        assert because.endswith(("。", ".", "।"))
        assert because != otherwise
    assert determined(wanted, slug).rule_version == f"{slug}/v1"


@pytest.mark.parametrize("slug", SERVICES)
def test_everything_about_its_law_is_doubtful(slug: str) -> None:
    procedure = load_catalogue().procedure(slug)
    assert procedure.basis
    assert not any(basis.confirmed for basis in procedure.basis)
    assert all("確認していません" in basis.note or "決まります" in basis.note for basis in procedure.basis)


@pytest.mark.parametrize("slug", SERVICES)
def test_its_paper_is_printed_blank_and_filled(slug: str) -> None:
    procedure = load_catalogue().procedure(slug)
    assert 1 <= sheet_of(procedure).pages <= 3
    for record in ({}, *(json.loads(path.read_text(encoding="utf-8")) for path in examples(slug))):
        assert render_paper(procedure, record, "000001").startswith(b"%PDF-")


@pytest.mark.parametrize("slug", SERVICES)
def test_its_examples_fill_every_required_field(slug: str) -> None:
    procedure = load_catalogue().procedure(slug)
    shown: set[str] = set()
    for path in examples(slug):
        record = json.loads(path.read_text(encoding="utf-8"))
        assert FilledForm.of(procedure, record, Source.SAID).complete
        shown |= set(record)
    missing = {field.name for field in procedure.fields if field.required} - shown
    assert all(name.startswith("agent.") for name in missing)


def test_a_moped_that_moved_counts_from_the_move_a_bought_one_from_its_purchase() -> None:
    moved, _ = hold("move-in", "daily-life")
    assert form(moved, "moped-registration").last_day() == date(2026, 4, 16)
    assert "old-plate-papers" in to_bring(moved, "moped-registration")
    bought, _ = hold("move-in", "daily-life", moped__reason="bought", moped__acquired_on="2026-04-09")
    assert form(bought, "moped-registration").last_day() == date(2026, 4, 24)
    assert "sale-papers" in to_bring(bought, "moped-registration")
    assert "old-plate-papers" not in to_bring(bought, "moped-registration")


def test_a_childless_household_is_not_asked_about_clubs_or_school() -> None:
    answers = everything() | {
        "members": everything()["members"][:2],
        "insurance.members": ["見本 太郎", "見本 花子"],
        "life.services": ["club", "aid"],
    }
    interview, asked = converse(begin(), answers)
    assert determined(interview, "after-school-club").needed is False
    assert determined(interview, "school-expense-aid").needed is False
    assert not any(fact.startswith(("club.", "aid.", "school.")) for fact in asked)


def test_before_leaving_the_city_bulky_waste_may_go() -> None:
    waste = {"waste__items": "机1", "waste__collect_on": "2026-04-15", "waste__place": "door"}
    interview, _ = hold("move-out", "family", life__leaving=["waste"], **waste)
    assert form(interview, "bulky-waste").complete


@pytest.mark.parametrize(
    ("fact", "raw"),
    [
        ("moped.frame_number", "車台"),
        ("moped.kind", "c400"),
        ("waste.collect_on", "2026-04-10"),
        ("waste.items", "机" * 101),
        ("waste.items", "机\u202e1"),
        ("club.days", []),
        ("club.days", ["sun"]),
        ("debit.taxes", []),
        ("debit.consent", False),
        ("debit.account", {"bank_code": "9999"}),
    ],
)
def test_wrong_answers_are_refused_by_the_facts_name(fact: str, raw: Any) -> None:
    with pytest.raises(InvalidAnswer) as refused:
        begin().answer(fact, raw)
    assert refused.value.fact == fact
    assert refused.value.message.endswith("。")
