"""Answers as a page's form sends them: the names of its inputs, with what stands in each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from wtforms import FieldList, FormField

from forms.definition import Field
from forms.entry import form_class

Typed = dict[str, list[str]]


def typed(field: Field, value: Any) -> Typed:
    """The inputs of a question, filled with a value as it is stored; empty ones too."""
    form = form_class((field,), "ja")(data={field.name: value})
    return dict(_inputs(form[field.name]))


def _inputs(bound: Any) -> Iterator[tuple[str, list[str]]]:
    if isinstance(bound, FieldList):
        for entry in bound.entries:
            yield from _inputs(entry)
    elif isinstance(bound, FormField):
        for part in bound:
            yield from _inputs(part)
    elif isinstance(bound.data, list):
        yield bound.name, [str(one) for one in bound.data]
    else:
        yield bound.name, ["" if bound.data is None else str(bound.data)]
