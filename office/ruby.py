"""やさしい日本語: readings written as `{漢字|かんじ}` in texts."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_READING = re.compile(r"\{([^{}|]+)\|([^{}|]+)\}")


def ruby_markup(text: str) -> Markup:
    """Turn `{漢字|かんじ}` into `<ruby>`; everything else is escaped."""
    parts: list[Markup] = []
    end = 0
    for match in _READING.finditer(text):
        parts.append(escape(text[end : match.start()]))
        parts.append(Markup("<ruby>{}<rt>{}</rt></ruby>").format(match[1], match[2]))
        end = match.end()
    parts.append(escape(text[end:]))
    return Markup("").join(parts)


def without_readings(text: str) -> str:
    """The text alone, readings left out (for attributes and plain output)."""
    return _READING.sub(r"\1", text)
