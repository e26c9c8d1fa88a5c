"""The vault: what is personal is encrypted before it reaches the database (trust.md §4).

AES-256-GCM, bound to table, column and row: a ciphertext moved elsewhere does not open. Sealed bytes are
`key version (1) | nonce (12) | ciphertext and tag`; the version leaves room for rotation. Searching goes
through a blind index (HMAC-SHA256 with a key of its own), for a plain hash of a 個人番号 can be guessed.
Keys are files outside the database and its backups, readable by their owner only.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from pathlib import Path
from typing import ClassVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from office.errors import OfficeError

_VERSION = 1
_NONCE = 12
_KEY = 32


class KeyRefused(OfficeError):
    """A key file is missing its protection or its content."""

    code = "key-refused"


class SealBroken(OfficeError):
    """A sealed value was altered, moved from its row, or sealed with another key."""

    code = "seal-broken"


class Vault:
    """Seals and opens values. Make one with `Vault.open`."""

    KEY_FILES: ClassVar[tuple[str, str, str]] = ("data.key", "index.key", "session.key")

    def __init__(self, data_key: bytes, index_key: bytes, session_secret: bytes) -> None:
        self._cipher = AESGCM(data_key)
        self._index_key = index_key
        # Signs the browser sessions' cookies; nothing stored depends on it.
        self.session_secret = session_secret

    @classmethod
    def open(cls, folder: Path) -> Vault:
        """The vault whose keys lie in `folder`; makes the keys at the first start.

        Raises `KeyRefused` when a key file can be read by others or is not a key.
        """
        return cls(*(key_file(folder / name) for name in cls.KEY_FILES))

    def seal(self, table: str, column: str, row_id: str, plain: bytes) -> bytes:
        """Encrypt `plain` for one place."""
        nonce = secrets.token_bytes(_NONCE)
        sealed = self._cipher.encrypt(nonce, plain, _place(table, column, row_id))
        return bytes([_VERSION]) + nonce + sealed

    def open_sealed(self, table: str, column: str, row_id: str, sealed: bytes) -> bytes:
        """Decrypt what was sealed for this place; raises `SealBroken`."""
        if sealed[:1] != bytes([_VERSION]):
            raise SealBroken("暗号化された値の鍵の版が分かりません。管理者に連絡してください。")
        nonce, body = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        try:
            return self._cipher.decrypt(nonce, body, _place(table, column, row_id))
        except (InvalidTag, ValueError) as error:
            raise SealBroken(
                f"暗号化された値（{table}.{column}）が壊れているか、移されています。管理者に連絡してください。"
            ) from error

    def blind_index(self, purpose: str, text: str) -> bytes:
        """32 bytes that are equal for equal texts of one purpose and say nothing without the key."""
        return hmac.digest(self._index_key, f"{purpose}\0{text}".encode(), hashlib.sha256)


def key_file(path: Path, length: int = _KEY) -> bytes:
    """The secret in `path`, made at first use: whole or not at all, mode 0600; raises `KeyRefused`."""
    if not path.exists():
        _make_key(path, length)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise KeyRefused(f"鍵ファイル {path} を本人以外も読めます。chmod 600 にしてから始めてください。")
    key = path.read_bytes()
    if len(key) != length:
        raise KeyRefused(f"鍵ファイル {path} の中身が鍵ではありません。控えから戻してください。")
    return key


def _make_key(path: Path, length: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(length))
            file.flush()
            os.fsync(file.fileno())
        # A hard link refuses to replace a key that another process made in the meantime.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _place(table: str, column: str, row_id: str) -> bytes:
    return f"{table}|{column}|{row_id}".encode()
