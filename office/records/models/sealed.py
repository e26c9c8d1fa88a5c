"""JSON sealed in the vault, bound to the table, column and row it stands in."""

from __future__ import annotations

import json
from typing import Any, Protocol

from office.secrets import Vault


class Row(Protocol):
    """A row that has a table and an identifier."""

    __tablename__: str
    id: Any


def seal_json(vault: Vault, row: Row, column: str, data: object) -> bytes:
    """Seal `data` for `column` of `row` (which must have its id)."""
    plain = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    return vault.seal(row.__tablename__, column, row.id, plain)


def open_json(vault: Vault, row: Row, column: str, sealed: bytes) -> Any:
    """The JSON sealed by `seal_json`; raises `SealBroken` when it was altered or moved."""
    return json.loads(vault.open_sealed(row.__tablename__, column, row.id, sealed))
