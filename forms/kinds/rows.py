"""Rows of a table that are not people: the items of a quotation or an invoice."""

from __future__ import annotations

from collections.abc import Mapping

from forms.definition import JSON, Field
from forms.kinds.people import People, Person


class Rows(People):
    """A list of rows; `least` and `most` of the field limit how many. Columns are those of the field."""

    key = "rows"
    counted = "行"

    def show(self, field: Field, value: JSON, language: str) -> str:
        """One row after the other."""
        if not isinstance(value, list):
            return ""
        return "／".join(Person.show(self, field, row, language) for row in value if isinstance(row, Mapping))
