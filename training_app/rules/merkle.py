"""Merkle trees as RFC 9162 (section 2.1) hashes them: roots, and proofs that need only a few hashes to check.

Hashes are 32 bytes of SHA-256.  Leaves and inner nodes are hashed with different prefixes, so that neither can be
passed off as the other.  Functions that take *hashes* take the hashes of the leaves, first leaf first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()
"""Root of the tree without leaves."""


def leaf_hash(content: bytes) -> bytes:
    """Return the hash of a leaf with this *content*."""
    return sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node above two subtrees with these roots."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """The right edge of a tree: all that is needed to go on adding leaves, however many there are.

    *hashes* are the roots of the perfect subtrees that the tree consists of, the largest (leftmost) first; there are as
    many as *size*, the number of leaves, has ones in binary.

    :raises ValueError: if the number of hashes does not fit the size.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.hashes) != self.size.bit_count():
            raise ValueError(f"{len(self.hashes)} hashes cannot be the frontier of {self.size} leaves")

    def append(self, leaf: bytes) -> "Frontier":
        """Return the frontier after one more leaf, given by its hash."""
        return self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> "Frontier":
        """Return the frontier after more leaves, given by their hashes in order."""
        size, edge = self.size, list(self.hashes)
        for leaf in leaves:
            node, below = leaf, size
            while below & 1:
                node, below = node_hash(edge.pop(), node), below >> 1
            edge.append(node)
            size += 1
        return Frontier(size, tuple(edge))

    def root(self) -> bytes:
        """Return the root of the tree."""
        if not self.hashes:
            return EMPTY_ROOT
        node = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            node = node_hash(left, node)
        return node


def root(hashes: Iterable[bytes]) -> bytes:
    """Return the root of the tree with these leaves; without any, the SHA-256 of nothing."""
    return Frontier().extend(hashes).root()


def inclusion_proof(hashes: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """Return the audit path of a leaf: the siblings on the way from it to the root, the lowest first.

    :param index: number of the leaf, from 0.
    :raises IndexError: if there is no such leaf.

    Source: RFC 9162, section 2.1.3.1.
    """
    if not 0 <= index < len(hashes):
        raise IndexError(f"no leaf {index} in a tree of {len(hashes)}")
    path: list[bytes] = []
    start, end = 0, len(hashes)
    while end - start > 1:
        middle = start + _left_part(end - start)
        if index < middle:
            path.append(root(hashes[middle:end]))
            end = middle
        else:
            path.append(root(hashes[start:middle]))
            start = middle
    return tuple(reversed(path))


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Return whether *path* proves that *leaf* is the hash of leaf *index* in the tree of *size* leaves with *root*.

    Source: RFC 9162, section 2.1.3.2.
    """
    if not 0 <= index < size:
        return False
    position, last, node = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if position & 1 or position == last:
            node = node_hash(sibling, node)
            position, last = _below_right_turn(position, last)
        else:
            node = node_hash(node, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and node == root


def consistency_proof(hashes: Sequence[bytes], first: int) -> tuple[bytes, ...]:
    """Return the proof that the tree of the *first* so many leaves became the tree of all *hashes* by adding only.

    Empty where there is nothing to prove: *first* is 0 or the whole.

    :raises IndexError: if *first* is negative or there are fewer leaves.

    Source: RFC 9162, section 2.1.4.1.
    """
    if not 0 <= first <= len(hashes):
        raise IndexError(f"no tree of {first} leaves in a tree of {len(hashes)}")
    if first == 0:
        return ()
    proof: list[bytes] = []
    start, end = 0, len(hashes)
    while first != end:
        middle = start + _left_part(end - start)
        if first <= middle:
            proof.append(root(hashes[middle:end]))
            end = middle
        else:
            proof.append(root(hashes[start:middle]))
            start = middle
    if start > 0:  # from 0 on, the subtree is the first tree itself, whose root the asker has
        proof.append(root(hashes[start:end]))
    return tuple(reversed(proof))


def verify_consistency(first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """Return whether *proof* proves that the tree of *first* leaves is the beginning of the tree of *second* leaves.

    The empty tree is the beginning of every tree.

    Source: RFC 9162, section 2.1.4.2.
    """
    if not 0 <= first <= second:
        return False
    if first == 0:
        return not proof and first_root == EMPTY_ROOT
    if first == second:
        return not proof and first_root == second_root
    hashes = list(proof)
    if first & (first - 1) == 0:
        hashes.insert(0, first_root)
    if not hashes:
        return False
    position, last = first - 1, second - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old = new = hashes[0]
    for node in hashes[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old, new = node_hash(node, old), node_hash(node, new)
            position, last = _below_right_turn(position, last)
        else:
            new = node_hash(new, node)
        position, last = position >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


def _below_right_turn(position: int, last: int) -> tuple[int, int]:
    """Return both numbers moved up the levels on which the tree's right edge has no sibling to the left."""
    while position and not position & 1:
        position, last = position >> 1, last >> 1
    return position, last


def _left_part(size: int) -> int:
    """Return how many of *size* > 1 leaves stand in the left subtree: the largest power of two below *size*."""
    return 1 << (size - 1).bit_length() - 1
