"""What the counter's first page lists: notices that have arrived and cases not yet finished."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.values.names import PersonalName
from office.accounts.actor import Actor
from office.platform import Platform
from office.records import notices
from office.records.models.cases import Case, CaseState
from office.secrets import Vault

MOST = 30
_STATES = {CaseState.OPEN: ("聞き取り中", "key"), CaseState.SHOWN: ("住民が確認中", "warn")}


@dataclass(frozen=True, slots=True)
class WaitingNotice:
    """A notice of people about to move in: who reports, and how many are coming."""

    id: str
    name: str
    kana: str
    birth_on: date
    people: int


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case not yet finished; `name` is empty until somebody has been named."""

    id: str
    title: str
    name: str
    opened_at: datetime
    state_title: str
    tone: str


def waiting_notices(session: Session, actor: Actor, vault: Vault, kana: str) -> Sequence[WaitingNotice]:
    """The notices whose reporting person's フリガナ begins with `kana`."""
    found = []
    for notice in notices.find_move_out_notice(session, actor, kana):
        members = notice.read_payload(vault)["members"]
        first = next((one for one in members if one["birth_on"] == notice.birth_on.isoformat()), members[0])
        name = PersonalName.from_json(first["name"])
        found.append(WaitingNotice(notice.id, name.full, name.full_kana, notice.birth_on, len(members)))
    return found


def open_cases(session: Session, platform: Platform) -> Sequence[OpenCase]:
    """The newest unfinished cases of the counter, whoever began them."""
    query = select(Case).where(Case.state.in_(_STATES)).order_by(Case.opened_at.desc()).limit(MOST)
    return [_open_case(platform, case) for case in session.scalars(query)]


def _open_case(platform: Platform, case: Case) -> OpenCase:
    members = case.read_interview(platform.vault).get("answers", {}).get("members", {}).get("value") or []
    name = PersonalName.from_json(members[0]["name"]).full if members else ""
    title, tone = _STATES[case.state]
    event = platform.catalogue.event(case.event).title.text("ja")
    return OpenCase(case.id, event, name, case.opened_at, title, tone)
