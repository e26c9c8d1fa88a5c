"""Errors of the suite. Every error shown to a person carries a stable code and one Japanese sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


class KakazuError(Exception):
    """Base of every error the suite raises on purpose.

    `message` is one Japanese sentence (です・ます) saying what is wrong and what to do next;
    `code` is stable, kebab-case and unique over the suite (held by a policy test).
    """

    code: ClassVar[str] = "kakazu"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidValue(KakazuError):
    """A written value cannot be what its kind of field asks for."""

    code = "invalid-value"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a definition: where it stands and what is wrong with it."""

    file: str
    key: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key}: {self.message}"


class DefinitionError(KakazuError):
    """One or more definitions are faulty; all faults are named at once."""

    code = "definition"

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults
