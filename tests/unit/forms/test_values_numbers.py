"""Numbers: every vector of record-layouts §9, refusals, and the command `kakazu number check`."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from forms.errors import InvalidValue
from forms.values.numbers import KINDS, check, check_digit, complete, mask, parse_my_number
from office.cli import kakazu

VECTORS = [
    ("my-number", "12345678901", "123456789018"),
    ("my-number", "62149832025", "621498320257"),
    ("my-number", "98320567321", "983205673214"),
    ("my-number", "20261121000", "202611210002"),
    ("my-number", "10000000003", "100000000030"),
    ("my-number", "00000000000", "000000000000"),
    ("resident-code", "1234567890", "12345678903"),
    ("resident-code", "0000000001", "00000000019"),
    ("resident-code", "9876543210", "98765432103"),
    ("resident-code", "4902138576", "49021385769"),
    ("corporate-number", "835678256246", "5835678256246"),
    ("corporate-number", "000012050002", "7000012050002"),
    ("corporate-number", "180301018771", "1180301018771"),
    ("corporate-number", "000020132047", "8000020132047"),
    ("corporate-number", "700110005901", "8700110005901"),
    ("corporate-number", "000012010038", "8000012010038"),
    ("municipality-code", "13204", "132047"),
    ("municipality-code", "13101", "131016"),
    ("municipality-code", "01100", "011002"),
    ("municipality-code", "01205", "012050"),
    ("municipality-code", "01213", "012131"),
    ("municipality-code", "02000", "020001"),
    ("insurer-number", "0613048", "06130488"),
    ("insurer-number", "3312001", "33120015"),
    ("insurer-number", "0113001", "01130012"),
    ("insurer-number", "13801", "138016"),
    ("insurer-number", "3913204", "39132048"),
    ("insurer-number", "13204", "132043"),
    ("medical-institution", "341071236", "3410712362"),
]


@pytest.mark.parametrize(("kind", "body", "number"), VECTORS)
def test_vectors(kind: str, body: str, number: str) -> None:
    assert complete(kind, body) == number
    found = check(kind, number)
    assert (found.valid, found.digits, found.expected) == (True, number, check_digit(kind, body))


@pytest.mark.parametrize(("kind", "body", "number"), VECTORS)
def test_every_other_check_digit_is_refused(kind: str, body: str, number: str) -> None:
    digit = check_digit(kind, body)
    for other in set("0123456789") - {digit}:
        wrong = other + body if kind == "corporate-number" else body + other
        assert check(kind, wrong).valid is False
        assert check(kind, wrong).expected == digit


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("my-number", "１２３４　５６７８　９０１８"),
        ("my-number", "1234-5678-9018"),
        ("my-number", "１２３４－５６７８ー９０１８"),
        ("corporate-number", "T5835678256246"),
        ("corporate-number", "Ｔ５－８３５６－７８２５－６２４６"),
        ("insurer-number", "06 13 048 8"),
    ],
)
def test_full_width_and_separators_are_taken(kind: str, text: str) -> None:
    assert check(kind, text).valid


@pytest.mark.parametrize("text", ["12345678901a", "①23456789018", "١٢٣٤٥٦٧٨٩٠١٨", "", "T123456789018"])
def test_what_is_not_digits_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        check("my-number", text)


def test_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InvalidValue, match="corporate-number"):
        check("passport", "1")


def test_a_code_without_its_check_digit_is_told_the_whole() -> None:
    found = check("municipality-code", "13204")
    assert not found.valid
    assert "132047" in found.message


def test_a_resident_code_is_only_warned_about() -> None:
    found = check("resident-code", "12345678904")
    assert (found.valid, found.advisory) == (False, True)
    assert "警告" in found.message


def test_my_number_never_stands_in_an_error_or_a_representation() -> None:
    with pytest.raises(InvalidValue) as refusal:
        parse_my_number("1234 5678 9011")
    assert "1234" not in str(refusal.value)
    assert "567890" not in repr(check("my-number", "123456789018"))
    assert parse_my_number("１２３４ ５６７８ ９０１８") == "123456789018"


def test_masks_show_at_most_four_digits() -> None:
    assert mask("123456789018") == "********9018"
    assert mask("123") == "***"


def run(*words: str) -> tuple[int, str, BaseException | None]:
    result = CliRunner().invoke(kakazu, ["number", "check", *words])
    return result.exit_code, result.output, result.exception


@pytest.mark.parametrize(("kind", "body", "number"), VECTORS)
def test_command_accepts_the_vectors(kind: str, body: str, number: str) -> None:
    code, output, _ = run(kind, number, "--json")
    data = json.loads(output)
    assert code == 0
    assert (data["kind"], data["valid"]) == (kind, True)


def test_command_exits_1_on_a_wrong_digit_and_never_prints_a_secret() -> None:
    code, output, _ = run("my-number", "123456789019")
    assert code == 1
    assert "********9019" in output
    assert "12345678" not in output


@pytest.mark.parametrize("words", [("passport", "123"), ("my-number", "12x")])
def test_command_cannot_examine_what_it_does_not_know(words: tuple[str, str]) -> None:
    # office.cli.main turns the error into one line and exit code 2.
    _, _, error = run(*words)
    assert isinstance(error, InvalidValue)


def test_there_are_six_kinds() -> None:
    assert len(KINDS) == 6
