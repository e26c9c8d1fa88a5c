"""The files definitions are read from: a folder, folders laid over each other, or a kept copy of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

Files: TypeAlias = Mapping[str, bytes]
"""Content by path inside the folder (`procedures/moving-in/v1/form.toml`)."""

PATTERNS = ("blocks/*.toml", "life_events/*.toml", "procedures/*/v*/*.toml")


def read_files(*folders: Path) -> dict[str, bytes]:
    """All definition files of the folders; a later folder's file takes the place of an earlier one's."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for folder in folders
        for pattern in PATTERNS
        for path in sorted(folder.glob(pattern))
    }


def fingerprint(files: Files) -> str:
    """SHA-256 (hex) over every path and content, whatever their order."""
    digest = hashlib.sha256()
    for name in sorted(files):
        for part in (name.encode(), files[name]):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()
