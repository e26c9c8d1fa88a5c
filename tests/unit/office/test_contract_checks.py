"""Sums of contract papers and what differs between them."""

from __future__ import annotations

from typing import Any

import pytest

from forms.catalogue import load_catalogue
from forms.errors import InvalidValue
from forms.filled import FilledForm
from forms.interview import Source
from forms.kinds import kind
from office.records.contract_checks import compare, faults, sums
from tests.support.purchases import CHAIR, NUMBER, TEA, paper


def test_sums_follow_from_the_items_by_rate() -> None:
    found = sums([CHAIR, TEA])
    assert [item["amount"] for item in found["contract.items"]] == [98_000, 7_502]
    assert (found["contract.base_10"], found["contract.tax_10"]) == (98_000, 9_800)
    assert (found["contract.base_8"], found["contract.tax_8"]) == (7_502, 600)
    assert found["contract.total"] == 115_902


@pytest.mark.parametrize("procedure", ["quotation", "delivery-note", "invoice"])
def test_a_right_paper_has_no_fault_and_fills_its_form(procedure: str) -> None:
    record = paper(procedure)
    assert faults(record) == []
    form = FilledForm.of(load_catalogue().procedure(procedure), record, Source.PAPER)
    assert form.problems == ()
    assert form.record() == record


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"contract.items": [{**CHAIR, "amount": 98_001}]}, "数量×単価"),
        ({"contract.base_10": 98_100}, "10%対象の金額"),
        ({"contract.tax_10": 9_801}, "10%の消費税額"),
        ({"contract.tax_8": 599}, "8%の消費税額"),
        ({"contract.total": 115_901}, "合計金額は115,902円"),
        ({"contract.base_0": 5}, "対象外の金額"),
        ({"contract.registration": "T1234567890123"}, "登録番号は、法人番号に"),
        ({"contract.vendor_number": "", "contract.registration": "T1234567890123"}, "検査数字"),
    ],
)
def test_what_does_not_add_up_is_named(changed: dict[str, Any], says: str) -> None:
    assert any(says in fault for fault in faults(paper("invoice", **changed)))


def test_tax_may_be_rounded_either_way() -> None:
    assert faults(paper("invoice", "A-1", **{"contract.tax_8": 601, "contract.total": 115_903})) == []


def test_papers_are_compared_item_by_item() -> None:
    fewer = sums([{**CHAIR, "quantity": "9"}, TEA])
    papers = {"quotation": paper("quotation"), "delivery-note": paper("delivery-note", **fewer)}
    found = compare(papers)
    assert [one.label for one in found] == ["合計金額", "品目「会議用いす」"]
    assert dict(found[1].values)["delivery-note"] == "9脚 × 9,800円 = 88,200円（10%）"
    assert len({one.key for one in found}) == 2
    same = paper("invoice", **{"contract.vendor": "株式会社　見本商会"})
    assert compare({"quotation": paper("quotation"), "invoice": same}) == []
    assert compare({"quotation": paper("quotation")}) == []


def test_rows_are_taken_row_by_row() -> None:
    field = load_catalogue().procedure("quotation").field("contract.items")
    rows = kind("rows")
    taken = rows.parse(field, [{**CHAIR, "unit_price": "９，８００", "amount": "98,000"}])
    assert taken == [{**CHAIR, "amount": 98_000}]
    assert rows.parse(field, taken) == taken
    assert rows.show(field, taken, "ja") == "会議用いす（10、脚、9,800、10%、98,000）"
    for wrong, says in (([], "1行以上"), ([CHAIR] * 31, "30行まで"), ([{**CHAIR, "rate": "7"}], "税率")):
        with pytest.raises(InvalidValue, match=says):
            rows.parse(field, wrong)
    assert NUMBER[0] != "0"
