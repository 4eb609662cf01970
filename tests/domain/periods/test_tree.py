"""The tree and its paths, against the published vectors and a tree built all at once."""

import hashlib
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.periods.closing import leaf_hash
from domain.periods.tree import BLOCK, Tree, is_included

VECTORS = json.loads((Path(__file__).parents[2] / "data" / "closing_hash_vectors.json").read_text())
HASHES = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40)


def grown(leaves: list[bytes], *followed: int) -> Tree:
    """A tree over these leaves."""
    tree = Tree(frozenset(followed))
    for leaf in leaves:
        tree.add(leaf)
    return tree


def root_of(leaves: list[bytes]) -> bytes:
    """The root as RFC 6962 defines it: split at the largest power of two below the length."""
    if len(leaves) == 1:
        return leaves[0]
    cut = int(1 << (len(leaves) - 1).bit_length() - 1)
    return hashlib.sha256(b"\x01" + root_of(leaves[:cut]) + root_of(leaves[cut:])).digest()


@pytest.mark.parametrize("vector", VECTORS["merkle"])
def test_the_tree_has_the_shape_of_rfc_6962(vector: dict[str, Any]) -> None:
    """Nought to seven leaves."""
    leaves = [leaf_hash(text.encode()) for text in vector["leaves_text"]]

    assert grown(leaves).root.hex() == vector["root"]


def test_the_published_path_is_found_and_leads_to_the_root() -> None:
    """One entry shown without the rest."""
    known, body = VECTORS["inclusion"], VECTORS["closings"][0]["body"]
    hashes = VECTORS["leaf_hashes"]
    leaves = [bytes.fromhex(hashes[f"2026-00000{number}"]) for number in (1, 2, 4)]

    found = grown(leaves, 1).paths[1]

    assert [list(step) for step in found] == known["path"]
    assert is_included(leaves[1], found, bytes.fromhex(body["merkle_root"]))


@given(HASHES)
def test_leaf_by_leaf_is_the_tree_built_at_once(leaves: list[bytes]) -> None:
    """Of any length."""
    assert grown(leaves).root == root_of(leaves)


@given(HASHES, st.data())
def test_every_leaf_has_a_path(leaves: list[bytes], data: st.DataObject) -> None:
    """Paths lead to the root from their leaves and from no other, however many are followed."""
    followed = data.draw(st.sets(st.integers(0, len(leaves) - 1), min_size=1))
    tree = grown(leaves, *followed)

    assert set(tree.paths) == followed
    for at, path in tree.paths.items():
        assert is_included(leaves[at], path, tree.root)
        assert not is_included(hashlib.sha256(leaves[at]).digest(), path, tree.root)


@pytest.mark.parametrize("count", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 7])
def test_a_tree_is_grown_again_from_its_blocks(count: int) -> None:
    """The kept roots and the leaves behind them give the same root and the same paths."""
    leaves = [number.to_bytes(32) for number in range(count)]
    whole = grown(leaves, *range(max(0, count - 7), count))
    again = Tree(whole.followed)
    full = count // BLOCK if count % BLOCK >= 7 else max(0, count // BLOCK - 1)
    for root in whole.blocks[:full]:
        again.add_block(root)
    for leaf in leaves[full * BLOCK :]:
        again.add(leaf)

    assert len(whole.blocks) == count // BLOCK
    assert (again.count, again.root, again.paths) == (count, whole.root, whole.paths)


def test_a_long_tree_takes_no_memory() -> None:
    """A hundred times the leaves: one root more for each block of them, and that is all."""

    def peak(count: int) -> int:
        tracemalloc.start()
        tree = Tree(frozenset({7}))
        for number in range(count):
            tree.add(number.to_bytes(32))
        assert tree.paths[7]
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    assert peak(20_000) < 3 * peak(200)
