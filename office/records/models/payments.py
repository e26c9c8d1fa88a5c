"""Table of the payments that follow from granted applications."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from office.database import Base, new_id, one_of
from office.records.models.applications import Application
from office.records.models.sealed import open_json, seal_json
from office.secrets import Vault


class PaymentState(StrEnum):
    """Whether a payment has gone into a bank file."""

    PLANNED = "planned"
    SENT = "sent"


class Payment(Base):
    """One payment in yen for one benefit month (`2026-12`); unique, so that none is made twice."""

    __tablename__ = "payment"
    __table_args__ = (UniqueConstraint("application_id", "benefit_month"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    application_id: Mapped[str] = mapped_column(ForeignKey("application.id"))
    benefit_month: Mapped[str] = mapped_column(String(7))
    due_on: Mapped[date] = mapped_column(index=True)
    amount: Mapped[int]
    account_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[PaymentState] = mapped_column(one_of(PaymentState))
    run_id: Mapped[str | None] = mapped_column(String(120))
    application: Mapped[Application] = relationship()

    def write_account(self, vault: Vault, account: dict[str, Any]) -> None:
        """Seal the account (keys of `forms.values.accounts.BankAccount`)."""
        self.id = self.id or new_id()
        self.account_sealed = seal_json(vault, self, "account", account)

    def read_account(self, vault: Vault) -> dict[str, Any]:
        """The account as JSON."""
        account: dict[str, Any] = open_json(vault, self, "account", self.account_sealed)
        return account
