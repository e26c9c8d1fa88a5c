"""Tables of the register: households, residents, and notices of people about to move in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from office.database import Base, new_id
from office.records.models.sealed import open_json, seal_json
from office.secrets import Vault

MY_NUMBER = "my-number"


class Household(Base):
    """A household (世帯). `address` has the keys of `forms.values.addresses.Address`."""

    __tablename__ = "household"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(String(15), unique=True)
    postal_code: Mapped[str] = mapped_column(String(8))
    address: Mapped[dict[str, Any]] = mapped_column(JSON)
    head_name: Mapped[str] = mapped_column(String(200))
    residents: Mapped[list[Resident]] = relationship(
        back_populates="household", order_by="Resident.number", lazy="selectin"
    )


class Resident(Base):
    """A resident. `number` is the 宛名番号; `relation` is to the head of the household (続柄).

    `protected`: under 支援措置 (住民基本台帳事務における支援措置, 要確認): nobody is shown the address by us.
    """

    __tablename__ = "resident"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(String(15), unique=True)
    household_id: Mapped[str] = mapped_column(ForeignKey("household.id"), index=True)
    family: Mapped[str] = mapped_column(String(100))
    given: Mapped[str] = mapped_column(String(100))
    family_kana: Mapped[str] = mapped_column(String(100), index=True)
    given_kana: Mapped[str] = mapped_column(String(100))
    birth_on: Mapped[date] = mapped_column(index=True)
    sex: Mapped[str] = mapped_column(String(10))
    relation: Mapped[str] = mapped_column(String(40))
    became_resident_on: Mapped[date | None]
    protected: Mapped[bool] = mapped_column(default=False, server_default=false())
    my_number_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    my_number_index: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    household: Mapped[Household] = relationship(back_populates="residents")

    def write_my_number(self, vault: Vault, number: str) -> None:
        """Seal the 個人番号 (12 digits) and index it blindly."""
        self.id = self.id or new_id()
        self.my_number_sealed = vault.seal("resident", "my_number", self.id, number.encode())
        self.my_number_index = vault.blind_index(MY_NUMBER, number)

    def read_my_number(self, vault: Vault) -> str | None:
        """The 個人番号, None when it is not known."""
        if self.my_number_sealed is None:
            return None
        return vault.open_sealed("resident", "my_number", self.id, self.my_number_sealed).decode()


class MoveOutNotice(Base):
    """A 転出証明書情報 (住民基本台帳法 第22条; the sending city's notice) of people about to move in.

    Payload: `{"members": [person…], "from": address, "from_head": name, …}`; the columns to search by
    are those of the person reporting.
    """

    __tablename__ = "move_out_notice"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    family_kana: Mapped[str] = mapped_column(String(100), index=True)
    given_kana: Mapped[str] = mapped_column(String(100))
    birth_on: Mapped[date]
    planned_on: Mapped[date]
    arrived_at: Mapped[datetime]
    payload_sealed: Mapped[bytes] = mapped_column(LargeBinary)

    def write_payload(self, vault: Vault, payload: dict[str, Any]) -> None:
        """Seal the notice's content."""
        self.id = self.id or new_id()
        self.payload_sealed = seal_json(vault, self, "payload", payload)

    def read_payload(self, vault: Vault) -> dict[str, Any]:
        """The notice's content."""
        payload: dict[str, Any] = open_json(vault, self, "payload", self.payload_sealed)
        return payload
