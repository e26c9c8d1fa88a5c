"""The executor library and the scheduler stay behind one module each."""

from __future__ import annotations

import ast

import pytest

from tests.support.structure import ROOT, sources


@pytest.mark.parametrize(
    ("library", "module"), [("dbos", "office/jobs/engine.py"), ("apscheduler", "office/jobs/timetable.py")]
)
def test_one_module_alone_imports_it(library: str, module: str) -> None:
    found = set()
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(name.partition(".")[0] == library for name in names):
                found.add(path.relative_to(ROOT).as_posix())
    assert found == {module}
