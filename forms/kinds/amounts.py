"""Kinds that can be counted or ordered: `number date`."""

from __future__ import annotations

import re
from datetime import date

from forms.condition_shapes import DATE, NUMBER, Shape
from forms.definition import JSON, Field
from forms.errors import InvalidValue
from forms.kinds.base import Kind, what, written
from forms.language import language as language_of
from forms.values.dates import parse_date, show_era
from forms.values.widths import narrow_number


class Number(Kind):
    """A whole number from `least` (0) to `most`."""

    key = "number"

    def parse(self, field: Field, raw: object) -> JSON:
        """An integer; full-width digits are taken."""
        number = raw if isinstance(raw, int) and not isinstance(raw, bool) else self._read(field, raw)
        least = field.least or 0
        if number < least:
            raise InvalidValue(f"{what(field)}は{least}以上の数で入力してください。")
        if field.most is not None and number > field.most:
            raise InvalidValue(f"{what(field)}は{field.most}までの数で入力してください。")
        return number

    def _read(self, field: Field, raw: object) -> int:
        text = re.sub(r"[\s,]", "", narrow_number(written(field, raw, 20)))
        if not re.fullmatch(r"-?[0-9]{1,15}", text):
            raise InvalidValue(f"{what(field)}は数字で入力してください。")
        return int(text)

    def show(self, field: Field, value: JSON, language: str) -> str:
        """The number, thousands parted."""
        return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else ""

    def shape(self, field: Field) -> Shape:
        """A number."""
        return NUMBER


class Date(Kind):
    """A day; any usual writing of 和暦 and 西暦 is taken."""

    key = "date"

    def parse(self, field: Field, raw: object) -> JSON:
        """`YYYY-MM-DD` (GIF 441)."""
        return parse_date(written(field, raw, 40)).isoformat()

    def show(self, field: Field, value: JSON, language: str) -> str:
        """令和8年4月1日; the western year in the other languages."""
        if not isinstance(value, str) or not value:
            return ""
        day = date.fromisoformat(value)
        return language_of(language).day(day) or show_era(day)

    def shape(self, field: Field) -> Shape:
        """A date."""
        return DATE
