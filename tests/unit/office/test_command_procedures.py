"""`kakazu procedures` and `kakazu interview`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from forms.catalogue import PACKAGED, load_catalogue
from office.commands import interview, procedures
from tests.support import definitions
from tests.support.family import ALL, FAMILY_PROCEDURES, KNOWN, OFFICER, SAID

EXAMPLES = PACKAGED / "life_events/examples"


def run(*words: str) -> Result:
    return CliRunner().invoke(procedures.command, list(words))


def converse(tmp_path: Path, answers: Any, *words: str) -> Result:
    file = tmp_path / "answers.json"
    file.write_text(json.dumps(answers), encoding="utf-8")
    return CliRunner().invoke(interview.command, ["move-in", "--answers", str(file), *words])


def test_the_list_names_every_procedure() -> None:
    data = json.loads(run("list", "--json").output)
    assert [(one["number"], one["slug"], one["version"]) for one in data] == [
        (one.number, one.slug, one.version) for one in load_catalogue().procedures()
    ]
    assert set(range(1, 29)) <= {one["number"] for one in data}
    assert "児童手当 認定請求書" in run("list").output
    assert "Child allowance: claim" in run("list", "--language", "en").output


def test_show_tells_law_deadline_fee_and_boxes() -> None:
    text = run("show", "child-medical").output
    for part in ("要確認", "15日以内", "■ 対象のお子さん", "subject.name.full not in insurance.members"):
        assert part in text
    data = json.loads(run("show", "resident-record-copy", "--json").output)
    assert (data["fee"], data["deadline"], data["for_each"]) == (300, None, None)
    moving = json.loads(run("show", "moving-in", "--json").output)
    assert moving["deadline"] == {"days": 14, "from": "moving.moved_on", "roll": "next-open-day"}
    assert moving["basis"][0]["confirmed"] is True
    assert moving["events"] == {"move-in": "always"}
    fields = [field for section in moving["sections"] for field in section["fields"]]
    assert {"name": "members", "kind": "people"}.items() <= next(
        field.items() for field in fields if field["name"] == "members"
    )


def test_check_of_the_packaged_definitions() -> None:
    result = run("check")
    assert (result.exit_code, "誤りはありません" in result.output) == (0, True)


def test_check_names_each_fault_and_ends_with_1(tmp_path: Path) -> None:
    folder = definitions.write(
        tmp_path, {"procedures/dog/v1/form.toml": definitions.FORM.replace('"dog"\'', '"dgo"\'')}
    )
    result = run("check", str(folder))
    assert result.exit_code == 1
    assert (
        "procedures/dog/v1/form.toml:15: events.move.when: 「dgo」という選択肢はありません" in result.output
    )
    data = json.loads(run("check", str(folder), "--json").output)
    assert [(one["file"], one["line"]) for one in data["faults"]] == [("procedures/dog/v1/form.toml", 15)]


def test_an_unknown_procedure_ends_with_2_and_one_line() -> None:
    script = "from office.cli import main; main()"
    result = subprocess.run(
        [sys.executable, "-c", script, "procedures", "show", "moving-inn"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert "moving-inn" in result.stderr


@pytest.mark.parametrize(("name", "questions"), [("move-in-known", 19), ("move-in-unknown", 25)])
def test_a_family_of_four_from_at_most_25_questions(name: str, questions: int) -> None:
    words = ["move-in", "--answers", str(EXAMPLES / f"{name}.json")]
    result = CliRunner().invoke(interview.command, [*words, "--json"])
    assert result.exit_code == 0, result.output
    data = json.loads(result.output)
    assert (data["questions"], data["complete"], data["not_used"]) == (questions, True, [])
    assert tuple(one["procedure"] for one in data["applications"]) == FAMILY_PROCEDURES
    text = CliRunner().invoke(interview.command, words).output
    for part in (
        "[必要] 児童手当 認定請求書",
        "■ 持ち物",
        f"■ 住民への質問 {questions}問",
        "［聞き取り］",
        "期限 2026-04-15",
    ):
        assert part in text


def test_why_not_is_said_and_what_is_missing_is_asked(tmp_path: Path) -> None:
    answers = {**KNOWN, **SAID, "copy.kind": "none"}
    del answers["contact.phone"]
    result = converse(tmp_path, {"on": "2026-04-10", "answers": answers}, "--json")
    assert result.exit_code == 1
    data = json.loads(result.output)
    copy = next(one for one in data["procedures"] if one["procedure"] == "resident-record-copy")
    assert (copy["needed"], copy["reason"]) == (False, "住民票の写しは要らないとのことなので、請求しません。")
    assert {one["fact"] for one in data["still_to_ask"]} == {"contact.phone", *OFFICER}
    assert data["not_used"] == ["copy.show"]
    text = converse(tmp_path, {"on": "2026-04-10", "answers": answers}).output
    assert "まだの質問：日中につながる電話番号を教えてください。（contact.phone）" in text
    assert "[不要] 住民票の写し等 交付請求書" in text
    assert "使わなかった答え：copy.show" in text


def test_boxes_say_where_they_come_from(tmp_path: Path) -> None:
    answers = {**ALL, "members": {"value": ALL["members"], "source": "card"}}
    data = json.loads(converse(tmp_path, {"on": "2026-04-10", "answers": answers}, "--json").output)
    boxes = {box["field"]: box for box in data["applications"][0]["boxes"]}
    assert boxes["members"]["source"] == "card"
    assert boxes["moving.moved_on"] == {
        "field": "moving.moved_on", "label": "異動日", "text": "令和8年4月1日", "source": "said",
    }  # fmt: skip


def test_my_numbers_stay_masked(tmp_path: Path) -> None:
    members = [{**ALL["members"][0], "my_number": "123456789018"}, *ALL["members"][1:]]
    result = converse(tmp_path, {"on": "2026-04-10", "answers": {**ALL, "members": members}}, "--json")
    assert result.exit_code == 0
    assert "123456789018" not in result.output
    assert "********9018" in result.output


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"answers": []}',
        '{"on": 5, "answers": {}}',
        '{"on": "soon", "answers": {}}',
        '{"answers": {"nope": 1}}',
        '{"answers": {"moving.moved_on": {"value": "x", "source": "dream"}}}',
        '{"answers": ' + "[" * 100_000,
    ],
)
def test_unreadable_answers_are_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "answers.json"
    file.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(interview.command, ["move-in", "--answers", str(file)])
    assert type(result.exception).__name__ in ("UnreadableAnswers", "InvalidAnswer")
