"""Verdicts and classes of rules in words, with a mark of their own, for people."""

from __future__ import annotations

from compliance.assess.model import Verdict
from compliance.reports.content import Cell, Tone

CLASSES = {
    "hard": "law: the rule itself decides",
    "soft": "law without a number of its own: judged by the service's target",
    "indicator": "indicator: a sign, not a duty",
    "metric": "measured, without a bound",
    "attestation": "a person's signed statement",
}
VERDICTS = {
    Verdict.ERROR: "could not be run",
    Verdict.NON_COMPLIANT: "not met",
    Verdict.ATTESTATION_EXPIRED: "attestation expired",
    Verdict.NOT_ATTESTED: "not attested",
    Verdict.OVER_TARGET: "over the target",
    Verdict.UNDETERMINED: "cannot be judged",
    Verdict.PENDING: "still running",
    Verdict.COMPLIANT: "met in all records seen",
    Verdict.WITHIN_TARGET: "within the target",
    Verdict.ATTESTED: "attested",
    Verdict.EXCEPTED: "all excepted",
    Verdict.NO_INSTANCES: "nothing to judge",
    Verdict.NOT_APPLICABLE: "does not apply",
}
"""A verdict in words for people; a mark of its own goes with each."""
MARKS = {
    Verdict.ERROR: "!",
    Verdict.NON_COMPLIANT: "✕",
    Verdict.ATTESTATION_EXPIRED: "✕",
    Verdict.NOT_ATTESTED: "✕",
    Verdict.OVER_TARGET: "▲",
    Verdict.UNDETERMINED: "?",
    Verdict.PENDING: "…",
    Verdict.COMPLIANT: "✓",
    Verdict.WITHIN_TARGET: "✓",
    Verdict.ATTESTED: "✓",
    Verdict.EXCEPTED: "○",
    Verdict.NO_INSTANCES: "○",
    Verdict.NOT_APPLICABLE: "–",
}
_TONES: dict[Verdict, Tone] = {
    Verdict.ERROR: "missed",
    Verdict.NON_COMPLIANT: "missed",
    Verdict.ATTESTATION_EXPIRED: "missed",
    Verdict.NOT_ATTESTED: "missed",
    Verdict.OVER_TARGET: "over",
    Verdict.UNDETERMINED: "unknown",
    Verdict.COMPLIANT: "fine",
    Verdict.WITHIN_TARGET: "fine",
    Verdict.ATTESTED: "fine",
}
EXAMPLES = 3


def verdict_cell(verdict: Verdict) -> Cell:
    """A verdict as mark and words."""
    return Cell(f"{MARKS[verdict]} {VERDICTS[verdict]}", tone=_TONES.get(verdict, ""))
