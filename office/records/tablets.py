"""Tablets that may be used without the network: enrolled, let in when they send, taken out again."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from office import clock
from office.accounts.actor import Actor, require
from office.accounts.models import Officer
from office.accounts.roles import Act
from office.audit import events, journal
from office.database import hold
from office.errors import NotFound, OfficeError
from office.records.models.tablets import Tablet

LONGEST_NAME = 60


class TabletRefused(OfficeError):
    """A tablet is not known here, was taken out, or its officer may not hold interviews any more."""

    code = "tablet-refused"


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A tablet just enrolled, and the token that only the tablet keeps (inside its locked store)."""

    tablet: Tablet
    token: str


def enrol(session: Session, actor: Actor, name: str) -> Enrolled:
    """Enrol a tablet under a name people call it by. Raises `NotNow`-like `TabletRefused` for the name."""
    require(actor, Act.HOLD_INTERVIEW)
    called = " ".join(name.split())
    if not called or len(called) > LONGEST_NAME or not called.isprintable():
        raise TabletRefused(f"端末の名前を{LONGEST_NAME}文字までで入力してください。例：窓口1番の端末")
    token = secrets.token_urlsafe(32)
    tablet = Tablet(
        name=called, token_sha256=_digest(token), officer_id=actor.officer, enrolled_at=clock.now(), unsent=0
    )
    session.add(tablet)
    session.flush()
    journal.write(session, actor, events.TABLET_ENROLLED, _subject(tablet))
    return Enrolled(tablet, token)


def admit(session: Session, token: str) -> tuple[Tablet, Actor]:
    """The tablet that shows this token, its row held, and the officer it works for.

    Raises `TabletRefused`: the tablet keeps what it has, and says what its officer should do.
    """
    tablet = session.scalar(select(Tablet).where(Tablet.token_sha256 == _digest(token)))
    if tablet is None:
        raise TabletRefused("この端末は登録されていません。端末に保存した内容はそのままです。")
    hold(session, tablet)
    if tablet.revoked_at is not None:
        raise TabletRefused(
            "この端末の登録は止められています。保存した内容はそのままです。職員の「端末」の画面で、もう一度使えるようにしてください。"
        )
    officer = session.get(Officer, tablet.officer_id)
    actor = Actor.of(officer) if officer is not None and officer.is_active else Actor.nobody()
    if not actor.may(Act.HOLD_INTERVIEW):
        raise TabletRefused("この端末を登録した職員は、いま窓口を使えません。管理者に相談してください。")
    return tablet, actor


def listing(session: Session, actor: Actor) -> Sequence[tuple[Tablet, Officer]]:
    """Every tablet with the officer who enrolled it, those in use first."""
    require(actor, Act.HOLD_INTERVIEW)
    query = select(Tablet, Officer).join(Officer, Officer.id == Tablet.officer_id)
    rows = session.execute(query.order_by(Tablet.revoked_at.is_not(None), Tablet.name, Tablet.id))
    return [(tablet, officer) for tablet, officer in rows]


def revoke(session: Session, actor: Actor, tablet_id: str) -> Tablet:
    """Let the tablet send nothing more (lost, broken, given away). What it holds stays locked in it."""
    require(actor, Act.HOLD_INTERVIEW)
    tablet = _find(session, tablet_id)
    if tablet.revoked_at is None:
        tablet.revoked_at = clock.now()
        journal.write(session, actor, events.TABLET_REVOKED, _subject(tablet), unsent=tablet.unsent)
    return tablet


def restore(session: Session, actor: Actor, tablet_id: str) -> Tablet:
    """Let a tablet that turned up again send what it still holds."""
    require(actor, Act.HOLD_INTERVIEW)
    tablet = _find(session, tablet_id)
    if tablet.revoked_at is not None:
        tablet.revoked_at = None
        journal.write(session, actor, events.TABLET_RESTORED, _subject(tablet))
    return tablet


def _find(session: Session, tablet_id: str) -> Tablet:
    tablet = session.get(Tablet, tablet_id)
    if tablet is None:
        raise NotFound("この端末は見つかりません。一覧から選び直してください。")
    hold(session, tablet)
    return tablet


def _digest(token: str) -> str:
    """The token has 256 random bits, so its plain hash gives nothing away."""
    return hashlib.sha256(token.encode()).hexdigest()


def _subject(tablet: Tablet) -> str:
    return f"tablet:{tablet.id}"
