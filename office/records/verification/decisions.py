"""Deciding doubts, one by one: who, what, how, and how it can be taken back."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.answers import InvalidAnswer, take
from forms.definition import JSON
from office import clock
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import events, journal
from office.database import hold
from office.errors import NotNow
from office.platform import Platform
from office.records.models.paper import PaperPage, PaperState
from office.records.models.paper_batches import DraftPage, DraftState, PaperDraft
from office.records.models.paper_decisions import DecisionKind, DoubtState, PaperDecision, PaperDoubt
from office.records.papers.links import release
from office.records.verification import queue
from office.records.verification.rows import Row

_GONE = "この欄は、ほかの職員が先に決めました。"
_KEPT = "この欄は、先ほど決めたとおりに保存してあります。"
_HELD = "この欄は、いまほかの職員が確かめています。"
_SAME = "2人で入力する欄です。2人目は、別の職員が入力します。"


def decide(
    session: Session, actor: Actor, platform: Platform, doubt: PaperDoubt, kind: DecisionKind, value: JSON
) -> PaperDecision:
    """Decide a doubt: `value` as the field's kind takes it, None with `UNREADABLE` or where nothing stands.

    Where two people have to agree, equal values settle it and different ones ask a third. Raises `NotNow`
    when somebody else was first, holds it, or has to be the one; `InvalidAnswer` for a value of no use.
    """
    require(actor, Act.CONFIRM_PAPER)
    _hold(session, actor, doubt)
    row = row_of(platform, doubt)
    unreadable = kind is DecisionKind.UNREADABLE
    if value is None and row.needed and not unreadable:
        raise InvalidAnswer(row.name, f"「{row.label}」を入力するか、「読めない」を選んでください。")
    value = None if unreadable or value is None else take(row.field, value)
    if doubt.state is DoubtState.UNREADABLE:  # the applicant has said it meanwhile: begin anew
        _withdraw(actor, doubt.standing)
    decision = PaperDecision(
        doubt_id=doubt.id,
        entry=len(doubt.standing) + 1 + doubt.by_machine,
        kind=kind,
        probability=doubt.probability,
        right=None if unreadable else _right(row, value),
        officer_id=actor.officer,
        decided_at=clock.now(),
    )
    decision.write_value(platform.vault, value)
    doubt.decisions.append(decision)
    _settle(platform, doubt, row)
    doubt.lease_officer_id = doubt.lease_until = None
    session.flush()
    _write(session, actor, events.PAPER_DECIDED, doubt, decision)
    return decision


def undo(session: Session, actor: Actor, platform: Platform) -> PaperDoubt:
    """Take back the officer's last decision and hand its doubt to them again. Raises `NotNow`."""
    require(actor, Act.CONFIRM_PAPER)
    last = last_decision(session, actor)
    if last is None:
        raise NotNow("戻せる確認はありません。")
    doubt = session.get_one(PaperDoubt, last.doubt_id)
    hold(session, doubt)
    session.expire(doubt, ["decisions"])
    hindered = _hindered(session, doubt, last)
    if hindered:
        raise NotNow(hindered)
    release(session, actor, session.get_one(PaperPage, doubt.page_id))
    _withdraw(actor, [last])
    _settle(platform, doubt, row_of(platform, doubt))
    queue.lease(doubt, actor)
    session.flush()
    _write(session, actor, events.PAPER_DECISION_UNDONE, doubt, last)
    return doubt


def undoable(session: Session, actor: Actor) -> PaperDecision | None:
    """The decision that `undo` would take back; None where there is none that can be."""
    require(actor, Act.CONFIRM_PAPER)
    last = last_decision(session, actor)
    if last is None or _hindered(session, session.get_one(PaperDoubt, last.doubt_id), last):
        return None
    return last


def _hindered(session: Session, doubt: PaperDoubt, last: PaperDecision) -> str:
    """Why a decision cannot be taken back any more; empty when it can."""
    page = session.get_one(PaperPage, doubt.page_id)
    if page.state is not PaperState.WAITING:
        return "1つ前の紙は、もう受け付けました。直すときは、申請の画面で差し戻してください。"
    if doubt.standing[-1].id != last.id:
        return "ほかの職員が続けて入力したので、戻せません。"
    if _approved(session, page):
        return "1つ前の紙は、下書きを確認済みです。直すときは、申請の画面で差し戻してください。"
    return ""


def _approved(session: Session, page: PaperPage) -> bool:
    """Whether an officer has approved the draft made of the page."""
    approved = select(PaperDraft.id).join(DraftPage, DraftPage.draft_id == PaperDraft.id)
    approved = approved.where(DraftPage.page_id == page.id, PaperDraft.state == DraftState.APPROVED)
    return session.scalar(approved) is not None


