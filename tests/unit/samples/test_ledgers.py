"""転入者台帳.xlsx has what real ledgers have, and LibreOffice opens it."""

from __future__ import annotations

import datetime
import re
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
from click.testing import CliRunner

from office.masters import BANKS, TOWNS
from samples.city import build
from samples.command import command
from samples.files import BENEFITS, LEDGER, write_files
from samples.ledgers import COLUMNS, EXISTING_ROWS, FIRST_ROW, LAST_ROW, NOTES_SHEET, SHEET, move_in_ledger


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("data")
    write_files(build(), made)
    return made


@pytest.fixture(scope="module")
def parts(folder: Path) -> dict[str, str]:
    with zipfile.ZipFile(folder / LEDGER) as ledger:
        return {name: ledger.read(name).decode() for name in ledger.namelist()}


def test_the_same_city_gives_the_same_bytes(folder: Path) -> None:
    assert move_in_ledger(build()) == (folder / LEDGER).read_bytes()


def test_names_have_phonetic_guides_in_utf_16_units(parts: dict[str, str]) -> None:
    guided = re.findall(
        r"<si><t>([^<]+)</t>((?:<rPh[^>]*><t>[^<]+</t></rPh>)+)<phoneticPr", parts["xl/sharedStrings.xml"]
    )
    assert len(guided) > 20
    for name, guides in guided:
        units = len(name.encode("utf-16-le")) // 2
        places = [(int(start), int(end)) for start, end in re.findall(r'sb="(\d+)" eb="(\d+)"', guides)]
        assert places[0][0] == 0
        assert places[-1][1] == units
    assert any("𠮷" in name for name, _ in guided)


def test_what_other_libraries_lose_is_there(parts: dict[str, str]) -> None:
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert parts["xl/drawings/drawing1.xml"].count("印影欄") == 3
    assert "xl/comments1.xml" in parts
    for element in (
        "mergeCells",
        "phoneticPr",
        "conditionalFormatting",
        "dataValidations",
        "pane",
        "drawing",
    ):
        assert f"<{element}" in sheet
    assert all(name in parts["xl/workbook.xml"] for name in ("Print_Area", "Print_Titles", NOTES_SHEET))
    assert "ggge" in parts["xl/styles.xml"]
    assert f"H{FIRST_ROW}:H{LAST_ROW}" in sheet
    assert f"I{FIRST_ROW}:I{LAST_ROW}" in sheet


def test_rows_stand_under_their_headings_and_free_rows_below(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / LEDGER)
    sheet = book[SHEET]
    top, bottom = ([cell.value for cell in row] for row in sheet.iter_rows(min_row=4, max_row=5))
    assert [below or above for above, below in zip(top, bottom, strict=True)] == [c.heading for c in COLUMNS]
    numbers = [sheet.cell(row, 1).value for row in range(FIRST_ROW, LAST_ROW + 1)]
    assert numbers[:EXISTING_ROWS] == list(range(1, EXISTING_ROWS + 1))
    assert set(numbers[EXISTING_ROWS:]) == {None}
    columns = {column.heading: place for place, column in enumerate(COLUMNS, start=1)}
    assert isinstance(sheet.cell(FIRST_ROW, columns["転入日"]).value, datetime.datetime)
    assert re.match(r"(昭和|平成|令和)", str(sheet.cell(FIRST_ROW, columns["生年月日"]).value))
    assert sheet.cell(LAST_ROW, columns["届出日"]).number_format.startswith("[$-411]ggge")


def test_the_rows_are_residents_of_the_register(folder: Path) -> None:
    known = {(r.name.full, r.name.full_kana, str(r.became_resident_on)) for r in build().residents()}
    sheet = openpyxl.load_workbook(folder / LEDGER)[SHEET]
    for row in sheet.iter_rows(min_row=FIRST_ROW, max_row=FIRST_ROW + EXISTING_ROWS - 1, values_only=True):
        assert (str(row[4]), str(row[5]), str(row[2])[:10]) in known


def test_files_that_are_there_are_left_alone(tmp_path: Path) -> None:
    first = write_files(build(), tmp_path)
    assert {path.relative_to(tmp_path) for path in first} == {LEDGER, BENEFITS, BANKS, TOWNS}
    (tmp_path / LEDGER).write_bytes(b"written by an officer")
    (tmp_path / BANKS).unlink()
    assert write_files(build(), tmp_path) == (tmp_path / BANKS,)
    assert (tmp_path / LEDGER).read_bytes() == b"written by an officer"


def test_command_makes_the_files(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ["--files", str(tmp_path)])
    assert result.exit_code == 0
    assert (tmp_path / LEDGER).exists()


def test_libreoffice_opens_the_ledger(folder: Path, tmp_path: Path) -> None:
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    words = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(tmp_path),
        str(folder / LEDGER),
    ]
    subprocess.run(words, check=True, capture_output=True, timeout=180)
    document = pypdfium2.PdfDocument(tmp_path / "転入者台帳.pdf")
    text = document[0].get_textpage().get_text_bounded()
    for word in ("転入者台帳", "課長", "フリガナ", "令和7年", "世帯主"):
        assert word in text
    assert len(document) > 1
    document.close()
