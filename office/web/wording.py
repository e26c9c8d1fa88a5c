"""Texts of definitions in a resident's language: what lacks it is shown in Japanese and says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from forms.definition import Field, Labels


@dataclass(frozen=True, slots=True)
class Worded:
    """A text (readings as `{漢字|かんじ}`); `only_japanese` where the language asked for has none."""

    text: str
    only_japanese: bool = False


def worded(labels: Labels, language: str) -> Worded:
    """The text in a language, marked where it had to stay Japanese."""
    return Worded(labels.text(language), bool(labels) and not labels.has(language))


def option_words(field: Field, language: str) -> Mapping[str, Worded]:
    """Every option's text by its value. Names of people are their own values: no translation is missing."""
    return {
        option.value: Worded(option.value)
        if option.label.text("ja") == option.value
        else worded(option.label, language)
        for option in field.options
    }


def lacks(field: Field, language: str, chosen: object) -> bool:
    """Whether an answer's own words (the options chosen) are only there in Japanese."""
    if language == "ja":
        return False
    words = option_words(field, language)
    values = chosen if isinstance(chosen, list) else [chosen]
    return any(isinstance(value, str) and value in words and words[value].only_japanese for value in values)
