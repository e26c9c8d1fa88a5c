"""Rows of a table that are not people: the items of a quotation or an invoice."""

from __future__ import annotations

from collections.abc import Mapping

from forms.condition_shapes import Shape
from forms.definition import JSON, Field
from forms.errors import InvalidValue
from forms.kinds.base import what
from forms.kinds.people import MOST, Person


class Rows(Person):
    """A list of rows; `least` and `most` of the field limit how many. Columns are those of the field."""

    key = "rows"

    def parse(self, field: Field, raw: object) -> JSON:
        """A list of objects with the field's columns as keys; empty columns have no key."""
        most = field.most or MOST
        if not isinstance(raw, list | tuple) or len(raw) > most:
            raise InvalidValue(f"{what(field)}は{most}行までで、1行ずつ入力してください。")
        if len(raw) < (field.least or 0):
            raise InvalidValue(f"{what(field)}を{field.least}行以上入力してください。")
        return [Person.parse(self, field, row) for row in raw]

    def show(self, field: Field, value: JSON, language: str) -> str:
        """One row after the other."""
        if not isinstance(value, list):
            return ""
        return "／".join(Person.show(self, field, row, language) for row in value if isinstance(row, Mapping))

    def shape(self, field: Field) -> Shape:
        """A list with the columns as parts, for conditions."""
        return Shape("people", members=dict(Person.shape(self, field).members))
