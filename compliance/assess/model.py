"""What a check found: verdicts, findings, counts. Frozen values; `schemas/assessment.schema.json` is their contract."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """What is said of one instance, or of a rule. Never *compliant* where that cannot be known."""

    ERROR = "error"
    NON_COMPLIANT = "non_compliant"
    ATTESTATION_EXPIRED = "attestation_expired"
    NOT_ATTESTED = "not_attested"
    OVER_TARGET = "over_target"
    UNDETERMINED = "undetermined"
    PENDING = "pending"
    COMPLIANT = "compliant"
    WITHIN_TARGET = "within_target"
    ATTESTED = "attested"
    EXCEPTED = "excepted"
    NO_INSTANCES = "no_instances"
    NOT_APPLICABLE = "not_applicable"


INSTANCE_VERDICTS = (Verdict.NON_COMPLIANT, Verdict.ATTESTATION_EXPIRED, Verdict.NOT_ATTESTED, Verdict.OVER_TARGET,
                     Verdict.UNDETERMINED, Verdict.PENDING, Verdict.COMPLIANT, Verdict.WITHIN_TARGET,
                     Verdict.ATTESTED, Verdict.EXCEPTED)
"""Verdicts that an instance can have, worst first: the rule's verdict is the first of these that occurs."""

FINDING_VERDICTS = INSTANCE_VERDICTS[:6]
"""Verdicts that are listed one by one; the others are counted."""


class Reason(StrEnum):
    """Closed list of reasons. A verdict that is not plainly met or missed carries one."""

    NONE = ""
    NEVER_DONE = "never_done"
    LATE = "late"
    NOT_PRECEDED = "not_preceded"
    FORBIDDEN = "forbidden_event"
    CONDITION_FAILED = "condition_failed"
    NOT_UNIQUE = "not_unique"
    MISSING_COUNTERPART = "missing_counterpart"
    EXTRA_COUNTERPART = "extra_counterpart"
    DIFFERS = "differs"
    INTERRUPTED = "interrupted"
    LIMIT_EXCEEDED = "limit_exceeded"
    NO_COVERAGE = "no_coverage"
    FIELD_MISSING = "field_missing"
    FIELD_NOT_CAPTURED = "field_not_captured"
    CLOCK_SKEW = "clock_skew"
    ORDERING_UNKNOWN = "ordering_unknown"
    DEADLINE_READINGS = "deadline_readings_differ"
    CONFLICT = "conflicting_records"
    REJECTED_LINE = "rejected_line"
    PROFILE_FACT = "profile_fact_missing"
    ATTESTATION_MISSING = "attestation_missing"
    ATTESTATION_CONTRADICTED = "attestation_contradicted"
    SMALL_SAMPLE = "small_sample"
    OPEN = "open"


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
    sql: str = ""

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