def put_off(session: Session, actor: Actor, doubt: PaperDoubt) -> None:
    """Lay a doubt aside: it comes again after all others."""
    require(actor, Act.CONFIRM_PAPER)
    _hold(session, actor, doubt)
    doubt.put_off += 1
    doubt.lease_officer_id = doubt.lease_until = None


def last_decision(session: Session, actor: Actor) -> PaperDecision | None:
    """The officer's newest decision that stands."""
    own = select(PaperDecision).where(
        PaperDecision.officer_id == actor.officer, PaperDecision.withdrawn_at.is_(None)
    )
    return session.scalar(own.order_by(PaperDecision.id.desc()).limit(1))


def row_of(platform: Platform, doubt: PaperDoubt) -> Row:
    """The row of the form a doubt is about."""
    rows = queue.rows_of_page(platform, doubt.page)
    return next(row for row in rows if row.name == doubt.field)


def decided_value(platform: Platform, doubt: PaperDoubt) -> JSON:
    """The value of a decided doubt."""
    return doubt.standing[-1].read_value(platform.vault)


def parsed(row: Row, entered: object) -> JSON:
    """The value of what was entered, loosely typed dates and amounts as they are stored. Raises
    `InvalidAnswer`.
    """
    return take(row.field, entered)


def ask_again(session: Session, actor: Actor, doubt: PaperDoubt) -> None:
    """Put a doubt that somebody could not read back into the queue, for everybody. Raises `NotNow`."""
    require(actor, Act.CONFIRM_PAPER)
    hold(session, doubt)
    if doubt.state is not DoubtState.UNREADABLE:
        raise NotNow(_GONE)
    reopen(session, actor, doubt)
    subject = f"paper_page:{doubt.page_id}"
    journal.write(session, actor, events.PAPER_ASKED_AGAIN, subject, field=doubt.field)


def reopen(session: Session, actor: Actor, doubt: PaperDoubt) -> None:
    """Ask a doubt again: what was decided of it does not stand any more."""
    _withdraw(actor, doubt.standing)
    doubt.by_machine, doubt.state = False, DoubtState.OPEN
    session.flush()


def _hold(session: Session, actor: Actor, doubt: PaperDoubt) -> None:
    """Lock the doubt as it stands now; raises `NotNow` where it is not this officer's."""
    hold(session, doubt)
    session.expire(doubt, ["decisions"])
    page = session.get_one(PaperPage, doubt.page_id)
    if page.state is not PaperState.WAITING:
        raise NotNow("この紙は、もう受け付けたか、除かれています。")
    if doubt.state is DoubtState.DECIDED:
        raise NotNow(_KEPT if doubt.standing and doubt.standing[-1].officer_id == actor.officer else _GONE)
    other = doubt.lease_officer_id not in (None, actor.officer)
    if other and doubt.lease_until is not None and doubt.lease_until > clock.now():
        raise NotNow(_HELD)
    own = any(one.officer_id == actor.officer for one in doubt.standing)
    if own and doubt.state is not DoubtState.UNREADABLE:
        raise NotNow(_SAME)


def _settle(platform: Platform, doubt: PaperDoubt, row: Row) -> None:
    """What the standing entries make of the doubt."""
    entries = [
        (one.kind is DecisionKind.UNREADABLE, one.read_value(platform.vault)) for one in doubt.standing
    ]
    if doubt.by_machine and row.reading is not None:
        entries.insert(0, (False, row.reading.value))
    if len(entries) < doubt.people:
        doubt.state = DoubtState.OPEN
    elif doubt.people == len(entries) == 2 and entries[0] != entries[1]:
        doubt.state = DoubtState.DIFFERS
    else:
        doubt.state = DoubtState.UNREADABLE if entries[-1][0] else DoubtState.DECIDED


def _right(row: Row, value: JSON) -> bool | None:
    """Whether the value is the one the machine proposed; None when it proposed none."""
    proposed = row.reading.value if row.reading is not None else None
    return None if proposed is None else value == proposed


def _withdraw(actor: Actor, decisions: Sequence[PaperDecision]) -> None:
    for one in decisions:
        one.withdrawn_at, one.withdrawn_by_id = clock.now(), actor.officer


def _write(
    session: Session, actor: Actor, event: events.Event, doubt: PaperDoubt, decision: PaperDecision
) -> None:
    journal.write(
        session,
        actor,
        event,
        f"paper_page:{doubt.page_id}",
        field=doubt.field,
        kind=str(decision.kind),
        entry=decision.entry,
    )
