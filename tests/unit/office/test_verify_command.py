"""`kakazu verify`: exit codes, one line on stderr, trust from the data folder."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from forms.signing.seal import seal
from tests.support.keys import key_folder, load_keys
from tests.support.sealing import evidence_for, shown_pdf

AT = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files to verify, and a data folder with the city's keys."""
    folder = tmp_path_factory.mktemp("verify")
    sealed = seal(shown_pdf(), evidence_for(shown_pdf(), at=AT), load_keys(), AT)
    (folder / "sealed.pdf").write_bytes(sealed)
    (folder / "changed.pdf").write_bytes(sealed + b"% more")
    (folder / "plain.pdf").write_bytes(shown_pdf())
    (folder / "picture.png").write_bytes(b"\x89PNG")
    shutil.copytree(key_folder(), folder / "data/keys")
    shutil.copy(key_folder() / "root.pem", folder / "root.pem")
    return folder


def kakazu(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-c", "from office.cli import main; main()"]
    return subprocess.run([*program, *words], cwd=folder, capture_output=True, text=True)


def test_whole_and_trusted(folder: Path) -> None:
    done = kakazu(folder, "verify", "sealed.pdf", "--trust", "root.pem")
    assert (done.returncode, done.stderr) == (0, "")
    assert "完全で、信頼できる書類です（みほん市 電子公印、" in done.stdout


def test_the_data_folder_gives_the_trust(folder: Path) -> None:
    assert kakazu(folder, "--data", "data", "verify", "sealed.pdf").returncode == 0
    done = kakazu(folder, "--data", "nothing", "verify", "sealed.pdf")
    assert (done.returncode, done.stderr) == (1, "")
    assert "× 信頼するルート証明書が指定されていないため" in done.stdout


def test_json(folder: Path) -> None:
    done = kakazu(folder, "verify", "sealed.pdf", "--trust", "root.pem", "--json")
    told = json.loads(done.stdout)
    assert told["ok"] is True
    assert told["sealed_at"] == AT.isoformat()
    assert told["record"]["receipt_number"] == "R8-000123"
    assert all(finding["ok"] for finding in told["findings"])


@pytest.mark.parametrize(
    ("file", "words"), [("changed.pdf", "余分なデータ"), ("plain.pdf", "電子公印がありません")]
)
def test_something_wrong(folder: Path, file: str, words: str) -> None:
    done = kakazu(folder, "verify", file, "--trust", "root.pem")
    assert (done.returncode, done.stderr) == (1, "")
    assert words in done.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["missing.pdf"], "ファイルがありません"),
        (["data"], "フォルダーです"),
        (["picture.png"], "PDFファイルではありません"),
        (["sealed.pdf", "--trust", "picture.png"], "信頼の起点"),
        (["sealed.pdf", "--trust", "missing.pem"], "ファイルがありません"),
    ],
)
def test_what_cannot_be_carried_out(folder: Path, words: list[str], message: str) -> None:
    done = kakazu(folder, "verify", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
