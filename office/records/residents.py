"""Looking up the register (住民基本台帳) for an interview; every look stands in the journal."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.definition import JSON, LifeEvent
from forms.interview import Answer, Source
from forms.values.names import PersonalName
from forms.values.widths import narrow
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import events, journal
from office.errors import NotFound
from office.records import prefills
from office.records.models.residents import MY_NUMBER, Household, Resident
from office.secrets import Vault

MOST = 50


def search(
    session: Session, actor: Actor, kana: str = "", birth_on: date | None = None, address: str = ""
) -> Sequence[Resident]:
    """Residents by the beginning of their フリガナ (氏, or 氏 名), date of birth, and a piece of their
    address (町字 and 番地 as written); at most `MOST`.
    """
    require(actor, Act.SEARCH_RESIDENTS)
    family, given = prefills.reading(kana)
    place = narrow("".join(address.split()))
    query = select(Resident).order_by(Resident.family_kana, Resident.given_kana, Resident.number)
    if family:
        query = query.where(Resident.family_kana.startswith(family, autoescape=True))
    if given:
        query = query.where(Resident.given_kana.startswith(given, autoescape=True))
    if birth_on is not None:
        query = query.where(Resident.birth_on == birth_on)
    if place:
        street = Household.address["town"].as_string() + Household.address["block"].as_string()
        query = query.join(Household).where(street.contains(place, autoescape=True))
    # Without anything to search by, nobody is found: the register is not for leafing through.
    found = session.scalars(query.limit(MOST)).all() if family or birth_on or place else []
    journal.write(session, actor, events.RESIDENTS_SEARCHED, "register:residents", found=len(found))
    return found


def find_by_my_number(session: Session, actor: Actor, vault: Vault, number: str) -> Resident | None:
    """The resident of a 個人番号 (12 digits), by its blind index."""
    require(actor, Act.SEARCH_RESIDENTS)
    index = vault.blind_index(MY_NUMBER, number)
    found = session.scalar(select(Resident).where(Resident.my_number_index == index))
    journal.write(
        session, actor, events.RESIDENTS_SEARCHED, "register:residents", found=int(found is not None)
    )
    return found


def same_person(session: Session, actor: Actor, name: PersonalName, birth_on: date) -> Resident | None:
    """The one resident of this very name and birthday; None when there is none, or more than one."""
    require(actor, Act.SEARCH_RESIDENTS)
    found = session.scalars(
        select(Resident).where(
            Resident.birth_on == birth_on, Resident.family == name.family, Resident.given == name.given
        )
    ).all()
    journal.write(session, actor, events.RESIDENTS_SEARCHED, "register:residents", found=len(found))
    return found[0] if len(found) == 1 else None


def household(session: Session, actor: Actor, household_id: str) -> Household:
    """A household to choose from; looking at it stands in the journal. Raises `NotFound`."""
    require(actor, Act.SEARCH_RESIDENTS)
    found = session.get(Household, household_id)
    if found is None:
        raise NotFound("この世帯は見つかりません。検索し直してください。")
    journal.write(session, actor, events.HOUSEHOLD_READ, f"household:{found.id}")
    return found


def prefill(
    session: Session,
    actor: Actor,
    vault: Vault,
    household_id: str,
    event: LifeEvent,
    chosen: Collection[str] | None = None,
) -> dict[str, Answer]:
    """What the register already knows about a household, as answers of an interview about `event`.

    `chosen`: the ids of the residents it is about, None for all. Where anybody of the household is under
    支援措置 the address is left out: it must not come before whoever sits at the counter.
    """
    found = household(session, actor, household_id)
    people = [one for one in found.residents if chosen is None or one.id in chosen]
    members: list[JSON] = [person(vault, resident) for resident in people]
    head = next((one for one in found.residents if one.relation == "世帯主"), None)
    known: dict[str, JSON] = {prefills.MEMBERS: members, prefills.HEAD: name_of(head) if head else None}
    if not is_protected(found):
        known[prefills.ADDRESS] = dict(found.address)
    return prefills.by_event(event, known, Source.REGISTER)


def is_protected(found: Household) -> bool:
    """Whether anybody of the household is under 支援措置."""
    return any(one.protected for one in found.residents)


def name_of(resident: Resident) -> dict[str, JSON]:
    """The name as a value of a form."""
    name = PersonalName(resident.family, resident.given, resident.family_kana, resident.given_kana)
    return dict(name.to_json())


def person(vault: Vault, resident: Resident) -> dict[str, JSON]:
    """A resident as forms know a person, 個人番号 included where it is known."""
    person: dict[str, JSON] = {
        "name": name_of(resident),
        "birth_on": resident.birth_on.isoformat(),
        "sex": resident.sex,
        "relation": resident.relation,
    }
    number = resident.read_my_number(vault)
    return {**person, "my_number": number} if number else person
