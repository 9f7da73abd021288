"""Whether a store still proves what it claims: ledger, receipts, file digests, tree, and on request every leaf."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compliance.errors import IntegrityError, Place
from compliance.events.catalogue import catalogue
from compliance.events.merkle import Frontier
from compliance.events.segment import EVENTS, LEAVES, LINES, RECEIPT, REJECTS, file_digest
from compliance.events.stored import leaf_of, read_lines_of

if TYPE_CHECKING:
    from pathlib import Path

    from compliance.events.store import Store

_BATCH = 10_000


@dataclass(frozen=True, slots=True)
class StoreCheck:
    """What was found sound: ledger entries, segments, leaves in the tree, and leaves made anew from their lines."""

    entries: int
    segments: int
    leaves: int
    remade: int
    not_checked: tuple[str, ...]


def verify_store(store: Store, *, deep: bool = False) -> StoreCheck:
    """Nothing but counts where all is sound. IntegrityError names the file and the layer that fails first.

    With `deep` every event's leaf is computed again from its verbatim line and salt.
    """
    tree = Frontier()
    entries = store.ledger.of("segment")
    for entry, sealed in zip(entries, store.sealed(), strict=True):
        folder = store.folder(entry["segment"])
        receipt = _receipt(store, entry["segment"], sealed, folder)
        tree = _tree(tree, entry, folder)
        if receipt["tree"] != {
            "size": tree.size,
            "root": tree.root.hex(),
            "frontier": [node.hex() for node in tree.hashes],
        }:
            raise _broken("the receipt's tree is not that of the leaves", "tree", folder / RECEIPT)
    remade = _remake(store, tree.size) if deep else 0
    open_ends = ["whether the ledger itself was replaced whole: compare its head with one given away earlier"]
    if not deep:
        open_ends.append("whether every line still gives its leaf: run with --deep")
    if erased := sum(int(entry["rows"]) for entry in store.ledger.of("erasure")):
        open_ends.append(
            f"what stood in {erased:,} event(s) whose content was erased: their leaves stand by commitments"
        )
    return StoreCheck(len(store.ledger), len(entries), tree.size, remade, tuple(open_ends))


def _receipt(store: Store, segment: str, sealed: str, folder: Path) -> dict[str, Any]:
    path = folder / RECEIPT
    receipt = store.receipt(segment)
    if hashlib.sha256(path.read_bytes()).hexdigest() != sealed:
        raise _broken("the receipt is not the one that the ledger names", "receipt", path)
    for name in (EVENTS, LINES, LEAVES, REJECTS):
        if not (folder / name).is_file():
            raise _broken("the file is missing", "files", folder / name)
        if file_digest(folder / name) != receipt["digests"][name]:
            raise _broken("the file is not the one that was sealed", "files", folder / name)
    return receipt


def _tree(tree: Frontier, entry: dict[str, Any], folder: Path) -> Frontier:
    leaves = (folder / LEAVES).read_bytes()
    grown = tree.extend(leaves[at : at + 32] for at in range(0, len(leaves), 32))
    if grown.size != entry["size"] or grown.root.hex() != entry["root"]:
        raise _broken("the leaves do not give the root that the ledger names", "tree", folder / LEAVES)
    return grown


def _remake(store: Store, size: int) -> int:
    known = catalogue()
    leaves = b"".join((folder / LEAVES).read_bytes() for folder in store.segments())
    for first in range(0, size, _BATCH):
        for row, stored in read_lines_of(store, range(first, min(first + _BATCH, size))).items():
            leaf = leaf_of(row, stored, known)
            if leaf.hash != leaves[row * 32 : row * 32 + 32]:
                place = Place(stored.line.file, stored.line.line)
                raise IntegrityError(
                    "STO-LEAF",
                    "the line is not the one that was sealed",
                    hint="restore the store from its backup",
                    layer="leaves",
                    place=place,
                )
    return size


def _broken(cause: str, layer: str, path: Path) -> IntegrityError:
    return IntegrityError(
        "STO-SEGMENT", cause, hint="restore the store from its backup", layer=layer, place=Place(str(path))
    )
