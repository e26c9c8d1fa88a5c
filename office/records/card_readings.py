"""A card read at the counter: what it answers, and where it says something else than the register."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from forms.answers import Answer, Source
from forms.definition import JSON
from forms.interview import Interview
from forms.values.addresses import Address, gif_street
from forms.values.dates import show_era
from forms.values.names import PersonalName
from office import clock
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import events, journal
from office.cards import CardFront
from office.platform import Platform
from office.records import conversations, prefills, residents
from office.records.models.cases import Case
from office.records.models.residents import Resident
from office.records.people import named

APPLICANT, DOCUMENT, METHOD = "applicant.who", "identity.document", "identity.method"
_SEXES = {"male": "男", "female": "女", "unknown": "不明"}
_WITHHELD = "（支援措置のため表示しません）"


@dataclass(frozen=True, slots=True)
class Compared:
    """One line: what the card says, what the register says (empty where it says nothing), and whether
    they agree (None: one of them does not say).
    """

    label: str
    card: str = field(repr=False)
    register: str = field(repr=False)
    agrees: bool | None


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of a card: facts filled, warnings for the officer, the comparison, the resident found."""

    card: CardFront
    facts: tuple[str, ...]
    warnings: tuple[str, ...]
    lines: tuple[Compared, ...]
    resident: Resident | None


def take(session: Session, actor: Actor, platform: Platform, case: Case, card: CardFront) -> Reading:
    """Fill what the card answers (what is answered stays) and compare it with the register."""
    require(actor, Act.HOLD_INTERVIEW)
    before = conversations.locked(session, platform, case)
    resident = residents.same_person(session, actor, card.name, card.birth_on)
    taken = prefills.take(before, _answers(before, card), over=False)
    facts = conversations.save_many(session, actor, platform.vault, case, before, taken.interview)
    case.protected = case.protected or (resident is not None and resident.protected)
    journal.write(session, actor, events.CARD_READ, f"counter_case:{case.id}", kind=card.kind.value)
    lines = _lines(card, resident)
    warnings = (*_warnings(before, card), *_differences(lines, resident, before))
    return Reading(card, facts, warnings, lines, resident)


def _answers(interview: Interview, card: CardFront) -> dict[str, Answer]:
    known = {DOCUMENT: card.kind.value, METHOD: "one"}
    if any(name.full == card.name.full for name, _ in named(interview)):
        known[APPLICANT] = card.name.full
    found = {fact: Answer(value, Source.CARD) for fact, value in known.items()}
    if card.has_expired(interview.on):
        found = {}
    place: dict[str, JSON] = {prefills.ADDRESS: dict(card.address.to_json())}
    return found | prefills.by_event(interview.event, place, Source.CARD)


def _lines(card: CardFront, resident: Resident | None) -> tuple[Compared, ...]:
    name = PersonalName.from_json(residents.name_of(resident)) if resident else None
    home = Address.from_json(resident.household.address) if resident else None
    shown = "" if home is None else _WITHHELD if resident and resident.protected else home.full
    return (
        Compared(
            "氏名", card.name.full, name.full if name else "", name.full == card.name.full if name else None
        ),
        Compared(
            "フリガナ",
            card.name.full_kana,
            name.full_kana if name else "",
            name.full_kana == card.name.full_kana if name and card.name.full_kana else None,
        ),
        Compared(
            "生年月日",
            show_era(card.birth_on),
            show_era(resident.birth_on) if resident else "",
            resident.birth_on == card.birth_on if resident else None,
        ),
        Compared(
            "性別",
            _SEXES.get(card.sex, ""),
            _SEXES.get(resident.sex, "") if resident else "",
            resident.sex == card.sex if resident and card.sex else None,
        ),
        Compared("住所", card.address.full, shown, _street(card.address) == _street(home) if home else None),
    )


def _street(address: Address) -> str:
    """An address in one spelling: numbers in digits, no spaces; the building is left out."""
    place = f"{address.prefecture}{address.city}{gif_street(address.town, address.block)}"
    return "".join(place.split())


def _warnings(interview: Interview, card: CardFront) -> list[str]:
    found = []
    if card.has_expired(clock.today()):
        found.append(
            f"{card.kind.label}の有効期限（{show_era(card.expires_on)}）が過ぎています。"
            "ほかの書類で確かめてください。"
        )
    people = named(interview)
    if people and all(name.full != card.name.full for name, _ in people):
        found.append("カードの方が、この聞き取りの中にいません。どなたの手続か確かめてください。")
    if any(name.full == card.name.full and born != card.birth_on.isoformat() for name, born in people):
        found.append("カードの生年月日が、この聞き取りと違います。カードを見て直してください。")
    return found


def _differences(lines: tuple[Compared, ...], resident: Resident | None, interview: Interview) -> list[str]:
    if resident is None:
        moving_in = interview.event.slug == "move-in"
        return (
            [] if moving_in else ["台帳に、同じ氏名・生年月日の方が見つかりません。台帳を検索してください。"]
        )
    found = [
        f"{line.label}が、カードと台帳で違います。どちらが正しいか確かめてください。"
        for line in lines
        if line.agrees is False
    ]
    if resident.protected:
        found.append("支援措置の対象の方です。住所を声に出したり、画面で見せたりしないでください。")
    return found
