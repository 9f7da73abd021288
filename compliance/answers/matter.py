"""A matter: the folder of one answer, with an append-only, hash-chained log of what was done, by which role.

An answer moves drafted -> reviewed -> approved -> signed -> sent -> acknowledged. Preparer and approver differ. Approval binds
the bundle's id; whatever changes in the bundle afterwards voids it.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compliance.clock import Clock, format_us, to_us
from compliance.errors import AnswerError, IntegrityError, Place
from compliance.evidence.staging import sync_folder, unwritable
from compliance.evidence.verify import Verification, verify_bundle

STATES = ("drafted", "reviewed", "approved", "signed", "sent", "acknowledged")
LOG = "matter.jsonl"
BUNDLE = "bundle"
INTERNAL = "internal"
_START = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log: what was done, when, by which role, about which bundle."""

    seq: int
    at: str
    action: str
    role: str
    detail: Mapping[str, Any]
    previous: str
    digest: str


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


def _canonical(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def append(folder: Path, clock: Clock, action: str, role: str, detail: Mapping[str, Any]) -> Entry:
    """Add a line to the matter's log and flush it. One process at a time; the chain is checked first."""
    path = folder / LOG
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600), "rb+") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            entries = _parse(stream.read(), path)
            body = {
                "seq": len(entries) + 1,
                "at": format_us(to_us(clock())),
                "action": action,
                "role": role,
                "detail": dict(detail),
                "previous": entries[-1].digest if entries else _START,
            }
            digest = hashlib.sha256(_canonical(body)).hexdigest()
            stream.write(_canonical({**body, "digest": digest}) + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
        sync_folder(folder)
    except OSError as error:
        raise unwritable(path, error) from error
    return _entry({**body, "digest": digest})


def _entry(line: Mapping[str, Any]) -> Entry:
    return Entry(
        line["seq"], line["at"], line["action"], line["role"], line["detail"], line["previous"], line["digest"]
    )


def _parse(raw: bytes, path: Path) -> tuple[Entry, ...]:
    """Entries of a log whose chain holds. IntegrityError `MAT-CHAIN` with the line where it does not."""
    entries: list[Entry] = []
    for number, line in enumerate(raw.decode("utf-8", errors="replace").splitlines(), start=1):
        try:
            content = json.loads(line)
            entry = _entry(content)
            body = {name: value for name, value in content.items() if name != "digest"}
            holds = entry.digest == hashlib.sha256(_canonical(body)).hexdigest() and entry.seq == number
            holds = holds and entry.previous == (entries[-1].digest if entries else _START)
        except (ValueError, KeyError, TypeError):
            holds = False
        if not holds:
            raise IntegrityError(
                "MAT-CHAIN",
                "the log of the matter was changed or cut here",
                layer="matter",
                place=Place(str(path), number),
                hint="restore the log from a copy; steps recorded after this line cannot be relied on",
            )
        entries.append(entry)
    return tuple(entries)


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
    entries = _parse(path.read_bytes(), path)
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
    if state == "approved" and _same_role(role, matter.preparer):
        raise AnswerError(
            "MAT-FOUR-EYES",
            "who prepared an answer does not approve it",
            place=place,
            hint="have another role approve the answer",
        )
    append(folder, clock, state, role, {"bundle_id": matter.bundle_id, "note": note})
    return open_matter(folder)


def _same_role(left: str, right: str) -> bool:
    return " ".join(left.casefold().split()) == " ".join(right.casefold().split())
