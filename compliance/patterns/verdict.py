"""What can be said of an instance, and why: closed lists."""

from __future__ import annotations

from enum import StrEnum


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


INSTANCE_VERDICTS = (
    Verdict.NON_COMPLIANT,
    Verdict.ATTESTATION_EXPIRED,
    Verdict.NOT_ATTESTED,
    Verdict.OVER_TARGET,
    Verdict.UNDETERMINED,
    Verdict.PENDING,
    Verdict.COMPLIANT,
    Verdict.WITHIN_TARGET,
    Verdict.ATTESTED,
    Verdict.EXCEPTED,
)
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
    GATE_FAILED = "gate_failed"
    OPEN = "open"


REASON_WORDS: dict[Reason, str] = {
    Reason.NONE: "",
    Reason.NEVER_DONE: "the act is not in the log",
    Reason.LATE: "the act came after the limit",
    Reason.NOT_PRECEDED: "what had to come before is not in the log",
    Reason.FORBIDDEN: "an event that must not come is in the log",
    Reason.CONDITION_FAILED: "an element is missing or wrong",
    Reason.NOT_UNIQUE: "there is more than one record where one is allowed",
    Reason.MISSING_COUNTERPART: "the counterpart is missing",
    Reason.EXTRA_COUNTERPART: "there is a counterpart without a record of our own",
    Reason.DIFFERS: "the two records differ",
    Reason.INTERRUPTED: "the state was interrupted",
    Reason.LIMIT_EXCEEDED: "the value is beyond the bound",
    Reason.NO_COVERAGE: "no source says that it is complete for the time that matters",
    Reason.FIELD_MISSING: "a field that decides is empty",
    Reason.FIELD_NOT_CAPTURED: "the source does not record a field that decides",
    Reason.CLOCK_SKEW: "the instants are closer than the clocks can tell",
    Reason.ORDERING_UNKNOWN: "the order of two events cannot be told",
    Reason.DEADLINE_READINGS: "it was done between the two readings of the time limit",
    Reason.CONFLICT: "there are two records with one identifier and different content",
    Reason.REJECTED_LINE: "a refused line of the log may hold the missing event",
    Reason.PROFILE_FACT: "a fact about the service is not stated in its profile",
    Reason.ATTESTATION_MISSING: "nobody has attested it",
    Reason.ATTESTATION_CONTRADICTED: "the log contradicts what was attested",
    Reason.SMALL_SAMPLE: "there are too few values",
    Reason.GATE_FAILED: "the evidence does not hold what it must before anything is called met",
    Reason.OPEN: "the limit has not run out",
}
"""Each reason in words, for people."""


def reason_words(reason: Reason | str) -> str:
    """A reason of the closed list in words; other text as it is."""
    return REASON_WORDS.get(Reason(reason), reason) if reason in set(Reason) else str(reason)
