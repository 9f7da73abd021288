"""Preservation holds: recorded in the matter, and in the store's ledger, where they block erasure."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from compliance.answers.matter import append
from compliance.answers.model import Asked
from compliance.clock import Clock


class HoldKeeper(Protocol):
    """What a store offers for holds."""

    def hold(self, *, reference: str, reason: str, role: str, clock: Clock) -> None:
        """Record that nothing may be erased for this reference until the hold is lifted."""


def record_hold(matter: Path, store: HoldKeeper | None, *, role: str, reason: str, reference: str, clock: Clock) -> str:
    """Record a hold in the matter, and in the store where one is given; the hold in words."""
    append(matter, clock, "hold", role, {"reference": reference, "reason": reason, "in_store": store is not None})
    if store is not None:
        store.hold(reference=reference, reason=reason, role=role, clock=clock)
    return f"hold recorded for {reference}: {reason}"


def hold_words(asked: Asked) -> tuple[str, ...]:
    """The hold in words that may leave: neutral, without internal reasons."""
    return (
        f"A preservation hold is recorded under reference {asked.reference}: logs and documents about the letter's subject are kept, "
        "and erasure by retention periods is blocked, until the hold is lifted in writing.",
    )
