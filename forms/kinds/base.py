"""What every kind of field does: take a raw value in, show a value to people, and say its shape."""

from __future__ import annotations

import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from forms.condition_shapes import Shape
from forms.definition import JSON, Field
from forms.errors import InvalidValue
from forms.language import language

LONGEST = 200
"""Characters a text may have where its field says nothing."""

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_INVISIBLE = frozenset("\u200b\u2028\u2029\u2060\ufeff\ufff9\ufffa\ufffb\ufffc\ufffd")


class Kind(ABC):
    """One kind of field. `parse` is idempotent: its own result parses to itself."""

    key: ClassVar[str]

    @abstractmethod
    def parse(self, field: Field, raw: object) -> JSON:
        """The value of what was typed, ticked or read, as it is stored. Raises `InvalidValue`."""

    @abstractmethod
    def show(self, field: Field, value: JSON, language: str) -> str:
        """The value as people read it, readings as `{漢字|かんじ}` in やさしい日本語; empty for no value."""

    @abstractmethod
    def shape(self, field: Field) -> Shape:
        """What sort of value conditions may compare it as."""


def written(field: Field, raw: object, longest: int = LONGEST) -> str:
    """What was typed, without surrounding spaces and with nothing invisible in it. Raises `InvalidValue`.

    Control characters, characters that turn the direction of writing and lone surrogates are refused:
    they would show one thing and store another. Variation selectors stay (IVS of names).
    """
    if not isinstance(raw, str):
        raise InvalidValue(f"{what(field)}を文字で入力してください。")
    if len(raw) > longest * 4:
        raise InvalidValue(f"{what(field)}は{longest}文字までで入力してください。")
    text = raw.strip()
    for character in text:
        hidden = character in _BIDI or character in _INVISIBLE
        if hidden or unicodedata.category(character) in ("Cc", "Cs", "Cn"):
            raise InvalidValue(
                f"{what(field)}に使えない文字（U+{ord(character):04X}）があります。消して入力し直してください。"
            )
    if not text:
        raise InvalidValue(f"{what(field)}を入力してください。")
    if len(text) > longest:
        raise InvalidValue(f"{what(field)}は{longest}文字までで入力してください。")
    return text


def words(code: str) -> Mapping[str, str]:
    """The words of a language that all forms share."""
    return language(code).words


def what(field: Field) -> str:
    """The field's Japanese label in corner brackets, for messages."""
    return f"「{field.label.text('ja') or field.name}」"
