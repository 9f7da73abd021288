"""A leaf opened as far as its event is disclosed: salts of the parts that are, bare commitments of the others."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from compliance.events.canonical import canonical_json
from compliance.events.leaf import CLASSES, FORMAT, PARTS, commitment, leaf_data
from compliance.events.merkle import leaf_hash


def opening_template(classes: Mapping[str, Sequence[str]], salted: Collection[str]) -> tuple[str, tuple[str, ...]]:
    """The opening of a leaf as JSON with a place for a salt or commitment in each part, and which parts take their salt.

    `classes`: the fields of each class; `salted`: the parts disclosed whole. The others stand by their commitments.
    """
    members = []
    for name in PARTS:
        if name not in salted:
            members.append(f'"{name}":{{"commitment":"%s"}}')
        elif name == "line":
            members.append('"line":{"salt":"%s"}')
        else:
            fields = json.dumps(list(classes[name]), ensure_ascii=False, separators=(",", ":")).replace("%", "%%")
            members.append(f'"{name}":{{"salt":"%s","fields":{fields}}}')
    return f'{{"format":"{FORMAT}","parts":{{{",".join(members)}}}}}', tuple(name for name in PARTS if name in salted)


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
