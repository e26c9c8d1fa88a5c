"""The journal on both databases: one order under many writers, insert-only, every wrong row named."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from pymerkle import InmemoryTree
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from office.accounts.actor import Actor
from office.audit import checkpoints, commitments, events, journal, proofs, tree
from office.audit.checkpoints import Signer
from office.audit.models import AuditEntry, AuditNode
from office.audit.verification import Finding, Verification, verify
from office.errors import NotFound, NotNow
from tests.support.ground import migrated

Sessions = sessionmaker[Session]
ROBOT = Actor.robot("test")


@pytest.fixture
def sessions(database_url: str) -> Iterator[Sessions]:
    with migrated(database_url) as sessions:
        yield sessions


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return Signer.of(tmp_path / "keys", "999997")


def _write(session: Session, number: int) -> None:
    journal.write(session, ROBOT, events.CASE_SAVED, f"counter_case:{number}", answers=number)


def _fill(sessions: Sessions, count: int) -> None:
    with sessions.begin() as session:
        for number in range(count):
            _write(session, number)


def _verify(sessions: Sessions, signer: Signer) -> Verification:
    with sessions() as session:
        return verify(session, signer)


def _unguard(session: Session) -> None:
    """Do what only an administrator of the database could: take the guards away."""
    if session.get_bind().dialect.name == "postgresql":
        for table in ("audit_entry", "audit_node", "audit_checkpoint"):
            session.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        return
    names = session.scalars(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
    for name in names:
        session.execute(sa.text(f"DROP TRIGGER {name}"))


def _tamper(sessions: Sessions, *statements: str) -> None:
    with sessions.begin() as session:
        _unguard(session)
        for statement in statements:
            session.execute(sa.text(statement))


def _found(verification: Verification) -> list[Finding]:
    """What is wrong in the journal itself, whether or not it is guarded."""
    return [finding for finding in verification.findings if finding.kind != "guard"]


def _named(verification: Verification) -> set[tuple[str, int]]:
    return {(finding.kind, finding.first) for finding in _found(verification)}


def test_entries_stand_only_with_the_act(sessions: Sessions) -> None:
    with sessions() as session:
        _write(session, 1)
        session.rollback()
        _write(session, 2)
        with session.begin_nested():
            _write(session, 3)
        savepoint = session.begin_nested()
        _write(session, 4)
        with session.begin_nested():
            _write(session, 5)
        savepoint.rollback()
        session.commit()
        _write(session, 6)
        session.close()
        _write(session, 7)
        session.commit()
        session.commit()
        subjects = [
            entry.body.split("counter_case:")[1][0] for entry in session.scalars(sa.select(AuditEntry))
        ]
    assert subjects == ["2", "3", "7"]


def test_many_writers_make_one_unbroken_order(sessions: Sessions, signer: Signer) -> None:
    def work(worker: int) -> None:
        for number in range(6):
            with sessions.begin() as session:
                _write(session, worker * 100 + number)
                _write(session, worker * 100 + number)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    outcome = _verify(sessions, signer)
    assert (outcome.ok, outcome.size) == (True, 72)
    oracle = InmemoryTree(algorithm="sha256")
    with sessions() as session:
        entries = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.seq)).all()
    assert [entry.seq for entry in entries] == list(range(72))
    for entry in entries:
        oracle.append_entry(entry.body.encode())
    assert outcome.root == oracle.get_state().hex()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET body = '{}' WHERE seq = 1",
        "DELETE FROM audit_entry WHERE seq = 1",
        "UPDATE audit_node SET hash = hash",
        "DELETE FROM audit_node",
        "UPDATE audit_checkpoint SET size = 9",
        "DELETE FROM audit_checkpoint",
    ],
)
def test_the_database_refuses_changes(sessions: Sessions, signer: Signer, statement: str) -> None:
    _fill(sessions, 3)
    with sessions.begin() as session:
        checkpoints.make(session, ROBOT, signer)
    with pytest.raises(DBAPIError, match="insert-only"), sessions.begin() as session:
        session.execute(sa.text(statement))


def test_the_database_refuses_replacing(sessions: Sessions) -> None:
    _fill(sessions, 3)
    with sessions() as session:
        if session.get_bind().dialect.name == "sqlite":
            statement = "INSERT OR REPLACE INTO audit_entry (seq, body) VALUES (1, '{}')"
        else:
            statement = "TRUNCATE audit_entry"
        with pytest.raises(DBAPIError, match="insert-only"):
            session.execute(sa.text(statement))


def test_any_single_altered_deleted_inserted_or_reordered_row_is_named(
    sessions: Sessions, signer: Signer
) -> None:
    count = 21
    _fill(sessions, count)
    assert _verify(sessions, signer).ok
    with sessions.begin() as session:
        _unguard(session)
    swap = "UPDATE audit_entry SET seq = CASE seq WHEN {a} THEN -1 ELSE -2 END WHERE seq IN ({a}, {b})"
    for row in range(count):
        other = random.Random(row).choice([n for n in range(count) if n != row])
        attempts: list[tuple[list[str], set[tuple[str, int]]]] = [
            ([f"UPDATE audit_entry SET body = body || ' ' WHERE seq = {row}"], {("altered", row)}),
            ([f"DELETE FROM audit_entry WHERE seq = {row}"], {("deleted", row)}),
            (
                [
                    swap.format(a=row, b=other),
                    f"UPDATE audit_entry SET seq = {other} WHERE seq = -1",
                    f"UPDATE audit_entry SET seq = {row} WHERE seq = -2",
                ],
                {("reordered", row), ("reordered", other)},
            ),
            (
                [f"INSERT INTO audit_entry (seq, body) VALUES ({count + row}, '{{}}')"],
                {("inserted", count + row)},
            ),
        ]
        for statements, expected in attempts:
            with sessions() as session:
                for statement in statements:
                    session.execute(sa.text(statement))
                assert _named(verify(session, signer)) == expected
    assert _named(_verify(sessions, signer)) == set()


def test_a_changed_node_of_the_tree_is_found(sessions: Sessions, signer: Signer) -> None:
    _fill(sessions, 13)
    with sessions.begin() as session:
        _unguard(session)
        nodes = session.scalars(sa.select(AuditNode)).all()
    for node in nodes:
        first, last = node.index << node.level, (node.index + 1 << node.level) - 1
        with sessions() as session:
            session.execute(
                sa.update(AuditNode)
                .where(AuditNode.level == node.level, AuditNode.index == node.index)
                .values(hash=b"\0" * 32)
            )
            found = _found(verify(session, signer))
        assert [(one.first, one.last) for one in found] == [(first, last)]


def _rewrite(sessions: Sessions, seq: int) -> None:
    """Rewrite an entry and the whole tree over it, as somebody holding the database could."""
    with sessions.begin() as session:
        _unguard(session)
        session.execute(sa.text("DELETE FROM audit_node"))
        session.execute(sa.text(f"UPDATE audit_entry SET body = '{{}}' WHERE seq = {seq}"))
        made: dict[tuple[int, int], bytes] = {}

        def node(level: int, index: int) -> bytes:
            return made[level, index]

        for entry in session.scalars(sa.select(AuditEntry).order_by(AuditEntry.seq)):
            for level, index, digest in tree.completed(entry.seq, tree.leaf_hash(entry.body.encode()), node):
                made[level, index] = digest
                session.add(AuditNode(level=level, index=index, hash=digest))


def test_rewriting_the_whole_tree_is_bounded_by_checkpoints(sessions: Sessions, signer: Signer) -> None:
    for _ in range(3):
        _fill(sessions, 4)
        with sessions.begin() as session:
            checkpoints.make(session, ROBOT, signer)
    assert _verify(sessions, signer).checkpoints == 3
    _rewrite(sessions, 6)
    found = _found(_verify(sessions, signer))
    assert [(one.kind, one.first, one.last) for one in found] == [("checkpoint", 4, 8), ("checkpoint", 4, 13)]


def test_cutting_off_the_end_is_found(sessions: Sessions, signer: Signer) -> None:
    _fill(sessions, 8)
    with sessions.begin() as session:
        checkpoints.make(session, ROBOT, signer)
    _tamper(
        sessions,
        "DELETE FROM audit_entry WHERE seq >= 6",
        'DELETE FROM audit_node WHERE (("index" + 1) << level) > 6',
    )
    found = _found(_verify(sessions, signer))
    assert [(one.kind, one.first, one.last) for one in found] == [("checkpoint", 6, 7)]


def test_a_checkpoint_of_another_key_is_not_believed(
    sessions: Sessions, signer: Signer, tmp_path: Path
) -> None:
    _fill(sessions, 3)
    with sessions.begin() as session:
        note = checkpoints.make(session, ROBOT, signer).note
    other = Signer.of(tmp_path / "other", "999997")
    assert checkpoints.open_note(note, signer.name, signer.public) is not None
    assert checkpoints.open_note(note, signer.name, other.public) is None
    assert checkpoints.open_note(note.replace("\n3\n", "\n4\n"), signer.name, signer.public) is None
    assert [finding.kind for finding in _verify(sessions, other).findings] == ["checkpoint"]


def test_a_checkpoint_is_due_when_more_than_checkpoints_was_entered(
    sessions: Sessions, signer: Signer
) -> None:
    def due() -> int | None:
        with sessions.begin() as session:
            made = checkpoints.make_when_grown(session, ROBOT, signer)
            return None if made is None else made.size

    assert due() is None
    _fill(sessions, 3)
    assert [due(), due(), due()] == [3, None, None]
    _fill(sessions, 2)
    with sessions.begin() as session:
        assert checkpoints.make(session, ROBOT, signer).size == 6
    assert due() is None
    _fill(sessions, 1)
    assert [due(), due()] == [8, None]
    assert _verify(sessions, signer).ok


def test_of_many_clocks_one_makes_the_checkpoint(sessions: Sessions, signer: Signer) -> None:
    def sign(_clock: int) -> bool:
        with sessions.begin() as session:
            return checkpoints.make_when_grown(session, ROBOT, signer) is not None

    for size in range(1, 4):
        _fill(sessions, size)
        with ThreadPoolExecutor(6) as pool:
            assert sum(pool.map(sign, range(6))) == 1
    outcome = _verify(sessions, signer)
    assert (outcome.ok, outcome.size, outcome.checkpoints) == (True, 9, 3)


def test_proofs_leave_the_house(sessions: Sessions, signer: Signer) -> None:
    _fill(sessions, 11)
    with sessions.begin() as session:
        with pytest.raises(NotNow):
            proofs.prove(session, 3)
        with pytest.raises(NotFound):
            proofs.prove(session, 11)
        checkpoints.make(session, ROBOT, signer)
    with sessions() as session:
        for seq in range(11):
            proof = proofs.prove(session, seq)
            assert proofs.check(proof.text, signer.name, signer.public) == proof
            assert len(proof.text) < 2048
        forged = proof.text.replace("index 10", "index 9")
        assert proofs.check(forged, signer.name, signer.public) is None
        assert proofs.check("", signer.name, signer.public) is None
        assert proofs.check(proof.text, signer.name, bytes(32)) is None
        stored = journal.stored_nodes(session)
        path = proofs.prove_growth(session, 5, 12)
        assert tree.is_consistent(5, 12, path, tree.root(5, stored), tree.root(12, stored))
        with pytest.raises(NotFound):
            proofs.prove_growth(session, 5, 13)


def test_a_commitment_proves_until_it_is_forgotten(sessions: Sessions) -> None:
    with sessions.begin() as session:
        commitment = commitments.commit(session, "添付が足りません。")
    with sessions.begin() as session:
        assert commitments.opens(session, commitment, "添付が足りません。")
        assert not commitments.opens(session, commitment, "添付が足ります。")
        commitments.forget(session, commitment)
    with sessions() as session:
        assert not commitments.opens(session, commitment, "添付が足りません。")


UNGUARDED = {
    "sqlite": [
        "DROP TRIGGER audit_node_no_update",
        "DROP TRIGGER audit_node_no_delete",
        "DROP TRIGGER audit_node_no_replace",
        "DROP TRIGGER audit_node_no_delete;"
        "CREATE TRIGGER audit_node_no_delete BEFORE DELETE ON audit_node BEGIN SELECT 1; END",
        "DROP TRIGGER audit_node_no_delete;"
        "CREATE TRIGGER audit_node_no_delete BEFORE DELETE ON audit_node WHEN 0 "
        "BEGIN SELECT RAISE(ABORT, 'the journal is insert-only: audit_node'); END",
    ],
    "postgresql": [
        "DROP TRIGGER audit_node_insert_only ON audit_node",
        "ALTER TABLE audit_node DISABLE TRIGGER audit_node_insert_only",
        "ALTER TABLE audit_node ENABLE REPLICA TRIGGER audit_node_insert_only",
        "DROP TRIGGER audit_node_insert_only ON audit_node;"
        "CREATE TRIGGER audit_node_insert_only BEFORE DELETE ON audit_node "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_journal_change()",
    ],
}


@pytest.mark.parametrize("way", range(5))
def test_a_guard_taken_away_is_reported(sessions: Sessions, signer: Signer, way: int) -> None:
    _fill(sessions, 3)
    assert _verify(sessions, signer).ok
    with sessions.begin() as session:
        ways = UNGUARDED[session.get_bind().dialect.name]
        for statement in re.split(r";(?! END)", ways[way % len(ways)]):
            session.execute(sa.text(statement))
    outcome = _verify(sessions, signer)
    assert [(one.kind, one.first, one.last) for one in outcome.findings] == [("guard", 0, 2)]
    assert "表 audit_node を書き換えから守るしくみ" in outcome.findings[0].message


def test_a_guard_that_refuses_no_more_is_reported(sessions: Sessions, signer: Signer) -> None:
    with sessions.begin() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(
                sa.text(
                    "CREATE OR REPLACE FUNCTION refuse_journal_change() RETURNS trigger "
                    "LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$"
                )
            )
        else:
            _unguard(session)
    assert [one.message.split()[1] for one in _verify(sessions, signer).findings] == [
        "audit_entry",
        "audit_node",
        "audit_checkpoint",
    ]


def test_findings_speak_japanese(sessions: Sessions, signer: Signer) -> None:
    _fill(sessions, 2)
    _tamper(sessions, "UPDATE audit_entry SET body = '{}' WHERE seq = 1")
    findings = _found(_verify(sessions, signer))
    assert [finding.message for finding in findings] == ["1番の記録が書き換えられています。"]
