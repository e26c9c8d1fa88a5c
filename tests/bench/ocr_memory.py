"""Engines that remember on disk what they have read: the same crop is never read twice while tuning."""

from __future__ import annotations

import hashlib
import pickle
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from ocr.charsets import Charset
from ocr.engine import Engine, Grey, Reading


class Remembering:
    """An engine behind a file of its answers, by the pixels of the crop and the charset asked for."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine = engine
        folder.mkdir(parents=True, exist_ok=True)
        self._file = sqlite3.connect(folder / f"{engine.key}.sqlite", timeout=60)
        self._file.execute("CREATE TABLE IF NOT EXISTS answer (key TEXT PRIMARY KEY, reading BLOB)")

    @property
    def key(self) -> str:
        """The engine's name."""
        return self._engine.key

    def read(self, images: Sequence[Grey], charsets: Sequence[Charset]) -> list[Reading]:
        """As the engine itself; only what it has not seen is handed on."""
        keys = [_key(image, charset) for image, charset in zip(images, charsets, strict=True)]
        known: dict[str, Reading | None] = {key: self._known(key) for key in dict.fromkeys(keys)}
        new = [place for place, key in enumerate(keys) if known[key] is None]
        found = self._engine.read([images[n] for n in new], [charsets[n] for n in new]) if new else []
        for place, own in zip(new, found, strict=True):
            known[keys[place]] = own
            row = (keys[place], pickle.dumps(own))
            self._file.execute("INSERT OR REPLACE INTO answer VALUES (?, ?)", row)
        self._file.commit()
        return [reading for key in keys if (reading := known[key]) is not None]

    def _known(self, key: str) -> Reading | None:
        row = self._file.execute("SELECT reading FROM answer WHERE key = ?", (key,)).fetchone()
        found: Reading | None = pickle.loads(row[0]) if row else None
        return found


def _key(image: Grey, charset: Charset) -> str:
    shape = f"{image.shape} {_of_charset(charset)} ".encode()
    return hashlib.sha256(shape + image.tobytes()).hexdigest()


_CHARSETS: dict[int, str] = {}


def _of_charset(charset: Charset) -> str:
    """A charset's contents in short: an engine's answer depends on them, not on the name."""
    if id(charset) not in _CHARSETS:
        contents = repr((sorted(charset.symbols), sorted(charset.merged.items())))
        _CHARSETS[id(charset)] = hashlib.sha256(contents.encode()).hexdigest()[:16]
    return _CHARSETS[id(charset)]
