"""The Merkle tree over the entries of a period, in the shape of RFC 6962.

Leaves are taken one by one, and only the roots of complete subtrees are kept: as many as
the tree is high. So the tree of a million entries, and the path of one of them, cost time
but no memory.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import NamedTuple

Path = tuple[tuple[str, str], ...]
"""Siblings from a leaf to the root, each with its side: `R` or `L`."""

BLOCK = 1024
"""Leaves of the subtrees whose roots are kept, so that a path needs the leaves of one only."""


class Subtree(NamedTuple):
    """A part of the tree: its root, and the paths inside it of the leaves that are followed."""

    size: int
    root: bytes
    paths: Mapping[int, Path]


_NO_PATHS: Mapping[int, Path] = {}


@dataclass(slots=True)
class Tree:
    """The tree over what was added so far; `followed` are the positions whose paths are asked."""

    followed: frozenset[int] = frozenset()
    count: int = 0
    blocks: list[bytes] = field(default_factory=list)
    _subtrees: list[Subtree] = field(default_factory=list)

    def add(self, leaf: bytes) -> None:
        """Take the hash of the next leaf."""
        is_followed = self.count in self.followed
        self._grow(Subtree(1, leaf, {self.count: ()} if is_followed else _NO_PATHS))

    def add_block(self, root: bytes) -> None:
        """Take the root of the next `BLOCK` leaves at once; none of them is followed."""
        self._grow(Subtree(BLOCK, root, _NO_PATHS))

    def _grow(self, grown: Subtree) -> None:
        self.count += grown.size
        while self._subtrees and self._subtrees[-1].size == grown.size:
            grown = _joined(self._subtrees.pop(), grown)
            if grown.size == BLOCK:
                self.blocks.append(grown.root)
        self._subtrees.append(grown)

    @property
    def root(self) -> bytes:
        """Root over all leaves; an odd one is carried up, never doubled.

        >>> Tree().root.hex()[:8]
        'e3b0c442'
        """
        return self._whole.root

    @property
    def paths(self) -> Mapping[int, Path]:
        """Path of each leaf that is followed, by position."""
        return self._whole.paths

    @property
    def _whole(self) -> Subtree:
        if not self._subtrees:
            return Subtree(0, hashlib.sha256(b"").digest(), {})
        return reduce(lambda right, left: _joined(left, right), self._subtrees[::-1])


def is_included(leaf: bytes, path: Iterable[tuple[str, str]], root: bytes) -> bool:
    """Whether a path leads from the hash of a leaf to the root."""
    node = leaf
    for side, sibling in path:
        other = bytes.fromhex(sibling)
        node = _node(node, other) if side == "R" else _node(other, node)
    return node == root


def _joined(left: Subtree, right: Subtree) -> Subtree:
    size, root = left.size + right.size, _node(left.root, right.root)
    if not left.paths and not right.paths:
        return Subtree(size, root, left.paths)
    paths = {at: (*path, ("R", right.root.hex())) for at, path in left.paths.items()}
    paths |= {at: (*path, ("L", left.root.hex())) for at, path in right.paths.items()}
    return Subtree(size, root, paths)


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
