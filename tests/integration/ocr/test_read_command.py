"""`kakazu read`: what it prints, its exit codes, and that a batch goes on after a bad file."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from samples.handwriting import FOLDER
from samples.towns import TOWNS_FILE

KAKAZU = Path(sys.executable).parent / "kakazu"


def kakazu(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    (folder / "data" / "masters").mkdir(parents=True, exist_ok=True)
    shutil.copy(TOWNS_FILE, folder / "data" / "masters")
    command = [str(KAKAZU), "--data", str(folder / "data"), "read", *map(str, arguments)]
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment, check=False)


def test_a_batch_with_a_bad_file_reads_the_others_and_ends_with_one(tmp_path: Path) -> None:
    (tmp_path / "letter.png").write_bytes(b"PK\x03\x04 a Word file")
    done = kakazu(tmp_path, tmp_path / "letter.png", FOLDER / "06-two-pages.tif", "--json")
    assert done.returncode == 1
    assert done.stderr == ""
    bad, first, second = json.loads(done.stdout)
    assert "Word" in bad["problem"]
    assert [(page["form"], page["form_page"]) for page in (first, second)] == [
        ("resident-record-copy", 1),
        ("resident-record-copy", 2),
    ]
    keys = json.loads((FOLDER / "06-two-pages.json").read_text(encoding="utf-8"))["pages"]
    for page, key in zip((first, second), keys, strict=True):
        for field in page["fields"]:
            assert set(field) >= {"name", "value", "text", "confidence", "state", "box"}
            if field["state"] == "accepted":
                assert (field["value"] or None) == (key["fields"][field["name"]] or None)


def test_people_see_one_line_a_field(tmp_path: Path) -> None:
    done = kakazu(tmp_path, FOLDER / "10-printed.jpg", "--form", "resident-record-copy")
    assert done.returncode == 0
    assert "様式 resident-record-copy 第1版 1枚目 通し番号 000110" in done.stdout
    assert "確定  applicant.name" in done.stdout


def test_what_cannot_be_carried_out_ends_with_two_and_one_line(tmp_path: Path) -> None:
    for arguments in (["missing.png"], [str(FOLDER / "10-printed.jpg"), "--form", "nothing-of-ours"], []):
        done = kakazu(tmp_path, *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert "Traceback" not in done.stderr
