"""What the frame of the pages that residents open by themselves needs to know about a language."""

from __future__ import annotations

from dataclasses import dataclass

from forms.language import language
from office.i18n import texts


@dataclass(frozen=True, slots=True)
class Frame:
    """The language's tag for HTML, the words of the skip link, and whether readings are shown."""

    tag: str
    skip: str
    ruby: bool


def public_frame(code: str) -> Frame:
    """The frame in a language. Raises `MissingText`."""
    return Frame(language(code).tag, texts("preentry", code)("skip"), code == "ja-easy")
