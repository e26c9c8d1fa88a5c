"""Contract papers of みほん市 and their route: one purchase going round, one in preparation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.values.numbers import complete
from office import clock
from office.accounts.actor import Actor
from office.accounts.models import Officer
from office.platform import Platform
from office.records import contracts, routes
from office.records.contract_checks import ORDER, sums
from office.records.route_rules import Step

_NUMBER = complete("corporate-number", "700110100002")
_CHAIRS = (
    {"name": "会議用いす", "quantity": "10", "unit": "脚", "unit_price": 9_800, "rate": "10"},
    {"name": "折りたたみ机", "quantity": "4", "unit": "台", "unit_price": 18_500, "rate": "10"},
)
_TEA = (
    {"name": "来客用の茶", "quantity": "12", "unit": "袋", "unit_price": 780, "rate": "8"},
    {"name": "紙コップ", "quantity": "20", "unit": "箱", "unit_price": 640, "rate": "10"},
)
_LESS_TEA = ({**_TEA[0], "quantity": "10"}, _TEA[1])


def load_contracts(session: Session, platform: Platform) -> None:
    """Make the route and both purchases."""
    actors = {one.login: Actor.of(one) for one in session.scalars(select(Officer))}
    steps = [
        Step("係長", (actors["kessai"].officer,), final_up_to=50_000, days=3),
        Step("課長・会計", (actors["kacho"].officer, actors["kaikei"].officer), days=3),
    ]
    routes.save_route(session, actors["kanri"], None, "契約の書類", ["invoice"], steps)
    maker = actors["jimu"]
    chairs = {kind: _paper(kind, "みほん家具", "K-108", "会議室の備品", _CHAIRS) for kind in ORDER}
    _purchase(session, maker, platform, "会議室の備品", chairs)
    waiting = contracts.list_purchases(session, maker)[0]
    contracts.send_round(session, maker, platform.vault, waiting)
    tea = {
        "quotation": _paper("quotation", "みほん茶舗", "27", "来客用の茶と紙コップ", _TEA),
        "invoice": _paper("invoice", "みほん茶舗", "1042", "来客用の茶と紙コップ", _LESS_TEA),
    }
    _purchase(session, maker, platform, "来客用の茶と紙コップ", tea)


def _purchase(
    session: Session, maker: Actor, platform: Platform, title: str, papers: dict[str, dict[str, Any]]
) -> None:
    purchase = contracts.make(session, maker, title)
    for kind, record in papers.items():
        contracts.enter(session, maker, platform, purchase, kind, record)


def _paper(
    kind: str, vendor: str, number: str, title: str, items: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    today = clock.today()
    record: dict[str, Any] = {
        "contract.title": title,
        "contract.number": number,
        "contract.issued_on": (today - timedelta(days=9)).isoformat(),
        "contract.vendor": f"株式会社{vendor}",
        "contract.vendor_number": _NUMBER,
        "applicant.name": {
            "family": "見本",
            "given": "商子",
            "family_kana": "ミホン",
            "given_kana": "ショウコ",
        },
        **sums(items),
    }
    if kind == "delivery-note":
        record |= {
            "contract.delivered_on": (today - timedelta(days=2)).isoformat(),
            "contract.place": "本庁舎",
        }
    if kind == "invoice":
        record |= {"contract.registration": f"T{_NUMBER}", "contract.account": _ACCOUNT}
    return record


_ACCOUNT = {
    "bank_code": "9999",
    "branch_code": "001",
    "kind": "ordinary",
    "number": "7654321",
    "holder_kana": "ミホンシヨウコ",
}
