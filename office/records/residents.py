"""Looking up the register (住民基本台帳) for an interview; every look stands in the journal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.definition import JSON
from forms.interview import Answer, Source
from forms.values.kana import to_katakana
from forms.values.names import PersonalName
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import events, journal
from office.errors import NotFound
from office.records.models.residents import MY_NUMBER, Household, Resident
from office.secrets import Vault

MOST = 50


def search(
    session: Session, actor: Actor, kana: str = "", birth_on: date | None = None
) -> Sequence[Resident]:
    """Residents by the beginning of their フリガナ (氏, or 氏 名) and date of birth; at most `MOST`."""
    require(actor, Act.SEARCH_RESIDENTS)
    family, _, given = to_katakana(kana.strip().replace("\u3000", " ")).partition(" ")
    query = select(Resident).order_by(Resident.family_kana, Resident.given_kana, Resident.number)
    if family:
        query = query.where(Resident.family_kana.startswith(family, autoescape=True))
    if given.strip():
        query = query.where(Resident.given_kana.startswith(given.strip(), autoescape=True))
    if birth_on is not None:
        query = query.where(Resident.birth_on == birth_on)
    # Without anything to search by, nobody is found: the register is not for leafing through.
    found = session.scalars(query.limit(MOST)).all() if family or birth_on else []
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


def prefill(session: Session, actor: Actor, vault: Vault, household_id: str) -> dict[str, Answer]:
    """What the register already knows about a household, as answers of an interview."""
    require(actor, Act.SEARCH_RESIDENTS)
    household = session.get(Household, household_id)
    if household is None:
        raise NotFound("この世帯は見つかりません。検索し直してください。")
    journal.write(session, actor, events.HOUSEHOLD_READ, f"household:{household.id}")
    members: list[JSON] = [_person(vault, resident) for resident in household.residents]
    head = next((one for one in household.residents if one.relation == "世帯主"), None)
    known: dict[str, Answer] = {
        "members": Answer(members, Source.REGISTER),
        "moving.from": Answer(dict(household.address), Source.REGISTER),
    }
    if head is not None:
        known["moving.from_head"] = Answer(_name(head), Source.REGISTER)
    return known


def _name(resident: Resident) -> dict[str, JSON]:
    name = PersonalName(resident.family, resident.given, resident.family_kana, resident.given_kana)
    return dict(name.to_json())


def _person(vault: Vault, resident: Resident) -> dict[str, JSON]:
    person: dict[str, JSON] = {
        "name": _name(resident),
        "birth_on": resident.birth_on.isoformat(),
        "sex": resident.sex,
        "relation": resident.relation,
    }
    number = resident.read_my_number(vault)
    return {**person, "my_number": number} if number else person
