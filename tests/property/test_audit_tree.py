"""The Merkle tree against an independent implementation, and its proofs against every change."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from office.audit import tree

BODIES = st.lists(st.binary(max_size=20), min_size=1, max_size=70)


def grown(bodies: Sequence[bytes]) -> tree.Nodes:
    """The nodes of a tree grown entry by entry."""
    made: dict[tuple[int, int], bytes] = {}

    def node(level: int, index: int) -> bytes:
        return made[level, index]

    for seq, body in enumerate(bodies):
        for level, index, digest in tree.completed(seq, tree.leaf_hash(body), node):
            assert (level, index) not in made
            made[level, index] = digest
    return node


@given(BODIES)
def test_roots_of_every_size_are_those_of_pymerkle(bodies: list[bytes]) -> None:
    oracle = InmemoryTree(algorithm="sha256")
    nodes = grown(bodies)
    for size, body in enumerate(bodies, 1):
        oracle.append_entry(body)
        assert tree.root(size, nodes) == oracle.get_state(size)


def test_the_empty_root_is_that_of_the_rfc() -> None:
    expected = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert tree.root(0, grown([])).hex() == expected


@given(BODIES, st.data())
def test_an_entry_is_proven_and_nothing_else(bodies: list[bytes], data: st.DataObject) -> None:
    nodes = grown(bodies)
    size = data.draw(st.integers(1, len(bodies)))
    index = data.draw(st.integers(0, size - 1))
    root, path = tree.root(size, nodes), tree.inclusion(index, size, nodes)
    leaf = tree.leaf_hash(bodies[index])
    assert tree.includes(leaf, index, size, path, root)
    assert not tree.includes(tree.leaf_hash(bodies[index] + b"x"), index, size, path, root)
    assert not tree.includes(leaf, index, size, path, tree.leaf_hash(root))
    assert not tree.includes(leaf, index, size, [*path, root], root)
    assert not tree.includes(leaf, size, size, path, root)
    if path:
        assert not tree.includes(leaf, index, size, path[:-1], root)
        at = data.draw(st.integers(0, len(path) - 1))
        assert (
            not tree.includes(leaf, index, size, [*path[:at], leaf, *path[at + 1 :]], root)
            or path[at] == leaf
        )


@given(BODIES, st.data())
def test_growth_is_proven_and_rewriting_is_not(bodies: list[bytes], data: st.DataObject) -> None:
    nodes = grown(bodies)
    old = data.draw(st.integers(0, len(bodies)))
    new = data.draw(st.integers(old, len(bodies)))
    path = tree.consistency(old, new, nodes)
    old_root, new_root = tree.root(old, nodes), tree.root(new, nodes)
    assert tree.is_consistent(old, new, path, old_root, new_root)
    if old:
        at = data.draw(st.integers(0, old - 1))
        rewritten = grown([*bodies[:at], bodies[at] + b"x", *bodies[at + 1 :]])
        forged_root, forged = tree.root(new, rewritten), tree.consistency(old, new, rewritten)
        assert not tree.is_consistent(old, new, forged, old_root, forged_root)
        assert not tree.is_consistent(old, new, path, old_root, forged_root)
        assert not tree.is_consistent(old, new, [*path, old_root], old_root, new_root)
