"""A 転入届 as entries of a ledger: one for each person who moved in."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from forms.errors import InvalidValue
from forms.values.addresses import Address
from forms.values.dates import show_era
from forms.values.names import PersonalName
from robots.connectors.workbook.cells import Ruby, Value
from robots.connectors.workbook.entries import Anchor, Entry

_SEXES = {"male": "男", "female": "女", "unknown": "不明"}


@dataclass(frozen=True, slots=True)
class Filing:
    """What is known of the application itself."""

    receipt_number: str
    filed_on: datetime.date
    remark: str


@dataclass(frozen=True, slots=True)
class Mover:
    """One person of an application: the entry, or why a person must look (Japanese, `fault`)."""

    name: str
    anchor: str
    entry: Entry | None
    fault: str = ""


def movers(record: Mapping[str, Any], filing: Filing, columns: Mapping[str, str]) -> tuple[Mover, ...]:
    """The people of a moving-in record, in its order. `columns`: heading → which of `_sources`."""
    members: Sequence[Mapping[str, Any]] = record.get("members") or ()
    foreigners = {_name(person).full for person in record.get("foreign.people") or ()}
    return tuple(_mover(record, filing, columns, member, foreigners) for member in members)


def _mover(
    record: Mapping[str, Any],
    filing: Filing,
    columns: Mapping[str, str],
    member: Mapping[str, Any],
    foreigners: set[str],
) -> Mover:
    name = _name(member)
    if not name.full_kana:
        return Mover(name.full, filing.receipt_number, None, "フリガナがありません。申請を確かめてください。")
    try:
        born = datetime.date.fromisoformat(str(member.get("birth_on") or ""))
    except ValueError:
        return Mover(name.full, filing.receipt_number, None, "生年月日がありません。申請を確かめてください。")
    anchor = Anchor(filing.receipt_number, name.full_kana, born)
    try:
        known = _sources(record, filing, member, name, born, name.full in foreigners)
    except InvalidValue as error:
        return Mover(name.full, str(anchor), None, error.message)
    return Mover(
        name.full, str(anchor), Entry(anchor, {heading: known[source] for heading, source in columns.items()})
    )


def _sources(
    record: Mapping[str, Any],
    filing: Filing,
    member: Mapping[str, Any],
    name: PersonalName,
    born: datetime.date,
    foreign: bool,
) -> dict[str, Value]:
    moved_on = str(record.get("moving.moved_on") or "")
    return {
        "receipt_number": filing.receipt_number,
        "moved_on": datetime.date.fromisoformat(moved_on) if moved_on else None,
        "filed_on": filing.filed_on,
        "name": _with_reading(name),
        "kana": name.full_kana,
        # 外国人住民の生年月日は西暦で記入する（台帳の記入要領）
        "born": f"{born.year}年{born.month}月{born.day}日" if foreign else show_era(born),
        "sex": _SEXES.get(str(member.get("sex")), ""),
        "relation": str(member.get("relation") or ""),
        "address": _address(record.get("moving.to")),
        "former_address": _address(record.get("moving.from")),
        "head": _head(record.get("moving.to_head")),
        "remark": filing.remark,
    }


def _name(person: Mapping[str, Any]) -> PersonalName:
    return PersonalName.from_json(person["name"])


def _with_reading(name: PersonalName) -> Value:
    """The name with phonetic guides; a name in Latin letters needs none."""
    if name.full.isascii():
        return name.full
    pieces = [(name.family, name.family_kana)]
    if name.given:
        pieces += [(" ", ""), (name.given, name.given_kana)]
    return Ruby(tuple(pieces))


def _address(data: object) -> str:
    return Address.from_json(data).full if data else ""


def _head(data: object) -> str:
    return PersonalName.from_json(data).full if data else ""
