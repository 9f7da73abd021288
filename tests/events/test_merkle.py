"""The Merkle tree against RFC 9162, by property and by public vectors."""

from __future__ import annotations

import base64
import json
import os
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.events.merkle import (
    EMPTY_ROOT,
    Frontier,
    Tree,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)

CORPORA = Path(os.environ.get("COMPLIANCE_CORPORA", ""))
needs_corpora = pytest.mark.skipif("COMPLIANCE_CORPORA" not in os.environ, reason="COMPLIANCE_CORPORA names no folder")


def _leaves(count: int) -> list[bytes]:
    return [leaf_hash(str(i).encode()) for i in range(count)]


def _by_definition(leaves: list[bytes]) -> bytes:
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(_by_definition(leaves[:split]), _by_definition(leaves[split:]))


@given(st.integers(0, 70), st.integers(0, 70))
def test_root_is_that_of_the_definition_however_the_log_grew(first: int, more: int) -> None:
    """Extending in two steps, at once, or by the recursive definition gives one root."""
    leaves = _leaves(first + more)
    grown = Frontier().extend(leaves[:first]).extend(leaves[first:])
    assert grown.root == Tree(leaves).root == _by_definition(leaves)


@given(st.integers(1, 70), st.data())
def test_every_inclusion_proof_verifies_and_no_other_leaf_passes(size: int, data: st.DataObject) -> None:
    """A proof holds for its own leaf, position and root, and for nothing else."""
    leaves = _leaves(size)
    index = data.draw(st.integers(0, size - 1))
    tree = Tree(leaves)
    path = tree.inclusion(index)
    assert verify_inclusion(leaves[index], index, size, path, tree.root)
    assert not verify_inclusion(leaf_hash(b"other"), index, size, path, tree.root)
    assert not verify_inclusion(leaves[index], index, size, (*path, leaves[0]), tree.root)


@given(st.integers(1, 70), st.data())
def test_every_consistency_proof_verifies(size: int, data: st.DataObject) -> None:
    """An earlier head is shown to be a prefix, and a changed one is not."""
    leaves = _leaves(size)
    first = data.draw(st.integers(1, size))
    path = Tree(leaves).consistency(first)
    assert verify_consistency(first, size, path, _by_definition(leaves[:first]), _by_definition(leaves))
    if first < size:
        assert not verify_consistency(first, size, path, leaf_hash(b"other"), _by_definition(leaves))


def test_positions_outside_the_tree_are_refused() -> None:
    """There is no proof for a leaf that is not there."""
    with pytest.raises(IndexError):
        Tree(_leaves(3)).inclusion(3)
    assert not verify_inclusion(leaf_hash(b"0"), 3, 3, (), EMPTY_ROOT)


def _bytes(text: str | None) -> bytes:
    return base64.b64decode(text or "")


@pytest.mark.corpora
@needs_corpora
def test_public_inclusion_vectors_agree() -> None:
    """Good and bad inclusion proofs of the public corpus are told apart."""
    paths = sorted((CORPORA / "merkle" / "inclusion").rglob("*.json"))
    assert paths
    for path in paths:
        case = json.loads(path.read_text("utf-8"))
        good = verify_inclusion(
            _bytes(case["leafHash"]),
            case["leafIdx"],
            case["treeSize"],
            [_bytes(p) for p in case["proof"] or ()],
            _bytes(case["root"]),
        )
        assert good != case["wantErr"], path


@pytest.mark.corpora
@needs_corpora
def test_public_consistency_vectors_agree() -> None:
    """Good and bad consistency proofs of the public corpus are told apart."""
    paths = sorted((CORPORA / "merkle" / "consistency").rglob("*.json"))
    assert paths
    for path in paths:
        case = json.loads(path.read_text("utf-8"))
        good = verify_consistency(
            case["size1"],
            case["size2"],
            [_bytes(p) for p in case["proof"] or ()],
            _bytes(case["root1"]),
            _bytes(case["root2"]),
        )
        assert good != case["wantErr"], path


def test_the_empty_log_has_the_hash_of_nothing() -> None:
    """RFC 9162 section 2.1.1."""
    assert Frontier().root == sha256(b"").digest()


@pytest.mark.parametrize("sizes", [(0, 5000), (1, 4096), (4095, 2), (4096, 8192, 4097), (3, 20000, 1)])
def test_leaves_that_come_packed_grow_the_same_tree(sizes: tuple[int, ...]) -> None:
    """Full subtrees are made at once where they begin at their place, and one by one elsewhere."""
    one_by_one = packed = Frontier()
    for start, size in enumerate(sizes):
        leaves = [sha256(f"{start} {at}".encode()).digest() for at in range(size)]
        one_by_one = one_by_one.extend(leaves)
        packed = packed.grown(b"".join(leaves))
        assert packed == one_by_one


@pytest.mark.parametrize("size", [1, 2, 63, 64, 65, 200, 257])
@pytest.mark.parametrize("step", [1, 3, 40])
def test_parts_tell_leaves_and_paths_of_the_tree(size: int, step: int) -> None:
    """Subtrees of any width, whole or ragged, give the paths that the tree gives, for neighbours and for a few here and there."""
    leaves = _leaves(size)
    tree, asked = Tree(leaves), range(0, size, step)
    for width in (1, 16, 64):
        parts = tree.near(asked, width)
        assert [leaf for part in parts for leaf in part.leaves()] == [leaves[row] for row in asked]
        assert [path for part in parts for path in part.paths()] == [
            ",".join(f'"{node.hex()}"' for node in tree.inclusion(row)) for row in asked
        ]


def test_no_part_lies_outside_the_tree() -> None:
    """A leaf that is not there is refused."""
    with pytest.raises(IndexError):
        Tree(_leaves(3)).near([1, 3])
