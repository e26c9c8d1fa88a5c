"""Files on their way in: how many, how large, and the names they are kept by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO

from office.errors import NotNow

LARGEST_FILE = 200_000_000
MOST_FILES = 1_000
_LONGEST_NAME = 120


class FileRefused(NotNow):
    """A file cannot be taken in; the message names it and says what to do."""

    code = "paper-file-refused"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file on its way in: the name it was sent with and its content, read from its beginning."""

    name: str
    content: IO[bytes]


def received(files: Iterable[Incoming]) -> Iterator[tuple[int, Incoming]]:
    """The files counted from 1, each by the name it is kept by. Raises `FileRefused` naming the file."""
    number = 0
    for number, incoming in enumerate(files, start=1):
        if number > MOST_FILES:
            raise FileRefused(
                f"一度に取り込めるのは{MOST_FILES:,}ファイルまでです。分けて取り込んでください。"
            )
        yield number, Incoming(_checked_name(incoming), incoming.content)
    if number == 0:
        raise FileRefused("読み取るファイルがありません。ファイルを選んでください。")


def _checked_name(incoming: Incoming) -> str:
    name = _plain_name(incoming.name)
    incoming.content.seek(0, 2)
    length = incoming.content.tell()
    incoming.content.seek(0)
    if length == 0:
        raise FileRefused(f"「{name}」は空のファイルです。スキャンし直すか、除いて取り込んでください。")
    if length > LARGEST_FILE:
        raise FileRefused(
            f"「{name}」が大きすぎます（1ファイル200MBまで）。分けて保存し直すか、除いて取り込んでください。"
        )
    return name


def _plain_name(told: str) -> str:
    """Without folders and control characters."""
    name = re.sub(r"[\x00-\x1f\x7f]", "", re.split(r"[/\\]", told)[-1]).strip()
    return name[-_LONGEST_NAME:] or "名前のないファイル"
