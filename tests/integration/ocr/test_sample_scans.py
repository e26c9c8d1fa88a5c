"""The committed scans against their answer keys, and pages made afresh: nothing accepted is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from forms.catalogue import load_catalogue
from forms.values.addresses import read_towns
from ocr.batch import PageReading, State, read_file, read_image
from ocr.page import PageImage
from samples.handwriting import FOLDER, RECIPES, Style, filled_pages, make_scans
from samples.towns import TOWNS_FILE

KEYS = sorted(FOLDER.glob("*.json"))
TOWNS = read_towns(TOWNS_FILE)


def assert_matches(page: PageReading, key: dict[str, Any]) -> int:
    """The page is what the key says, no accepted field differs from it; gives how many filled ones were."""
    assert page.problem is None
    assert (page.form, page.version, page.form_page, page.serial) == (
        key["form"],
        key["version"],
        key["page"],
        key["serial"],
    )
    assert {one.name for one in page.fields} == set(key["fields"])
    accepted = [one for one in page.fields if one.state is State.ACCEPTED]
    wrong = [
        f"{one.name}: {one.value!r} is not {key['fields'][one.name]!r}"
        for one in accepted
        if (one.value or None) != (key["fields"][one.name] or None)
    ]
    assert wrong == []
    assert [one.name for one in accepted if one.name in key["asked"]] == []
    return sum(bool(one.value) for one in accepted)


@pytest.mark.parametrize("path", KEYS, ids=lambda path: path.stem)
def test_a_committed_scan_reads_as_its_key_says(path: Path) -> None:
    key = json.loads(path.read_text(encoding="utf-8"))
    pages = read_file(FOLDER / key["file"], load_catalogue(), towns=TOWNS)
    assert len(pages) == len(key["pages"])
    for page, expected in zip(pages, key["pages"], strict=True):
        if expected["form"] is None:
            assert (page.form, page.fields) == (None, ())
            assert page.problem is not None
            assert page.problem.endswith("。")
        else:
            filled = sum(bool(value) for value in expected["fields"].values())
            # 02-pen blackens its boxes: those are always asked.
            assert assert_matches(page, expected) >= (0.3 if path.stem == "02-pen" else 0.5) * filled


def test_every_recipe_has_its_committed_file_and_key() -> None:
    files = {json.loads(path.read_text(encoding="utf-8"))["file"] for path in KEYS}
    assert {recipe.file for recipe in RECIPES} <= files
    assert all((FOLDER / file).stat().st_size > 0 for file in files)
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 6_000_000


def test_a_required_field_left_blank_is_rejected_and_an_unsure_mark_is_never_accepted() -> None:
    (page,) = read_file(FOLDER / "09-nothing-written.jpg", load_catalogue(), towns=TOWNS)
    blank = next(one for one in page.fields if one.name == "applicant.birth_on")
    assert (blank.state, blank.value) == (State.REJECTED, None)
    (page,) = read_file(FOLDER / "08-unsure-mark.png", load_catalogue(), towns=TOWNS)
    unsure = next(one for one in page.fields if one.name == "copy.kind")
    assert unsure.state is not State.ACCEPTED


@pytest.mark.parametrize(
    ("style", "way", "seed"),
    [
        ("hand", "office", 9001),
        ("hand", "fax", 9002),
        ("pen", "coarse", 9003),
        ("pen", "phone", 9004),
        ("print", "fax", 9006),
    ],
)
def test_pages_made_afresh_are_read_without_a_wrong_acceptance(style: str, way: str, seed: int) -> None:
    catalogue = load_catalogue()
    for filled in filled_pages(catalogue.procedure("resident-record-copy"), seed, Style(style, way)):
        page = read_image(PageImage("fresh", filled.page, filled.scan.image, ""), catalogue, towns=TOWNS)
        assert_matches(page, filled.key())


@pytest.mark.parametrize("slug", ["moving-in", "health-insurance-change", "child-allowance", "child-medical"])
def test_every_other_form_is_read_too(slug: str) -> None:
    catalogue = load_catalogue()
    for filled in filled_pages(catalogue.procedure(slug), 9100, Style("hand", "office"))[:2]:
        page = read_image(PageImage("fresh", filled.page, filled.scan.image, ""), catalogue, towns=TOWNS)
        assert_matches(page, filled.key())


def test_a_confirmed_field_can_be_seen_beside_its_value() -> None:
    (page,) = read_file(FOLDER / "01-office.jpg", load_catalogue(), towns=TOWNS)
    crop = next(one for one in page.fields if one.name == "applicant.name").crop(page.image)
    assert crop.startswith(b"\x89PNG")
    assert len(page.image) < 1_500_000


def test_the_same_seed_makes_the_same_scans(tmp_path: Path) -> None:
    procedure = load_catalogue().procedure("resident-record-copy")
    first, second = (filled_pages(procedure, 9200, Style("pen", "fax")) for _ in range(2))
    assert [one.key() for one in first] == [one.key() for one in second]
    assert all(np.array_equal(a.scan.image, b.scan.image) for a, b in zip(first, second, strict=True))


def test_the_command_makes_files_as_the_committed_ones(tmp_path: Path) -> None:
    make_scans(tmp_path, RECIPES[:1])
    assert {path.name for path in tmp_path.iterdir()} >= {
        "01-office.jpg",
        "01-office.json",
        "13-unknown.json",
    }
    for made in tmp_path.glob("*.json"):
        assert made.read_text("utf-8") == (FOLDER / made.name).read_text("utf-8")
