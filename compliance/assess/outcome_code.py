"""What a run means for the shell: findings at or above a severity, and rules that lacked evidence."""

from __future__ import annotations

from collections.abc import Collection

from compliance.assess.model import Assessment, RuleResult, Verdict
from compliance.assess.render.table import MISSED

SEVERITIES = ("info", "low", "medium", "high", "critical")
"""Severity levels, least first."""


def failing(assessment: Assessment, level: str) -> tuple[RuleResult, ...]:
    """Rules at or above a severity that a listed finding of this run missed."""
    floor = SEVERITIES.index(level)
    hit = {finding.rule for finding in assessment.findings if finding.verdict in MISSED}
    return tuple(rule for rule in assessment.rules if rule.id in hit and SEVERITIES.index(rule.severity) >= floor)


def unevidenced(assessment: Assessment, required: Collection[str], *, every: bool) -> tuple[RuleResult, ...]:
    """Required rules that could not be judged for want of evidence: undetermined, or nothing ever seen."""
    lacking = {Verdict.UNDETERMINED, Verdict.NOT_ATTESTED}
    return tuple(
        rule
        for rule in assessment.rules
        if (every or rule.id in required) and (rule.verdict in lacking or rule.counts.get(Verdict.UNDETERMINED, 0))
    )
