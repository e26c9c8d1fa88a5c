"""Generated forms say the truth: what the key says is what was written, for every procedure and seed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import zxingcpp
from PIL import Image

from forms.catalogue import load_catalogue
from forms.definition import JSON, Procedure
from forms.kinds import kind
from forms.rendering.geometry import Zone
from forms.rendering.prefill import text_for, value_at
from forms.rendering.sheet import sheet_of
from samples.faces import HAND, PEN, PRINT, faces_in, glyph
from samples.filled import Style, blank, filled_pages
from samples.filled.__main__ import main
from samples.filled.batches import batch, save_pages
from samples.filled.pages import FilledPage
from samples.inks import digit_images
from samples.pen import smooth
from samples.records import record_of
from samples.skeletons import strokes_of
from samples.ticks import HARD, SCALE

CATALOGUE = load_catalogue()
FORM = CATALOGUE.procedure("resident-record-copy")
LETTERS = "見本太郎渡邊髙橋龍鶴佐藤緑丘アイウエオカキクケコサタナハマヤラワン0123456789"


@pytest.mark.parametrize("procedure", CATALOGUE.versions, ids=lambda one: f"{one.slug}-{one.version}")
def test_what_people_write_is_valid_and_fits(procedure: Procedure) -> None:
    sheet = sheet_of(procedure)
    for seed in range(6):
        record = record_of(procedure, f"form {seed}")
        for name, value in record.items():
            field = procedure.field(name)
            assert kind(field.kind).parse(field, value) == value, name
        for zone in sheet.zones:
            if zone.cells and zone.kind != "my_number":
                assert len(text_for(zone, value_at(record, zone.field))) <= len(zone.cells), zone.field


def test_every_kind_of_field_is_filled_in() -> None:
    written: dict[str, JSON] = {}
    for procedure in CATALOGUE.versions:
        for seed in range(4):
            record = record_of(procedure, f"form {seed}")
            written |= {field.kind: True for field in procedure.fields if record.get(field.name)}
    assert set(written) >= {
        "name", "date", "address", "telephone", "choice", "choices", "yes_no", "consent", "text", "number",
        "digits", "my_number", "account", "people", "person", "rows",
    }  # fmt: skip


def ink(page: FilledPage, zone: Zone, empty: np.ndarray[Any, Any]) -> float:
    """The share of the inside of a place to write that is darker than on the empty form."""
    rect = zone.rect
    left, top = round((rect.x + 0.6) * SCALE), round((rect.y + 0.6) * SCALE)
    right, bottom = round((rect.right - 0.6) * SCALE), round((rect.bottom - 0.6) * SCALE)
    written = page.scan.image
    flat = cv2.warpPerspective(
        written, np.linalg.inv(page.scan.from_page), empty.shape[::-1], borderValue=255
    )
    return float((flat[top:bottom, left:right].astype(int) < empty[top:bottom, left:right] - 60).mean())


@pytest.mark.parametrize("style", ["print", "hand", "pen"])
def test_ink_stands_where_the_key_says_and_nowhere_else(style: str) -> None:
    (page,) = filled_pages(FORM, 31, Style(style, "clean"), only=(1,))
    empty = blank(FORM, page.serial)[0]
    for zone in sheet_of(FORM).zones:
        if zone.page == 1 and zone.role != "check":
            value = value_at(page.answers, zone.field)
            expected = bool(value and text_for(zone, value))
            assert (ink(page, zone, empty) > 0.004) == expected, (zone.field, zone.part)


def test_the_stamped_code_is_the_pages_own() -> None:
    for number, sheet in enumerate(blank(FORM, "004711"), start=1):
        (found,) = zxingcpp.read_barcodes(sheet)
        assert found.text == f"05-1-{number}-004711"


def test_the_same_seed_gives_the_same_page_alone_or_with_others_and_another_seed_another() -> None:
    style = Style("pen", "fax", hard=0.5)
    both = filled_pages(FORM, 77, style)
    (second,) = filled_pages(FORM, 77, style, only=(2,))
    assert np.array_equal(both[1].scan.image, second.scan.image)
    assert both[1].key() == second.key()
    assert filled_pages(FORM, 78, style, only=(2,))[0].key()["fields"] != second.key()["fields"]


def test_hard_marks_are_named_and_of_two_marks_nobody_can_tell() -> None:
    seen: set[str] = set()
    for seed in range(40, 46):
        for page in filled_pages(FORM, seed, Style("hand", "plain", hard=1.0)):
            seen |= set(page.marks.values())
            doubled = {name for name, how in page.marks.items() if how == "both"}
            assert set(page.asked) == doubled
            assert all(page.answers[name] is None for name in doubled)
    assert seen == set(HARD)


@pytest.mark.parametrize("face", [*PRINT[2:3], *PEN], ids=lambda face: face.path.stem)
def test_strokes_cover_the_letters_they_are_traced_from(face: Any) -> None:
    shares = []
    for letter in LETTERS:
        whole = glyph(letter, face, 96) < 128
        drawn = np.zeros(whole.shape, np.uint8)
        for stroke in strokes_of(letter, face):
            curve = np.round((smooth(stroke) + 0.25) * 96 * 16).astype(np.int32)
            cv2.polylines(drawn, [curve], False, 255, 9, cv2.LINE_AA, 4)
        shares.append(float((whole & (drawn > 0)).sum() / whole.sum()))
    assert min(shares) > 0.75
    assert float(np.mean(shares)) > 0.95


def test_a_space_has_no_strokes() -> None:
    assert strokes_of(" ", HAND[0]) == ()


def test_a_page_is_written_in_one_face_and_in_those_brought_along() -> None:
    brought = faces_in([PRINT[3].path])
    own, theirs = (
        filled_pages(FORM, 5, Style("hand", "plain", faces=faces), only=(1,))[0] for faces in ((), brought)
    )
    assert own.answers == theirs.answers
    assert not np.array_equal(own.scan.image, theirs.scan.image)
    with pytest.raises(FileNotFoundError, match="no font file"):
        faces_in([Path(__file__)])


def test_of_a_folder_only_whole_faces_are_taken_each_once(tmp_path: Path) -> None:
    for name, face in (("whole.ttf", PRINT[3]), ("whole.woff", PRINT[3])):
        (tmp_path / name).write_bytes(face.path.read_bytes())
    (tmp_path / "latin.ttf").symlink_to("/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf")
    assert [face.path.stem for face in faces_in([tmp_path])] == ["whole"]


def write_digits(folder: Path) -> None:
    """Pictures of digits: a bar whose height tells them apart."""
    for digit in range(10):
        (folder / str(digit)).mkdir(parents=True)
        for number in range(3):
            picture = np.zeros((28, 28), np.uint8)
            picture[4 : 10 + digit, 10 + number : 16 + number] = 255
            Image.fromarray(picture).save(folder / str(digit) / f"{number}.png")


def test_digits_brought_along_are_used_and_only_those_of_the_span(tmp_path: Path) -> None:
    write_digits(tmp_path / "png")
    images = digit_images(tmp_path / "png", 1, 2)
    assert [len(images[digit]) for digit in "0123456789"] == [2] * 10
    listed = tmp_path / "json"
    listed.mkdir()
    for digit in range(10):
        data = [0.0] * 784 + [1.0] * 784
        (listed / f"{digit}.json").write_text(json.dumps({"data": data}), encoding="utf-8")
    assert digit_images(listed)["7"][1].max() == 255
    own, theirs = (
        filled_pages(FORM, 5, Style("pen", "plain", digits=digits), only=(1,))[0] for digits in (None, images)
    )
    assert not np.array_equal(own.scan.image, theirs.scan.image)
    with pytest.raises(FileNotFoundError, match="digit 0"):
        digit_images(tmp_path)


def test_the_command_writes_pictures_with_keys(tmp_path: Path) -> None:
    main(["--out", str(tmp_path), "--style", "hand", "--way", "office,fax", "--forms", FORM.slug,
          "--count", "3", "--seed", "12"])  # fmt: skip
    keys = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(tmp_path.glob("*.json"))]
    assert [(key["seed"], key["way"], key["page"]) for key in keys] == [
        (12, "office", 1), (12, "office", 2), (13, "fax", 1),
    ]  # fmt: skip
    for key in keys:
        with Image.open(tmp_path / key["file"]) as picture:
            assert picture.width > 1000
    with pytest.raises(SystemExit, match="unknown: felt"):
        main(["--out", str(tmp_path), "--style", "felt"])


def test_a_batch_names_every_side_and_what_a_double_feed_hid(tmp_path: Path) -> None:
    found = batch([CATALOGUE.procedure("tax-certificate")], 3, Style("print"))
    key = found.key()
    whats = [side["what"] for side in key["sides"]]
    assert {"form", "again", "blank", "letter"} == set(whats)
    lost = {tuple(one) for one in key["lost"]}
    assert lost == {("tax-certificate", "000003", 2), ("tax-certificate", "000003", 3)}
    shown = {(side["form"], side["serial"], side["page"]) for side in key["sides"] if side["what"] == "form"}
    assert shown == {("tax-certificate", "000003", 1)}
    for ending in ("tif", "pdf"):
        save_pages([side.scan for side in found.sides], tmp_path / f"batch.{ending}")
    with Image.open(tmp_path / "batch.tif") as pages:
        assert getattr(pages, "n_frames", 1) == len(whats)
