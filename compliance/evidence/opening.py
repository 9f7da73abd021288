"""A leaf opened as far as its event is disclosed: salts of disclosed classes, bare commitments of the others."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from compliance.events.canonical import canonical_json
from compliance.events.catalogue import Catalogue
from compliance.events.merkle import leaf_hash
from compliance.evidence.redaction import Disclosed, sensitivity_of


def opening_of(leaf: Any, event: Mapping[str, Any], shown: Disclosed, catalogue: Catalogue) -> dict[str, Any]:
    """Opening of a leaf: per class the fields and the salt where all of it is disclosed, else the commitment."""
    changed = {redaction.sensitivity for redaction in shown.redactions}
    classes: dict[str, Any] = {}
    for name, commitment in leaf.commitments.items():
        fields = sorted(field for field in event if sensitivity_of(catalogue, str(event["type"]), field).value == name)
        if name in changed:
            classes[name] = {"commitment": commitment.hex()}
        else:
            classes[name] = {"salt": leaf.salts[name].hex(), "fields": fields}
    return {"classes": classes}


def leaf_hash_of(opening: Mapping[str, Any], event: Mapping[str, Any]) -> bytes:
    """Leaf hash from an opening and the disclosed event. ValueError where the two do not fit."""
    commitments, covered = {}, set()
    for name, part in opening["classes"].items():
        if "commitment" in part:
            commitments[name] = part["commitment"]
            continue
        if not set(part["fields"]) <= event.keys():
            raise ValueError(f"a field of class {name} is missing")
        covered |= set(part["fields"])
        content = {field: event[field] for field in part["fields"]}
        commitments[name] = hashlib.sha256(b"tag" + canonical_json([part["salt"], name, content])).hexdigest()
    strange = [field for field, value in event.items() if field not in covered and not str(value).startswith("psn:")]
    if strange:
        raise ValueError(f"field {strange[0]!r} is under no commitment")
    return leaf_hash(canonical_json(commitments))
