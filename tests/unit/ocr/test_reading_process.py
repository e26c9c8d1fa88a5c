"""The reading process: it ends with its reader, and a page it died on costs that page alone."""

from __future__ import annotations

import gc
import os
import signal
from pathlib import Path

import pytest
from PIL import Image

from ocr.reading_process import Reader, ReaderGone, Setup


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """A file of one page with nothing on it."""
    Image.new("L", (413, 585), 255).save(tmp_path / "blank.png", dpi=(50, 50))
    return tmp_path / "blank.png"


def gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


def test_it_ends_with_its_reader_even_when_nobody_closes_it(sheet: Path) -> None:
    reader = Reader(Setup())
    reader.open(sheet, "blank.png")
    seen, pid = reader.next_page(), reader.pid
    assert pid is not None
    assert (seen is not None and seen.blank, gone(pid)) == (True, False)
    del reader
    gc.collect()
    assert gone(pid)


def test_one_that_was_killed_is_told_and_the_next_file_starts_another(sheet: Path) -> None:
    with Reader(Setup()) as reader:
        reader.open(sheet, "blank.png")
        first = reader.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        with pytest.raises(ReaderGone):
            reader.next_page()
        assert (reader.pid, gone(first)) == (None, True)
        reader.open(sheet, "blank.png")
        assert reader.next_page() is not None
        assert reader.next_page() is None
        second = reader.pid
    assert second is not None
    assert gone(second)
