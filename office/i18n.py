"""Fixed texts: `office/translations/<family>/<language>.toml`, `key = "text"`; Japanese is the legal text."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib.resources import files

from forms.language import LANGUAGES, language
from office.errors import OfficeError

HTML_LANGUAGE = {code: language(code).tag for code in LANGUAGES}


class MissingText(OfficeError):
    """A text does not stand in the language asked for; never shown silently in another."""

    code = "missing-text"


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one page family in one language."""

    language: str
    table: dict[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """The text of `key` with `{name}` replaced; raises MissingText."""
        try:
            text = self.table[key]
        except KeyError:
            raise MissingText(f"画面の文「{key}」が、ことば「{self.language}」にありません。") from None
        for name, value in values.items():
            text = text.replace(f"{{{name}}}", str(value))
        return text


@functools.cache
def texts(family: str, language: str) -> Texts:
    """The texts of a family of pages in `language`. Raises `MissingText`."""
    try:
        found = files("office.translations").joinpath(family, f"{language}.toml").read_text(encoding="utf-8")
    except FileNotFoundError:
        raise MissingText(f"画面の文「{family}」が、ことば「{language}」にありません。") from None
    return Texts(language, tomllib.loads(found))
