"""Files handed to other bodies: there whole and read back, or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from robots.errors import ExchangeRefused


def hand_over(path: Path, content: bytes, check: Callable[[bytes], None]) -> bool:
    """Write a file that was not there before; False when it stands there already with the same bytes.

    `check` gets what was read back from the disk and raises when it is not as meant; the file then never
    takes its name. Raises `ExchangeRefused` when another file has the name.
    """
    if path.exists():
        if path.read_bytes() != content:
            raise ExchangeRefused(
                f"{path.name} という名前の、中身の違うファイルがあります。どちらが正しいか確かめてください。"
            )
        return False
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.draft")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    check(draft.read_bytes())
    os.replace(draft, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return True
