"""What exactly was judged by: the digest of one rule, and one digest over all that ran."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from compliance.rules.loader import LoadedRule

PROOFS = frozenset({"binds", "tests"})
"""Parts of a rule file that prove what it says and say nothing themselves."""


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of a rule's content without its proofs; layout and comments of the file do not count."""
    judged = {key: value for key, value in content.items() if key not in PROOFS}
    return hashlib.sha256(_canonical(judged)).hexdigest()


def rules_lock(loaded: Iterable[LoadedRule]) -> str:
    """SHA-256 (hex) over id, revision and digest of every rule, whatever their order."""
    entries = sorted([one.rule.id, one.rule.revision, one.digest] for one in loaded)
    return hashlib.sha256(_canonical(entries)).hexdigest()


def _canonical(content: object) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
