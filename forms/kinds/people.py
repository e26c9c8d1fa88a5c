"""Kinds that describe people by the columns of their field: `person people`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from forms.condition_shapes import Shape
from forms.definition import JSON, Field
from forms.errors import InvalidValue
from forms.kinds.base import Kind, what, words

MOST = 30
"""Members of one household that one form takes."""

KindOf = Callable[[str], Kind]


class Person(Kind):
    """One person: an object with the field's columns as keys. Columns left empty have no key."""

    key = "person"

    def __init__(self, kind_of: KindOf) -> None:
        self._kind_of = kind_of

    def parse(self, field: Field, raw: object) -> JSON:
        """The person's columns, each through its own kind; required ones must be there."""
        names = {column.name for column in field.fields}
        if not isinstance(raw, Mapping) or not set(raw) <= names:
            raise InvalidValue(f"{what(field)}を項目ごとに入力してください。")
        person: dict[str, JSON] = {}
        for column in field.fields:
            value = raw.get(column.name)
            if is_empty(value):
                if column.required:
                    raise InvalidValue(f"{what(field)}の{what(column)}を入力してください。")
                continue
            person[column.name] = self._kind_of(column.kind).parse(column, value)
        return person

    def show(self, field: Field, value: JSON, language: str) -> str:
        """The columns joined, the first one in front: 鈴木 一郎（昭和55年5月1日、男、世帯主）."""
        if not isinstance(value, Mapping):
            return ""
        shown = [
            self._kind_of(column.kind).show(column, value[column.name], language)
            for column in field.fields
            if not is_empty(value.get(column.name))
        ]
        if len(shown) < 2:
            return "".join(shown)
        said = words(language)
        return f"{shown[0]}{said['open']}{said['comma'].join(shown[1:])}{said['close']}"

    def shape(self, field: Field) -> Shape:
        """A record of the columns."""
        return Shape("record", members={one.name: self._kind_of(one.kind).shape(one) for one in field.fields})


class People(Person):
    """Several people; `least` and `most` of the field limit how many."""

    key = "people"
    counted = "人"

    def parse(self, field: Field, raw: object) -> JSON:
        """A list of people."""
        most = field.most or MOST
        if not isinstance(raw, list | tuple) or len(raw) > most:
            counted = self.counted
            raise InvalidValue(f"{what(field)}は{most}{counted}までで、1{counted}ずつ入力してください。")
        if len(raw) < (field.least or 0):
            raise InvalidValue(f"{what(field)}を{field.least}{self.counted}以上入力してください。")
        return [Person.parse(self, field, person) for person in raw]

    def show(self, field: Field, value: JSON, language: str) -> str:
        """Everybody, joined by 、."""
        if not isinstance(value, list):
            return ""
        return words(language)["between_people"].join(
            Person.show(self, field, person, language) for person in value
        )

    def shape(self, field: Field) -> Shape:
        """People with the columns as parts."""
        return Shape("people", members=dict(Person.shape(self, field).members))


def is_empty(value: object, depth: int = 4) -> bool:
    """Whether a value says nothing: absent, blank, or made of blank parts only (`depth` levels of them)."""
    if isinstance(value, Mapping):
        return depth > 0 and all(is_empty(part, depth - 1) for part in value.values())
    return value is None or value == [] or (isinstance(value, str) and not value.strip())
