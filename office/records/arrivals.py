"""What tablets send after the network is back: taken in exactly once, never lost, never filed twice.

A tablet sends a case until it holds a receipt with the case's own hash. The first content under an id is
joined to its documents, or opened to be signed again, or held; the same content again gets the same
answer; other content under the same id is held for a person. All of it in the request's one transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.errors import KakazuError
from forms.rendering.application import Typeset
from forms.signing.errors import ClockWrong, KeysExpired
from office import clock
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import events, journal
from office.database import hold, reading
from office.errors import NotFound, NotNow, OfficeError
from office.platform import Platform
from office.records import joining, tablets
from office.records.models.cases import Case
from office.records.models.tablets import Arrival, ArrivalState, Tablet
from office.records.offline_cases import OfflineCase

LARGEST_BODY = 6 * 1024 * 1024
MOST_LISTED = 200
HELD_CAUSES = {
    "other-content": "同じ番号の聞き取りが、ちがう内容でもう一度届きました。先に届いたものはそのままです。",
    "unreadable": "届いた内容を聞き取りとして読めませんでした。届いたままの形で保管しています。",
    "refused": "届いた答えを、いまの決まりでは受け取れませんでした。届いたままの形で保管しています。",
}
CAUSES = {
    "": "受け付けました。",
    **joining.CAUSES,
    "not-made": "届いた答えから書類を作れませんでした。答えを確かめて直してください。",
    **HELD_CAUSES,
}
"""Every cause in Japanese; empty for what was filed."""


class Damaged(OfficeError):
    """The content is not what its hash says; the tablet should send it again."""

    code = "arrival-damaged"


@dataclass(frozen=True, slots=True)
class Parcel:
    """One sending: the tablet's id of the case, the case's text, its SHA-256, and the tablet's clock.

    `clock_ms` is milliseconds since 1970 at the moment of sending; `unsent` is how many cases wait.
    """

    client_id: str
    sha256: str
    body: str = field(repr=False)
    clock_ms: int
    unsent: int

    @classmethod
    def parse(cls, raw: object) -> Parcel:
        """Read the request's JSON. Raises `Damaged`."""
        wanted = {"id": str, "sha256": str, "body": str, "clock_ms": int, "unsent": int}
        if not isinstance(raw, dict) or any(type(raw.get(key)) is not kind for key, kind in wanted.items()):
            raise Damaged("送られた内容の形が正しくありません。もう一度送ってください。")
        if not 0 < len(raw["id"]) <= 36 or not raw["id"].isascii() or len(raw["body"]) > LARGEST_BODY:
            raise Damaged("送られた内容の大きさが正しくありません。職員に連絡してください。")
        if _digest(raw["body"]) != raw["sha256"]:
            raise Damaged("送られた内容が途中で変わっています。もう一度送ってください。")
        if not 0 <= raw["clock_ms"] < 2**53 or not 0 <= raw["unsent"] < 100_000:
            raise Damaged("端末の時計が正しくありません。時計を合わせてから、もう一度送ってください。")
        return cls(raw["id"], raw["sha256"], raw["body"], raw["clock_ms"], raw["unsent"])

    def behind(self, now: datetime) -> int:
        """Milliseconds by which the tablet's clock is behind ours."""
        return round(now.timestamp() * 1000) - self.clock_ms


def receive(session: Session, platform: Platform, token: str, parcel: Parcel) -> Arrival:
    """Take in one case, once. Raises `TabletRefused`; whatever else is wrong with it, it is kept."""
    tablet, actor = tablets.admit(session, token)
    now = clock.now()
    tablet.seen_at, tablet.unsent = now, parcel.unsent
    # The tablet's row is held, so that two sendings of one tablet cannot meet here.
    earlier = _earlier(session, tablet, parcel)
    for one in earlier:
        if one.sha256 == parcel.sha256:
            return one
    arrival = Arrival(
        tablet_id=tablet.id,
        client_id=parcel.client_id,
        sha256=parcel.sha256,
        clock_ms=parcel.behind(now),
        received_at=now,
    )
    arrival.write_body(platform.vault, parcel.body)
    if earlier:
        arrival.state, arrival.cause = ArrivalState.HELD, "other-content"
    else:
        _take_in(session, actor, platform, tablet, arrival, parcel)
    session.add(arrival)
    session.flush()
    journal.write(
        session,
        actor,
        events.CASE_ARRIVED,
        f"arrival:{arrival.id}",
        tablet=tablet.id,
        client_id=parcel.client_id,
        sha256=arrival.sha256,
        state=arrival.state.value,
        cause=arrival.cause,
    )
    return arrival


def typeset_ahead(platform: Platform, token: str, parcel: Parcel) -> list[Typeset]:
    """What `receive` will print of the parcel: for the press, while nothing is locked.

    Nothing where `receive` will print nothing; what is wrong with the parcel is its to say.
    """
    with Session(reading(platform.engine)) as session:
        try:
            tablet, actor = tablets.admit(session, token)
            if _earlier(session, tablet, parcel):
                return []
            offline, behind = OfflineCase.parse(parcel.body), parcel.behind(clock.now())
            return joining.typeset_ahead(session, actor, platform, offline, behind)
        except KakazuError:
            return []


