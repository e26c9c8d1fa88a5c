"""Card readers: the text printed on the front of a driver's licence or a My Number Card.

A reader is a device of its own. A PIN is typed into the reader and never reaches us: the interface has no
place for one, and nothing here keeps what a card says beyond the answers that follow from it.
Which reader stands at the counter is the setting `card_reader`; extensions bring readers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

from forms.values.addresses import Address
from forms.values.names import PersonalName
from office.errors import OfficeError


class CardKind(StrEnum):
    """What was laid on the reader; the values are those of the fact `identity.document`."""

    DRIVING_LICENCE = "driving-licence"
    MY_NUMBER_CARD = "my-number-card"

    @property
    def label(self) -> str:
        """The card in Japanese."""
        return _LABELS[self]


_LABELS = {CardKind.DRIVING_LICENCE: "運転免許証", CardKind.MY_NUMBER_CARD: "マイナンバーカード"}


class CardUnreadable(OfficeError):
    """No card, a card of another kind, or one the reader cannot read."""

    code = "card-unreadable"


@dataclass(frozen=True, slots=True)
class CardFront:
    """What the front says. A driver's licence has no sex; neither needs to have a フリガナ."""

    kind: CardKind
    name: PersonalName = field(repr=False)
    birth_on: date = field(repr=False)
    address: Address = field(repr=False)
    expires_on: date
    sex: str = ""

    def has_expired(self, on: date) -> bool:
        """Whether the card is no longer valid on a day."""
        return self.expires_on < on


@dataclass(frozen=True, slots=True)
class Laid:
    """A card that a stand-in can lay on itself: its key and what stands on the button."""

    key: str
    label: str


class CardReader(Protocol):
    """A reader beside the tablet."""

    @property
    def title(self) -> str:
        """The reader's name for the officer."""

    def at_hand(self) -> Sequence[Laid]:
        """The cards a stand-in offers to lay on it; none with a real device."""

    def read(self, key: str = "") -> CardFront:
        """The card on the reader (a stand-in's card of that key). Raises `CardUnreadable`."""


def chosen(readers: Mapping[str, CardReader], name: str) -> CardReader | None:
    """The reader that the setting `card_reader` names; None where there is none.

    Raises `CardUnreadable` for a name nobody brings.
    """
    if not name:
        return None
    if name not in readers:
        raise CardUnreadable(f"カードリーダー「{name}」がありません。設定 card_reader を確かめてください。")
    return readers[name]
