"""A whole form confirmed at once: what was decided before counts, what is confirmed now is kept as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.definition import JSON
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.platform import Platform
from office.records.models.paper_decisions import DecisionKind, DoubtCause, DoubtState, PaperDoubt
from office.records.sheets import Bundle
from office.records.verification import decisions, queue, settling
from office.records.verification.rows import Row

_ALONE = "この欄は2人で入力します。「1欄ずつ確かめる」で、2人が入力してから受け付けてください。"
_OTHERWISE = "2人で決めた値と違います。直すときは、「1欄ずつ確かめる」で1つ戻してください。"


def decided_of(session: Session, platform: Platform, bundle: Bundle) -> dict[str, JSON]:
    """Path → value of what was decided of a form so far."""
    pages = [sheet.page.id for sheet in bundle.sheets]
    return {path: value for (_, path), value in settling.decided_on(session, platform, pages).items()}


def marked(rows: Sequence[Row], decided: Mapping[str, JSON]) -> list[Row]:
    """The rows, those decided already no longer in doubt."""
    return [replace(row, doubt="", decided=True) if row.name in decided else row for row in rows]


def alone(rows: Sequence[Row], decided: Mapping[str, JSON], values: Mapping[str, JSON]) -> dict[str, str]:
    """What one person may not confirm alone, by path: values that two people have to enter."""
    found = {}
    for row in rows:
        if row.twice and row.name not in decided:
            found[row.name] = _ALONE
        elif row.twice and values.get(row.name) != decided[row.name]:
            found[row.name] = _OTHERWISE
    return found


def keep(
    session: Session,
    actor: Actor,
    platform: Platform,
    bundle: Bundle,
    rows: Sequence[Row],
    values: Mapping[str, JSON],
) -> None:
    """Keep what an officer confirms of a whole form: every open doubt, and every value they changed."""
    require(actor, Act.CONFIRM_PAPER)
    pages = {sheet.page.id: sheet.page for sheet in bundle.sheets}
    query = select(PaperDoubt).where(PaperDoubt.page_id.in_(pages))
    known = {(one.page_id, one.field): one for one in session.scalars(query)}
    for position, row in enumerate(rows):
        if row.sheet is None or row.twice:
            continue
        value, read = values.get(row.name), row.reading.value if row.reading else None
        doubt = known.get((row.sheet.page.id, row.name))
        unchanged = doubt is None and (value or None) == (read or None)
        if unchanged or (value is None and row.needed):
            continue
        if doubt is None:
            doubt = queue.doubt_of(row.sheet.page, row, position, DoubtCause.FAULT)
            session.add(doubt)
            session.flush()
        if doubt.state is DoubtState.DECIDED:
            if decisions.decided_value(platform, doubt) == value:
                continue
            decisions.reopen(session, actor, doubt)
        doubt.lease_officer_id = doubt.lease_until = None
        kind = DecisionKind.AS_READ if value is not None and value == read else DecisionKind.TYPED
        decisions.decide(session, actor, platform, doubt, kind, value)