def receipt(session: Session, arrival: Arrival) -> dict[str, Any]:
    """What the tablet is told: `{"id", "sha256", "state", "message", "received_at", "applications"}`."""
    case = session.get(Case, arrival.case_id) if arrival.case_id else None
    return {
        "id": arrival.client_id,
        "sha256": arrival.sha256,
        "state": arrival.state.value,
        "message": CAUSES[arrival.cause],
        "received_at": arrival.received_at.isoformat(),
        "applications": [one.receipt_number for one in case.applications] if case else [],
    }


def listing(
    session: Session, actor: Actor
) -> tuple[Sequence[tuple[Arrival, Tablet]], Sequence[tuple[Arrival, Tablet]]]:
    """What waits for a person (oldest first), and what arrived lately (newest first)."""
    require(actor, Act.HOLD_INTERVIEW)
    query = select(Arrival, Tablet).join(Tablet, Tablet.id == Arrival.tablet_id)
    waiting = query.where(Arrival.state != ArrivalState.FILED, Arrival.settled_at.is_(None))
    lately = query.order_by(Arrival.received_at.desc(), Arrival.id.desc()).limit(MOST_LISTED)
    return (
        [(one, tablet) for one, tablet in session.execute(waiting.order_by(Arrival.received_at, Arrival.id))],
        [(one, tablet) for one, tablet in session.execute(lately)],
    )


def of_case(session: Session, case: Case) -> Arrival | None:
    """The arrival a case was opened from, while it is still to be signed again."""
    return session.scalar(
        select(Arrival).where(Arrival.case_id == case.id, Arrival.state != ArrivalState.FILED)
    )


def open_held(session: Session, actor: Actor, platform: Platform, arrival_id: str) -> Case:
    """Make an open interview of what is held. Raises `NotFound`, `NotNow`, and why it cannot be one."""
    require(actor, Act.HOLD_INTERVIEW)
    arrival = _find(session, arrival_id)
    if arrival.state is not ArrivalState.HELD or arrival.case_id is not None:
        raise NotNow("この内容からは、もう聞き取りが作られています。端末の一覧を開き直してください。")
    case = joining.open_again(session, actor, platform, OfflineCase.parse(arrival.read_body(platform.vault)))
    arrival.case_id, arrival.settled_at = case.id, clock.now()
    journal.write(session, actor, events.ARRIVAL_OPENED, f"arrival:{arrival.id}", case=case.id)
    return case


def settle(session: Session, actor: Actor, arrival_id: str) -> Arrival:
    """A person has looked at it; it stays stored and leaves the list of what waits."""
    require(actor, Act.HOLD_INTERVIEW)
    arrival = _find(session, arrival_id)
    if arrival.settled_at is None:
        arrival.settled_at = clock.now()
        journal.write(session, actor, events.ARRIVAL_SETTLED, f"arrival:{arrival.id}", cause=arrival.cause)
    return arrival


def _earlier(session: Session, tablet: Tablet, parcel: Parcel) -> Sequence[Arrival]:
    """What came from the tablet under the parcel's id before."""
    query = select(Arrival).where(Arrival.tablet_id == tablet.id, Arrival.client_id == parcel.client_id)
    return session.scalars(query).all()


def _digest(body: str) -> str:
    """SHA-256 of the text; "" where it is no text (a lone surrogate), which is nobody's digest."""
    try:
        return hashlib.sha256(body.encode()).hexdigest()
    except UnicodeEncodeError:
        return ""


def _take_in(
    session: Session, actor: Actor, platform: Platform, tablet: Tablet, arrival: Arrival, parcel: Parcel
) -> None:
    """Join and file it; else open it to be signed again; else hold it."""
    arrival.state, arrival.cause = ArrivalState.HELD, "unreadable"
    try:
        offline = OfflineCase.parse(parcel.body)
    except KakazuError:
        return
    if offline.client_id != parcel.client_id:
        return
    try:
        with session.begin_nested():
            case = joining.join(session, actor, platform, tablet, offline, arrival.clock_ms)
        arrival.state, arrival.cause, arrival.case_id = ArrivalState.FILED, "", case.id
        return
    except joining.SignAgain as error:
        cause = error.cause
    except (KeysExpired, ClockWrong):
        raise  # the server's own trouble: the tablet keeps the case and sends it again
    except KakazuError:
        cause = "not-made"
    try:
        with session.begin_nested():
            case = joining.open_again(session, actor, platform, offline)
        arrival.state, arrival.case_id = ArrivalState.OPEN, case.id
    except KakazuError:
        cause = "refused"
    arrival.cause = cause


def _find(session: Session, arrival_id: str) -> Arrival:
    arrival = session.get(Arrival, arrival_id)
    if arrival is None:
        raise NotFound("届いた内容が見つかりません。端末の一覧から選び直してください。")
    hold(session, arrival)
    return arrival
