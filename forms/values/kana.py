"""Kana: readings are kept in full-width katakana (record-layouts §11.2)."""

from __future__ import annotations

import re
import unicodedata

from forms.errors import InvalidValue
from forms.values.widths import narrow

_TO_KATAKANA = {code: code + 0x60 for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}
_TO_HIRAGANA = {katakana: hiragana for hiragana, katakana in _TO_KATAKANA.items()}
_MARKS = {"゛": "\u3099", "゜": "\u309a"}
_HALF_WIDTH = re.compile(r"[\uff61-\uff9f]+")
_KATAKANA = re.compile(r"[ァ-ヺー・ヽヾ](?:[ァ-ヺー・ヽヾ ]*[ァ-ヺー・ヽヾ])?")
_ALLOWED = re.compile(r"[ァ-ヺー・ヽヾ ]")
# Between kana these are typed for the prolonged mark; alone they would be dashes.
_PROLONGED = re.compile(r"(?<=[ァ-ヺー])[-‐‑‒–—―−ｰ─]")


def to_katakana(text: str) -> str:
    """Hiragana and half-width kana as full-width katakana; other characters stay as they are.

    A voiced mark written apart joins its kana (カ゛ becomes ガ).
    """
    wide = _HALF_WIDTH.sub(lambda run: unicodedata.normalize("NFKC", run[0]), text)
    wide = wide.translate(_TO_KATAKANA)
    return _join_marks(wide)


def to_hiragana(text: str) -> str:
    """Katakana as hiragana, for rubies and easy Japanese; ヷヸヹヺ have no hiragana and stay."""
    return to_katakana(text).translate(_TO_HIRAGANA)


def is_katakana(text: str) -> bool:
    """Whether the text is full-width katakana only (ー, ・ and single spaces inside are part of it)."""
    return _KATAKANA.fullmatch(text) is not None and "  " not in text


def parse_kana(text: str) -> str:
    """A reading as full-width katakana, words parted by one half-width space. Raises `InvalidValue`."""
    reading = _PROLONGED.sub("ー", to_katakana(" ".join(narrow(text).split())))
    if not reading:
        raise InvalidValue("フリガナを入力してください。")
    wrong = next((character for character in reading if not _ALLOWED.fullmatch(character)), None)
    if wrong is not None:
        raise InvalidValue(f"フリガナに「{wrong}」は使えません。カタカナかひらがなで入力してください。")
    return reading


def _join_marks(text: str) -> str:
    """Voiced marks joined to the kana before them, where such a kana exists."""
    if not any(mark in text for mark in "゛゜\u3099\u309a"):
        return text
    joined: list[str] = []
    for character in text:
        mark = _MARKS.get(character, character)
        pair = unicodedata.normalize("NFC", joined[-1] + mark) if joined and mark in "\u3099\u309a" else ""
        if len(pair) == 1:
            joined[-1] = pair
        else:
            joined.append(character)
    return "".join(joined)
