"""Lines of a list on paper as rows of a ledger or as payments, as the city's data says for its lists."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from forms.errors import InvalidValue
from forms.values.accounts import KINDS, ZENGIN_KINDS, BankAccount
from office.platform import Platform
from office.records.list_lines import Line, plain_heading
from office.records.list_payments import Due
from office.records.models.paper_tables import PaperTable
from robots import city_data
from robots.connectors.workbook.cells import Value
from robots.errors import RobotError

LEDGERS, PAYMENTS = "post_lists.toml", "pay_lists.toml"
_ACCOUNT = ("bank_code", "branch_code", "account_kind", "account_number")
_KINDS = {name: key for key, name in KINDS.items()} | {number: key for key, number in ZENGIN_KINDS.items()}
_LARGEST = 9_999_999_999


class ListUnfit(RobotError):
    """A list lacks a column that its target needs, or the city's data names no such target."""

    code = "list-unfit"


@dataclass(frozen=True, slots=True)
class Target:
    """A ledger or a kind of payment: its key, its title, and the city's data about it."""

    key: str
    title: str
    data: Mapping[str, Any]


def targets(platform: Platform, name: str) -> tuple[Target, ...]:
    """The targets a file of the city's data (`LEDGERS`, `PAYMENTS`) names."""
    data = city_data.load(platform, name)
    return tuple(Target(one["key"], one["title"], one) for one in data.get("targets", ()))


def target(platform: Platform, name: str, key: str) -> Target:
    """The target of a key; raises `ListUnfit`."""
    found = next((one for one in targets(platform, name) if one.key == key), None)
    if found is None:
        raise ListUnfit(f"{name} に「{key}」がありません。市の設定を確かめてください。")
    return found


def lacking(found: Target, table: PaperTable) -> tuple[str, ...]:
    """The headings (the first name of each) that a list would need for a target and does not have."""
    labels = {plain_heading(column["label"]) for column in table.columns}
    return tuple(
        names[0]
        for names in found.data["columns"].values()
        if not labels.intersection(map(plain_heading, names))
    )


def row_of(found: Target, line: Line, table: PaperTable) -> dict[str, Value]:
    """A line as values by the ledger's headings, its source among them. Raises `InvalidValue`."""
    kinds = {column["label"]: column["kind"] for column in table.columns}
    values: dict[str, Value] = {}
    for heading, names in found.data["columns"].items():
        label = next(one for one in line.values if plain_heading(one) in map(plain_heading, names))
        value = line.values[label]
        values[heading] = _written(value, kinds[label])
        if heading in found.data["required"] and values[heading] in (None, ""):
            raise InvalidValue(f"「{label}」が空です。")
    return values | {found.data["source"]: line.source}


def _written(value: str | int | None, kind: str) -> Value:
    """As a ledger holds it: amounts are numbers, days are days."""
    if kind == "date" and isinstance(value, str):
        return datetime.date.fromisoformat(value)
    if kind == "serial" and isinstance(value, str) and value.isdecimal():
        return int(value)
    return value


def due_of(found: Target, line: Line) -> Due:
    """A line as a payment. Raises `InvalidValue` naming the field."""
    columns: Mapping[str, Sequence[str]] = found.data["columns"]
    amount = line.at(columns["amount"])
    if not isinstance(amount, int):
        raise InvalidValue(f"「{columns['amount'][0]}」が金額ではありません。")
    if not 0 < amount <= _LARGEST:
        raise InvalidValue(
            f"「{columns['amount'][0]}」の{amount:,}円は振り込めません（返納は別に扱います）。"
        )
    name, kana = (_text(line, columns, part) for part in ("name", "kana"))
    told = {part: _text(line, columns, part) for part in _ACCOUNT}
    kind = _KINDS.get(told["account_kind"])
    if kind is None:
        raise InvalidValue(
            f"「{columns['account_kind'][0]}」の「{told['account_kind']}」は、普通・当座・貯蓄ではありません。"
        )
    _digits(told["bank_code"], 4, columns["bank_code"][0])
    _digits(told["branch_code"], 3, columns["branch_code"][0])
    _digits(told["account_number"], 7, columns["account_number"][0])
    holder = _text(line, columns, "holder") if "holder" in columns else kana
    account = BankAccount(told["bank_code"], told["branch_code"], kind, told["account_number"], holder)
    serial = line.at(columns.get("serial", ()))
    payee = {"name": name, "kana": kana, "account": account.to_json()}
    return Due(line, amount, payee, "" if serial is None else str(serial))


def _text(line: Line, columns: Mapping[str, Sequence[str]], part: str) -> str:
    value = line.at(columns[part])
    if value is None or not str(value).strip():
        raise InvalidValue(f"「{columns[part][0]}」が空です。")
    return str(value).strip()


def _digits(text: str, count: int, heading: str) -> None:
    if not text.isascii() or not text.isdecimal() or len(text) != count:
        raise InvalidValue(f"「{heading}」の「{text}」は{count}桁の数字ではありません。")


def each_due(found: Target, lines: Sequence[Line]) -> Iterator[tuple[Line, Due | None, str]]:
    """Every line with its payment, or with why there is none: naming file, page, line and field."""
    for line in lines:
        try:
            yield line, due_of(found, line), ""
        except InvalidValue as error:
            yield line, None, f"{line.place}：{error.message}"
