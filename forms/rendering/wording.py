"""The fixed words of an application's PDF, in Japanese and in the languages shown below the Japanese."""

from __future__ import annotations

from forms.language import language

SOURCES = {
    "register": "台帳",
    "card": "カード",
    "said": "聞き取り",
    "pre_entry": "事前入力",
    "paper": "紙",
    "derived": "自動",
    "default": "初期値",
}
"""Where the content of a box comes from, by `forms.answers.Source`."""

OFFICER = "職員"


def second(text: str, code: str) -> str:
    """The words below the Japanese `text` in a language; empty for Japanese and where there are none."""
    return language(code).printed.get(text, "")
