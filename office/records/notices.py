"""Notices that other cities sent about people moving here (転出証明書情報)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.interview import Answer, Source
from forms.values.kana import to_katakana
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import events, journal
from office.errors import NotFound
from office.records.models.residents import MoveOutNotice
from office.secrets import Vault

MOST = 50
# Facts of an interview that a notice answers; the day of moving is not among them, for the notice holds
# only the day that was planned.
_FACTS = {
    "members": "members",
    "moving.from": "from",
    "moving.from_head": "from_head",
    "moving.to": "to",
    "moving.honseki": "honseki",
    "moving.hittosha": "hittosha",
}


def find_move_out_notice(
    session: Session, actor: Actor, kana: str, birth_on: date | None = None
) -> Sequence[MoveOutNotice]:
    """Notices by the beginning of the reporting person's フリガナ and their date of birth, newest first."""
    require(actor, Act.HOLD_INTERVIEW)
    family, _, given = to_katakana(kana.strip().replace("\u3000", " ")).partition(" ")
    query = select(MoveOutNotice).order_by(MoveOutNotice.arrived_at.desc(), MoveOutNotice.id)
    if family:
        query = query.where(MoveOutNotice.family_kana.startswith(family, autoescape=True))
    if given.strip():
        query = query.where(MoveOutNotice.given_kana.startswith(given.strip(), autoescape=True))
    if birth_on is not None:
        query = query.where(MoveOutNotice.birth_on == birth_on)
    found = session.scalars(query.limit(MOST)).all()
    journal.write(session, actor, events.NOTICE_SEARCHED, "register:move-out-notices", found=len(found))
    return found


def known_answers(session: Session, actor: Actor, vault: Vault, notice_id: str) -> dict[str, Answer]:
    """What a notice already tells, as answers of a move-in interview. Raises `NotFound`."""
    require(actor, Act.HOLD_INTERVIEW)
    notice = session.get(MoveOutNotice, notice_id)
    if notice is None:
        raise NotFound("この転出証明書情報は見つかりません。探し直してください。")
    journal.write(session, actor, events.NOTICE_READ, f"move_out_notice:{notice.id}")
    payload = notice.read_payload(vault)
    return {fact: Answer(payload[key], Source.REGISTER) for fact, key in _FACTS.items() if payload.get(key)}
