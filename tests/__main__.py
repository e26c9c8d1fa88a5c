"""`./kakazu test [FOLDER…]`: the static checks and every test, or only the tests of the folders named."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
SOURCES = ("forms", "ocr", "office", "robots", "samples", "tests")


def run(title: str, command: Sequence[str]) -> bool:
    """Run one check in the project's root and say how it went."""
    sys.stdout.write(f"== {title}\n")
    sys.stdout.flush()
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def main(folders: Sequence[str]) -> int:
    """Run the checks; 0 when all hold, 1 when one does not."""
    pytest = [
        str(BIN / "python"),
        "-m",
        "pytest",
        "-q",
        "-n",
        str(min(4, (os.cpu_count() or 1) + 1)),  # one more than cores: each waits a sixth of its time
        "--dist",
        "loadfile",
        "--no-loadscope-reorder",
    ]
    if folders:
        return 0 if run("pytest", [*pytest, *folders]) else 1
    held = [
        run("ruff check", [str(BIN / "ruff"), "check", *SOURCES]),
        run("ruff format", [str(BIN / "ruff"), "format", "--check", *SOURCES]),
        run("mypy", [str(BIN / "mypy")]),
        run("import-linter", [str(BIN / "lint-imports")]),
        run("pytest", pytest),
    ]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
