"""Kinds of field: how a value is taken in, stored and shown. `kind` finds one by its key."""

from __future__ import annotations

from forms.kinds.amounts import Date, Number
from forms.kinds.base import Kind
from forms.kinds.choices import Choice, Choices, Consent, YesNo
from forms.kinds.composites import Account, AddressKind, Name
from forms.kinds.people import People, Person
from forms.kinds.rows import Rows
from forms.kinds.texts import Digits, Kana, MyNumber, Telephone, Text


def kind(key: str) -> Kind:
    """The kind of that key. Raises `KeyError`."""
    return _KINDS[key]


_KINDS: dict[str, Kind] = {
    one.key: one
    for one in (
        Text(), Kana(), Telephone(), Digits(), MyNumber(), Number(), Date(), Choice(), Choices(), YesNo(),
        Consent(), Name(), AddressKind(), Account(), Person(kind), People(kind), Rows(kind),
    )
}  # fmt: skip
KINDS = tuple(_KINDS)
"""All keys."""
