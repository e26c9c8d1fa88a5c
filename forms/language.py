"""The languages of every text: their names, their words for what all forms share, how they are printed.

Japanese is the legal text. A language is a file in `forms/languages/`, its code in `LANGUAGES`, and the
texts of definitions (`*.<code>.toml`) and pages (`office/translations/<family>/<code>.toml`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

LANGUAGES = ("ja", "ja-easy", "en", "zh", "vi", "ko", "pt", "ne", "fil")
"""Codes in the order they are offered; やさしい日本語 carries readings as `{漢字|かんじ}`."""

JAPANESE = frozenset({"ja", "ja-easy"})

_FOLDER = Path(__file__).parent / "languages"


@dataclass(frozen=True, slots=True)
class Language:
    """One language. `tag` is for the `lang` attribute (BCP 47; やさしい日本語 is Japanese there).

    `name` is its own name, `japanese` its name in Japanese. `words` are shared by all forms, `parts` name
    the parts of composite fields (`address.city`), `printed` stand below the Japanese in a PDF, set in
    the `face` of `forms.rendering.fonts`.
    """

    code: str
    tag: str
    name: str
    japanese: str
    words: Mapping[str, str]
    parts: Mapping[str, str]
    printed: Mapping[str, str] = field(default_factory=dict)
    face: str = "udp"

    def day(self, on: date) -> str:
        """A date as it is written in this language; empty where it is written as in Japan (令和8年4月1日)."""
        months = self.words.get("months", "").split() or [""] * 12
        known = {"year": on.year, "month": on.month, "day": on.day, "month_name": months[on.month - 1]}
        text = self.words.get("date", "")
        for name, value in known.items():
            text = text.replace(f"{{{name}}}", str(value))
        return text


@cache
def language(code: str) -> Language:
    """The language of a code. Raises `KeyError` for a code that is not in `LANGUAGES`."""
    if code not in LANGUAGES:
        raise KeyError(code)
    return Language(code, **tomllib.loads((_FOLDER / f"{code}.toml").read_text(encoding="utf-8")))
