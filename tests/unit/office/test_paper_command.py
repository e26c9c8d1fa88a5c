"""`kakazu paper`: blank, from a conversation's answers, from a plain record, and refusals."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from click.testing import CliRunner, Result

from forms.answers import Answer, Source
from forms.catalogue import PACKAGED, load_catalogue
from forms.errors import KakazuError
from office.cli import kakazu
from tests.support.moving_in import family_interview
from tests.support.sample_procedure import ADDRESS, KATSURAGI

ON = date(2026, 4, 2)


def run(*words: str) -> Result:
    return CliRunner().invoke(kakazu, ["paper", *words], catch_exceptions=False)


def text_of(file: Path) -> str:
    with pypdfium2.PdfDocument(file) as pdf:
        return "".join(page.get_textpage().get_text_range() for page in pdf)


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    """The answers of a family with two children, as `kakazu interview` takes them."""
    people = (
        ("太郎", "タロウ", "1985-05-01", "male", "世帯主"),
        ("一郎", "イチロウ", "2018-01-03", "male", "子"),
        ("桜", "サクラ", "2023-10-23", "female", "子"),
    )
    members = [
        {"name": {**KATSURAGI, "given": one[0], "given_kana": one[1]},
         "birth_on": one[2], "sex": one[3], "relation": one[4]}
        for one in people
    ]  # fmt: skip
    known = {
        "members": Answer(members, Source.REGISTER),  # type: ignore[arg-type]
        "moving.to": Answer(dict(ADDRESS), Source.SAID),
        "moving.from": Answer(dict(ADDRESS), Source.REGISTER),
    }
    interview = family_interview(load_catalogue(), ON, known)
    said = {fact: answer.to_json() for fact, answer in interview.answers.items()}
    file = tmp_path / "answers.json"
    file.write_text(json.dumps({"on": ON.isoformat(), "answers": said}, ensure_ascii=False), encoding="utf-8")
    return file


@pytest.mark.parametrize("procedure", load_catalogue().procedures(None), ids=lambda one: one.slug)
def test_every_procedure_has_a_blank_form(procedure: object, tmp_path: Path) -> None:
    slug, out = getattr(procedure, "slug", ""), tmp_path / "blank.pdf"
    result = run(slug, "--out", str(out), "--json")
    assert result.exit_code == 0, result.output
    data = json.loads(result.output)
    assert (data["procedure"], data["forms"], data["serials"]) == (slug, 1, ["000000"])
    with pypdfium2.PdfDocument(out) as pdf:
        assert len(pdf) == data["pages"]


def test_the_answers_of_a_conversation_are_printed(answers: Path, tmp_path: Path) -> None:
    out = tmp_path / "filled.pdf"
    assert run("moving-in", "--answers", str(answers), "--out", str(out)).exit_code == 0
    assert "葛\U000e0105城" in text_of(out)
    assert "見本ハイツ101" in text_of(out)


def test_a_form_for_each_child_with_serials_in_a_row(answers: Path, tmp_path: Path) -> None:
    out = tmp_path / "children.pdf"
    result = run("child-medical", "--answers", str(answers), "--out", str(out), "--serial", "41", "--json")
    data = json.loads(result.output)
    assert (data["forms"], data["serials"]) == (2, ["000041", "000042"])
    with pypdfium2.PdfDocument(out) as pdf:
        assert len(pdf) == data["pages"]
    assert "16-1-1-000042" in text_of(out)


@pytest.mark.parametrize(
    ("example", "slug", "forms"),
    [("birth-first-child", "child-medical", 1), ("work-left", "pension-insured", 2),
     ("death-couple-and-son", "late-elderly-change", 1)],
)  # fmt: skip
def test_answers_are_printed_for_the_event_they_were_given_in(
    example: str, slug: str, forms: int, tmp_path: Path
) -> None:
    file, out = PACKAGED / f"life_events/examples/{example}.json", tmp_path / "event.pdf"
    result = run(slug, "--answers", str(file), "--out", str(out), "--json")
    assert json.loads(result.output)["forms"] == forms


def test_a_plain_record_is_printed(tmp_path: Path) -> None:
    record, out = tmp_path / "record.json", tmp_path / "filled.pdf"
    record.write_text(json.dumps({"applicant.name": KATSURAGI}), encoding="utf-8")
    assert run("resident-record-copy", "--answers", str(record), "--out", str(out)).exit_code == 0
    assert "葛\U000e0105城" in text_of(out)


@pytest.mark.parametrize("content", ["", "[]", '{"on": "きのう", "answers": {}}', "[" * 100_000])
def test_unreadable_answers_are_refused(content: str, tmp_path: Path) -> None:
    file = tmp_path / "answers.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(KakazuError, match="読めません"):
        run("moving-in", "--answers", str(file), "--out", str(tmp_path / "out.pdf"))


def test_a_form_that_does_not_follow_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "answers.json"
    file.write_text('{"on": "2026-04-02", "answers": {"copy.kind": "none"}}', encoding="utf-8")
    with pytest.raises(KakazuError, match="必要になりません"):
        run("resident-record-copy", "--answers", str(file), "--out", str(tmp_path / "out.pdf"))
