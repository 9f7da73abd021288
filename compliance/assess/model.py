"""What a check found: verdicts, findings, counts. Frozen values; `schemas/assessment.schema.json` is their contract."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from compliance.patterns.verdict import FINDING_VERDICTS, INSTANCE_VERDICTS, Reason, Verdict

__all__ = [
    "FINDING_VERDICTS",
    "INSTANCE_VERDICTS",
    "Assessment",
    "EventRef",
    "Finding",
    "Limit",
    "Reason",
    "RuleResult",
    "TypeCoverage",
    "Verdict",
]


@dataclass(frozen=True, slots=True)
class Limit:
    """The limit an instance was judged by. `origin`: statutory, guidance, policy, or ordered (set by the letter)."""

    value: str
    origin: str


@dataclass(frozen=True, slots=True)
class EventRef:
    """One event of a finding: its id, its part (`trigger`, `response`, `candidate`, ...), its instant and its line."""

    id: str
    role: str
    time: str
    file: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One instance that was not plainly met. `id` is stable over runs: rule, service and trigger decide it."""

    id: str
    rule: str
    revision: int
    verdict: Verdict
    reason: Reason
    case: str | None
    trigger: str
    at: str
    due: str | None
    due_late: str | None
    """The later reading of a statutory limit, where two are possible."""
    observed: str | None
    delay_seconds: int | None
    limit: Limit | None
    message: str
    events: tuple[EventRef, ...]
    caveats: tuple[str, ...] = ()
    disposition: dict[str, Any] | None = None
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RuleResult:
    """One rule's outcome: the worst instance, always with the counts."""

    id: str
    key: str
    revision: int
    title: str
    rule_class: str
    severity: str
    provisions: tuple[str, ...]
    chapter: str
    verdict: Verdict
    reason: str
    counts: dict[Verdict, int]
    limits: tuple[Limit, ...]
    needs: tuple[str, ...]
    """Event types the rule looks at."""
    omitted: int = 0
    """Findings counted but not listed, above the listing limit."""
    value: dict[str, Any] | None = None
    sql: tuple[str, ...] = ()
    """What the engine was asked, in order."""
    gates: tuple[str, ...] = ()
    """Failed gates of evidence that bear on the rule."""

    @property
    def population(self) -> int:
        """Instances judged."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class TypeCoverage:
    """Coverage of one event type: the windows in which all its sources are complete, as RFC 3339 pairs."""

    event_type: str
    windows: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]
    declared: bool


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything one check says. The same events, rules and configuration give the same bytes."""

    service: str
    tool_version: str
    as_of: str
    period: tuple[str, str]
    zone: str
    rules: tuple[RuleResult, ...]
    findings: tuple[Finding, ...]
    coverage: tuple[TypeCoverage, ...]
    ingest: dict[str, Any]
    """`files`: one object per file, and the totals `lines, accepted, duplicates, rejected, blank`."""
    rules_lock: str
    """SHA-256 over id, revision and digest of every rule that ran."""
    rules_digests: dict[str, str]
    gates: tuple[dict[str, Any], ...] = ()
    warnings: tuple[str, ...] = ()
    what_if: tuple[str, ...] = ()
    """Targets that were set to another value to try it out; nothing that leaves the house may rest on it."""
