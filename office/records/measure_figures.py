"""「窓口の実績」: cases and waiting per day, week or life event, as figures without names.

Quantiles are nearest-rank: the 90th percentile is the value that nine of ten cases did not exceed.
"""

from __future__ import annotations

import csv
import io
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import events, journal
from office.records.models.bookings import CaseMeasure, Outcome, Ticket

CHIBA_BEFORE, CHIBA_AFTER = 35, 6
"""千葉市: a family of four and one 住民票, name, address and date of birth written (counter.md §3)."""


class Grouping(StrEnum):
    """What the rows of the table are."""

    DAY = "day"
    WEEK = "week"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class Row:
    """One row. Minutes are None where nothing was measured; `key` is a date (ISO) or a service's slug."""

    key: str
    signed: int
    closed: int
    median_minutes: float | None
    ninetieth_minutes: float | None
    questions: float | None
    applications: int
    boxes: int
    asked_boxes: int
    pages: int
    would_write: int
    handwriting: int
    tickets: int
    median_wait: float | None
    ninetieth_wait: float | None

    @property
    def avoided(self) -> int:
        """Times that a name, an address or a date of birth did not have to be written."""
        return self.would_write - self.handwriting


def figures(
    session: Session, actor: Actor, from_on: date, to_on: date, grouping: Grouping
) -> tuple[list[Row], Row]:
    """The rows in order and the row of everything together, both days included."""
    require(actor, Act.SEE_MEASURES)
    measures = session.scalars(select(CaseMeasure).where(CaseMeasure.day.between(from_on, to_on))).all()
    tickets = session.scalars(select(Ticket).where(Ticket.day.between(from_on, to_on))).all()
    cases: dict[str, list[CaseMeasure]] = defaultdict(list)
    waits: dict[str, list[Ticket]] = defaultdict(list)
    for measure in measures:
        cases[_key(grouping, measure.day, measure.event)].append(measure)
    for ticket in tickets:
        waits[_key(grouping, ticket.day, ticket.service)].append(ticket)
    rows = [_row(key, cases[key], waits[key]) for key in sorted(cases.keys() | waits.keys())]
    return rows, _row("", measures, tickets)


def export(
    session: Session,
    actor: Actor,
    from_on: date,
    to_on: date,
    grouping: Grouping,
    titles: dict[str, str],
) -> bytes:
    """The same as CSV (UTF-8 with BOM, as Excel opens it); `titles` name the keys."""
    rows, total = figures(session, actor, from_on, to_on, grouping)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for row in [*rows, total]:
        writer.writerow([titles.get(row.key, row.key) if row.key else "合計", *_cells(row)])
    journal.write(
        session,
        actor,
        events.MEASURES_EXPORTED,
        "measures:cases",
        from_on=from_on.isoformat(),
        to_on=to_on.isoformat(),
        rows=len(rows),
    )
    return out.getvalue().encode("utf-8-sig")


HEADINGS = (
    "区分", "署名まで終わった件数", "とりやめ", "時間の中央値（分）", "時間の90パーセンタイル（分）",
    "質問の数（平均）", "申請の数", "埋めた欄", "聞いて埋めた欄", "書かずにすんだページ",
    "紙なら手書きした回数", "実際に手で書いた回数", "減った回数",
    "番号札", "待ち時間の中央値（分）", "待ち時間の90パーセンタイル（分）",
)  # fmt: skip


def quantile(values: Sequence[float], share: float) -> float | None:
    """The nearest-rank quantile, None of nothing."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else None


def _key(grouping: Grouping, day: date, service: str) -> str:
    if grouping is Grouping.EVENT:
        return service
    return (day - timedelta(days=day.weekday() if grouping is Grouping.WEEK else 0)).isoformat()


def _row(key: str, measures: Sequence[CaseMeasure], tickets: Sequence[Ticket]) -> Row:
    signed = [one for one in measures if one.outcome is Outcome.SIGNED]
    counted = [one for one in signed if one.questions is not None]
    minutes = [one.seconds / 60 for one in signed]
    waits = [
        (one.first_called_at - one.issued_at).total_seconds() / 60
        for one in tickets
        if one.first_called_at is not None
    ]
    asked = sum((one.sources or {}).get("said", 0) for one in counted)
    return Row(
        key=key,
        signed=len(signed),
        closed=len(measures) - len(signed),
        median_minutes=_tenths(quantile(minutes, 0.5)),
        ninetieth_minutes=_tenths(quantile(minutes, 0.9)),
        questions=_tenths(sum(one.questions or 0 for one in counted) / len(counted)) if counted else None,
        applications=sum(one.applications or 0 for one in counted),
        boxes=sum(one.boxes or 0 for one in counted),
        asked_boxes=asked,
        pages=sum(one.pages or 0 for one in counted),
        would_write=sum(one.would_write or 0 for one in counted),
        handwriting=sum(one.handwriting or 0 for one in counted),
        tickets=len(tickets),
        median_wait=_tenths(quantile(waits, 0.5)),
        ninetieth_wait=_tenths(quantile(waits, 0.9)),
    )


def _tenths(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _cells(row: Row) -> list[object]:
    return [
        row.signed, row.closed, row.median_minutes, row.ninetieth_minutes, row.questions, row.applications,
        row.boxes, row.asked_boxes, row.pages, row.would_write, row.handwriting, row.avoided,
        row.tickets, row.median_wait, row.ninetieth_wait,
    ]  # fmt: skip
