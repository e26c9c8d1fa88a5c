"""The sorts of value an expression may compare, and the fault of an expression that cannot be used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from forms.errors import KakazuError


class ConditionFault(KakazuError):
    """An expression of a definition cannot be used."""

    code = "condition"


_SORTS = {
    "text": "文字", "number": "数", "date": "日付", "flag": "はい・いいえ", "texts": "選択肢の組",
    "record": "ひとまとまりの値", "people": "人の一覧",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """What sort of value something is: `text number date flag texts record people`.

    `options` are the texts that may occur, `members` the parts of a record or of each of the people.
    """

    base: str
    options: frozenset[str] | None = None
    members: Mapping[str, Shape] = field(default_factory=dict)

    def __str__(self) -> str:
        return _SORTS[self.base]


TEXT, NUMBER, DATE, FLAG = Shape("text"), Shape("number"), Shape("date"), Shape("flag")
TEXTS = Shape("texts")
Shapes = Mapping[str, Shape]
TODAY, ALWAYS = "today", "always"
