"""Writing a workbook: locks, what changed meanwhile, backups, read-back."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from robots.connectors.workbook import writing
from robots.connectors.workbook.edits import CellEdit
from robots.connectors.workbook.package import Package
from robots.connectors.workbook.writing import held, preview, write
from robots.errors import WorkbookChanged, WorkbookInUse
from tests.support.workbooks import SHEET, ledger

EDIT = CellEdit(SHEET, "G5", "転居")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "台帳.xlsx"
    path.write_bytes(ledger())
    return path


def test_the_book_as_it_was_is_kept_once(book: Path, tmp_path: Path) -> None:
    before = book.read_bytes()
    written = write(book, lambda _: [EDIT], tmp_path / "控え")
    assert written.backup is not None
    assert written.backup.read_bytes() == before
    assert written.before_sha256 == hashlib.sha256(before).hexdigest()
    assert written.after_sha256 == hashlib.sha256(book.read_bytes()).hexdigest()
    book.write_bytes(before)
    write(book, lambda _: [EDIT], tmp_path / "控え")
    assert list((tmp_path / "控え").iterdir()) == [written.backup]


def test_old_backups_go(book: Path, tmp_path: Path) -> None:
    for number in range(writing.BACKUPS_KEPT + 3):
        write(book, lambda _, n=number: [CellEdit(SHEET, "G5", f"{n}")], tmp_path / "控え")  # type: ignore[misc]
    kept = list((tmp_path / "控え").iterdir())
    assert len(kept) == writing.BACKUPS_KEPT


def test_no_edits_write_nothing(book: Path, tmp_path: Path) -> None:
    before = book.stat()
    written = write(book, lambda _: [], tmp_path / "控え")
    assert written.changes == ()
    assert (book.stat().st_ino, book.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert not (tmp_path / "控え").exists()


def test_the_same_edits_give_the_same_bytes(book: Path, tmp_path: Path) -> None:
    first = write(book, lambda _: [EDIT], tmp_path / "控え").after_sha256
    book.write_bytes(ledger())
    book.write_bytes((tmp_path / "控え").iterdir().__next__().read_bytes())
    assert write(book, lambda _: [EDIT], tmp_path / "控え").after_sha256 == first


def test_permissions_stay(book: Path, tmp_path: Path) -> None:
    book.chmod(0o640)
    write(book, lambda _: [EDIT], tmp_path / "控え")
    assert book.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        (
            ".~lock.台帳.xlsx#",
            "山田 太郎,jimu01,pc-7,21.11.2026 10:00,file:///x;",
            "山田 太郎さんが開いています",
        ),
        ("~$台帳.xlsx", "\x06yamada", "だれかが開いています"),
    ],
)
def test_a_book_somebody_has_open_is_left_alone(book: Path, name: str, content: str, says: str) -> None:
    before = book.read_bytes()
    book.with_name(name).write_text(content, encoding="utf-8")
    with pytest.raises(WorkbookInUse, match=says) as refused:
        write(book, lambda _: [EDIT], book.parent / "控え")
    assert name in refused.value.message
    assert book.read_bytes() == before


def test_a_book_opened_while_we_prepare_is_left_alone(book: Path) -> None:
    before = book.read_bytes()

    def open_in_excel(_: Package) -> list[CellEdit]:
        book.with_name("~$台帳.xlsx").write_bytes(b"")
        return [EDIT]

    with pytest.raises(WorkbookInUse):
        write(book, open_in_excel, book.parent / "控え")
    assert book.read_bytes() == before


def test_a_book_changed_while_we_prepare_is_left_alone(book: Path) -> None:
    other = ledger(formulas=True)

    def saved_by_somebody(_: Package) -> list[CellEdit]:
        book.write_bytes(other)
        return [EDIT]

    with pytest.raises(WorkbookChanged, match="書き込みの間に"):
        write(book, saved_by_somebody, book.parent / "控え")
    assert book.read_bytes() == other


def test_a_book_changed_since_it_was_looked_at_is_left_alone(book: Path) -> None:
    with pytest.raises(WorkbookChanged, match="確かめた後に"):
        write(book, lambda _: [EDIT], book.parent / "控え", expected_sha256="0" * 64)


def test_two_processes_never_write_at_once(book: Path) -> None:
    holder = (
        "import sys; from pathlib import Path; from robots.connectors.workbook.writing import held\n"
        "with held(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", holder, str(book)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    with pytest.raises(WorkbookInUse, match="ほかのロボットが"), held(book, wait_seconds=0.2):
        pass
    child.communicate("")
    with held(book, wait_seconds=0.2):
        pass


def test_a_preview_writes_nothing(book: Path) -> None:
    before = sorted((path.name, path.stat().st_mtime_ns) for path in book.parent.iterdir())
    (change,) = preview(book, [EDIT])
    assert (change.cell, change.before, change.after) == ("G5", "髙橋さん紹介", "転居")
    assert sorted((path.name, path.stat().st_mtime_ns) for path in book.parent.iterdir()) == before


def test_a_copy_left_by_a_killed_run_is_no_hindrance(book: Path) -> None:
    book.with_name(f".{book.name}.kakazu-copy").write_bytes(os.urandom(5000))
    write(book, lambda _: [EDIT], book.parent / "控え")
    assert not book.with_name(f".{book.name}.kakazu-copy").exists()
