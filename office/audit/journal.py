"""Writing the journal: every act in the transaction that did it, in one unbroken order.

Entries are kept with the session and appended when it commits, after everything else: so the lock on the
end of the tree is held shortest and taken last, and two acts never wait for each other in a circle.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy import event as orm_event
from sqlalchemy.orm import Session, SessionTransaction

from office import clock
from office.audit import tree
from office.audit.events import Event
from office.audit.models import AuditEntry, AuditNode

Value = str | int | bool | None | list[str] | list[int]
_PENDING = "kakazu_audit"
_HARMLESS = re.compile(r"[A-Za-z0-9_.:/@+=-]{0,200}")
# The number of our advisory lock on the end of the tree (PostgreSQL).
_LOCK = 7205760


class Acting(Protocol):
    """Whoever acts, as the journal names them."""

    @property
    def key(self) -> str:
        """For example `officer:01K…`."""


def write(session: Session, actor: Acting, event: Event, subject: str, **details: Value) -> None:
    """Record that `actor` did `event` to `subject` (`table:id`); it stands once the session commits.

    Raises `ValueError` when the keys are not exactly those declared, or a text could be personal data.
    """
    if set(details) != event.keys:
        raise ValueError(f"{event.name} carries {sorted(event.keys)}, not {sorted(details)}")
    for text in _texts([actor.key, subject, *details.values()]):
        if not _HARMLESS.fullmatch(text):
            raise ValueError(f"{event.name}: only identifiers, codes and hashes go into the journal")
    body = {
        "at": clock.now().isoformat(timespec="microseconds"),
        "actor": actor.key,
        "event": event.name,
        "subject": subject,
        "details": details,
    }
    _pending(session).append((_transactions(session), canonical(body)))


def canonical(body: Mapping[str, Any]) -> str:
    """JSON with sorted keys and no spaces: the same body gives the same bytes."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def size(session: Session) -> int:
    """How many entries the journal has."""
    last = session.scalar(sa.select(sa.func.max(AuditEntry.seq)))
    return 0 if last is None else last + 1


def hold_end(session: Session) -> None:
    """Hold the end of the tree until the transaction ends: nobody else appends meanwhile."""
    if session.get_bind().dialect.name == "postgresql":
        # SQLite needs no lock of ours: it lets nobody write who has not seen the last commit.
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))


def stored_nodes(session: Session) -> tree.Nodes:
    """The stored tree as `tree.Nodes`; a missing node raises `LookupError`."""

    def node(level: int, index: int) -> bytes:
        digest = session.scalar(
            sa.select(AuditNode.hash).where(AuditNode.level == level, AuditNode.index == index)
        )
        if digest is None:
            raise LookupError(f"node {level}/{index} is missing")
        return digest

    return node


def _texts(values: list[Value]) -> list[str]:
    flat = [part for value in values for part in (value if isinstance(value, list) else [value])]
    return [part for part in flat if isinstance(part, str)]


def _transactions(session: Session) -> list[SessionTransaction]:
    """The transaction and the savepoints around this moment, the innermost first."""
    found = session.get_nested_transaction() or session.get_transaction() or session.begin()
    chain = []
    current: SessionTransaction | None = found
    while current is not None:
        chain.append(current)
        current = current.parent
    return chain


def _pending(session: Session) -> list[tuple[list[SessionTransaction], str]]:
    if _PENDING not in session.info:
        session.info[_PENDING] = []
        orm_event.listen(session, "before_commit", _append)
        orm_event.listen(session, "after_soft_rollback", _forget)
    pending: list[tuple[list[SessionTransaction], str]] = session.info[_PENDING]
    return pending


def _forget(session: Session, undone: SessionTransaction) -> None:
    """What a savepoint or transaction had written goes with it."""
    session.info[_PENDING] = [entry for entry in _pending(session) if undone not in entry[0]]


def _append(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    here = session.get_transaction()
    bodies = [body for transactions, body in _pending(session) if transactions[-1] is here]
    session.info[_PENDING] = []
    if not bodies:
        return
    hold_end(session)
    first = size(session)
    made: dict[tuple[int, int], bytes] = {}
    stored = stored_nodes(session)

    def node(level: int, index: int) -> bytes:
        return made.get((level, index)) or stored(level, index)

    for seq, body in enumerate(bodies, first):
        for level, index, digest in tree.completed(seq, tree.leaf_hash(body.encode()), node):
            made[level, index] = digest
    session.execute(
        sa.insert(AuditEntry), [{"seq": seq, "body": body} for seq, body in enumerate(bodies, first)]
    )
    session.execute(sa.insert(AuditNode), [{"level": at[0], "index": at[1], "hash": made[at]} for at in made])
