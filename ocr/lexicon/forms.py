"""Old, new and other forms of kanji in names: which there are and how usual each is.

A form is never put in place of another silently: a text is read in the form the ink and its frequency speak
for, the others are shown beside it (`other_forms`).
"""

from __future__ import annotations

import functools
import math
import re
from collections import Counter

from ocr.lexicon.lists import DATA, given_names_of_package, surnames_of_package

_GROUPS = (DATA / "forms.txt").read_text(encoding="utf-8").split()
FORMS: dict[str, str] = {form: group for group in _GROUPS for form in group}
"""Per kanji all forms of it, the form of today first."""

UNTOLD = frozenset("吉崎")
"""Kanji whose other form (𠮷, 﨑) no engine knows: asked unless the ink shows the form of today plainly
(`ocr.stages.form_strokes`; of 高 and 髙 see `ocr.stages.kanji_forms`)."""

VARIANTS = {"葛": "葛\U000e0100", "辻": "辻\U000e0100"}
"""Kanji whose other form is the same character with a variation selector: no reading tells them apart."""

_LOSING = frozenset((DATA / "lookalikes.txt").read_text(encoding="utf-8").split())
_RATIO = {"髙": -2.2, "﨑": -2.0, "𠮷": -2.5}
_RAREST, _UNHEARD_OF = -4.5, -9.0
# Engines have read more Chinese than Japanese: they see old forms where new ones stand.
_SEEN_TOO_OFTEN = -1.5
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def plain(text: str) -> str:
    """The text in the forms of today, without variation selectors: how a name is looked up in lists."""
    return "".join(FORMS.get(letter, letter)[0] for letter in _SELECTORS.sub("", text))


def old_forms(text: str) -> int:
    """How many kanji of a text have another form today."""
    return sum(FORMS.get(letter, letter)[0] != letter for letter in text)


def other_forms(text: str) -> tuple[str, ...]:
    """The same text with one kanji in each of its other forms (髙橋 for 高橋)."""
    return tuple(
        text[:place] + other + text[place + 1 :]
        for place, letter in enumerate(text)
        for other in FORMS.get(letter, "")
        if other != letter
    )


def may_have_lost(text: str, other: str) -> bool:
    """Whether a text is another one whose kanji each lost a dot or stroke: 大田 may be a faint 太田."""
    pairs = [one + letter for one, letter in zip(text, other, strict=False) if one != letter]
    return len(text) == len(other) and bool(pairs) and all(pair in _LOSING for pair in pairs)


@functools.lru_cache(maxsize=4096)
def form_prior(letter: str, part: str) -> float:
    """The logarithm of how usual a form is among the forms of its kanji in surnames or given names."""
    group = FORMS.get(letter)
    if group is None:
        return 0.0
    if letter in _RATIO:
        return _RATIO[letter]
    counts = _counts(part)
    if letter != group[0] and not counts[letter]:
        return _UNHEARD_OF
    total = sum(counts[form] for form in group)
    share = (counts[letter] + 0.3) / (total + 0.6)
    usual = max((counts[form] + 0.3) / (total + 0.6) for form in group)
    return max(_RAREST, math.log(share / usual)) + (_SEEN_TOO_OFTEN if letter != group[0] else 0.0)


@functools.cache
def _counts(part: str) -> Counter[str]:
    """How often kanji stand in names: in given names of the list, in the surnames of thousands of people."""
    counts: Counter[str] = Counter()
    if part == "family":
        for name, one in surnames_of_package().items():
            counts.update(dict.fromkeys(name, one.people // 1000))
    else:
        for name in given_names_of_package():
            counts.update(name)
    return counts
