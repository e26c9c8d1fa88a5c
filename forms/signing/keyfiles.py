"""The city's keys as files: a whole set or none, private keys readable by their owner alone.

`<folder>/pki/` appears by one rename of a finished folder, so that a crash never leaves half a set;
`<folder>/root.pem` is a copy of the root certificate for auditors and trust stores.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from forms.signing.errors import KeysExposed, KeysMissing, KeysUnreadable

SET_FOLDER = "pki"
UNFINISHED = ".pki-"
ROOT_COPY = "root.pem"
PRIVATE_MODE, FOLDER_MODE = 0o600, 0o700


def _write(path: Path, content: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Hold the key folder for oneself, so that two first starts make one set of keys."""
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    folder.chmod(FOLDER_MODE)
    descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, PRIVATE_MODE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def set_exists(folder: Path) -> bool:
    """Whether the folder holds a set of keys (never half a one)."""
    return (folder / SET_FOLDER).is_dir()


def write_set(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a new set at once; the caller holds `exclusive(folder)` and no set exists yet."""
    for leftover in folder.glob(f"{UNFINISHED}*"):
        shutil.rmtree(leftover)
    unfinished = folder / f"{UNFINISHED}{secrets.token_hex(8)}"
    unfinished.mkdir(mode=FOLDER_MODE)
    for name, content in files.items():
        _write(unfinished / name, content, PRIVATE_MODE)
    _sync_folder(unfinished)
    unfinished.rename(folder / SET_FOLDER)
    _sync_folder(folder)


def publish(folder: Path, root_pem: bytes) -> None:
    """Put the copy of the root certificate beside the set, if it is not there already."""
    target = folder / ROOT_COPY
    if target.exists() and target.read_bytes() == root_pem:
        return
    unfinished = folder / f".{ROOT_COPY}-{secrets.token_hex(8)}"
    _write(unfinished, root_pem, 0o644)
    unfinished.replace(target)
    _sync_folder(folder)


def read(folder: Path, name: str) -> bytes:
    """Read one file of the set.

    Raises KeysMissing, KeysUnreadable, and KeysExposed for a private key others may read.
    """
    path = folder / SET_FOLDER / name
    try:
        with path.open("rb") as file:
            if name.endswith(".key") and os.fstat(file.fileno()).st_mode & 0o077:
                raise KeysExposed(
                    f"秘密鍵「{path}」を他の利用者が読める状態です。"
                    f"「chmod 600 {path}」を実行し、漏えいの有無を確認してください。"
                )
            return file.read()
    except FileNotFoundError:
        raise KeysMissing(
            f"電子公印の鍵ファイル「{path}」がありません。バックアップから鍵フォルダーを戻してください。"
        ) from None
    except OSError:
        raise KeysUnreadable(
            f"電子公印の鍵ファイル「{path}」を読めません。ファイルの所有者と権限を確認してください。"
        ) from None
