"""What the counter's first page lists: notices, what waits to be taken up or corrected, unfinished cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.values.names import PersonalName
from office.accounts.actor import Actor
from office.platform import Platform
from office.records import corrections, handovers, notices, people
from office.records.models.applications import Application
from office.records.models.cases import Case, CaseState
from office.records.models.counter import Correction
from office.secrets import Vault
from office.web.staff import officer_names

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
    officer: str
    state_title: str
    tone: str


@dataclass(frozen=True, slots=True)
class WaitingHandover:
    """A case that somebody passed on."""

    id: str
    title: str
    name: str
    sender: str
    desk: str
    to_me: bool
    note: str
    handed_at: datetime


@dataclass(frozen=True, slots=True)
class Returned:
    """An application to be corrected; `case_id` where somebody has begun."""

    receipt_number: str
    title: str
    name: str
    reason: str
    case_id: str


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
    officers = officer_names(session)
    found = []
    for case in session.scalars(query):
        title, name = described(session, platform, case)
        state, tone = _STATES[case.state]
        found.append(OpenCase(case.id, title, name, case.opened_at, officers[case.officer_id], state, tone))
    return found


def described(session: Session, platform: Platform, case: Case) -> tuple[str, str]:
    """What a case is about, and the applicant's name as far as it is known."""
    title = platform.catalogue.event(case.event).title.text("ja")
    correction = session.scalar(select(Correction).where(Correction.case_id == case.id))
    if correction is not None:
        original = session.get_one(Application, correction.original_id)
        return f"補正：{original.receipt_number}", original.applicant_name
    answers = case.read_interview(platform.vault).get("answers", {})
    person = people.applicant_in({fact: answer["value"] for fact, answer in answers.items()})
    return title, person[0].full if person else ""


def waiting_handovers(session: Session, actor: Actor, platform: Platform) -> Sequence[WaitingHandover]:
    """引き継ぎ待ち: what this officer may take up."""
    officers, found = officer_names(session), []
    for row in handovers.waiting(session, actor):
        title, name = described(session, platform, session.get_one(Case, row.case_id))
        note, sender = row.read_note(platform.vault), officers[row.from_officer_id]
        to_me = row.to_officer_id == actor.officer_id
        found.append(WaitingHandover(row.id, title, name, sender, row.desk, to_me, note, row.handed_at))
    return found


def returned(session: Session, actor: Actor, platform: Platform) -> Sequence[Returned]:
    """Applications to be corrected."""
    found = []
    for one in corrections.returned(session, actor)[:MOST]:
        procedure = platform.catalogue.procedure(one.procedure, version=one.version)
        begun = [session.get_one(Case, row.case_id) for row in corrections.of_original(session, one)]
        case = next((case for case in begun if case.state in _STATES), None)
        reason = next(d.reason for d in reversed(one.decisions) if d.act == "return")
        title = procedure.title.text("ja")
        found.append(Returned(one.receipt_number, title, one.applicant_name, reason, case.id if case else ""))
    return found
