"""`kakazu interview`: how much one conversation yields, where each box comes from, and refusals."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from forms.answers import GIVEN, Source
from forms.catalogue import PACKAGED
from forms.errors import KakazuError
from forms.rendering.wording import SOURCES
from office.cli import kakazu

EXAMPLES = PACKAGED / "life_events" / "examples"


def run(*words: str) -> Result:
    return CliRunner().invoke(kakazu, ["interview", *words])


def told(event: str, example: str) -> dict[str, Any]:
    result = run(event, "--answers", str(EXAMPLES / f"{example}.json"), "--json")
    assert result.exit_code == 0, result.output
    data: dict[str, Any] = json.loads(result.stdout)
    return data


@pytest.mark.parametrize(
    ("event", "example", "applications", "questions"),
    [
        ("move-in", "move-in-dog-and-care", 8, 25),
        ("move-in", "move-in-unknown", 8, 25),
        ("death", "death-couple-and-son", 9, 20),
    ],
)
def test_one_conversation_yields_every_application(
    event: str, example: str, applications: int, questions: int
) -> None:
    data = told(event, example)
    assert data["complete"]
    assert len(data["applications"]) >= applications
    assert len(data["asked"]) <= data["questions"] <= questions, "a row of a list counts as a question"
    assert all(box["text"] for form in data["applications"] for box in form["boxes"])
    assert all(one["reason"] and one["rule_version"] for one in data["procedures"])


@pytest.mark.parametrize("source", sorted(GIVEN))
def test_every_source_of_an_answer_is_told(source: Source, tmp_path: Path) -> None:
    file = tmp_path / "answers.json"
    example = json.loads((EXAMPLES / "move-in-unknown.json").read_text(encoding="utf-8"))
    moved = {"value": example["answers"]["moving.moved_on"], "source": str(source)}
    if isinstance(example["answers"]["moving.moved_on"], dict):
        moved["value"] = example["answers"]["moving.moved_on"]["value"]
    file.write_text(json.dumps(example | {"answers": example["answers"] | {"moving.moved_on": moved}}))
    result = run("move-in", "--answers", str(file))
    assert result.exit_code == 0
    assert f"［{SOURCES[source]}］" in result.output


def test_an_unfinished_conversation_says_what_to_ask(tmp_path: Path) -> None:
    file = tmp_path / "answers.json"
    file.write_text('{"on": "2026-04-10", "answers": {"moving.moved_on": "令和8年4月1日"}}')
    result = run("move-in", "--answers", str(file))
    assert result.exit_code == 1
    assert "まだの質問：" in result.output


@pytest.mark.parametrize(
    "content",
    ["", "[]", '{"answers": []}', '{"on": "きのう", "answers": {}}', '{"answers": {"nobody.asks": 1}}'],
)
def test_answers_that_cannot_be_read_are_named(content: str, tmp_path: Path) -> None:
    file = tmp_path / "answers.json"
    file.write_text(content)
    result = run("move-in", "--answers", str(file))
    assert isinstance(result.exception, KakazuError)
    assert re.search("answers.json|nobody.asks", str(result.exception))
