"""`kakazu read`: what it prints, its exit codes, and that a batch goes on after a bad file."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import Image
from sqlalchemy import select

from office.accounts.actor import Actor
from office.accounts.models import Officer
from office.accounts.roles import Role
from office.records.older_copies import form_file
from samples.hands import Hand, write_line
from samples.handwriting import FOLDER
from samples.ledger_pages import ledger_pages
from samples.older import older_sheet
from samples.scanner import scan
from samples.towns import TOWNS_FILE
from tests.support.declared_forms import declared_form
from tests.support.ground import officer, opened

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


def test_declared_older_forms_are_read_from_files_and_from_the_city(tmp_path: Path) -> None:
    platform = opened(tmp_path / "data")
    officer(platform.sessions, "jimu", Role.BACK_OFFICE)
    with platform.sessions.begin() as session:
        found = session.scalars(select(Officer)).one()
        form = declared_form(session, Actor.of(found), platform)
        told = form_file(Actor.of(found), platform, form)
    platform.engine.dispose()
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / told.name).write_bytes(told.content)
    sheet = older_sheet(0)
    page, hand = sheet.image.copy(), Hand.of(np.random.default_rng(3))
    write_line(page, sheet.zones[2].rect, "昭和45年5月8日", hand, np.random.default_rng(4))
    Image.fromarray(scan(page, "office", np.random.default_rng(5)).image).save(tmp_path / "old.png")
    Image.fromarray(ledger_pages(4, rules="full", way="plain")[0].scan.image).save(tmp_path / "list.png")

    city = kakazu(tmp_path, "old.png")
    assert f"旧様式「{form.title}」" in city.stdout
    assert "1970" in city.stdout or "昭和45" in city.stdout
    assert city.returncode == 0
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    files = kakazu(elsewhere, "--forms", tmp_path / "forms", tmp_path / "old.png", tmp_path / "list.png")
    assert f"旧様式「{form.title}」" in files.stdout
    assert "--table を付けて" in files.stdout
    assert files.returncode == 1
