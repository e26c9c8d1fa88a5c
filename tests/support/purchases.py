"""Invented contract papers, and a route with officers to decide them."""

from __future__ import annotations

from typing import Any

from forms.values.numbers import complete
from office.accounts.actor import Actor
from office.accounts.roles import Role
from office.platform import Platform
from office.records import contract_checks, routes
from office.records.route_rules import ANY, Step
from tests.support.ground import officer

NUMBER = complete("corporate-number", "700110100001")
CHAIR = {"name": "会議用いす", "quantity": "10", "unit": "脚", "unit_price": 9_800, "rate": "10"}
TEA = {"name": "来客用の茶", "quantity": "2.5", "unit": "kg", "unit_price": 3_001, "rate": "8"}
ACCOUNT = {
    "bank_code": "9999",
    "branch_code": "001",
    "kind": "ordinary",
    "number": "1234567",
    "holder_kana": "ミホンシヨウカイ",
}


def paper(procedure: str, number: str = "A-1", **changed: Any) -> dict[str, Any]:
    """The record of a paper: chairs and tea from 見本商会."""
    record: dict[str, Any] = {
        "contract.title": "会議室の備品",
        "contract.number": number,
        "contract.issued_on": "2026-04-02",
        "contract.vendor": "株式会社 見本商会",
        "contract.vendor_number": NUMBER,
        "applicant.name": {"family": "見本", "given": "商子", "family_kana": "", "given_kana": ""},
        **contract_checks.sums([CHAIR, TEA]),
    }
    if procedure == "delivery-note":
        record["contract.delivered_on"] = "2026-04-09"
    if procedure == "invoice":
        record |= {"contract.registration": f"T{NUMBER}", "contract.account": ACCOUNT}
    return {**record, **changed}


class Hall:
    """The officers of a city hall and the route of its purchases: 係長, then two in parallel, then 部長."""

    def __init__(self, platform: Platform) -> None:
        self.admin = officer(platform.sessions, "kanri", Role.ADMINISTRATOR)
        self.maker = officer(platform.sessions, "jimu", Role.BACK_OFFICE)
        names = ("kakari", "kacho", "kaikei", "bucho", "shinia")
        self.kakari, self.kacho, self.kaikei, self.bucho, self.deputy = (
            officer(platform.sessions, login, Role.APPROVER) for login in names
        )
        with platform.sessions.begin() as session:
            self.route_id = routes.save_route(
                session, self.admin, None, "物品の購入", ["invoice"], self.steps()
            ).id

    def steps(self) -> list[Step]:
        """Up to 50,000 yen the first decides for good; 部長 from 100,000 yen."""
        return [
            Step("係長", (self.kakari.officer, self.deputy.officer), ANY, final_up_to=50_000, days=2),
            Step("課長・会計", (self.kacho.officer, self.kaikei.officer)),
            Step("部長", (self.bucho.officer,), from_amount=100_000),
        ]

    def everybody(self) -> tuple[Actor, ...]:
        """Those who decide."""
        return self.kakari, self.kacho, self.kaikei, self.bucho, self.deputy
