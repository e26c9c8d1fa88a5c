"""How many pages a file has, counted in a child process like everything that opens uploaded files."""

from __future__ import annotations

import subprocess
import sys
import warnings
from pathlib import Path

import pypdfium2
from PIL import Image

from ocr.parsing import MOST_PIXELS, Refused, kind_of, limit

SECONDS = 300.0  # by the clock, and the machine may be busy: it takes one
_ONE_PAGE = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


def count_pages(path: Path, seconds: float = SECONDS) -> int:
    """The pages of a file, 1 for one that is refused (its problem takes a page); 0 when it cannot be told."""
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(_ONE_PAGE):
        return 1
    command = [sys.executable, "-P", "-m", "ocr.counting", str(path.resolve())]
    try:
        told = subprocess.run(  # noqa: S603 - our own module, the path is its only argument
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return 0
    return int(told.stdout or 0)


def counted(path: Path) -> int:
    """The pages as the file itself says; raises what opening it raises."""
    if kind_of(path) == "pdf":
        return len(pypdfium2.PdfDocument(path))
    with Image.open(path) as whole:
        return int(getattr(whole, "n_frames", 1))


if __name__ == "__main__":
    limit()
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        sys.stdout.write(str(counted(Path(sys.argv[1]))))
    except (Refused, pypdfium2.PdfiumError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        sys.stdout.write("1")
