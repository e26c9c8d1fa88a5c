"""Arithmetic and comparison of contract papers: what does not add up, and where two papers differ."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from forms.values.numbers import check

Record = Mapping[str, Any]
RATES = ("10", "8")
TITLES = {"quotation": "見積書", "delivery-note": "納品書", "invoice": "請求書"}
ORDER = tuple(TITLES)
_WORDS = {
    "title": ("contract.title", "件名"),
    "vendor": ("contract.vendor", "業者の名前"),
    "vendor_number": ("contract.vendor_number", "法人番号"),
    "total": ("contract.total", "合計金額"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which papers differ: `values` by procedure, as people read them.

    `key` is new when a value changes, so that an explanation stands for exactly these values.
    """

    label: str
    values: tuple[tuple[str, str], ...]

    @property
    def key(self) -> str:
        """Names the difference with its values (hex)."""
        return hashlib.sha256(json.dumps([self.label, self.values], ensure_ascii=False).encode()).hexdigest()


def faults(record: Record) -> list[str]:
    """What does not add up in one paper, in Japanese."""
    items: Sequence[Record] = record.get("contract.items", ())
    found = [fault for number, item in enumerate(items, 1) for fault in _item_faults(number, item)]
    due = 0
    for rate in RATES:
        due += _rate_faults(record, items, rate, found)
    due += _base_fault(record, items, "0", found)
    total = record.get("contract.total", 0)
    if total != due:
        found.append(f"合計金額は{due:,}円になるはずですが、{total:,}円と書かれています。")
    return found + _registration_faults(record)


def _item_faults(number: int, item: Record) -> list[str]:
    exact = Decimal(item["quantity"]) * item["unit_price"]
    if abs(exact - item["amount"]) < 1:
        return []
    return [f"{number}行目「{item['name']}」の金額が、数量×単価（{exact:,f}円）と合いません。"]


def _base_fault(record: Record, items: Sequence[Record], rate: str, found: list[str]) -> int:
    stated: int = record.get(f"contract.base_{rate}", 0)
    summed = sum(item["amount"] for item in items if item["rate"] == rate)
    if stated != summed:
        name = f"{rate}%対象" if rate != "0" else "対象外"
        found.append(f"{name}の金額が、品目の合計（{summed:,}円）と合いません。")
    return stated


def _rate_faults(record: Record, items: Sequence[Record], rate: str, found: list[str]) -> int:
    """Tax is rounded once for each rate of a paper, in whichever direction the vendor rounds (要確認)."""
    base = _base_fault(record, items, rate, found)
    tax: int = record.get(f"contract.tax_{rate}", 0)
    if abs(Fraction(base * int(rate), 100) - tax) >= 1:
        due = base * int(rate) // 100
        found.append(f"{rate}%の消費税額が、{base:,}円の{rate}%（{due:,}円）と合いません。")
    return base + tax


def _registration_faults(record: Record) -> list[str]:
    registration, vendor = record.get("contract.registration"), record.get("contract.vendor_number")
    if registration and vendor and registration != f"T{vendor}":
        return [f"登録番号は、法人番号にTを付けたもの（T{vendor}）になるはずです。"]
    if registration and not check("corporate-number", registration).valid:
        return ["登録番号の検査数字が合いません。番号を見直してください。"]
    return []


def sums(items: Sequence[Record]) -> dict[str, Any]:
    """The amounts that follow from items: each amount, bases and taxes by rate (cut off), the total."""
    counted = [{**item, "amount": int(Decimal(item["quantity"]) * item["unit_price"])} for item in items]
    found: dict[str, Any] = {"contract.items": counted}
    for rate in (*RATES, "0"):
        base = sum(item["amount"] for item in counted if item["rate"] == rate)
        if base:
            found[f"contract.base_{rate}"] = base
            if rate != "0":
                found[f"contract.tax_{rate}"] = base * int(rate) // 100
    found["contract.total"] = sum(value for key, value in found.items() if key != "contract.items")
    return found


def compare(papers: Mapping[str, Record]) -> list[Difference]:
    """Where the papers of a purchase (procedure → record) differ."""
    present = [(slug, papers[slug]) for slug in ORDER if slug in papers]
    if len(present) < 2:
        return []
    found = []
    for field, label in _WORDS.values():
        found += _difference(label, [(slug, _shown(record.get(field))) for slug, record in present])
    return found + _item_differences(present)


def _difference(label: str, values: list[tuple[str, str]]) -> list[Difference]:
    if len({text for _, text in values}) < 2:
        return []
    return [Difference(label, tuple(values))]


def _shown(value: object) -> str:
    if isinstance(value, int):
        return f"{value:,}円"
    return "".join(str(value).split()) if value else "（なし）"


def _item_differences(present: list[tuple[str, Record]]) -> list[Difference]:
    """Items by their name: quantity, unit price and amount of each."""
    by_paper = [(slug, _by_name(record.get("contract.items", ()))) for slug, record in present]
    names = dict.fromkeys(name for _, items in by_paper for name in items)
    found = []
    for name in names:
        values = [(slug, items.get(name, "（なし）")) for slug, items in by_paper]
        found += _difference(f"品目「{name}」", values)
    return found


def _by_name(items: Sequence[Record]) -> dict[str, str]:
    gathered: dict[str, list[str]] = {}
    for item in items:
        name = "".join(str(item["name"]).split())
        line = f"{Decimal(item['quantity']).normalize():f}{item.get('unit', '')} × {item['unit_price']:,}円"
        gathered.setdefault(name, []).append(f"{line} = {item['amount']:,}円（{item['rate']}%）")
    return {name: "、".join(sorted(lines)) for name, lines in gathered.items()}
