"""The structure of the house holds, and each rule is seen to fail when broken."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.structure import PACKAGES, ROOT, faults, sources

BIN = Path(sys.executable).parent


def test_every_module_keeps_the_sizes_and_habits() -> None:
    found = [fault for path in sources() for fault in faults(path)]
    assert found == []


def test_sources_are_really_looked_at() -> None:
    assert len(list(sources())) > 60


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("long.py", '"""A."""\n' + "x = 1\n" * 400, "at most 400"),
        ("tall.py", '"""A."""\n\n\ndef f() -> None:\n' + "    print()\n" * 51, "at most 50"),
        ("utils.py", '"""A."""\n', "says nothing"),
        ("bare.py", '"""A."""\n\n\ndef f(x):\n    return x\n', "lacks types"),
        ("inner.py", '"""A."""\n\n\ndef f() -> None:\n    import os\n', "imports inside"),
        ("mute.py", "x = 1\n", "no module docstring"),
        ("hush.py", '"""A."""\n\nwith warnings.catch_warnings():\n    x = 1\n', "not safe among threads"),
    ],
)
def test_a_planted_fault_is_found(tmp_path: Path, name: str, text: str, says: str) -> None:
    planted = tmp_path / name
    planted.write_text(text, encoding="utf-8")
    assert any(says in fault for fault in faults(planted))


@pytest.fixture
def copied_house(tmp_path: Path) -> Path:
    """A copy of the packages in which a violation can be planted."""
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package,
            tmp_path / package,
            ignore=shutil.ignore_patterns("__pycache__", "static", "scans"),
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def _lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [str(BIN / "lint-imports"), "--no-cache"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("place", "line", "contract"),
    [
        ("forms/planted.py", "import office.errors", "one direction"),
        ("ocr/planted.py", "import robots", "one direction"),
        ("office/settings.py", "import office.web", "office layers"),
    ],
)
def test_an_import_against_the_direction_is_refused(
    copied_house: Path, place: str, line: str, contract: str
) -> None:
    clean = _lint_imports(copied_house)
    assert clean.returncode == 0, clean.stdout
    target = copied_house / place
    before = target.read_text(encoding="utf-8") if target.exists() else '"""Planted."""\n'
    target.write_text(f"{before}\n{line}\n", encoding="utf-8")
    broken = _lint_imports(copied_house)
    assert broken.returncode != 0
    assert any(contract in row and "BROKEN" in row for row in broken.stdout.splitlines())


def test_a_missing_type_is_refused_by_mypy(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text('"""Planted."""\n\n\ndef double(number):\n    return number * 2\n', encoding="utf-8")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    result = subprocess.run(
        [str(BIN / "mypy"), "--config-file", "pyproject.toml", "planted.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "Function is missing a type annotation" in result.stdout


@pytest.mark.parametrize(
    "page",
    ["README.md", "README.ja.md", "forms/procedures/README.md", "robots/README.md", "samples/README.md"],
)
def test_every_picture_and_link_of_a_readme_is_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    folder = (ROOT / page).parent
    assert [link for link in links if not (folder / link).exists()] == []
    if page.startswith("README"):
        assert len([link for link in links if link.endswith(".png")]) >= 4
