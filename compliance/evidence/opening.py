"""A leaf opened as far as its event is disclosed: salts of the parts that are, bare commitments of the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compliance.events.canonical import canonical_json
from compliance.events.leaf import CLASSES, FORMAT, PARTS, Leaf, commitment, leaf_data
from compliance.events.merkle import leaf_hash
from compliance.evidence.redaction import Disclosed


def opening_of(leaf: Leaf, shown: Disclosed, *, verbatim: bool) -> dict[str, Any]:
    """Opening of a leaf: fields and salt of each class disclosed whole, salt of the line where it is given, else commitments."""
    changed = {redaction.sensitivity for redaction in shown.redactions}
    parts: dict[str, Any] = {}
    for name in CLASSES:
        if name in changed or name not in leaf.salts:
            parts[name] = {"commitment": leaf.commitments[name].hex()}
        else:
            parts[name] = {"salt": leaf.salts[name].hex(), "fields": shown.fields[name]}
    parts["line"] = {"salt": leaf.salts["line"].hex()} if verbatim else {"commitment": leaf.commitments["line"].hex()}
    return {"format": FORMAT, "parts": parts}


def leaf_hash_of(opening: Mapping[str, Any], event: Mapping[str, Any], line: bytes | None) -> bytes:
    """Leaf hash from an opening, the disclosed event and its verbatim line. ValueError where they do not fit together."""
    parts = opening["parts"]
    if opening["format"] != FORMAT or set(parts) != set(PARTS):
        raise ValueError(f"the leaf is not of format {FORMAT}")
    if ("salt" in parts["line"]) != (line is not None):
        raise ValueError("its verbatim line and its leaf do not agree on whether the line is given")
    covered: set[str] = set()
    commitments = {name: bytes.fromhex(parts[name]["commitment"]) for name in PARTS if "commitment" in parts[name]}
    for name in CLASSES:
        if name not in commitments:
            covered |= _fresh(parts[name]["fields"], event, covered)
            content = canonical_json({field: event[field] for field in parts[name]["fields"]})
            commitments[name] = commitment(name, bytes.fromhex(parts[name]["salt"]), content)
    if line is not None:
        commitments["line"] = commitment("line", bytes.fromhex(parts["line"]["salt"]), line)
    strange = sorted(
        field for field, value in event.items() if field not in covered and not str(value).startswith("psn:")
    )
    if strange:
        raise ValueError(f"field {strange[0]!r} is under no commitment")
    return leaf_hash(leaf_data(commitments))


def _fresh(fields: list[str], event: Mapping[str, Any], covered: set[str]) -> set[str]:
    named = set(fields)
    if len(named) != len(fields) or named & covered or not named <= event.keys():
        raise ValueError("a field is missing or stands under two commitments")
    return named
