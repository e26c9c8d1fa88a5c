"""Ten pages that people send and no scanner should: each is answered clearly, and the batch goes on."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from forms.catalogue import load_catalogue
from ocr.batch import read_pages
from ocr.readings import PageReading, State
from samples.handwriting import FOLDER
from samples.nasty import Nasty, make_nasty
from tests.support.structure import ROOT

GOOD = "01-office.jpg"
SECONDS = 180
MEGABYTES = 1_600
ANSWERS = {
    "two-forms.jpg": "2枚の用紙が重なっています",
    "other-city.jpg": "この市の用紙のものではありません",
    "empty.jpg": "白紙です",
    "huge.png": "画像が大きすぎます",
    "bomb.pdf": "",
    "word.png": "WordやExcelなどのファイルです",
    "truncated.jpg": "画像が壊れていて開けません",
    "locked.pdf": "パスワードがかかっている",
}

PEAK = """
import resource, sys
from pathlib import Path
from ocr.page import load_pages
for path in sys.argv[1:]:
    assert sum(1 for _ in load_pages(Path(path)))
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""

Batch = dict[str, tuple[PageReading, float]]


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[Nasty, ...]]:
    folder = tmp_path_factory.mktemp("nasty")
    return folder, make_nasty(folder, seed=5)


@pytest.fixture(scope="module")
def batch(nasty: tuple[Path, tuple[Nasty, ...]]) -> Batch:
    """All ten files and a good page after them, read one after the other."""
    folder, files = nasty
    shutil.copy(FOLDER / GOOD, folder / GOOD)
    catalogue, found = load_catalogue(), {}
    for name in (*(one.file for one in files), GOOD):
        begun = time.monotonic()
        (page,) = read_pages(folder / name, catalogue)
        found[name] = (page, time.monotonic() - begun)
    return found


def test_there_are_ten_and_each_has_an_answer(batch: Batch) -> None:
    assert len(batch) == 11
    for name, says in ANSWERS.items():
        page = batch[name][0]
        assert page.problem is not None, name
        assert says in page.problem, name
        assert page.problem.endswith("。"), name
        assert (page.form, page.fields) == (None, ()), name


@pytest.mark.parametrize("name", ["coffee.jpg", "screen.jpg"])
def test_what_is_stained_or_taken_from_a_screen_has_nothing_wrong_accepted(
    name: str, batch: Batch, nasty: tuple[Path, tuple[Nasty, ...]]
) -> None:
    """Such a page may be read; where it is not, it says why."""
    key = next(one.key for one in nasty[1] if one.file == name)
    page = batch[name][0]
    if page.problem is not None:
        assert page.problem.endswith("。")
        return
    assert (page.form, page.form_page, page.serial) == (key["form"], key["page"], key["serial"])
    accepted = [one for one in page.fields if one.state is State.ACCEPTED and one.value]
    assert {one.name: one.value for one in accepted}.items() <= key["fields"].items()


def test_the_good_page_in_the_same_batch_is_read(batch: Batch) -> None:
    page = batch[GOOD][0]
    assert page.problem is None
    assert page.form == "resident-record-copy"
    assert sum(one.state is State.ACCEPTED for one in page.fields) > 8


def test_pictures_stay_for_a_person_where_there_are_any(batch: Batch) -> None:
    pictured = {"two-forms.jpg", "coffee.jpg", "other-city.jpg", "screen.jpg", "empty.jpg", "bomb.pdf", GOOD}
    assert {name for name, (page, _) in batch.items() if page.image} == pictured
    assert all(page.sha256 for name, (page, _) in batch.items() if name in pictured)


def test_time_stays_limited(batch: Batch) -> None:
    assert max(seconds for _, seconds in batch.values()) < SECONDS


def test_memory_stays_limited(nasty: tuple[Path, tuple[Nasty, ...]]) -> None:
    """Looked at from a process that has no other children and little memory of its own to pass on."""
    folder, files = nasty
    paths = [str(folder / one.file) for one in files]
    told = subprocess.run(
        [sys.executable, "-c", PEAK, *paths], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert 30 < int(told.stdout) / 1024 < MEGABYTES
