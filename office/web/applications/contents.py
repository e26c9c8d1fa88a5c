"""The content of an application, section by section, each value with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from forms.definition import JSON, Procedure
from forms.kinds import kind


@dataclass(frozen=True, slots=True)
class Line:
    """One box: label, shown text, source (`register card said derived default` or none)."""

    label: str
    text: str
    source: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """One section with the boxes that hold something."""

    title: str
    lines: tuple[Line, ...]


def sections(
    procedure: Procedure, record: Mapping[str, JSON], sources: Mapping[str, str | None]
) -> tuple[Part, ...]:
    """The sections that hold something, in the order of the form; My Numbers masked by their kind."""
    parts = []
    for section in procedure.sections:
        lines = tuple(
            Line(
                field.label.text("ja"),
                kind(field.kind).show(field, record[field.name], "ja"),
                sources.get(field.name),
            )
            for field in section.fields
            if record.get(field.name) not in (None, "", [], {})
        )
        if lines:
            parts.append(Part(section.label.text("ja"), lines))
    return tuple(parts)
