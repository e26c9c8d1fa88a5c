"""Rules of the house that no linter holds: sizes, names, where imports stand (design.md, Sizes)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("forms", "ocr", "office", "robots", "samples")
LONGEST_MODULE, LONGEST_FUNCTION = 400, 50
REFUSED_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "core"}


def sources(root: Path = ROOT) -> Iterator[Path]:
    """Every Python module of the packages, migrations' generated versions left out."""
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            if "migrations/versions" not in path.as_posix():
                yield path


def faults(path: Path) -> list[str]:
    """What a module breaks: size, function size, a vague name, a missing docstring, missing types."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    found = []
    lines = text.count("\n")
    if lines > LONGEST_MODULE:
        found.append(f"{path}: {lines} lines, at most {LONGEST_MODULE}")
    if path.stem in REFUSED_NAMES:
        found.append(f"{path}: the name says nothing about its subject")
    if ast.get_docstring(tree) is None:
        found.append(f"{path}: no module docstring")
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found += _function_faults(path, node)
        # Filters of warnings belong to the whole process: two threads leave each other's behind for good.
        if isinstance(node, ast.Attribute) and node.attr == "catch_warnings":
            found.append(f"{path}:{node.lineno}: catch_warnings is not safe among threads")
    return found


def _function_faults(path: Path, node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    found = []
    length = (node.end_lineno or node.lineno) - node.lineno + 1
    if length > LONGEST_FUNCTION:
        found.append(f"{path}:{node.lineno}: {node.name} has {length} lines, at most {LONGEST_FUNCTION}")
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    bare = [a.arg for a in arguments if a.annotation is None and a.arg not in ("self", "cls")]
    if bare or node.returns is None:
        found.append(f"{path}:{node.lineno}: {node.name} lacks types ({', '.join(bare) or 'return'})")
    if any(isinstance(inner, ast.Import | ast.ImportFrom) for inner in ast.walk(node)):
        found.append(f"{path}:{node.lineno}: {node.name} imports inside the function")
    return found
