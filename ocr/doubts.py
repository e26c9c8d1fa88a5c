"""Doubts that no probability makes good: why a person has to look, in Japanese."""

from __future__ import annotations

from collections.abc import Mapping

from forms.values.kana import is_katakana, to_katakana
from ocr.lexicon.proofs import Doubt, Evidence, Proof
from ocr.marks import Mark
from ocr.stages.fields import Pieces
from ocr.stages.zones import ZoneReading

# With a smaller probability (its logarithm) a text is there because it can be true, not because it was seen.
_IMPOSSIBLE = -5.0

UNSURE = "読み取りに確信がありません。画像と見比べてください。"


def doubt_of(pieces: Pieces, outside: Mapping[str, Evidence]) -> str:
    """Why a person has to look whatever the engines think; empty when nothing of the kind is known."""
    if any(found.mark is Mark.DOUBT for found in pieces.marks.values()):
        return "印がはっきりしない□があります。画像を見て確かめてください。"
    if any(found.faint for found in pieces.texts.values()):
        return "薄い書き込みがあります。画像を見て確かめてください。"
    if not all(_settled(found) for found in pieces.texts.values()):
        return UNSURE
    return _of_name(pieces, outside) if pieces.kind == "name" else ""


def _settled(found: ZoneReading) -> bool:
    """Whether nothing is missing, and two engines say the same and hold it for possible by the ink alone."""
    if found.opinion is None:
        return found.empty
    fits = sorted(found.opinion.fits.values(), reverse=True)
    possible = len(fits) < 2 or fits[1] >= _IMPOSSIBLE
    return found.opinion.agreed and possible and not found.broken and bool(found.text)


def _of_name(pieces: Pieces, outside: Mapping[str, Evidence]) -> str:
    for part in ("family", "given"):
        spelling, reading = pieces.text(part), pieces.text(f"{part}_kana")
        if part in outside and Doubt.FORM in outside[part].doubts:
            return f"「{spelling}」の字体を画像で確かめてください。"
        as_kana = to_katakana(spelling)
        if spelling and is_katakana(as_kana) and reading and as_kana != reading:
            return "氏名とフリガナが合いません。画像を見て確かめてください。"
        if spelling and reading and not len(spelling) / 2 <= len(reading) <= len(spelling) * 5:
            return "氏名とフリガナの長さが合いません。画像を見て確かめてください。"
    return _of_surname(pieces, outside)


def _of_surname(pieces: Pieces, outside: Mapping[str, Evidence]) -> str:
    """A surname is proved by its kana: engines agree on a wrong kanji where neither knows the right one."""
    surname, found = pieces.text("family"), outside.get("family")
    if not surname or found is None or Proof.READING in found.proofs:
        return ""
    if Doubt.UNKNOWN in found.doubts:
        return f"「{surname}」は読みから確かめられない氏です。画像を見て確かめてください。"
    if Doubt.CONTRADICTED in found.doubts:
        return f"「{surname}」の読みとしては珍しいフリガナです。画像を見て確かめてください。"
    return ""
