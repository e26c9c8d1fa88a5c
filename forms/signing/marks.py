"""Equal ways to sign, each its own class of evidence; none pretends to be another (counter.md §5).

`drawn` is a hand on the pad (`strokes.Capture`). Whoever cannot or does not want to draw types the name
before a witness, has an officer write it before a second one (代筆), or signs a printed copy. Offline
signing is a mark beside the class.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from forms.signing.instants import instant
from forms.signing.strokes import Capture

DRAWN, TYPED, ASSISTED, PAPER = "drawn", "typed", "assisted", "paper"

# What files sealed before there were other ways call a drawn signature.
_EARLIER = {"finger": DRAWN}

TITLES = {
    DRAWN: "画面への手書きの署名",
    TYPED: "申請者が画面に入力した氏名（職員が立ち会い）",
    ASSISTED: "職員による代筆（別の職員が立ち会い）",
    PAPER: "印刷した紙への署名（職員が受け取って確認）",
}
"""Each class in plain Japanese."""

ASSISTED_REASONS = {
    "hand": "手や腕が使いにくい",
    "sight": "画面の文字や署名らんが見えにくい",
    "letters": "文字を書くことがむずかしい",
    "other": "そのほか（本人の希望）",
}
"""Why an officer writes for somebody; a code only, never a diagnosis."""


def class_of(evidence: Mapping[str, Any]) -> str:
    """The class that an evidence file names, also one of an earlier version."""
    named = str(evidence.get("evidence_class", ""))
    return _EARLIER.get(named, named)


@dataclass(frozen=True, slots=True)
class Witness:
    """An officer who confirmed with their password what they saw."""

    officer_id: str
    name: str
    confirmed_at: datetime

    def to_json(self) -> dict[str, object]:
        """All three."""
        return {"id": self.officer_id, "name": self.name, "confirmed_at": instant(self.confirmed_at)}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Witness:
        """The reverse of `to_json`."""
        return cls(raw["id"], raw["name"], datetime.fromisoformat(raw["confirmed_at"]))


@dataclass(frozen=True, slots=True)
class TypedName:
    """The applicant typed their name; an officer saw it."""

    name: str
    witness: Witness

    def to_json(self) -> dict[str, object]:
        """For the evidence file."""
        return {"name": self.name, "witness": self.witness.to_json()}

    def words(self) -> tuple[str, ...]:
        """What stands in the signature's place of the document, the name first."""
        return (
            self.name,
            "申請者が画面に入力した氏名です（手書きの署名ではありません）。",
            f"立ち会った職員：{self.witness.name}",
        )


@dataclass(frozen=True, slots=True)
class WrittenFor:
    """代筆: an officer wrote the applicant's name, a second officer saw it."""

    name: str
    reason: str
    writer: Witness
    witness: Witness

    def to_json(self) -> dict[str, object]:
        """For the evidence file."""
        return {
            "name": self.name,
            "reason": self.reason,
            "writer": self.writer.to_json(),
            "witness": self.witness.to_json(),
        }

    def words(self) -> tuple[str, ...]:
        """What stands in the signature's place of the document, the name first."""
        return (
            self.name,
            f"職員が代筆した氏名です（代筆：{self.writer.name}）。",
            f"立ち会った職員：{self.witness.name}",
        )


@dataclass(frozen=True, slots=True)
class SignedPaper:
    """The applicant signed the printed documents; an officer took them in and looked at each."""

    checked_by: Witness

    def to_json(self) -> dict[str, object]:
        """For the evidence file."""
        return {"checked_by": self.checked_by.to_json()}

    def words(self) -> tuple[str, ...]:
        """What stands in the signature's place of the document."""
        return (
            "別紙に署名",
            "この書類を印刷した紙に、申請者が署名しました。",
            f"署名した紙を確認した職員：{self.checked_by.name}",
        )


Mark: TypeAlias = Capture | TypedName | WrittenFor | SignedPaper
"""How one signature was given."""


def class_for(mark: Mark) -> str:
    """The class of evidence that a mark is."""
    match mark:
        case Capture():
            return DRAWN
        case TypedName():
            return TYPED
        case WrittenFor():
            return ASSISTED
        case SignedPaper():
            return PAPER


def words_of(mark: Mark) -> tuple[str, ...]:
    """The words put on the document for a mark; under a drawn signature only what it is."""
    return ("画面への手書きの署名",) if isinstance(mark, Capture) else mark.words()


def mark_from_json(evidence_class: str, raw: Mapping[str, Any]) -> TypedName | WrittenFor | SignedPaper:
    """A mark that is not drawn, from the evidence file's `mark`."""
    if evidence_class == TYPED:
        return TypedName(raw["name"], Witness.from_json(raw["witness"]))
    if evidence_class == ASSISTED:
        writer, witness = Witness.from_json(raw["writer"]), Witness.from_json(raw["witness"])
        return WrittenFor(raw["name"], raw["reason"], writer, witness)
    return SignedPaper(Witness.from_json(raw["checked_by"]))
