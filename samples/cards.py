"""A stand-in for a card reader: the cards of みほん市's invented people, to try the counter with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice

from forms.values.addresses import Address
from forms.values.names import PersonalName
from office import clock
from office.cards import CardFront, CardKind, CardUnreadable, Laid
from samples.arrivals import arrivals
from samples.city import build

RESIDENTS = 6
_ADULT = 20


class SampleReader:
    """Serves the front of sample people's cards. The last card is one that has expired."""

    title = "お試しのカードリーダー"

    def at_hand(self) -> Sequence[Laid]:
        """Every card, people moving in first."""
        return [
            Laid(key, f"{card.name.full}（{card.kind.label}）") for key, card in cards(clock.today()).items()
        ]

    def read(self, key: str = "") -> CardFront:
        """The card of a key."""
        card = cards(clock.today()).get(key)
        if card is None:
            raise CardUnreadable("カードがありません。カードを選んで（置いて）、もう一度読んでください。")
        return card


def cards(on: date) -> Mapping[str, CardFront]:
    """The cards by key. A resident's card may still bear the address before the last move."""
    found = {}
    for arrival in arrivals(on):
        who, key = arrival.reporter, f"arrival-{arrival.key}"
        found[key] = _card(who.name, who.birth_on, arrival.former, who.sex, on, CardKind.MY_NUMBER_CARD)
    adults = (
        (one, household.address)
        for household in build().households()
        for one in household.members
        if one.birth_on < on.replace(year=on.year - _ADULT, day=1) and one.name.given
    )
    for n, (one, address) in enumerate(islice(adults, RESIDENTS)):
        kind = CardKind.DRIVING_LICENCE if n % 2 else CardKind.MY_NUMBER_CARD
        moved = n == 1 and one.moved_from is not None
        place = one.moved_from if moved and one.moved_from is not None else address
        found[f"resident-{one.number}"] = _card(one.name, one.birth_on, place, one.sex, on, kind)
    last = list(found)[-1]
    found[last] = replace(found[last], expires_on=on - timedelta(days=10))
    return found


def _card(
    name: PersonalName, birth_on: date, address: Address, sex: str, on: date, kind: CardKind
) -> CardFront:
    """A front as printed: no フリガナ, and a licence says nothing of the sex."""
    printed = PersonalName(name.family, name.given)
    shown = sex if kind is CardKind.MY_NUMBER_CARD else ""
    return CardFront(kind, printed, birth_on, address, on + timedelta(days=900), shown)
