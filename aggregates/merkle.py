"""The Merkle tree over the log: RFC 6962 §2.1, SHA-256, to the byte.

    leaf(d)   = SHA-256(0x00 ‖ d)
    node(l,r) = SHA-256(0x01 ‖ l ‖ r)
    MTH(D[n]) = node(MTH(D[0:k]), MTH(D[k:n])),  k = largest power of two < n;  MTH({}) = SHA-256("")

A proof is made from the roots of ranges of leaves, so that it needs no tree in memory: whoever holds the leaves hands in
`root_of(start, end)`. Indexes count from 0; an event at position p of the log is leaf p - 1.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Self

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

RangeRoot = Callable[[int, int], bytes]
"""The root of leaves start to end - 1, as a tree of their own."""


def leaf_hash(content: bytes) -> bytes:
    """The leaf of an event's stored bytes."""
    return sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The node over two subtrees."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """What is needed to go on appending: the root of each perfect subtree, one per 1-bit of `size`, largest first."""

    __slots__ = ("_stack", "size")

    def __init__(self) -> None:
        self.size = 0
        self._stack: list[bytes] = []

    @classmethod
    def unpack(cls, size: int, packed: bytes) -> Self:
        """From the hashes one after the other, as the log's head keeps them. Raises ValueError when they do not fit."""
        if size < 0 or len(packed) != HASH_BYTES * size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} subtrees, not {len(packed) / HASH_BYTES:g}")
        frontier = cls()
        frontier.size = size
        frontier._stack = [packed[at : at + HASH_BYTES] for at in range(0, len(packed), HASH_BYTES)]
        return frontier

    def packed(self) -> bytes:
        """The hashes one after the other, largest subtree first."""
        return b"".join(self._stack)

    def append(self, leaf: bytes) -> None:
        """Take in the next leaf's hash."""
        stack, filled = self._stack, self.size
        while filled & 1:
            leaf = sha256(b"\x01" + stack.pop() + leaf).digest()
            filled >>= 1
        stack.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The root of everything appended so far."""
        if not self._stack:
            return EMPTY_ROOT
        *rest, root = self._stack
        for left in reversed(rest):
            root = node_hash(left, root)
        return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over these leaf hashes, in order."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def ranges_of(leaves: Sequence[bytes]) -> RangeRoot:
    """Roots of ranges of leaves that are at hand."""
    return lambda start, end: root_of(leaves[start:end])


def inclusion_proof(index: int, size: int, range_root: RangeRoot) -> list[bytes]:
    """PATH(m, D[n]), from the leaf upwards. Raises ValueError for a leaf outside the tree."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    siblings: list[tuple[int, int]] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            siblings.append((middle, end))
            end = middle
        else:
            siblings.append((start, middle))
            start = middle
    return [range_root(*sibling) for sibling in reversed(siblings)]


def consistency_proof(old: int, new: int, range_root: RangeRoot) -> list[bytes]:
    """PROOF(m, D[n]): that the tree of `new` leaves begins with that of `old`. Raises ValueError unless 0 < old ≤ new."""
    if not 0 < old <= new:
        raise ValueError(f"a tree of {old} leaves has no consistency proof with one of {new}")
    needed: list[tuple[int, int]] = []
    start, end = 0, new
    while old < end:
        middle = start + _split(end - start)
        if old <= middle:
            needed.append((middle, end))
            end = middle
        else:
            needed.append((start, middle))
            start = middle
    if start > 0:
        needed.append((start, end))
    return [range_root(*one) for one in reversed(needed)]


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof leads from the leaf to the root of a tree of `size`."""
    if not 0 <= index < size:
        return False
    inner = (index ^ (size - 1)).bit_length()
    if len(proof) != inner + (index >> inner).bit_count() or not _are_hashes(leaf, root, *proof):
        return False
    reached = leaf
    for level, sibling in enumerate(proof[:inner]):
        reached = node_hash(sibling, reached) if index >> level & 1 else node_hash(reached, sibling)
    for sibling in proof[inner:]:
        reached = node_hash(sibling, reached)
    return reached == root


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the tree of `new` leaves begins with that of `old`."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    if not proof or not _are_hashes(old_root, new_root, *proof):
        return False
    shift = (old & -old).bit_length() - 1
    inner = ((old - 1) ^ (new - 1)).bit_length()
    border = (old - 1 >> inner).bit_count()
    inner -= shift
    seed, path = (old_root, proof) if old.bit_count() == 1 else (proof[0], proof[1:])
    if len(path) != inner + border:
        return False
    mask = old - 1 >> shift
    was = now = seed
    for level, sibling in enumerate(path[:inner]):
        if mask >> level & 1:
            was, now = node_hash(sibling, was), node_hash(sibling, now)
        else:
            now = node_hash(now, sibling)
    for sibling in path[inner:]:
        was, now = node_hash(sibling, was), node_hash(sibling, now)
    return was == old_root and now == new_root


def _split(size: int) -> int:
    """The largest power of two below a size of at least 2."""
    return 1 << (size - 1).bit_length() - 1


def _are_hashes(*hashes: bytes) -> bool:
    return all(len(one) == HASH_BYTES for one in hashes)
