"""The README's promise: a newcomer adds a procedure from it, as data, without a line of code."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from forms.catalogue import PACKAGED, Catalogue, load_catalogue
from forms.conditions import parse_expression
from forms.definition import LANGUAGES
from forms.interview import FilledForm, Interview, Source
from forms.kinds import KINDS, kind
from forms.values.numbers import KINDS as NUMBERS
from office.commands.procedures import command
from tests.support.family import begin, converse, everything

README = (PACKAGED / "procedures/README.md").read_text(encoding="utf-8")
WRITTEN = ("ja", "ja-easy", "en")
"""The languages of the README's procedure; every other one shows the Japanese and is named as missing."""
EXAMPLES = sorted((PACKAGED / "procedures").glob("*/v*/examples/*.json"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The packaged definitions with the README's procedure added by hand."""
    for name in ("blocks", "life_events", "procedures"):
        shutil.copytree(PACKAGED / name, tmp_path / name)
    target = tmp_path / "procedures/compost-subsidy/v1"
    target.mkdir(parents=True)
    for text in re.findall(r"```toml\n(.*?)```", README, re.S):
        named = re.match(r"# (\S+)\n", text)
        assert named
        (target / named[1]).write_text(text, encoding="utf-8")
    assert sorted(path.name for path in target.iterdir()) == [
        "form.toml", "labels.en.toml", "labels.ja-easy.toml",
    ]  # fmt: skip
    return tmp_path


def test_the_check_finds_nothing_missing(folder: Path) -> None:
    result = CliRunner().invoke(command, ["check", str(folder), "--json"])
    assert result.exit_code == 0, result.output
    data = json.loads(result.output)
    assert data["procedures"] == len(load_catalogue().versions) + 1
    further = {language: 18 for language in LANGUAGES if language not in WRITTEN}
    assert data["missing_translations"] == {"ja-easy": 0, "en": 0, **further}
    assert data["unconfirmed"]["compost-subsidy"] == 1


def test_the_same_conversation_now_fills_one_form_more_with_four_more_questions(folder: Path) -> None:
    catalogue: Catalogue = load_catalogue(folder)
    before, _ = converse(begin(known=True), everything())
    with_compost = Interview.begin(catalogue, "move-in", before.on, before.answers)
    answers = {
        "compost.bought": True,
        "compost.bought_on": "令和8年4月3日",
        "compost.kind": "electric",
        "compost.price": "39800",
    }
    after, asked = converse(with_compost, answers)
    assert asked == list(answers)
    added = {form.procedure.slug: form for form in after.applications()}["compost-subsidy"]
    assert added.complete
    assert added.applicant_name == "見本 花子"
    assert added.record()["compost.kept_at"] == added.record()["applicant.address"]
    assert len(after.applications()) == len(before.applications()) + 1
    without, _ = converse(with_compost, {"compost.bought": False})
    determination = {one.procedure.slug: one for one in without.determinations()}["compost-subsidy"]
    assert determination.needed is False
    assert [determination.reason.text(language) for language in WRITTEN] == [
        "生ごみ処理機を買っておられないので、要りません。",
        "{機械|きかい}を {買|か}って いないので、いりません。",
        "You bought no garbage composter, so it is not needed.",
    ]
    further = {determination.reason.text(language) for language in LANGUAGES if language not in WRITTEN}
    assert further == {determination.reason.text("ja")}


def test_the_reference_names_what_there_is() -> None:
    for word in (*KINDS, "insurer-number", "next-open-day", "for_each", "fiscal_year_start"):
        assert word in README
    assert "insurer-number" in NUMBERS


@pytest.mark.parametrize(
    "text",
    [
        'copy.kind == "part" and not account.public',
        '"relation" in copy.show',
        "members.any(age_on(moving.moved_on) < 18)",
        "members.first(name.full == applicant.who).birth_on",
        "moving.from if child.january_same else None",
    ],
)
def test_the_conditions_shown_are_conditions(text: str) -> None:
    facts = load_catalogue().facts()
    shapes = {name: kind(fact.field.kind).shape(fact.field) for name, fact in facts.items()}
    assert text in README
    assert parse_expression(text, shapes).facts


def test_every_procedure_has_an_example() -> None:
    assert {path.parents[2].name for path in EXAMPLES} == {one.slug for one in load_catalogue().versions}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parents[2].name)
def test_examples_are_complete_records(path: Path) -> None:
    record = json.loads(path.read_text(encoding="utf-8"))
    version = int(path.parents[1].name[1:])
    form = FilledForm.of(
        load_catalogue().procedure(path.parents[2].name, version=version), record, Source.SAID
    )
    assert form.record() == record
    assert form.problems == ()
