"""What one check leaves for the next: what was known of the log, and what each rule said before the gates of evidence."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

import compliance
from compliance.assess.model import Reason, Verdict
from compliance.events.dataset import Hole
from compliance.patterns.outcome import Outcome, Tally

FORMAT = "check-memory/2"
MANY_HOLES = 50_000
"""Refused lines beyond which nothing is remembered: the log is to be mended first."""

Linked = Mapping[int, Sequence[tuple[str, int, str, int]]]
"""Trigger row to the linked events that decided: role, row, id and instant."""
Windows = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What a rule said: exact counts, and the outcomes that were listed, each verdict and reason up to the listing."""

    digest: str
    asked: bool
    windows: Windows
    counts: Mapping[Verdict, int]
    outcomes: tuple[Outcome, ...]
    linked: Linked
    values: tuple[Mapping[str, Any], ...] = ()
    words: tuple[tuple[str, str], ...] = ()
    """Of each outcome the time of its trigger as the line states it, and the finding's message."""

    def tally(self, listing: int) -> Tally:
        """The same as a tally that goes on."""
        found = Tally(listing)
        found.counts.update(self.counts)
        found.values.extend(dict(value) for value in self.values)
        for outcome in self.outcomes:
            found.list_only(outcome)
        return found


@dataclass(frozen=True, slots=True)
class Memory:
    """One check: what was known of the log when it ended, and what the rules said."""

    rows: int
    """Rows up to this number had been read."""
    as_of: int
    start: int
    only_service: bool
    seen: frozenset[str]
    known: Mapping[str, Windows]
    """Event type to the windows in which its absence was known."""
    holes: tuple[Hole, ...]
    unreadable: bool
    conflicts: frozenset[str]
    gone: frozenset[int]
    captures: Mapping[str, frozenset[str]]
    segments: tuple[str, ...] = ()
    """Digests of the receipts of the segments that were read, in order."""
    rules: Mapping[str, Said] = field(default_factory=dict)
    places: Mapping[int, tuple[str, int]] = field(default_factory=dict)
    """File and line of every row that a finding names."""
    again: tuple[int, int] = field(default=(0, 0), compare=False)
    """Rules that this check judged again in part, and the events that this took; not kept."""


def dump(memory: Memory, bound: Mapping[str, Any]) -> str:
    """JSON of a memory, with what it is bound to: `load` gives nothing where that differs."""
    document = {
        "format": FORMAT,
        "bound": dict(bound),
        "rows": memory.rows,
        "as_of": memory.as_of,
        "start": memory.start,
        "only_service": memory.only_service,
        "seen": sorted(memory.seen),
        "known": {name: list(windows) for name, windows in sorted(memory.known.items())},
        "holes": [_values(hole) for hole in memory.holes],
        "unreadable": memory.unreadable,
        "conflicts": sorted(memory.conflicts),
        "gone": sorted(memory.gone),
        "captures": {name: sorted(captured) for name, captured in sorted(memory.captures.items())},
        "segments": list(memory.segments),
        "rules": {name: _said(said) for name, said in sorted(memory.rules.items())},
        "files": (files := sorted({file for file, _ in memory.places.values()})),
        "places": [[row, files.index(file), line] for row, (file, line) in sorted(memory.places.items())],
    }
    text = json.dumps(document, separators=(",", ":"))
    return f"{hashlib.sha256(text.encode()).hexdigest()}\n{text}\n"


class UnfitError(ValueError):
    """Why what a store remembers cannot be gone on from, in words."""


def load(text: str, bound: Mapping[str, Any]) -> Memory:
    """The memory in a text of `dump`. UnfitError where it is damaged, of another form, or bound to something else."""
    digest, _, body = text.partition("\n")
    body = body.removesuffix("\n")
    if hashlib.sha256(body.encode()).hexdigest() != digest:
        raise UnfitError("it is damaged")
    found = json.loads(body)
    if found["format"] != FORMAT or found["bound"] != json.loads(json.dumps(dict(bound))):
        raise UnfitError("another version of this software wrote it")
    return Memory(
        found["rows"],
        found["as_of"],
        found["start"],
        found["only_service"],
        frozenset(found["seen"]),
        {name: tuple((a, b) for a, b in windows) for name, windows in found["known"].items()},
        tuple(Hole(*values) for values in found["holes"]),
        found["unreadable"],
        frozenset(found["conflicts"]),
        frozenset(found["gone"]),
        {name: frozenset(captured) for name, captured in found["captures"].items()},
        tuple(found["segments"]),
        {name: _read(said) for name, said in found["rules"].items()},
        {row: (found["files"][file], line) for row, file, line in found["places"]},
    )


def _values(record: Any) -> list[Any]:
    return [getattr(record, part.name) for part in fields(record)]


def _said(said: Said) -> dict[str, Any]:
    return {
        "digest": said.digest,
        "asked": said.asked,
        "windows": said.windows,
        "counts": {str(verdict): number for verdict, number in sorted(said.counts.items())},
        "outcomes": [_values(outcome) for outcome in said.outcomes],
        "linked": [[row, [list(entry) for entry in entries]] for row, entries in sorted(said.linked.items())],
        "values": [dict(value) for value in said.values],
        "words": said.words,
    }


def _read(data: Mapping[str, Any]) -> Said:
    return Said(
        data["digest"],
        data["asked"],
        tuple((a, b) for a, b in data["windows"]),
        {Verdict(name): number for name, number in data["counts"].items()},
        tuple(_outcome(values) for values in data["outcomes"]),
        {row: [(role, n, name, t) for role, n, name, t in entries] for row, entries in data["linked"]},
        tuple(data["values"]),
        tuple((time, message) for time, message in data["words"]),
    )


def _outcome(values: Sequence[Any]) -> Outcome:
    instance, t, verdict, reason, row, case, due, late, observed, limit, keys, value = values
    return Outcome(
        instance, t, Verdict(verdict), Reason(reason), row, case, due, late, observed, limit, tuple(keys), value
    )


@cache
def code_digest() -> str:
    """What judges: the version and every source file of the packages that have a say in a verdict."""
    root = Path(compliance.__file__).parent
    digest = hashlib.sha256(compliance.__version__.encode())
    for name in ("assess", "engine", "events", "patterns", "rules"):
        for path in sorted((root / name).glob("*.py")):
            digest.update(f"{name}/{path.name}\0".encode() + path.read_bytes())
    for path in (root / "clock.py", root / "deadline.py", root / "project.py"):
        digest.update(path.read_bytes())
    return digest.hexdigest()
