"""Preservation holds: recorded in the matter, and in the store's ledger, where whatever erases must ask first."""

from __future__ import annotations

from pathlib import Path

from compliance.answers.matter import append
from compliance.clock import Clock, format_us, to_us
from compliance.errors import AnswerError, Place, StoreError
from compliance.events.durable import locked, write_failures
from compliance.events.ledger import Entry, Ledger
from compliance.events.store import LEDGER, LOCK

HOLD = "hold"
"""Kind of the ledger's entries about holds."""


def record_hold(matter: Path, store: Path | None, *, role: str, reason: str, reference: str, clock: Clock) -> str:
    """Record a hold in the store, where one is given, then in the matter; the hold in words. A hold that stands is not repeated.

    AnswerError `MAT-ROLE` where no role is given: somebody answers for a hold.
    """
    if not role.strip():
        raise AnswerError(
            "MAT-ROLE",
            "a hold needs the role that orders it",
            place=Place(str(matter)),
            hint="give --role, e.g. 'legal counsel'",
        )
    if store is not None:
        _hold_in_store(store, role=role, reason=reason, reference=reference, clock=clock)
    append(matter, clock, HOLD, role, {"reference": reference, "reason": reason, "in_store": store is not None})
    return f"hold recorded for {reference}: {reason}"


def _hold_in_store(store: Path, *, role: str, reason: str, reference: str, clock: Clock) -> None:
    if not (store / LEDGER).is_file():
        raise StoreError(
            "STO-MISSING",
            "there is no store here",
            place=Place(str(store)),
            hint="name the store's folder with --store",
        )
    with write_failures(store), locked(store / LOCK):
        ledger = Ledger(store / LEDGER)
        if reference not in {entry["reference"] for entry in ledger.of(HOLD)}:
            ledger.append(
                HOLD, {"at": format_us(to_us(clock())), "reference": reference, "role": role, "reason": reason}
            )


def holds_of(store: Path) -> tuple[Entry, ...]:
    """Holds that stand in a store's ledger: nothing is erased from the store while there is one."""
    return Ledger(store / LEDGER).of(HOLD)
