"""Which characters a field may hold, and which shapes mean the same there (ocr.md §4).

A charset names its symbols and merges same-stroke classes: in a field of digits `l`, `|` and `丨` are a 1.
Where two characters of one stroke may both stand (口 and ロ, 一 and ー) the kanji stands for both while
reading and `settle` chooses by the neighbours afterwards.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

_KATAKANA = "".join(chr(code) for code in range(0x30A1, 0x30F5)) + "ー"
_HIRAGANA = "".join(chr(code) for code in range(0x3041, 0x3094))
_DIGITS = "0123456789"
_LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

_DIGIT_STROKES = {
    "0": "OoＯｏ〇○◯Q口ロ",
    "1": "lI|∣｜丨!iｌＩ」/",
    "2": "ZzＺｚ乙",
    "3": "ЗЭ",
    "4": "ЧΨ",
    "5": "SsＳｓ§",
    "6": "bGｂδ",
    "7": "フ>",
    "8": "BＢ&",
    "9": "gqｇｑ",
}
_KANA_STROKES = {
    "ー": "一-－—―‐–_~～丨|",
    "ロ": "口□",
    "ニ": "二=＝",
    "ハ": "八",
    "エ": "工",
    "カ": "力",
    "タ": "夕",
    "ト": "卜",
    "チ": "千",
    "ミ": "三",
    "オ": "才",
    "ヒ": "匕",
    "ノ": "丿/",
    "ム": "厶",
    "メ": "乂",
    "リ": "刂",
    "ル": "儿",
    "イ": "亻",
    "ネ": "礻",
    "ヌ": "又",
    "セ": "七",
    "フ": "乛",
    "レ": "乚",
    "ク": "勹",
    "ケ": "ヶ",
}
# One stroke, two characters: the kanji stands for both while text is read.
_TWINS = dict(zip("口一二八工力夕卜千三才七又", "ローニハエカタトチミオセヌ", strict=True))


@dataclass(frozen=True, slots=True)
class Charset:
    """The symbols a field may hold; `merged` maps further characters to the symbol they mean there."""

    key: str
    symbols: frozenset[str]
    merged: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), hash=False, compare=False)

    def meaning(self, character: str) -> str | None:
        """The symbol a character of an engine's alphabet stands for, or None when it cannot stand here."""
        if character in self.merged:
            return self.merged[character]
        if character in self.symbols:
            return character
        folded = unicodedata.normalize("NFKC", character)
        return folded if folded in self.symbols else None

    def confined(self, text: str) -> str:
        """The text of an engine that knows no charset, less what cannot stand here."""
        return "".join(self.meaning(character) or "" for character in text)


def _strokes(classes: Mapping[str, str]) -> dict[str, str]:
    return {shape: symbol for symbol, shapes in classes.items() for shape in shapes}


def _jis_kanji() -> str:
    """The kanji of JIS X 0208 (rows 16 to 84)."""
    rows = (bytes((row + 0xA0, cell + 0xA0)) for row in range(16, 85) for cell in range(1, 95))
    return "".join(code.decode("euc_jp", errors="ignore") for code in rows)


def _extended_kanji() -> str:
    """The kanji that Windows-31J adds (髙, 﨑, 德 …): they stand in people's names."""
    lead = (*range(0xED, 0xEF), *range(0xFA, 0xFD))
    codes = (bytes((row, cell)) for row in lead for cell in (*range(0x40, 0x7F), *range(0x80, 0xFD)))
    return "".join(code.decode("cp932", errors="ignore") for code in codes)


_TO_KATAKANA = {chr(code): chr(code + 0x60) for code in range(0x3041, 0x3094)}
_KANJI = _jis_kanji() + "々〆"
_TWIN_STROKES = {kana: kanji for kanji, kana in _TWINS.items()}
_DASHES = dict.fromkeys("－—―‐–−", "-")
_DOTS = dict.fromkeys("·•‧∙⋅●", "・")

ANY_DIGIT = Charset("digits", frozenset(_DIGITS), MappingProxyType(_strokes(_DIGIT_STROKES)))
TELEPHONE = Charset(
    "telephone",
    frozenset(_DIGITS + "-"),
    MappingProxyType(_strokes(_DIGIT_STROKES) | _DASHES | {"一": "-", "ー": "-"}),
)
KANA = Charset("kana", frozenset(_KATAKANA), MappingProxyType(_TO_KATAKANA | _strokes(_KANA_STROKES)))
NAME = Charset(
    "name",
    frozenset(_KANJI + _extended_kanji() + _HIRAGANA + _KATAKANA + _LATIN + "ヶ・"),
    MappingProxyType(_TWIN_STROKES | {"-": "一", "—": "一", "―": "一"}),
)
TEXT = Charset(
    "text",
    frozenset(_KANJI + _HIRAGANA + _KATAKANA + _LATIN + _DIGITS + "ヶ・-():、。"),
    MappingProxyType(_TWIN_STROKES | _DASHES | _DOTS | {"∣": "1", "｜": "1", "丨": "1", "|": "1"}),
)

_COUNTERS = tuple("号丁番階棟館")
_KATAKANA_RUN = "ァ-ヺヶ"
_TWIN_RUN = re.compile(f"[{''.join(_TWINS)}]+")
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])[一ー](?=[0-9])")


def settle(text: str) -> str:
    """Choose between twins by their neighbours: a twin that touches katakana is katakana (二ーナ is ニーナ).

    Before a counter (ハイツ二号) it is a number; between two digits 一 is a hyphen. Other text stays.
    """
    text = _BETWEEN_DIGITS.sub("-", text)

    def chosen(run: re.Match[str]) -> str:
        before, after = text[max(0, run.start() - 1) : run.start()], text[run.end() : run.end() + 1]
        if before == "第":  # 第二ハイツ: the first is a number
            kana = bool(re.match(f"[{_KATAKANA_RUN}]", after))
            return run[0][0] + "".join(_TWINS[twin] if kana else twin for twin in run[0][1:])
        if re.search(f"[{_KATAKANA_RUN}]", before + after) and after not in _COUNTERS:
            return "".join(_TWINS[twin] for twin in run[0])
        return run[0]

    return _TWIN_RUN.sub(chosen, text)


def in_katakana(text: str) -> tuple[str, ...]:
    """The text in katakana where all of it may be (卜三 is トミ), nothing for other texts."""
    letters = [letter if "ァ" <= letter <= "ヺ" else _TWINS.get(letter, "") for letter in text]
    found = "".join(letters)
    return (found,) if all(letters) and found != text else ()


def as_one_stroke(text: str, symbols: str) -> str:
    """The reverse of `settle` for a line whose symbols are given: ニーナ as 二一ナ where only 二 was seen."""
    return "".join(letter if letter in symbols else _TWIN_STROKES.get(letter, letter) for letter in text)
