"""What rendering refuses, and why."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from forms.errors import KakazuError


class MissingGlyph(KakazuError):
    """Letters no installed font has; printing them would lose them without a word (trust.md §1.3, trap 9)."""

    code = "missing-glyph"

    def __init__(self, sequences: Iterable[str]) -> None:
        self.sequences = tuple(sequences)
        named = "、".join(f"「{sequence}」（{_points(sequence)}）" for sequence in self.sequences)
        super().__init__(
            f"印刷できない文字があります：{named}。フォントを追加するか、字形を確かめて入力し直してください。"
        )


class MissingFont(KakazuError):
    """A font the documents are set in is not installed."""

    code = "missing-font"

    def __init__(self, file: str, package: str) -> None:
        super().__init__(f"フォント「{file}」がありません。パッケージ「{package}」を入れてください。")


class DoesNotFit(KakazuError):
    """A value has no room on the printed form."""

    code = "does-not-fit"


def _points(sequence: str) -> str:
    points = " ".join(f"U+{ord(character):04X}" for character in sequence)
    return f"{points} {unicodedata.name(sequence[0], '')}".strip()
