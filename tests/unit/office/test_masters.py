"""The city's masters: read once, again after a change, empty where there are none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from forms.errors import InvalidValue
from office.masters import BANKS, TOWNS, branches, towns_of_city
from office.web.counter.lookups import branch, towns
from samples.banks import BANKS_FILE
from samples.towns import TOWNS_FILE


def written(path: Path, content: bytes, at: int) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (at, at))


def test_a_master_that_is_changed_is_read_again(tmp_path: Path) -> None:
    assert towns_of_city(tmp_path) == {}
    assert towns(tmp_path, "9999001") == []
    written(tmp_path / TOWNS, TOWNS_FILE.read_bytes(), 1_000)
    assert towns(tmp_path, "999-9001")[0]["town"] == "中央"
    assert towns_of_city(tmp_path) is towns_of_city(tmp_path)
    written(tmp_path / TOWNS, TOWNS_FILE.read_text("utf-8").replace("中央", "新中央").encode(), 2_000)
    assert towns(tmp_path, "9999001")[0]["town"] == "新中央"
    (tmp_path / TOWNS).unlink()
    assert towns_of_city(tmp_path) == {}


def test_a_list_of_towns_with_another_header_is_refused(tmp_path: Path) -> None:
    written(tmp_path / TOWNS, b"zip,name\n1,2\n", 1_000)
    with pytest.raises(InvalidValue):
        towns_of_city(tmp_path)


def test_branches_are_looked_up_by_both_codes(tmp_path: Path) -> None:
    assert branch(tmp_path, "9997", "001") == {}
    written(tmp_path / BANKS, BANKS_FILE.read_bytes(), 1_000)
    assert branch(tmp_path, "9997", "001")["branch_name"] == "本店"
    assert branch(tmp_path, "9997", "") == {}
    assert len(branches(tmp_path)) > 1
