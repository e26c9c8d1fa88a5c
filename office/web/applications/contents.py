"""The content of an application, section by section, each value with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from forms.definition import JSON, Procedure
from office.web.answers import Shown, shown


@dataclass(frozen=True, slots=True)
class Part:
    """One section with the boxes that hold something."""

    title: str
    lines: tuple[Shown, ...]


def sections(
    procedure: Procedure, record: Mapping[str, JSON], sources: Mapping[str, str | None]
) -> tuple[Part, ...]:
    """The sections that hold something, in the order of the form; My Numbers masked by their kind."""
    parts = []
    for section in procedure.sections:
        lines = tuple(
            shown(field, record[field.name], "ja", sources.get(field.name))
            for field in section.fields
            if record.get(field.name) not in (None, "", [], {})
        )
        if lines:
            parts.append(Part(section.label.text("ja"), lines))
    return tuple(parts)
