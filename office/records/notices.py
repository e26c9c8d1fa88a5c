"""Notices that other cities sent about people moving here (転出証明書情報)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.definition import LifeEvent
from forms.interview import Answer, Source
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import events, journal
from office.errors import NotFound
from office.records import prefills
from office.records.models.residents import MoveOutNotice
from office.secrets import Vault

MOST = 50
EVENT = "move-in"
# What a notice tells besides the household; the day of moving is not among it, for the notice holds only
# the day that was planned.
_FACTS = {"moving.to": "to", "moving.honseki": "honseki", "moving.hittosha": "hittosha"}


def find_move_out_notice(
    session: Session, actor: Actor, kana: str, birth_on: date | None = None
) -> Sequence[MoveOutNotice]:
    """Notices by the beginning of the reporting person's フリガナ and their date of birth, newest first."""
    require(actor, Act.HOLD_INTERVIEW)
    family, given = prefills.reading(kana)
    query = select(MoveOutNotice).order_by(MoveOutNotice.arrived_at.desc(), MoveOutNotice.id)
    if family:
        query = query.where(MoveOutNotice.family_kana.startswith(family, autoescape=True))
    if given:
        query = query.where(MoveOutNotice.given_kana.startswith(given, autoescape=True))
    if birth_on is not None:
        query = query.where(MoveOutNotice.birth_on == birth_on)
    found = session.scalars(query.limit(MOST)).all()
    journal.write(session, actor, events.NOTICE_SEARCHED, "register:move-out-notices", found=len(found))
    return found


def known_answers(
    session: Session, actor: Actor, vault: Vault, notice_id: str, event: LifeEvent
) -> dict[str, Answer]:
    """What a notice already tells, as answers of an interview about moving in. Raises `NotFound`."""
    require(actor, Act.HOLD_INTERVIEW)
    notice = session.get(MoveOutNotice, notice_id)
    if notice is None:
        raise NotFound("この転出証明書情報は見つかりません。探し直してください。")
    journal.write(session, actor, events.NOTICE_READ, f"move_out_notice:{notice.id}")
    payload = notice.read_payload(vault)
    household = {
        prefills.MEMBERS: payload.get("members"),
        prefills.ADDRESS: payload.get("from"),
        prefills.HEAD: payload.get("from_head"),
    }
    besides = {
        fact: Answer(payload[key], Source.REGISTER) for fact, key in _FACTS.items() if payload.get(key)
    }
    return prefills.by_event(event, household, Source.REGISTER) | besides
