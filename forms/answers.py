"""Answers: a value with where it comes from, and taking one in safely."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from forms.definition import JSON, Field
from forms.errors import InvalidValue, KakazuError
from forms.kinds import kind


class Source(StrEnum):
    """Where the content of a box comes from."""

    REGISTER = "register"
    CARD = "card"
    SAID = "said"
    PRE_ENTRY = "pre_entry"
    PAPER = "paper"
    DERIVED = "derived"
    DEFAULT = "default"


GIVEN = frozenset({Source.REGISTER, Source.CARD, Source.SAID, Source.PRE_ENTRY})
"""Sources of answers; paper comes another way, and the other two are found by the interview itself."""


class InvalidAnswer(KakazuError):
    """An answer cannot be taken; `fact` names the fact or field it was for."""

    code = "invalid-answer"

    def __init__(self, fact: str, message: str) -> None:
        super().__init__(message)
        self.fact = fact


@dataclass(frozen=True, slots=True)
class Answer:
    """A value and its source. The value stays out of logs and tracebacks."""

    value: JSON = field(repr=False)
    source: Source

    def to_json(self) -> dict[str, JSON]:
        """`{"value", "source"}`."""
        return {"value": self.value, "source": str(self.source)}

    @classmethod
    def from_json(cls, fact: str, data: object) -> Answer:
        """The reverse of `to_json`; the value is not checked here. Raises `InvalidAnswer`."""
        if not isinstance(data, Mapping) or set(data) != {"value", "source"}:
            raise InvalidAnswer(fact, f"「{fact}」の答えの形が正しくありません。")
        if data["source"] not in {str(source) for source in GIVEN}:
            raise InvalidAnswer(fact, f"「{fact}」の答えの出所が正しくありません。")
        return cls(data["value"], Source(data["source"]))


def take(of: Field, raw: object) -> JSON:
    """The value of a raw answer by the field's kind. Raises `InvalidAnswer` naming the field."""
    try:
        return kind(of.kind).parse(of, raw)
    except InvalidValue as error:
        raise InvalidAnswer(of.name, error.message) from None
    except RecursionError:
        raise InvalidAnswer(of.name, f"「{of.name}」の答えの形が正しくありません。") from None
