"""What must hold across the boxes of a form (`[checks]`), and the square for what stays physical (`box`)."""

from __future__ import annotations

from pathlib import Path

import pytest

from forms.answers import Source
from forms.catalogue import load_catalogue
from forms.definition import Procedure
from forms.errors import DefinitionError
from forms.filled import FilledForm
from forms.rendering.sheet import sheet_of
from tests.support.definitions import FORM, write
from tests.support.family import name

CHECKED = FORM.replace(
    "[facts.",
    """\
[checks.puppy]
field = "dog.name"
must = 'dog.age > 1 or known(dog.name)'
say = "1歳までの犬には名前が要ります。"

[facts."dog.age"]
kind = "number"
label = "年齢"
question = "何歳ですか。"

[facts.""",
    1,
).replace(
    '{ fact = "dog.name", label = "名前" }', '{ fact = "dog.name", required = false }, { fact = "dog.age" }'
)
ENGLISH = 'title = "Dog registration"\n'
BOXED = FORM.replace(
    "[sections.applicant]",
    """\
[facts."dog.print"]
kind = "choice"
label = "足形"
question = "足形をどう取りましたか。"
options = { ink = "紙に押した", none = "なし" }
box = 30

[sections.applicant]""",
    1,
).replace('{ fact = "dog.name", label = "名前" }', '{ fact = "dog.print" }')


def dog(folder: Path, form: str) -> Procedure:
    files = {"procedures/dog/v1/form.toml": form, "procedures/dog/v1/labels.en.toml": ENGLISH}
    return load_catalogue(write(folder, files)).procedure("dog")


@pytest.mark.parametrize(
    ("told", "problems"),
    [
        ({"dog.age": 1}, ["1歳までの犬には名前が要ります。"]),
        ({"dog.age": 1, "dog.name": "ポチ"}, []),
        ({"dog.age": 2}, []),
        ({}, ["「年齢」が空です。入力してください。"]),
    ],
)
def test_a_check_speaks_up_only_when_it_is_decided(
    tmp_path: Path, told: dict[str, object], problems: list[str]
) -> None:
    procedure = dog(tmp_path, CHECKED)
    record = {"applicant.name": name("見本", "太郎"), "moved_on": "2026-04-01", **told}
    form = FilledForm.of(procedure, record, Source.SAID)  # type: ignore[arg-type]
    assert [problem.message for problem in form.problems] == problems
    if problems and told:
        assert form.problems[0].field == "dog.name"


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('field = "dog.name"', 'field = "dog.colour"', "「dog.colour」という欄がこの様式にありません。"),
        ("known(dog.name)", 'pet == "dog"', "「pet」はこの様式の欄にありません。"),
        ("must = 'dog.age > 1 or known(dog.name)'\n", "", "成り立つべきこと（must）を書いてください。"),
        ('say = "1歳までの犬には名前が要ります。"\n', "", "この項目が必要です。"),
    ],
)
def test_faulty_checks_are_named(tmp_path: Path, right: str, wrong: str, said: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        dog(tmp_path, CHECKED.replace(right, wrong, 1))
    faults = refused.value.faults
    assert [fault.message for fault in faults] == [said]
    assert faults[0].key.startswith("checks.puppy")


def test_a_square_stands_beside_the_boxes_to_tick_and_is_not_read(tmp_path: Path) -> None:
    sheet = sheet_of(dog(tmp_path, BOXED))
    squares = [frame.rect for frame in sheet.frames if frame.look == "border" and frame.rect.width == 30.0]
    assert [(rect.width, rect.height) for rect in squares] == [(30.0, 30.0)]
    ticks = sheet.zones_of("dog.print")
    assert [zone.option for zone in ticks] == ["ink", "none"]
    assert all(zone.rect.gap(squares[0]) >= 2.0 for zone in (*sheet.zones, *sheet.own))


TWICE = FORM.replace("[sections.applicant]", "[paper]\nREPLACED\n\n[sections.applicant]", 1)


def test_a_form_asks_for_two_people(tmp_path: Path) -> None:
    said = 'double_entry = ["dog.name", "my_number"]\nmachine_counts = true'
    found = dog(tmp_path, TWICE.replace("REPLACED", said))
    assert (found.double_entry, found.machine_counts) == (("dog.name", "my_number"), True)
    assert dog(tmp_path / "plain", FORM).double_entry == ()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('double_entry = ["dog.colour"]', "「dog.colour」という欄も欄の種類もありません"),
        ("machine_counts = true", "2人で入力する欄"),
        ('double_entry = ["dog.name"]\nthird = true', "third"),
    ],
)
def test_faulty_double_entry_is_named(tmp_path: Path, wrong: str, said: str) -> None:
    with pytest.raises(DefinitionError) as raised:
        dog(tmp_path, TWICE.replace("REPLACED", wrong))
    assert said in str([(fault.key, fault.message) for fault in raised.value.faults])
