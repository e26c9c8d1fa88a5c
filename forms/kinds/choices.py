"""Kinds that are ticked: `choice choices yes_no consent`."""

from __future__ import annotations

from forms.condition_shapes import FLAG, TEXTS, Shape
from forms.definition import JSON, Field
from forms.errors import InvalidValue
from forms.kinds.base import Kind, what, words, written

MOST = 50
_YES, _NO = ("yes", "true", "はい", "有", "1", "on"), ("no", "false", "いいえ", "無", "0", "off")


def _label(field: Field, value: str, language: str) -> str:
    for option in field.options:
        if option.value == value:
            return option.label.text(language)
    return value


def _chosen(field: Field, raw: object) -> str:
    """One option's value; its Japanese label is taken too (as read from paper)."""
    value = written(field, raw)
    for option in field.options:
        if value in (option.value, option.label.text("ja")):
            return option.value
    if not field.options_from:
        raise InvalidValue(f"{what(field)}は、示されたものの中から選んでください。")
    return value


class Choice(Kind):
    """One of the options."""

    key = "choice"

    def parse(self, field: Field, raw: object) -> JSON:
        """The option's value. Without options known yet (`options_from`), any text."""
        return _chosen(field, raw)

    def show(self, field: Field, value: JSON, language: str) -> str:
        """The option's label."""
        return _label(field, value, language) if isinstance(value, str) else ""

    def shape(self, field: Field) -> Shape:
        """Text that is one of the options."""
        if field.options_from:
            return Shape("text")
        return Shape("text", frozenset(option.value for option in field.options))


class Choices(Kind):
    """Some of the options, or none."""

    key = "choices"

    def parse(self, field: Field, raw: object) -> JSON:
        """The values in the order of the options, each once."""
        if not isinstance(raw, list | tuple) or len(raw) > MOST:
            raise InvalidValue(f"{what(field)}は、示されたものの中から選んでください。")
        chosen = dict.fromkeys(_chosen(field, item) for item in raw)
        if len(chosen) < (field.least or 0):
            raise InvalidValue(f"{what(field)}を{field.least}つ以上選んでください。")
        order = [option.value for option in field.options]
        return [*(value for value in order if value in chosen), *(v for v in chosen if v not in order)]

    def show(self, field: Field, value: JSON, language: str) -> str:
        """The labels, joined."""
        if not isinstance(value, list):
            return ""
        return words(language)["comma"].join(
            _label(field, item, language) for item in value if isinstance(item, str)
        )

    def shape(self, field: Field) -> Shape:
        """Texts that are options."""
        if field.options_from:
            return TEXTS
        return Shape("texts", frozenset(option.value for option in field.options))


class YesNo(Kind):
    """はい or いいえ."""

    key = "yes_no"

    def parse(self, field: Field, raw: object) -> JSON:
        """true or false."""
        if isinstance(raw, bool):
            return raw
        word = written(field, raw, 20).lower()
        if word in (*_YES, *_NO):
            return word in _YES
        raise InvalidValue(f"{what(field)}は「はい」か「いいえ」で答えてください。")

    def show(self, field: Field, value: JSON, language: str) -> str:
        """はい or いいえ."""
        return words(language)["yes" if value else "no"] if isinstance(value, bool) else ""

    def shape(self, field: Field) -> Shape:
        """True or false."""
        return FLAG


class Consent(YesNo):
    """An agreement; where the field is required it cannot be refused without stopping the application."""

    key = "consent"

    def parse(self, field: Field, raw: object) -> JSON:
        """true, or false where the field may be left without consent."""
        agreed = super().parse(field, raw)
        if field.required and agreed is not True:
            raise InvalidValue(f"{what(field)}に同意がないと、この手続はできません。職員にご相談ください。")
        return agreed

    def show(self, field: Field, value: JSON, language: str) -> str:
        """同意します or 同意しません."""
        return words(language)["agree" if value else "disagree"] if isinstance(value, bool) else ""
