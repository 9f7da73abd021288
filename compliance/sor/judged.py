"""What a run over files finds: statements that the gate refuses, lines that are no statements, and counts that add up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from compliance.events.reasons import Refusal
from compliance.sor.validate import Verdict


@dataclass(frozen=True, slots=True)
class Judged:
    """A statement that the gate refuses: the line it stands on, its platform identifier, and why."""

    line: int
    puid: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Refused:
    """A line (or `rows` lines from there on) that is no statement, and why."""

    line: int
    why: Refusal
    rows: int = 1


@dataclass(frozen=True, slots=True)
class FailedCall:
    """A call to the multiple endpoint that is refused as a whole, though each statement were valid: by size or identifiers."""

    line: int
    errors: dict[str, list[str]]
    existing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Portion:
    """What was found in one stretch of a file. `read` = `valid` + invalid + refused lines + `blank`.

    `identities` holds platform and identifier of each valid statement, else nothing, for each line from `first` on, or for the
    lines `at`.
    """

    file: str
    first: int
    read: int
    valid: int
    invalid: tuple[Judged, ...] = ()
    refused: tuple[Refused, ...] = ()
    calls: tuple[FailedCall, ...] = ()
    made: int = 0
    """Calls to the multiple endpoint that the stretch holds."""
    blank: int = 0
    identities: bytes = b""
    at: tuple[int, ...] = ()
    partly: bool = False
    """True where rows could be judged in part only, as those of a light dump."""


@dataclass(slots=True)
class Tally:
    """Counts over files, and how often each rule failed in each field."""

    files: int = 0
    read: int = 0
    valid: int = 0
    invalid: int = 0
    refused: int = 0
    blank: int = 0
    partly: int = 0
    calls: int = 0
    calls_refused: int = 0
    errors: Counter[tuple[str, str]] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def add(self, portion: Portion) -> None:
        """Counts a portion."""
        self.read += portion.read
        self.valid += portion.valid
        self.invalid += len(portion.invalid)
        self.blank += portion.blank
        self.calls += portion.made
        self.calls_refused += len(portion.calls)
        self.partly += portion.partly * (portion.valid + len(portion.invalid))
        for entry in portion.refused:
            self.refused += entry.rows
            self.reasons[entry.why.code] += entry.rows
        for judged in portion.invalid:
            for name, failures in judged.verdict.errors.items():
                self.errors.update((name, failure.rule) for failure in failures)

    @property
    def statements(self) -> int:
        """Statements that were judged."""
        return self.valid + self.invalid

    def record(self) -> dict[str, Any]:
        """The counts for JSON."""
        return {
            "files": self.files,
            "read": self.read,
            "statements": self.statements,
            "valid": self.valid,
            "invalid": self.invalid,
            "refused": self.refused,
            "blank": self.blank,
            "judged_in_part": self.partly,
            "calls": self.calls,
            "calls_refused": self.calls_refused,
            "errors": [
                {"field": name, "rule": rule, "count": count}
                for (name, rule), count in sorted(self.errors.items(), key=lambda item: (-item[1], item[0]))
            ],
            "reasons": dict(sorted(self.reasons.items())),
            "notes": self.notes,
        }
