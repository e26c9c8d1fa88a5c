"""Kinds of several parts: `name address account`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from forms.condition_shapes import TEXT, Shape
from forms.definition import JSON, Field
from forms.errors import InvalidValue
from forms.kinds.base import Kind, what, words, written
from forms.values.accounts import BankAccount
from forms.values.addresses import Address, show_postal_code
from forms.values.names import PersonalName


def parts(field: Field, raw: object, known: Sequence[str]) -> dict[str, str]:
    """The parts of a composite value as typed; empty parts become "". Raises `InvalidValue`."""
    if not isinstance(raw, Mapping) or not set(raw) <= set(known):
        raise InvalidValue(f"{what(field)}を項目ごとに入力してください。")
    texts = {}
    for key in known:
        value = raw.get(key, "")
        texts[key] = written(field, value) if value not in ("", None) and value != "" else ""
    return texts


class _Composite(Kind):
    """A value that is an immutable object of `forms.values` with `to_json`."""

    members: tuple[str, ...]
    make: Callable[..., PersonalName | Address | BankAccount]

    def parse(self, field: Field, raw: object) -> JSON:
        """The object's JSON."""
        return dict(type(self).make(**parts(field, raw, self.members)).to_json())

    def shape(self, field: Field) -> Shape:
        """A record of texts."""
        return Shape("record", members=dict.fromkeys(self.members, TEXT))


class Name(_Composite):
    """氏名 with its reading, which has to be there where the field's `reading` is set."""

    key = "name"
    members = ("family", "given", "family_kana", "given_kana")
    make = PersonalName

    def parse(self, field: Field, raw: object) -> JSON:
        """The name's JSON."""
        name = PersonalName.from_json(super().parse(field, raw))
        if field.reading and not name.family_kana:
            raise InvalidValue(f"{what(field)}のフリガナを入力してください。")
        return dict(name.to_json())

    def show(self, field: Field, value: JSON, language: str) -> str:
        """Family and given name; in English the reading's spelling is not guessed."""
        return PersonalName.from_json(value).full if value else ""

    def shape(self, field: Field) -> Shape:
        """A record of texts, with the whole name and the whole reading."""
        return Shape("record", members=dict.fromkeys((*self.members, "full", "full_kana"), TEXT))


class AddressKind(_Composite):
    """住所."""

    key = "address"
    members = ("postal_code", "prefecture", "city", "town", "block", "building")
    make = Address

    def show(self, field: Field, value: JSON, language: str) -> str:
        """〒 and the address in one line."""
        if not value:
            return ""
        address = Address.from_json(value)
        return f"{show_postal_code(address.postal_code)} {address.full}".strip()


class Account(_Composite):
    """振込先口座."""

    key = "account"
    members = ("bank_code", "branch_code", "kind", "number", "holder_kana", "bank_name", "branch_name")
    make = BankAccount

    def show(self, field: Field, value: JSON, language: str) -> str:
        """Bank, branch, kind, number, holder."""
        if not value:
            return ""
        account = BankAccount.from_json(value)
        return account.line(words(language)[f"{account.kind}_account"])
