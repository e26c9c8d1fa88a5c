"""Characters of bank files, and folding of Japanese readings into them (record-layouts §1 and §7)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from forms.values.kana import to_katakana
from forms.values.widths import narrow
from robots.errors import CharactersRefused

_KANA = "".join(chr(code) for code in range(0xFF71, 0xFF9E))
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_VOICED, _HALF_VOICED = "ﾞ", "ﾟ"
_BANK = _KANA + _VOICED + _HALF_VOICED + _LETTERS + "-"
SETS = {
    "bank": _BANK,
    "party": _BANK + " ().",
    "edi": _BANK + "ｦ \\｢｣()/.",
}
SET_TITLES = {"bank": "銀行名・支店名", "party": "受取人名・依頼人名", "edi": "EDI情報"}
_TAKES_VOICED = set("ｳｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾊﾋﾌﾍﾎ")
_TAKES_HALF_VOICED = set("ﾊﾋﾌﾍﾎ")
_SMALL = dict(zip("ァィゥェォッャュョヮ", "アイウエオツヤユヨワ", strict=True))
_HALF = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF66, 0xFF9E)}
_MARKS = {"\u3099": _VOICED, "\u309a": _HALF_VOICED}
CODEC = "cp932"


@dataclass(frozen=True, slots=True)
class Repertoire:
    """What the city's bank takes beyond the narrow set (record-layouts §1: confirm with the bank)."""

    wo_in_names: bool = False
    symbols: str = ""

    def characters(self, name: str) -> str:
        """The characters of a set."""
        more = self.symbols + ("ｦ" if self.wo_in_names else "")
        return SETS[name] + (more if name == "party" else "")


NARROW = Repertoire()


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as it goes into the file, and what changed materially on the way (Japanese)."""

    text: str
    notes: tuple[str, ...] = ()


def fold(text: str, characters: str, repertoire: Repertoire = NARROW) -> Folded:
    """A reading as half-width kana of a set of `SETS`; raises `CharactersRefused` naming what is not in it.

    Kanji are never guessed at, and nothing is left out.
    """
    katakana = to_katakana(narrow(text))
    notes = []
    if small := [letter for letter in katakana if letter in _SMALL]:
        notes.append(f"小さい「{''.join(dict.fromkeys(small))}」を大きい仮名にしました")
    folded = "".join(_half(letter) for letter in katakana).upper()
    refused = wrong_characters(folded, characters, repertoire)
    if refused:
        shown = "".join(f"「{letter}」" for letter in dict.fromkeys(refused))
        raise CharactersRefused(
            f"「{text}」の{shown}は、{SET_TITLES[characters]}に使えません。"
            "通帳のとおりの名義を確かめて、口座名義を直してください。"
        )
    return Folded(folded, tuple(notes))


def wrong_characters(text: str, characters: str, repertoire: Repertoire = NARROW) -> tuple[str, ...]:
    """The characters of a text that its set does not take, marks after the wrong kana included."""
    allowed = repertoire.characters(characters)
    found = [letter for letter in text if letter not in allowed]
    for before, letter in zip(" " + text, text, strict=False):
        takes = {_VOICED: _TAKES_VOICED, _HALF_VOICED: _TAKES_HALF_VOICED}.get(letter)
        if takes is not None and before not in takes:
            found.append(before + letter if before != " " else letter)
    return tuple(found)


def cut(text: str, length: int) -> str:
    """At most `length` bytes; a cut between a kana and its mark moves before the kana."""
    if len(text) <= length:
        return text
    short = text[:length]
    return short[:-1] if text[length] in (_VOICED, _HALF_VOICED) else short


def _half(letter: str) -> str:
    if letter == "ー":
        return "-"
    parts = unicodedata.normalize("NFD", _SMALL.get(letter, letter))
    base, marks = parts[0], parts[1:]
    if base not in _HALF or any(mark not in _MARKS for mark in marks):
        return letter
    return _HALF[base] + "".join(_MARKS[mark] for mark in marks)
