"""Leaf format `leaf/1`: what the Merkle tree commits to for one event. Fixed for ever; docs/leaf-format.md explains it.

    class salt   = SHA-256("leaf/1 salt <name> <event salt in hex>")
    commitment   = SHA-256("leaf/1 <name> <class salt in hex> " + content)
    leaf data    = "leaf/1 <open> <personal> <confidential> <restricted> <line>"      (commitments in hex)
    leaf hash    = SHA-256(0x00 + leaf data)                                          (RFC 9162)

The content of a class is the canonical JSON (RFC 8785) of the event's fields of that class, `{}` where there are none; the content
of `line` is the verbatim bytes of the log line. All text is UTF-8, all hexadecimal is lower case.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compliance.events.canonical import canonical_json
from compliance.events.catalogue import Catalogue, Sensitivity
from compliance.events.merkle import leaf_hash

FORMAT = "leaf/1"
CLASSES = ("open", "personal", "confidential", "restricted")
PARTS = (*CLASSES, "line")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One event's leaf: its 0-based index, and per part (the classes and `line`) the salt and the commitment."""

    index: int
    salts: Mapping[str, bytes]
    commitments: Mapping[str, bytes]

    @property
    def data(self) -> bytes:
        """The bytes that are hashed into the tree."""
        return leaf_data(self.commitments)

    @property
    def hash(self) -> bytes:
        """The leaf's hash in the tree."""
        return leaf_hash(self.data)


def part_salt(name: str, event_salt: bytes) -> bytes:
    """Salt of one part, from which neither the event's salt nor another part's can be found."""
    return hashlib.sha256(f"{FORMAT} salt {name} {event_salt.hex()}".encode("ascii")).digest()


def commitment(name: str, salt: bytes, content: bytes) -> bytes:
    """Commitment to one part's content under its salt."""
    return hashlib.sha256(f"{FORMAT} {name} {salt.hex()} ".encode("ascii") + content).digest()


def leaf_data(commitments: Mapping[str, bytes]) -> bytes:
    """Leaf data from the commitments of all five parts. KeyError where one is missing."""
    return " ".join((FORMAT, *(commitments[name].hex() for name in PARTS))).encode("ascii")


def class_content(event: Mapping[str, Any], name: str, catalogue: Catalogue) -> bytes:
    """Canonical JSON of a native event's fields of one class."""
    return canonical_json({field: value for field, value in event.items() if class_of(field, catalogue).value == name})


def class_of(field: str, catalogue: Catalogue) -> Sensitivity:
    """Disclosure class of a field of any event."""
    return Sensitivity.OPEN if field == "type" else catalogue.fields[field].sensitivity


def make_leaf(index: int, event: Mapping[str, Any], raw: bytes, event_salt: bytes, catalogue: Catalogue) -> Leaf:
    """Leaf of a native event and its verbatim line."""
    salts = {name: part_salt(name, event_salt) for name in PARTS}
    parts: dict[str, dict[str, Any]] = {name: {} for name in CLASSES}
    for field, value in event.items():
        parts[class_of(field, catalogue)][field] = value
    contents = {name: canonical_json(parts[name]) for name in CLASSES} | {"line": raw}
    return Leaf(index, salts, {name: commitment(name, salts[name], contents[name]) for name in PARTS})


def leaf_sql(contents: Mapping[str, str], salt: str) -> str:
    """SQL for the leaf hash in hex, from expressions for each part's content and for the event's salt in hex."""
    parts = []
    for name in PARTS:
        part = f"sha256('{FORMAT} salt {name} ' || {salt})"
        parts.append(f"sha256('{FORMAT} {name} ' || {part} || ' ' || {contents[name]})")
    return f"sha256(chr(0) || '{FORMAT} ' || {' || chr(32) || '.join(parts)})"
