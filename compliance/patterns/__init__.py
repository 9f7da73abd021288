"""One file per property pattern: what it means, its plan, how it decides. docs/semantics.md is the exact text."""

from __future__ import annotations

from collections.abc import Callable

from compliance.patterns import (
    attested,
    each,
    never,
    precedence,
    reconcile,
    recurring,
    response,
    threshold,
    throughout,
    unique,
)
from compliance.patterns.frame import Frame

PATTERNS: dict[str, Callable[[Frame], None]] = {
    "each": each.judge,
    "response": response.judge,
    "precedence": precedence.judge,
    "never": never.judge,
    "unique": unique.judge,
    "recurring": recurring.judge,
    "reconcile": reconcile.judge,
    "throughout": throughout.judge,
    "threshold": threshold.judge,
    "attested": attested.judge,
}
"""Pattern name to the function that judges a rule of that pattern and fills the frame's tally."""
