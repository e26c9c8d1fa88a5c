"""LibreOffice opens what the connector wrote, and shows the new rows with everything around them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from robots.connectors.workbook.package import Package
from robots.connectors.workbook.reading import read_rows
from samples.ledgers import FIRST_ROW, SHEET
from tests.support.robots import RobotCity
from tests.support.workbooks import part_of


@pytest.fixture(scope="module")
def filed(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Path]:
    """The sample ledger before, and the file after the robot has filed a family of four."""
    city = RobotCity(tmp_path_factory.mktemp("city") / "data")
    before = city.ledger.read_bytes()
    city.move_in()
    assert city.run("file_move_ins").counts["changes"] == 4
    return before, city.ledger


def converted(book: Path, to: str, folder: Path) -> Path:
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    folder.mkdir(exist_ok=True)
    command = ["soffice", profile, "--headless", "--convert-to", to, "--outdir", str(folder), str(book)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    made = folder / f"{book.stem}.{to.partition(':')[0]}"
    assert made.exists(), done.stdout + done.stderr
    return made


def test_libreoffice_shows_the_family_in_the_japanese_calendar(
    filed: tuple[bytes, Path], tmp_path: Path
) -> None:
    """The printed page as a clerk sees it: dates in 和暦, the count made anew, the stamp boxes in place."""
    page = converted(filed[1], "pdf", tmp_path)
    text = subprocess.run(
        ["pdftotext", "-layout", str(page), "-"], capture_output=True, text=True, check=True
    )
    lines = [" ".join(line.split()) for line in text.stdout.splitlines()]
    family = [line for line in lines if "R8-000201" in line]
    assert len(family) == 4
    assert family[0].partition("R8-000201 ")[2] == (
        "令和8年4月1日 令和8年4月6日 山田 太郎 ヤマダ タロウ 昭和60年5月1日 男 世帯主 "
        "みほん県みほん市北町3-4-5 京都府京都市上京区中町1-2 山田 太郎 ロボット"
    )
    people = sum(
        1 for row in read_rows(Package.open(filed[1]), SHEET) if row.number >= FIRST_ROW and row.at(2)
    )
    assert any(line.endswith(f"記入済みの人数 {people}") for line in lines)
    assert any("課長" in line and "係長" in line and "担当" in line for line in lines)


def test_what_libreoffice_reads_it_also_writes(filed: tuple[bytes, Path], tmp_path: Path) -> None:
    """Opened and saved again: shapes, validation and merges are known to it as before."""
    resaved = converted(filed[1], "xlsx:Calc MS Excel 2007 XML", tmp_path / "again").read_bytes()
    before, sheet = (part_of(book, "xl/worksheets/sheet1.xml").decode() for book in (filed[0], resaved))
    assert sheet.count("<mergeCell ") == before.count("<mergeCell ") > 5
    assert "dataValidation" in sheet
    drawing = part_of(resaved, "xl/drawings/drawing1.xml").decode()
    assert drawing.count("<xdr:txBody>") == 3


def test_only_the_sheet_and_the_order_to_calculate_changed(filed: tuple[bytes, Path]) -> None:
    before, book = filed
    old, new = Package.parse(book, before).archive, Package.open(book).archive
    assert [entry.name for entry in new.entries] == [entry.name for entry in old.entries]
    changed = {
        entry.name
        for entry in new.entries
        if old.raw[old.entry(entry.name).start : old.entry(entry.name).end]
        != new.raw[entry.start : entry.end]
    }
    # The count over the headings is a formula, so whoever opens the ledger must count again.
    assert changed <= {"xl/worksheets/sheet1.xml", "xl/workbook.xml"}
    assert b'fullCalcOnLoad="1"' in new.read("xl/workbook.xml")


def test_the_new_names_carry_their_readings(filed: tuple[bytes, Path]) -> None:
    package = Package.open(filed[1])
    sheet = package.archive.read(package.sheet(SHEET).part).decode()
    assert (
        '<t>山田 𠮷彦</t><rPh sb="0" eb="2"><t>ヤマダ</t></rPh><rPh sb="3" eb="6"><t>ヨシヒコ</t></rPh>'
        in sheet
    )
