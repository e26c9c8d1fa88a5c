"""Tables of verification: places of a page in doubt, and what people decided of them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forms.definition import JSON
from office.database import Base, new_id, one_of
from office.records.models.paper import PaperPage
from office.records.models.sealed import open_json, seal_json
from office.secrets import Vault


class DoubtCause(StrEnum):
    """Why a person is asked: the reading is unsure; nothing usable was read; two people have to enter it;
    it does not go with the rest of the form.
    """

    ASK = "ask"
    ENTER = "enter"
    DOUBLE = "double"
    FAULT = "fault"


class DoubtState(StrEnum):
    """OPEN: somebody is to look; DIFFERS: two people disagree; UNREADABLE: only the applicant can say."""

    OPEN = "open"
    DIFFERS = "differs"
    UNREADABLE = "unreadable"
    DECIDED = "decided"


class DecisionKind(StrEnum):
    """How a value was decided: as the machine proposed, by one of the texts offered, typed, or not at all."""

    AS_READ = "as-read"
    CANDIDATE = "candidate"
    TYPED = "typed"
    UNREADABLE = "unreadable"


class PaperVerification(Base):
    """A page whose doubts have been listed."""

    __tablename__ = "paper_verification"

    page_id: Mapped[str] = mapped_column(ForeignKey("paper_page.id"), primary_key=True)
    listed_at: Mapped[datetime]


class PaperDoubt(Base):
    """One place of a page that needs a person: `field` is its path, `position` its order on the page.

    `people` have to agree on it (two where the form asks for double entry); `by_machine` says that what was
    read counts as the first of two entries. Until `lease_until` it belongs to the officer it was handed to;
    `put_off` counts how often it was laid aside for later.
    """

    __tablename__ = "paper_doubt"
    __table_args__ = (UniqueConstraint("page_id", "field"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    page_id: Mapped[str] = mapped_column(ForeignKey("paper_page.id"))
    field: Mapped[str] = mapped_column(String(120))
    field_kind: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]
    cause: Mapped[DoubtCause] = mapped_column(one_of(DoubtCause))
    state: Mapped[DoubtState] = mapped_column(one_of(DoubtState), index=True)
    people: Mapped[int] = mapped_column(default=1)
    by_machine: Mapped[bool] = mapped_column(default=False)
    probability: Mapped[float] = mapped_column(default=0.0)
    put_off: Mapped[int] = mapped_column(default=0)
    lease_officer_id: Mapped[str | None] = mapped_column(ForeignKey("officer.id"))
    lease_until: Mapped[datetime | None]
    page: Mapped[PaperPage] = relationship()
    decisions: Mapped[list[PaperDecision]] = relationship(order_by="(PaperDecision.entry, PaperDecision.id)")

    @property
    def standing(self) -> list[PaperDecision]:
        """The decisions that were not taken back, the first one first."""
        return [one for one in self.decisions if one.withdrawn_at is None]


class PaperDecision(Base):
    """What one officer decided of one doubt; what was taken back stays, with who did it.

    `entry` is 1, the second person's 2, the third look 3. `probability` is the machine's, `right` whether
    the value is the one the machine proposed (None: it proposed nothing, or nothing was decided).
    """

    __tablename__ = "paper_decision"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    doubt_id: Mapped[str] = mapped_column(ForeignKey("paper_doubt.id"), index=True)
    entry: Mapped[int]
    kind: Mapped[DecisionKind] = mapped_column(one_of(DecisionKind))
    probability: Mapped[float]
    right: Mapped[bool | None]
    officer_id: Mapped[str] = mapped_column(ForeignKey("officer.id"), index=True)
    decided_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[str | None] = mapped_column(ForeignKey("officer.id"))
    value_sealed: Mapped[bytes] = mapped_column(LargeBinary)

    def write_value(self, vault: Vault, value: JSON) -> None:
        """Seal the value, None for one that cannot be read."""
        self.id = self.id or new_id()
        self.value_sealed = seal_json(vault, self, "value", value)

    def read_value(self, vault: Vault) -> JSON:
        """The value as the field's kind stores it."""
        value: JSON = open_json(vault, self, "value", self.value_sealed)
        return value
