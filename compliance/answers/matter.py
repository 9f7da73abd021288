"""A matter: the folder of one answer, with an append-only, hash-chained log of what was done, by which role.

An answer moves drafted -> reviewed -> approved -> signed -> sent -> acknowledged. Preparer and approver differ. Approval binds
the bundle's id; whatever changes in the bundle afterwards voids it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compliance.answers.chain import Entry, append_to, read_chain
from compliance.clock import Clock
from compliance.errors import AnswerError, Place
from compliance.evidence.verify import Verification, verify_bundle

STATES = ("drafted", "reviewed", "approved", "signed", "sent", "acknowledged")
LOG = "matter.jsonl"
BUNDLE = "bundle"
INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Matter:
    """A matter as it stands. `void`: why the last step no longer counts; empty where it does."""

    folder: Path
    entries: tuple[Entry, ...]
    state: str
    bundle_id: str
    preparer: str
    void: str
    verification: Verification | None

    @property
    def holds(self) -> tuple[Entry, ...]:
        """Preservation holds recorded for the matter."""
        return tuple(entry for entry in self.entries if entry.action == "hold")


def append(folder: Path, clock: Clock, action: str, role: str, detail: Mapping[str, Any]) -> Entry:
    """Add a line to the matter's log and flush it. One process at a time; the chain is checked first."""
    return append_to(folder / LOG, clock, action, role, detail)


def open_matter(folder: Path) -> Matter:
    """The matter of a folder, with its bundle verified anew. AnswerError `MAT-MISSING` where there is none."""
    path = folder / LOG
    if not path.is_file():
        raise AnswerError(
            "MAT-MISSING",
            "there is no matter here",
            place=Place(str(folder)),
            hint="name the folder that `compliance answer --out` wrote",
        )
    entries = read_chain(path)
    steps = [entry for entry in entries if entry.action in STATES]
    bound = next((entry.detail.get("bundle_id", "") for entry in reversed(steps) if entry.detail.get("bundle_id")), "")
    preparer = next((entry.role for entry in reversed(steps) if entry.action == "drafted"), "")
    found = verify_bundle(folder / BUNDLE) if (folder / BUNDLE).is_dir() else None
    return Matter(folder, entries, steps[-1].action if steps else "", bound, preparer, _void(bound, found), found)


def _void(bound: str, found: Verification | None) -> str:
    if not bound:
        return ""
    if found is None:
        return "the bundle is gone"
    if found.failures:
        first = found.failures[0]
        return f"the bundle was edited: {first.file} ({first.layer}: {first.cause})"
    return "" if found.bundle_id == bound else "the bundle is another one than was recorded"


def advance(folder: Path, clock: Clock, state: str, role: str, note: str = "") -> Matter:
    """Take the next step of a matter. AnswerError `MAT-*` where it is not the next, the bundle changed, or the role may not."""
    matter = open_matter(folder)
    place = Place(str(folder))
    if not role.strip():
        raise AnswerError(
            "MAT-ROLE",
            "a step needs the role that takes it",
            place=place,
            hint="give --role, e.g. 'head of compliance'",
        )
    if matter.void:
        raise AnswerError(
            "MAT-VOID",
            f"{matter.void}; earlier steps no longer count",
            place=place,
            hint="build the answer again into a new folder and have it reviewed again",
        )
    if state not in STATES or STATES.index(state) != STATES.index(matter.state or "drafted") + 1:
        raise AnswerError(
            "MAT-ORDER",
            f"from {matter.state or 'nothing'} the next step is not {state}",
            place=place,
            hint=f"steps run {' -> '.join(STATES)}",
        )
    if state == "approved" and matter.preparer.startswith("["):
        raise AnswerError(
            "MAT-PREPARER",
            "who prepared the answer is not recorded, so nobody can be another role",
            place=place,
            hint="build the answer with --preparer",
        )
    if state in ("reviewed", "approved") and _same_role(role, matter.preparer):
        raise AnswerError(
            "MAT-FOUR-EYES",
            "who prepared an answer neither reviews nor approves it",
            place=place,
            hint=f"have another role take the step {state}",
        )
    append(folder, clock, state, role, {"bundle_id": matter.bundle_id, "note": note})
    return open_matter(folder)


def _same_role(left: str, right: str) -> bool:
    return " ".join(left.casefold().split()) == " ".join(right.casefold().split())
