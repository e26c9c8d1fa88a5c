"""Pre-entries at the counter: opening one with the city's key, and taking it into a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.catalogue import Catalogue
from forms.interview import Answer, Interview, Source
from forms.pre_entry import PreEntry, PreEntryRefused, digest, open_sealed
from office import clock
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import events, journal
from office.platform import Platform
from office.records import cases, conversations, prefills
from office.records.models.cases import Case
from office.records.models.counter import PreEntryUse
from office.secrets import key_file

KEY_FILE = "preentry.key"


@dataclass(frozen=True, slots=True)
class Opened:
    """A pre-entry opened: the interview it makes, what it fills, what no longer fits, earlier uses."""

    entry: PreEntry
    digest: str
    taken: prefills.Taken
    earlier: Sequence[PreEntryUse]


def private_key(keys_folder: Path) -> X25519PrivateKey:
    """The key that opens pre-entries; made at first use. Raises `KeyRefused`."""
    return X25519PrivateKey.from_private_bytes(key_file(keys_folder / KEY_FILE))


def open_pre_entry(session: Session, actor: Actor, platform: Platform, scanned: str) -> Opened:
    """What was scanned, opened and checked again answer by answer. Raises `PreEntryRefused` and its kinds."""
    require(actor, Act.HOLD_INTERVIEW)
    settings = platform.settings
    key = private_key(settings.keys_folder)
    entry = open_sealed(scanned, key, settings.municipality_code, clock.now())
    taken = taken_into(platform.catalogue, entry, None)
    which = digest(scanned)
    return Opened(entry, which, taken, earlier_uses(session, which))


def taken_into(catalogue: Catalogue, entry: PreEntry, interview: Interview | None) -> prefills.Taken:
    """A pre-entry's answers in a new interview, or in one begun: what is answered there stays."""
    if entry.event not in {event.slug for event in catalogue.events()}:
        raise PreEntryRefused("この事前入力の用件は、いまは扱っていません。このまま聞き取ってください。")
    fresh = interview or Interview.begin(catalogue, entry.event, clock.today())
    answers = {fact: Answer(value, Source.PRE_ENTRY) for fact, value in entry.answers.items()}
    return prefills.take(fresh, answers, over=False)


def begin(session: Session, actor: Actor, platform: Platform, opened: Opened) -> Case:
    """A new case with everything the pre-entry tells."""
    case = cases.open_case(session, actor, platform.vault, opened.taken.interview, opened.entry.language)
    _note(session, actor, case, opened, len(opened.taken.facts))
    return case


def join(session: Session, actor: Actor, platform: Platform, opened: Opened, case: Case) -> tuple[str, ...]:
    """A case begun, with what the pre-entry tells besides; gives the facts filled."""
    before = conversations.locked(session, platform, case)
    if opened.entry.event != before.event.slug:
        raise PreEntryRefused(
            "事前入力の用件が、この聞き取りと違います。新しい聞き取りとして始めてください。"
        )
    after = taken_into(platform.catalogue, opened.entry, before).interview
    filled = conversations.save_many(session, actor, platform.vault, case, before, after)
    _note(session, actor, case, opened, len(filled))
    return filled


def earlier_uses(session: Session, which: str) -> Sequence[PreEntryUse]:
    """When this very pre-entry was used before."""
    query = select(PreEntryUse).where(PreEntryUse.digest == which).order_by(PreEntryUse.used_at)
    return session.scalars(query).all()


def _note(session: Session, actor: Actor, case: Case, opened: Opened, answers: int) -> None:
    row = PreEntryUse(digest=opened.digest, case_id=case.id, officer_id=actor.officer, used_at=clock.now())
    session.add(row)
    journal.write(
        session,
        actor,
        events.PRE_ENTRY_TAKEN,
        f"counter_case:{case.id}",
        digest=opened.digest,
        answers=answers,
        repeated=bool(opened.earlier),
    )
