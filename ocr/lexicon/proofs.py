"""What speaks for a text as read and what against it, besides the engines' own certainty (ocr.md §4).

Two engines are right or wrong together where the ink is ambiguous, so a text is proved by something else: a
list of what exists, another part of the same field, a check digit. `ocr.lexicon.evidence.evidence_of` gives
an `Evidence` for every part of a field; the rule of acceptance weighs it (`ocr.confidence`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Proof(StrEnum):
    """What holds of a text. A wrong text seldom has one of them, and hardly ever two."""

    KNOWN = "known"
    """It stands in a list of its kind: a surname, a given name, a town, a relation, a purpose."""

    READING = "reading"
    """Kana and kanji name each other: the kana as read are a known reading of the spelling as read."""

    POSTAL = "postal"
    """The postal code as read has the town as read."""

    CHECK = "check"
    """The check digit is right without any repair."""

    VALID = "valid"
    """It follows the grammar of its kind: the day exists, the telephone number has a known shape."""

    PLAUSIBLE = "plausible"
    """It lies where such a value lies: a birth date in the past and within 120 years, an amount in sum."""

    AGAIN = "again"
    """The same stands on the page a second time, written apart."""


class Doubt(StrEnum):
    """What speaks against a text, whatever the engines think."""

    UNKNOWN = "unknown"
    """Texts of this kind are listed almost completely, and it is not among them."""

    CONTRADICTED = "contradicted"
    """Another part of the field says something else: kana that this spelling never has, another town."""

    FORM = "form"
    """A kanji has another form (髙, 﨑, 𠮷) which the ink does not exclude; `Evidence.forms` holds it."""

    CORRECTED = "corrected"
    """No engine read this by itself: it was put there because it can be true (`Evidence.read`)."""

    RIVAL = "rival"
    """Another text that can be true as well fits the ink nearly as well."""

    IMPOSSIBLE = "impossible"
    """It breaks the grammar of its kind: 31 February, a telephone number of twelve digits."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything known of the text of one part besides the engines' certainty.

    `read` is what the first engine read by itself; it differs from `text` where a list or grammar decided
    (then `Doubt.CORRECTED`). `forms` are the same text in other forms of its kanji, to be shown beside it.
    """

    text: str
    read: str
    proofs: frozenset[Proof] = frozenset()
    doubts: frozenset[Doubt] = frozenset()
    forms: tuple[str, ...] = ()

    @property
    def proved(self) -> bool:
        """Something outside speaks for the text and nothing against it (that it was corrected is not)."""
        strong = {Proof.READING, Proof.POSTAL, Proof.CHECK, Proof.AGAIN, Proof.KNOWN}
        return bool(self.proofs & strong) and not self.doubts - {Doubt.CORRECTED}
