"""Tables of settled lists that go on: to a ledger or as payments; asked by one, approved by another."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from office.accounts.models import Officer
from office.database import Base, new_id, one_of
from office.records.models.paper_tables import PaperTable
from office.records.models.sealed import open_json, seal_json
from office.secrets import Vault


class PostingKind(StrEnum):
    """Where the rows go: LEDGER, an Excel ledger; PAYMENTS, payments and their bank file."""

    LEDGER = "ledger"
    PAYMENTS = "payments"


class PostingState(StrEnum):
    """ASKED: another person has to approve; APPROVED: a robot does it; DONE; WITHDRAWN: given up."""

    ASKED = "asked"
    APPROVED = "approved"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class ListPosting(Base):
    """The rows of a settled list on their way. `target` is the ledger or the kind of payment by its key.

    `live` is unique and empty once withdrawn: a list goes to a target once. `sha256` is the hash of the rows
    that were approved, `trial_id` the dry run the approver sees, `run_id` the run that did it.
    """

    __tablename__ = "paper_list_posting"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    table_id: Mapped[str] = mapped_column(ForeignKey("paper_table.id"), index=True)
    kind: Mapped[PostingKind] = mapped_column(one_of(PostingKind))
    target: Mapped[str] = mapped_column(String(60))
    live: Mapped[str | None] = mapped_column(String(120), unique=True)
    due_on: Mapped[date | None]
    rows: Mapped[int]
    total: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[PostingState] = mapped_column(one_of(PostingState), index=True)
    asked_by: Mapped[str] = mapped_column(ForeignKey("officer.id"))
    asked_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("officer.id"))
    decided_at: Mapped[datetime | None]
    trial_id: Mapped[str | None] = mapped_column(String(120))
    run_id: Mapped[str | None] = mapped_column(String(120))
    ended_at: Mapped[datetime | None]
    table: Mapped[PaperTable] = relationship()
    asker: Mapped[Officer] = relationship(foreign_keys=[asked_by])
    decider: Mapped[Officer | None] = relationship(foreign_keys=[decided_by])


class ListedPaymentState(StrEnum):
    """Whether a payment has gone into a bank file."""

    PLANNED = "planned"
    SENT = "sent"


class ListedPayment(Base):
    """One payment in yen from one line of a list: `page_sha256` and `line` say which, for ever and once.

    `fingerprint` is a blind index over payee, account, amount, month: the same line scanned again is known.
    """

    __tablename__ = "paper_list_payment"
    __table_args__ = (UniqueConstraint("page_sha256", "line"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    posting_id: Mapped[str] = mapped_column(ForeignKey("paper_list_posting.id"), index=True)
    page_sha256: Mapped[str] = mapped_column(String(64))
    line: Mapped[int]
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    due_on: Mapped[date] = mapped_column(index=True)
    amount: Mapped[int] = mapped_column(BigInteger)
    payee_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[ListedPaymentState] = mapped_column(one_of(ListedPaymentState))
    run_id: Mapped[str | None] = mapped_column(String(120))
    posting: Mapped[ListPosting] = relationship()

    def write_payee(self, vault: Vault, payee: dict[str, Any]) -> None:
        """Seal `name`, `kana` and `account` (keys of `forms.values.accounts.BankAccount`)."""
        self.id = self.id or new_id()
        self.payee_sealed = seal_json(vault, self, "payee", payee)

    def read_payee(self, vault: Vault) -> dict[str, Any]:
        """Name, kana and account."""
        payee: dict[str, Any] = open_json(vault, self, "payee", self.payee_sealed)
        return payee
