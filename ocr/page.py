"""Files to page images, one grey image a page with its SHA-256.

An uploaded file is parsed only in a child process that is limited and can be killed (`ocr.parsing`): this
module starts it, reads the pages it writes, and ends it when it takes too long.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import cv2
import numpy as np

from forms.frames import Patience, exactly
from ocr.engine import Grey

SECONDS_A_PAGE = 20.0
_HEADER = 4096


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page of a file. `image` is None where the page could not be read; `problem` then says why.

    `sha256` is over the grey pixels, row by row, after `height width` in ASCII and a newline: it does not
    depend on the file format, so that a page scanned once and stored twice is known again.
    """

    source: str
    page: int
    image: Grey | None
    sha256: str
    problem: str | None = None


def load_pages(path: Path, seconds_a_page: float = SECONDS_A_PAGE, first: int = 1) -> Iterator[PageImage]:
    """The pages of a PNG, JPEG, TIFF or PDF, one after the other from page `first` on; counted from 1.

    A file that cannot be read gives one page with a problem in Japanese; nothing is raised, so that a batch
    goes on. Each page may take `seconds_a_page` of processor time.
    """
    command = [sys.executable, "-P", "-m", "ocr.parsing", str(path.resolve()), str(first)]
    with subprocess.Popen(  # noqa: S603 - our own module, the path is its only argument
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
    ) as child:
        try:
            yield from _pages(child, path.name, seconds_a_page, first)
        finally:
            child.kill()


def _pages(child: subprocess.Popen[bytes], source: str, seconds: float, first: int) -> Iterator[PageImage]:
    number = first - 1
    if child.stdout is None:
        return
    while True:
        number += 1
        try:
            page = _next_page(child.stdout, source, number, Patience(child.pid, seconds))
        except TimeoutError:
            yield _failed(
                source, number, "読み取りに時間がかかりすぎるため中止しました。スキャンし直してください。"
            )
            return
        except EOFError:
            yield _failed(
                source, number, "ファイルが壊れているか、大きすぎて開けません。スキャンし直してください。"
            )
            return
        if page is None:
            return
        yield page


def _next_page(pipe: IO[bytes], source: str, number: int, patience: Patience) -> PageImage | None:
    """One page from the child: a JSON line, then the pixels. None at the end of the file."""
    line = bytearray()
    while not line.endswith(b"\n"):
        line += exactly(pipe, 1, patience)
        if len(line) > _HEADER:
            raise EOFError
    header = json.loads(line)
    if header.get("end"):
        return None
    if "problem" in header:
        return _failed(source, number, header["problem"])
    height, width = int(header["height"]), int(header["width"])
    pixels = exactly(pipe, height * width, patience)
    digest = hashlib.sha256(b"%d %d\n" % (height, width) + pixels).hexdigest()
    return PageImage(source, number, np.frombuffer(pixels, dtype=np.uint8).reshape(height, width), digest)


def _failed(source: str, number: int, problem: str) -> PageImage:
    return PageImage(source, number, None, "", problem)


def to_png(image: Grey) -> bytes:
    """An image as PNG bytes."""
    _, encoded = cv2.imencode(".png", image, [cv2.IMWRITE_PNG_COMPRESSION, 2])
    return encoded.tobytes()
