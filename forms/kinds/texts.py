"""Kinds written as one line: `text kana telephone digits my_number`."""

from __future__ import annotations

import re

from forms.condition_shapes import TEXT, Shape
from forms.definition import JSON, Field
from forms.errors import InvalidValue
from forms.kinds.base import LONGEST, Kind, what, written
from forms.values.kana import parse_kana
from forms.values.numbers import check, mask, parse_my_number
from forms.values.telephones import parse_telephone
from forms.values.widths import narrow_number


class Text(Kind):
    """Free text; `pattern` and `length` of the field limit it, `options` only suggest."""

    key = "text"

    def parse(self, field: Field, raw: object) -> JSON:
        """The text as written, checked against the field's pattern."""
        text = written(field, raw, field.length or LONGEST)
        if field.pattern and not re.fullmatch(field.pattern, text):
            raise InvalidValue(f"{what(field)}の書き方が違います。例のとおりに入力してください。")
        return text

    def show(self, field: Field, value: JSON, language: str) -> str:
        """The suggestion's label where it is one, else the text itself; a sensitive one masked."""
        if field.sensitive and isinstance(value, str) and value:
            return mask(value)
        for option in field.options:
            if option.value == value:
                return option.label.text(language)
        return value if isinstance(value, str) else ""

    def shape(self, field: Field) -> Shape:
        """Text."""
        return TEXT


class Kana(Text):
    """A reading in katakana; hiragana and half-width kana are taken."""

    key = "kana"

    def parse(self, field: Field, raw: object) -> JSON:
        """Full-width katakana."""
        return parse_kana(written(field, raw, field.length or LONGEST))


class Telephone(Text):
    """A Japanese telephone number."""

    key = "telephone"

    def parse(self, field: Field, raw: object) -> JSON:
        """ASCII digits and hyphens."""
        return parse_telephone(written(field, raw, 40))


class Digits(Text):
    """A number that is a name, e.g. 保険者番号; `number` of the field names its check digit."""

    key = "digits"

    def parse(self, field: Field, raw: object) -> JSON:
        """ASCII digits, as many as the field's `length` (or `least` to `length`) says."""
        digits = re.sub(r"[\s-]", "", narrow_number(written(field, raw, 60)))
        if not re.fullmatch(r"[0-9]+", digits):
            raise InvalidValue(f"{what(field)}は数字で入力してください。")
        if field.number:
            found = check(field.number, digits)
            if not found.valid and not found.advisory:
                raise InvalidValue(found.message)
        elif field.length and not (field.least or field.length) <= len(digits) <= field.length:
            raise InvalidValue(f"{what(field)}は{field.length}桁の数字で入力してください。")
        return digits


class MyNumber(Text):
    """個人番号: twelve digits, shown masked always."""

    key = "my_number"

    def parse(self, field: Field, raw: object) -> JSON:
        """The twelve digits."""
        return parse_my_number(written(field, raw, 40))

    def show(self, field: Field, value: JSON, language: str) -> str:
        """All but the last four digits hidden."""
        return mask(value) if isinstance(value, str) and value else ""
