"""Names of people. The spelling is kept code point by code point: 髙, 﨑, 𠮷, 邉 and glyph variants (IVS)
are never normalised or folded (record-layouts §14).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from forms.errors import InvalidValue
from forms.values.kana import parse_kana
from forms.values.shapes import strings
from forms.values.widths import narrow


@dataclass(frozen=True, slots=True)
class PersonalName:
    """氏, 名 and their readings in katakana. A name of one part only has an empty given name.

    The readings may be empty (a foreign resident without a registered reading). Outer spaces are cut and
    readings brought to katakana; anything else raises `InvalidValue`.
    """

    family: str
    given: str
    family_kana: str = ""
    given_kana: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "family", _part(self.family, "氏"))
        object.__setattr__(self, "given", _part(self.given, "名"))
        for attribute in ("family_kana", "given_kana"):
            reading = getattr(self, attribute)
            object.__setattr__(self, attribute, parse_kana(reading) if reading.strip() else "")
        if not self.family:
            raise InvalidValue("氏を入力してください。")

    @property
    def full(self) -> str:
        """氏名: family, half-width space, given (GIF 個人 item 8)."""
        return " ".join(part for part in (self.family, self.given) if part)

    @property
    def full_kana(self) -> str:
        """フリガナ with the same separator."""
        return " ".join(part for part in (self.family_kana, self.given_kana) if part)

    @classmethod
    def of(cls, full: str, full_kana: str = "") -> PersonalName:
        """A name written in one line, parted at the first space (ideographic or half-width)."""
        family, _, given = full.strip().replace("\u3000", " ").partition(" ")
        family_kana, _, given_kana = full_kana.strip().replace("\u3000", " ").partition(" ")
        return cls(family, given, family_kana, given_kana)

    def to_json(self) -> dict[str, str]:
        """`{"family", "given", "family_kana", "given_kana"}`."""
        return {
            "family": self.family,
            "given": self.given,
            "family_kana": self.family_kana,
            "given_kana": self.given_kana,
        }

    @classmethod
    def from_json(cls, data: object) -> PersonalName:
        """The reverse of `to_json`; readings may be missing. Raises `InvalidValue`."""
        return cls(**strings(data, "氏名", ("family", "given"), ("family_kana", "given_kana")))


def _part(text: str, what: str) -> str:
    """One part of a name as written, full-width Latin letters and outer spaces apart."""
    part = text.strip()
    if part and all(ord(character) < 0x250 for character in narrow(part)):
        part = " ".join(narrow(part).split())
    for character in part:
        category = unicodedata.category(character)
        if category == "Co":
            raise InvalidValue(
                f"{what}に外字（U+{ord(character):04X}）があります。行政事務標準文字で入力し直してください。"
            )
        if category in ("Cc", "Cs", "Cn", "Zl", "Zp") or character == "\ufffd":
            raise InvalidValue(f"{what}に読めない文字があります。入力し直してください。")
    return part
