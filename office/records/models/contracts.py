"""Tables of the contract papers (見積書・納品書・請求書) of one purchase."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from office.database import Base, new_id
from office.records.models.applications import Application
from office.records.models.routes import Circulation


class Purchase(Base):
    """One purchase: its papers, and the circulation in which they are decided together."""

    __tablename__ = "purchase"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    title: Mapped[str] = mapped_column(String(100))
    officer_id: Mapped[str] = mapped_column(ForeignKey("officer.id"))
    made_at: Mapped[datetime]
    circulation_id: Mapped[str | None] = mapped_column(ForeignKey("circulation.id"))
    papers: Mapped[list[ContractPaper]] = relationship(order_by="ContractPaper.id")
    explanations: Mapped[list[Explanation]] = relationship(order_by="Explanation.id")
    circulation: Mapped[Circulation | None] = relationship()


class ContractPaper(Base):
    """One paper of a purchase. A vendor's number of one kind of paper comes once only; `vendor` is the
    法人番号, else the name without spaces.
    """

    __tablename__ = "contract_paper"
    __table_args__ = (
        UniqueConstraint("purchase_id", "procedure"),
        UniqueConstraint("procedure", "vendor", "number"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    purchase_id: Mapped[str] = mapped_column(ForeignKey("purchase.id"), index=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("application.id"), unique=True)
    procedure: Mapped[str] = mapped_column(String(60))
    vendor: Mapped[str] = mapped_column(String(200))
    number: Mapped[str] = mapped_column(String(60))
    total: Mapped[int] = mapped_column(BigInteger)
    application: Mapped[Application] = relationship()


class Explanation(Base):
    """Why a difference between the papers is right as it is; `difference` names it with both values."""

    __tablename__ = "contract_explanation"
    __table_args__ = (UniqueConstraint("purchase_id", "difference"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    purchase_id: Mapped[str] = mapped_column(ForeignKey("purchase.id"))
    difference: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Text)
    officer_id: Mapped[str] = mapped_column(ForeignKey("officer.id"))
    explained_at: Mapped[datetime]
