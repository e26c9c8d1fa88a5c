"""WTForms made from definitions: the inputs of a page, checked on the server by the kinds of field.

Names of inputs are the fields' names; parts and people are parted by hyphens as WTForms does
(`moving.to-postal_code`, `members-0-name-family`). What is not an input of the form is never read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import wtforms
from wtforms.fields.core import UnboundField

from forms.answers import InvalidAnswer, take
from forms.definition import JSON, Field
from forms.kinds.base import what, words
from forms.kinds.people import MOST, is_empty
from forms.language import language as language_of
from forms.values.accounts import KINDS as ACCOUNT_KINDS

PARTS = {
    "name": ("family", "given", "family_kana", "given_kana"),
    "address": ("postal_code", "prefecture", "city", "town", "block", "building"),
    "account": ("bank_code", "bank_name", "branch_code", "branch_name", "number", "holder_kana"),
}
"""The parts of composite kinds in the order of entry; `forms/languages` names them."""


class EntryForm(wtforms.Form):
    """A form of the fields in `entry_fields`; `values()` gives what was entered, as stored."""

    entry_fields: ClassVar[tuple[Field, ...]] = ()

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Whether every field is filled as its kind asks; messages stand at the fields."""
        valid = super().validate(extra_validators)
        for field in self.entry_fields:
            message = self._fault(field)
            if message:
                _put_error(self[field.name], message)
                valid = False
        return valid

    def _fault(self, field: Field) -> str:
        entered = raw(self, field)
        if is_empty(entered) and field.kind != "choices":
            return f"{what(field)}を入力してください。" if field.required else ""
        try:
            take(field, entered)
        except InvalidAnswer as error:
            return error.message
        return ""

    def values(self) -> dict[str, JSON]:
        """Field name to value, empty fields left out. Raises `InvalidAnswer` where the form is not valid."""
        entered = {field: raw(self, field) for field in self.entry_fields}
        return {
            field.name: take(field, value)
            for field, value in entered.items()
            if not is_empty(value) or field.kind == "choices"
        }


def form_class(fields: Sequence[Field], language: str) -> type[EntryForm]:
    """A WTForms class with an input for each field, its texts in a language."""
    inputs: dict[str, Any] = {field.name: _input(field, language) for field in fields}
    return type("Entry", (EntryForm,), {**inputs, "entry_fields": tuple(fields)})


def raw(form: wtforms.Form, field: Field) -> Any:
    """What was entered for a field, in the shape its kind parses; None where nothing was."""
    return _raw(form[field.name], field)


def _raw(bound: Any, field: Field) -> Any:
    if field.kind in ("people", "rows"):
        people = [_parts(entry.form, field) for entry in bound.entries]
        return [person for person in people if not is_empty(person)]
    if field.kind == "person":
        return _parts(bound.form, field)
    if field.kind in PARTS:
        return {key: value or "" for key, value in bound.data.items()}
    if field.kind == "choices":
        return list(bound.data or [])
    return bound.data if bound.data not in ("", None) else None


def _parts(form: Any, field: Field) -> dict[str, Any]:
    found = {column.name: _raw(form[column.name], column) for column in field.fields}
    return {name: value for name, value in found.items() if not is_empty(value)}


def _put_error(bound: Any, message: str) -> None:
    if isinstance(bound, wtforms.FormField):
        bound.form.form_errors.append(message)
    else:
        bound.errors = [*bound.errors, message]


def _input(field: Field, language: str) -> UnboundField[Any]:
    build = _BUILDERS.get(field.kind, _line)
    found: UnboundField[Any] = build(field, language)
    return found


def _texts(field: Field, language: str) -> dict[str, Any]:
    return {"label": field.label.text(language), "description": field.help.text(language)}


def _line(field: Field, language: str) -> Any:
    """One line; a text with suggestions is chosen from them, so that nobody has to type."""
    if field.options and field.kind == "text":
        return _choice(field, language)
    modes = {"digits": "numeric", "number": "numeric", "my_number": "numeric", "telephone": "tel"}
    attributes: dict[str, Any] = {"autocomplete": "off"}
    if field.kind in modes:
        attributes["inputmode"] = modes[field.kind]
    if field.kind == "date":
        attributes["placeholder"] = words(language)["example_date"]
    if field.length:
        attributes["maxlength"] = field.length
    return wtforms.StringField(**_texts(field, language), render_kw=attributes)


def _choice(field: Field, language: str) -> Any:
    options = [(option.value, option.label.text(language)) for option in field.options]
    sort = wtforms.SelectField if field.kind == "text" else wtforms.RadioField
    return sort(**_texts(field, language), choices=options, validate_choice=False, coerce=_text)


def _text(value: Any) -> str:
    """A chosen value; nothing chosen is the empty text, and a stored true or false is yes or no."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _choices(field: Field, language: str) -> Any:
    options = [(option.value, option.label.text(language)) for option in field.options]
    # Where none is a right answer, a page offers a way to say so (WTForms knows no such flag).
    none = {"data-none": "yes"} if not field.least else {}
    return wtforms.SelectMultipleField(
        **_texts(field, language), choices=options, validate_choice=False, render_kw=none
    )


def _yes_no(field: Field, language: str) -> Any:
    options = [(answer, words(language)[answer]) for answer in ("yes", "no")]
    return wtforms.RadioField(**_texts(field, language), choices=options, validate_choice=False, coerce=_text)


def _composite(field: Field, language: str) -> Any:
    labels = language_of(language).parts
    inputs: dict[str, Any] = {
        key: wtforms.StringField(labels[f"{field.kind}.{key}"]) for key in PARTS[field.kind]
    }
    if field.kind == "account":
        kinds = [(key, words(language)[f"{key}_account"]) for key in ACCOUNT_KINDS]
        inputs["kind"] = wtforms.RadioField(
            labels["account.kind"], choices=kinds, validate_choice=False, coerce=_text
        )
    return wtforms.FormField(type("Parts", (wtforms.Form,), inputs), **_texts(field, language))


def _person_form(field: Field, language: str) -> type[wtforms.Form]:
    return type("Person", (wtforms.Form,), {one.name: _input(one, language) for one in field.fields})


def _person(field: Field, language: str) -> Any:
    return wtforms.FormField(_person_form(field, language), **_texts(field, language))


def _people(field: Field, language: str) -> Any:
    one = wtforms.FormField(_person_form(field, language))
    return wtforms.FieldList(
        one, **_texts(field, language), min_entries=field.least or 0, max_entries=field.most or MOST
    )


_BUILDERS: dict[str, Callable[[Field, str], Any]] = {
    "choice": _choice,
    "choices": _choices,
    "yes_no": _yes_no,
    "consent": _yes_no,
    "name": _composite,
    "address": _composite,
    "account": _composite,
    "person": _person,
    "people": _people,
    "rows": _people,
}
