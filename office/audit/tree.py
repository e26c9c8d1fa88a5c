"""The Merkle tree of RFC 6962 §2: hashes, roots, inclusion and consistency proofs.

Pure functions over `Nodes`: a way to get the hash of a full subtree by level and index.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

Nodes = Callable[[int, int], bytes]
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(body: bytes) -> bytes:
    """The hash of an entry (RFC 6962 §2.1: prefix 0x00)."""
    return hashlib.sha256(b"\x00" + body).digest()


def pair_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node (prefix 0x01)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def completed(index: int, leaf: bytes, nodes: Nodes) -> Iterator[tuple[int, int, bytes]]:
    """The nodes (level, index, hash) that appending leaf number `index` completes, the leaf first."""
    level, digest = 0, leaf
    yield level, index, digest
    while index & 1:
        digest = pair_hash(nodes(level, index - 1), digest)
        level, index = level + 1, index >> 1
        yield level, index, digest


def root(size: int, nodes: Nodes) -> bytes:
    """The root of the first `size` entries."""
    return _range(0, size, nodes) if size else EMPTY_ROOT


def inclusion(index: int, size: int, nodes: Nodes) -> list[bytes]:
    """The audit path of entry `index` in the tree of `size` entries (RFC 6962 §2.1.1)."""
    if not 0 <= index < size:
        raise ValueError("no such entry in a tree of this size")
    start, path = 0, []
    while size > 1:
        split = _split(size)
        if index < split:
            path.append(_range(start + split, size - split, nodes))
            size = split
        else:
            path.append(_range(start, split, nodes))
            index, start, size = index - split, start + split, size - split
    return path[::-1]


def consistency(old: int, new: int, nodes: Nodes) -> list[bytes]:
    """The proof that the tree of `old` entries is the beginning of that of `new` (RFC 6962 §2.1.2)."""
    if not 0 <= old <= new:
        raise ValueError("the old tree is larger than the new one")
    start, path, whole = 0, [], True
    while 0 < old < new:
        split = _split(new)
        if old <= split:
            path.append(_range(start + split, new - split, nodes))
            new = split
        else:
            path.append(_range(start, split, nodes))
            old, start, new, whole = old - split, start + split, new - split, False
    if not whole:
        path.append(_range(start, new, nodes))
    return path[::-1]


def includes(leaf: bytes, index: int, size: int, path: Sequence[bytes], expected: bytes) -> bool:
    """Whether the path proves the leaf at `index` under the root `expected` (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    last, digest = size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if index & 1 or index == last:
            digest = pair_hash(step, digest)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            digest = pair_hash(digest, step)
        index, last = index >> 1, last >> 1
    return last == 0 and digest == expected


def is_consistent(old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether the path proves `old_root` to be the beginning of `new_root` (RFC 9162 §2.1.4.2)."""
    if old == new or old == 0:
        return not path and (old_root == new_root if old == new else old_root == EMPTY_ROOT)
    if old > new or not path:
        return False
    steps = [old_root, *path] if old & (old - 1) == 0 else list(path)
    index, last = old - 1, new - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    from_old = from_new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if index & 1 or index == last:
            from_old, from_new = pair_hash(step, from_old), pair_hash(step, from_new)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            from_new = pair_hash(from_new, step)
        index, last = index >> 1, last >> 1
    return last == 0 and from_old == old_root and from_new == new_root


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1


def _range(start: int, size: int, nodes: Nodes) -> bytes:
    """The hash of `size` entries from `start` (which a subtree of this size can begin at)."""
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return nodes(level, start >> level)
    split = _split(size)
    return pair_hash(
        nodes(split.bit_length() - 1, start // split), _range(start + split, size - split, nodes)
    )
