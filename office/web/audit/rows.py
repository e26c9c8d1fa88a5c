"""Journal entries as an auditor reads them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forms.signing.marks import TITLES
from office.audit.events import declared, event_named
from office.audit.models import AuditEntry


@dataclass(frozen=True, slots=True)
class Row:
    """One entry: its number, instant, event in Japanese, actor by name, subject, details."""

    seq: int
    at: datetime
    title: str
    actor: str
    subject: str
    details: str


def rows(session: Session, before: int, count: int, text: str, names: Mapping[str, str]) -> list[Row]:
    """At most `count` entries numbered below `before`, newest first, those with `text` in them."""
    query = sa.select(AuditEntry).where(AuditEntry.seq < before).order_by(AuditEntry.seq.desc()).limit(count)
    if text:
        meant = [event.name for event in declared() if text in event.title]
        wanted = [AuditEntry.body.contains(text, autoescape=True)]
        wanted += [AuditEntry.body.contains(f'"event":"{name}"', autoescape=True) for name in meant]
        query = query.where(sa.or_(*wanted))
    return [_row(entry, names) for entry in session.scalars(query)]


def _row(entry: AuditEntry, names: Mapping[str, str]) -> Row:
    body = json.loads(entry.body)
    event = event_named(body["event"])
    actor = body["actor"]
    return Row(
        seq=entry.seq,
        at=datetime.fromisoformat(body["at"]),
        title=event.title if event else body["event"],
        actor=names.get(actor.removeprefix("officer:"), actor),
        subject=body["subject"],
        details="、".join(_told(key, value) for key, value in sorted(body["details"].items())),
    )


def _told(key: str, value: object) -> str:
    """A detail as it stands in the journal; a class of signing also in plain Japanese."""
    meant = TITLES.get(str(value), "") if key in ("evidence_class", "way") else ""
    return f"{key}={value}（{meant}）" if meant else f"{key}={value}"
