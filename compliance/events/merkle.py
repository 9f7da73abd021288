"""The Merkle tree of RFC 9162: root, inclusion and consistency proofs, and their verification."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_HASH = hashlib.sha256().digest_size
_RUN = 4096
"""Leaves of a subtree that is made at once."""
_NEAR = 256
"""Leaves that share the upper part of their audit paths."""
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Hash of a leaf's data (RFC 9162 section 2.1.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def _level(below: bytes) -> bytes:
    """The full nodes over packed nodes, two by two."""
    start, pair = hashlib.sha256(b"\x01"), 2 * _HASH
    nodes = []
    for at in range(0, len(below) - len(below) % pair, pair):
        node = start.copy()
        node.update(below[at : at + pair])
        nodes.append(node.digest())
    return b"".join(nodes)


@dataclass(frozen=True, slots=True)
class Frontier:
    """The roots of the full subtrees of a growing tree, largest first: all that appending needs."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def extend(self, leaves: Iterable[bytes]) -> Frontier:
        """The frontier after further leaf hashes."""
        stack, size = list(self.hashes), self.size
        sha256 = hashlib.sha256
        for leaf in leaves:
            node, bits = leaf, size
            while bits & 1:
                node = sha256(b"\x01" + stack.pop() + node).digest()
                bits >>= 1
            stack.append(node)
            size += 1
        return Frontier(size, tuple(stack))

    def grown(self, packed: bytes) -> Frontier:
        """The frontier after further leaf hashes that lie one behind the other: full subtrees are made level by level."""
        leaves = len(packed) // _HASH
        odd = min(-self.size % _RUN, leaves)
        found = self.extend(packed[at * _HASH : (at + 1) * _HASH] for at in range(odd))
        while leaves - odd >= _RUN:
            top = packed[odd * _HASH : (odd + _RUN) * _HASH]
            while len(top) > _HASH:
                top = _level(top)
            runs = Frontier(found.size // _RUN, found.hashes).extend([top])
            found = Frontier(runs.size * _RUN, runs.hashes)
            odd += _RUN
        return found.extend(packed[at * _HASH : (at + 1) * _HASH] for at in range(odd, leaves))

    @property
    def root(self) -> bytes:
        """Root of the tree (RFC 9162 section 2.1.1)."""
        if not self.hashes:
            return EMPTY_ROOT
        node = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            node = node_hash(left, node)
        return node


class Tree:
    """All levels of full nodes over leaf hashes, for many proofs from one log: 64 bytes a leaf, each level in one piece."""

    __slots__ = ("_levels", "_near", "size")

    def __init__(self, leaves: Sequence[bytes] | bytes) -> None:
        """From leaf hashes one by one, or one behind the other."""
        packed = leaves if isinstance(leaves, bytes) else b"".join(leaves)
        self.size = len(packed) // _HASH
        self._levels: list[bytes] = [packed]
        self._near: tuple[int, int, tuple[bytes, ...]] = (0, 0, ())
        """Range of leaves that were asked for last, and the path from it to the root: neighbours share it."""
        while len(self._levels[-1]) > _HASH:
            self._levels.append(_level(self._levels[-1]))

    @classmethod
    def of(cls, levels: Sequence[bytes], size: int) -> Tree:
        """From the full nodes, level by level, that an equal tree has."""
        made = cls(b"")
        made.size, made._levels = size, list(levels)
        return made

    @property
    def root(self) -> bytes:
        """Root of the whole tree."""
        return self._range(0, self.size)

    def leaf(self, index: int) -> bytes:
        """Leaf hash at 0-based `index`. IndexError outside the tree."""
        if not 0 <= index < self.size:
            raise IndexError(index)
        return self._node(0, index)

    def inclusion(self, index: int) -> tuple[bytes, ...]:
        """Audit path of the leaf at 0-based `index`, leaf first (RFC 9162 section 2.1.3). IndexError outside the tree."""
        if not 0 <= index < self.size:
            raise IndexError(index)
        start, end, above = self._near
        if not start <= index < end:
            start, end, above = self._near = self._descend(index, 0, self.size, _NEAR)
        return self._descend(index, start, end, 1)[2] + above

    def near(self, indexes: Sequence[int], width: int = 64) -> list[Part]:
        """The subtrees of at most `width` leaves over ascending indexes, from which their audit paths can be told elsewhere."""
        found: list[Part] = []
        at = 0
        while at < len(indexes):
            if not 0 <= indexes[at] < self.size:
                raise IndexError(indexes[at])
            start, end, above = self._descend(indexes[at], 0, self.size, width)
            until = bisect_left(indexes, end, at)
            levels = [
                level[(start >> height) * _HASH : (end >> height) * _HASH]
                for height, level in enumerate(self._levels[: (end - start).bit_length()])
            ]
            found.append(Part(start, end - start, levels, above, tuple(indexes[at:until])))
            at = until
        return found

    def _descend(self, index: int, start: int, end: int, width: int) -> tuple[int, int, tuple[bytes, ...]]:
        """The range of at most `width` leaves around `index` below [start, end), and the audit path from it up to there."""
        path: list[bytes] = []
        while end - start > width:
            middle = start + _split(end - start)
            if index < middle:
                path.append(self._range(middle, end))
                end = middle
            else:
                path.append(self._range(start, middle))
                start = middle
        return start, end, tuple(reversed(path))

    def consistency(self, first: int) -> tuple[bytes, ...]:
        """Proof that the tree of the `first` leaves is a prefix of this one (RFC 9162 section 2.1.4)."""
        if not 0 <= first <= self.size:
            raise IndexError(first)
        if first in (0, self.size):
            return ()
        path: list[bytes] = []
        start, end, known = 0, self.size, True
        while first != end:
            middle = start + _split(end - start)
            if first <= middle:
                path.append(self._range(middle, end))
                end = middle
            else:
                path.append(self._range(start, middle))
                start, known = middle, False
        if not known:
            path.append(self._range(start, end))
        return tuple(reversed(path))

    def _node(self, level: int, place: int) -> bytes:
        return self._levels[level][place * _HASH : (place + 1) * _HASH]

    def _range(self, start: int, end: int) -> bytes:
        """Root over leaves [start, end), where start is a multiple of the range's next power of two."""
        if end == start:
            return EMPTY_ROOT
        if end - start == 1:
            return self._node(0, start)
        if (end - start) & (end - start - 1) == 0:
            level = (end - start).bit_length() - 1
            return self._node(level, start >> level)
        middle = start + _split(end - start)
        return node_hash(self._range(start, middle), self._range(middle, end))


@dataclass(frozen=True, slots=True)
class Part:
    """A subtree: its first leaf, its size, its full nodes level by level, the audit path from it to the root, and leaves asked for."""

    first: int
    size: int
    levels: list[bytes]
    above: tuple[bytes, ...]
    asked: tuple[int, ...]

    def leaves(self) -> list[bytes]:
        """Hashes of the leaves asked for."""
        packed, first = self.levels[0], self.first
        return [packed[(row - first) * _HASH : (row - first + 1) * _HASH] for row in self.asked]

    def paths(self) -> list[str]:
        """Audit paths of the leaves asked for, leaf first, as the members of a JSON list in hexadecimal."""
        above = [f'"{node.hex()}"' for node in self.above]
        if self.size & (self.size - 1) or 4 * len(self.asked) < self.size:
            tree = Tree.of(self.levels, self.size)
            lower = ([f'"{node.hex()}"' for node in tree.inclusion(row - self.first)] for row in self.asked)
            return [",".join([*nodes, *above]) for nodes in lower]
        texts = [",".join(above)]
        for level in reversed(self.levels[: self.size.bit_length() - 1]):
            packed = level.hex()
            nodes = [f'"{packed[at : at + 2 * _HASH]}"' for at in range(0, len(packed), 2 * _HASH)]
            texts = [
                f"{nodes[place ^ 1]},{above_it}" if (above_it := texts[place >> 1]) else nodes[place ^ 1]
                for place in range(len(nodes))
            ]
        return [texts[row - self.first] for row in self.asked]


def _split(size: int) -> int:
    """Largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """True where the audit path leads from the leaf hash to the root (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size or any(len(entry) != _HASH for entry in (leaf, root, *path)):
        return False
    node, position, last = leaf, index, size - 1
    for sibling in path:
        if last == 0:
            return False
        if position & 1 or position == last:
            node = node_hash(sibling, node)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            node = node_hash(node, sibling)
        position >>= 1
        last >>= 1
    return last == 0 and node == root


def verify_consistency(first: int, second: int, path: Sequence[bytes], first_root: bytes, second_root: bytes) -> bool:
    """True where the proof shows the first tree to be a prefix of the second (RFC 9162 section 2.1.4.2).

    Nothing is proved about an empty first tree, as the RFC asks for 0 < first.
    """
    if not 0 < first <= second:
        return False
    if first == second:
        return not path and first_root == second_root
    if not path:
        return False
    nodes = list(path)
    if first & (first - 1) == 0:
        nodes.insert(0, first_root)
    position, last = first - 1, second - 1
    while position & 1:
        position >>= 1
        last >>= 1
    old = new = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old, new = node_hash(node, old), node_hash(node, new)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            new = node_hash(new, node)
        position >>= 1
        last >>= 1
    return last == 0 and old == first_root and new == second_root
