"""How likely a text is before anything is read: the sound rules of kana, and how common a kanji is.

All in natural logarithms, 0 for an ordinary text and below for what Japanese rarely writes. A prior decides
between readings that the ink leaves open (プ or ブ, ツ or ッ, 恵 or 惠); it never makes up a character.
"""

from __future__ import annotations

import functools

from forms.values.kana import to_katakana
from ocr.lexicon.forms import form_prior

_I_ROW = "キシチニヒミリギジヂビピ"
_SMALL_Y = "ャュョ"
_SMALL_VOWELS = "ァィゥェォ"
_LOANED = {
    **dict.fromkeys("フヴツ", "ァィェォ"),
    **dict.fromkeys("テデ", "ィ"),
    **dict.fromkeys("トド", "ゥ"),
    **dict.fromkeys("シジチ", "ェ"),
    "ウ": "ィェォ",
    "ク": "ァィェォ",
}
_P_ROW = "パピプペポ"
_P_SOUND = -4.0
_STOPS = "カキクケコサシスセソタチツテトパピプペポガギグゲゴザジズゼゾダヂヅデドバビブベボハヒフヘホ"
_RARE = {"ヂ": -2.0, "ヅ": -1.5, "ヲ": -2.0, "ヮ": -4.0, "ヰ": -4.0, "ヱ": -4.0, "ヴ": -1.5}


def prior(text: str) -> float:
    """The logarithm of how likely a name is, relative to an ordinary one."""
    return sum(_common(character) for character in text) + _sounds(to_katakana(text))


def text_prior(text: str, p_sound: float = _P_SOUND) -> float:
    """The same for other text than names: old forms of kanji (帶 for 帯) are rarer still there.

    `p_sound` is how unusual パ and its row are: hardly at all in loanwords, which lists are full of (コピー).
    """
    forms = sum(form_prior(character, "given") for character in text)
    return 2 * sum(_common(character) for character in text) + forms + _sounds(to_katakana(text), p_sound)


@functools.lru_cache(maxsize=8192)
def _common(character: str) -> float:
    """Kanji of JIS X 0208 level 1 are common, level 2 (from row 48) rare, those of Windows-31J rarer."""
    if not "㐀" <= character <= "\uffff" or character in "ー々〆":
        return 0.0
    try:
        row = character.encode("euc_jp")[0] - 0xA0
    except UnicodeEncodeError:
        return -3.0
    return -1.5 if row >= 48 else 0.0


def _sounds(text: str, p_sound: float = _P_SOUND) -> float:
    """Which kana may follow which. `text` is in katakana, other characters break it into words."""
    total = 0.0
    padded = f" {text} "
    for before, here, after in zip(padded, padded[1:], padded[2:], strict=False):
        total += _RARE.get(here, 0.0) + _pair(before, here, after, p_sound)
    return total


def _pair(before: str, here: str, after: str, p_sound: float) -> float:
    starts = not "ァ" <= before <= "ー"
    if here in _SMALL_Y:
        return 0.0 if before in _I_ROW else -4.0 if before in "テデフヴ" else -6.0
    if here in _SMALL_VOWELS:
        return -1.0 if here in _LOANED.get(before, "") else -6.0
    if here == "ッ":
        return -6.0 if starts else 0.0 if after in _STOPS else -5.0
    if here in _P_ROW:
        return 0.0 if before in "ンッ" else p_sound
    if here in "ンー":
        return -6.0 if starts else 0.0
    return 0.0
