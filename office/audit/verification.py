"""Verification: replay the whole journal and name every row that is not as it was written.

Four links are checked, each against the next: the entries' bodies, the stored leaves, the stored inner
nodes, and the signed checkpoints. Which link breaks tells what was done. A journal that stands without
its guards is found too: it may be whole today and changed tomorrow.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from office.audit import guards, tree
from office.audit.checkpoints import open_note
from office.audit.models import AuditCheckpoint, AuditEntry, AuditNode

ALTERED, DELETED, INSERTED, REORDERED = "altered", "deleted", "inserted", "reordered"
TREE, CHECKPOINT, GUARD = "tree", "checkpoint", "guard"
_BATCH = 10_000


class Journal(Protocol):
    """Whose journal it is: a `checkpoints.Signer`, or what an auditor keeps of one."""

    @property
    def name(self) -> str:
        """The origin of its checkpoints."""

    @property
    def public(self) -> bytes:
        """Its Ed25519 public key."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong: `kind`, the entries `first` to `last` it concerns, and a Japanese sentence."""

    kind: str
    first: int
    last: int
    message: str


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome: number of entries, root (hex), checkpoints looked at, and what is wrong."""

    size: int
    root: str
    checkpoints: int
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether the journal is exactly as it was written, and guarded."""
        return not self.findings


def verify(session: Session, journal: Journal) -> Verification:
    """Replay everything; checkpoints must be signed by the journal's name and public key."""
    entries = dict(_entry_hashes(session))
    leaves = dict(_nodes(session, 0))
    findings = _compare(entries, leaves)
    levels = _replay(session, leaves, findings)
    checkpoints = _check_checkpoints(session, journal, levels, findings)
    findings += _unguarded(session, len(leaves))
    root = _root(len(leaves), levels) or b""
    return Verification(len(leaves), root.hex(), checkpoints, tuple(findings))


def _entry_hashes(session: Session) -> Iterator[tuple[int, bytes]]:
    rows = session.execute(sa.select(AuditEntry.seq, AuditEntry.body).order_by(AuditEntry.seq))
    for seq, body in rows.yield_per(_BATCH):
        yield seq, tree.leaf_hash(body.encode())


def _nodes(session: Session, level: int) -> Iterator[tuple[int, bytes]]:
    rows = session.execute(
        sa.select(AuditNode.index, AuditNode.hash).where(AuditNode.level == level).order_by(AuditNode.index)
    )
    yield from rows.tuples().yield_per(_BATCH)


def _compare(entries: dict[int, bytes], leaves: dict[int, bytes]) -> list[Finding]:
    """Entries against stored leaves: a body found under another number has been moved."""
    wrong = sorted(n for n in entries.keys() | leaves.keys() if entries.get(n) != leaves.get(n))
    written_at = {leaves[n]: n for n in wrong if n in leaves}
    standing = {entries[n] for n in wrong if n in entries}
    findings = []
    for n in wrong:
        body = entries.get(n)
        if body is not None and body in written_at:
            was = written_at[body]
            findings.append(_finding(REORDERED, n, f"{n}番の記録は、もとは{was}番でした（並べ替え）。"))
        elif body is not None and n in leaves:
            findings.append(_finding(ALTERED, n, f"{n}番の記録が書き換えられています。"))
        elif body is not None:
            findings.append(_finding(INSERTED, n, f"{n}番の記録は後から差し込まれています。"))
        if n in leaves and leaves[n] not in standing and (body is None or body in written_at):
            findings.append(_finding(DELETED, n, f"{n}番に書かれていた記録が消されています。"))
    return findings


def _replay(session: Session, leaves: dict[int, bytes], findings: list[Finding]) -> list[dict[int, bytes]]:
    """Compute every level from the stored leaves, compare it with the stored one, add to `findings`."""
    levels = [leaves]
    while len(levels[-1]) > 1:
        below, level = levels[-1], len(levels)
        made = {
            index >> 1: tree.pair_hash(digest, below[index + 1])
            for index, digest in below.items()
            if not index & 1 and index + 1 in below
        }
        stored = dict(_nodes(session, level))
        for index in sorted(n for n in made.keys() | stored.keys() if made.get(n) != stored.get(n)):
            first, last = index << level, (index + 1 << level) - 1
            # A fault below explains the mismatch of every node above it.
            if not any(first <= known.last and known.first <= last for known in findings):
                message = f"{first}〜{last}番をまとめる節（{level}段{index}）が合いません。"
                findings.append(Finding(TREE, first, last, message))
        levels.append({**stored, **made})
    if session.scalar(sa.select(sa.func.count()).where(AuditNode.level >= len(levels))):
        findings.append(Finding(TREE, 0, len(leaves), "証跡の木に、あるはずのない節があります。"))
    return levels


def _check_checkpoints(
    session: Session, journal: Journal, levels: list[dict[int, bytes]], findings: list[Finding]
) -> int:
    """Each signed head against the tree as it stands; the first that fails bounds what was rewritten."""
    rows = session.scalars(sa.select(AuditCheckpoint).order_by(AuditCheckpoint.size)).all()
    size, good = len(levels[0]), 0
    explained = min((finding.first for finding in findings), default=size)
    for row in rows:
        signed, first = open_note(row.note, journal.name, journal.public), good
        if signed is None or (signed.size, signed.root) != (row.size, row.root):
            message = f"大きさ{row.size}の検証点の署名が正しくありません。"
        elif row.size > size:
            first = size
            message = f"{size}〜{row.size - 1}番の記録が末尾から消されています。"
        elif row.size <= explained and _root(row.size, levels) != row.root:
            message = f"{good}〜{row.size - 1}番のどこかが、署名の後に木ごと書き換えられています。"
        else:
            good = row.size
            continue
        findings.append(Finding(CHECKPOINT, first, row.size - 1, message))
    return len(rows)


def _unguarded(session: Session, size: int) -> list[Finding]:
    """Every table that the database no longer keeps from being changed; it concerns all entries."""
    message = (
        "表 {table} を書き換えから守るしくみ（追記専用のトリガー）が、外されているか変えられています。"
        "データベースの管理者に確かめてください。"
    )
    last = max(size - 1, 0)
    return [Finding(GUARD, 0, last, message.format(table=table)) for table in guards.missing(session)]


def _root(size: int, levels: list[dict[int, bytes]]) -> bytes | None:
    try:
        return tree.root(size, lambda level, index: levels[level][index])
    except LookupError:
        return None


def _finding(kind: str, seq: int, message: str) -> Finding:
    return Finding(kind, seq, seq, message)
