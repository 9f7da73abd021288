"""Findings as SARIF 2.1.0 (OASIS), so that code review and CI show them at their log line."""

from __future__ import annotations

import json
from typing import Any

from compliance import __version__
from compliance.assess.model import Assessment, Finding, RuleResult, Verdict

_LEVEL = {
    Verdict.NON_COMPLIANT: "error",
    Verdict.NOT_ATTESTED: "warning",
    Verdict.ATTESTATION_EXPIRED: "warning",
    Verdict.OVER_TARGET: "warning",
    Verdict.UNDETERMINED: "note",
    Verdict.PENDING: "note",
}
_KIND = {Verdict.UNDETERMINED: "review", Verdict.PENDING: "open"}


def to_sarif(assessment: Assessment) -> str:
    """SARIF log with one run; the finding id is the fingerprint, so that results stay the same over runs."""
    index = {rule.id: position for position, rule in enumerate(assessment.rules)}
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "compliance",
                "version": __version__,
                "rules": [_rule(rule) for rule in assessment.rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, index) for finding in assessment.findings],
        "properties": {"as_of": assessment.as_of, "period": list(assessment.period), "service": assessment.service},
    }
    if assessment.what_if:
        run["properties"] |= {"what_if": list(assessment.what_if)}
        run["automationDetails"] = {"id": "what-if/"}
    return (
        json.dumps(
            {
                "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
                "version": "2.1.0",
                "runs": [run],
            },
            indent=2,
            sort_keys=True,
            ensure_ascii=False,
        )
        + "\n"
    )


def _rule(rule: RuleResult) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": rule.key,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": f"{rule.title} ({'; '.join(rule.provisions)})"},
        "properties": {
            "class": rule.rule_class,
            "revision": rule.revision,
            "severity": rule.severity,
            "verdict": str(rule.verdict),
        },
    }


def _result(finding: Finding, index: dict[str, int]) -> dict[str, Any]:
    kind = _KIND.get(finding.verdict, "fail")
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index[finding.rule],
        "kind": kind,
        "level": _LEVEL[finding.verdict] if kind == "fail" else "none",
        "message": {"text": finding.message},
        "partialFingerprints": {"finding/v1": finding.id},
        "locations": [_location(e.file, e.line) for e in finding.events[:1] if e.file],
        "relatedLocations": [
            {**_location(e.file, e.line), "id": n, "message": {"text": f"{e.role} {e.id}"}}
            for n, e in enumerate(finding.events[1:])
            if e.file
        ],
        "properties": {"verdict": str(finding.verdict), "reason": str(finding.reason), "case": finding.case},
    }
    if finding.disposition:
        result["suppressions"] = [
            {
                "kind": "external",
                "status": "underReview",
                "justification": f"{finding.disposition['disposition']}: {finding.disposition['reason']}",
            }
        ]
    return result


def _location(file: str, line: int | None) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": file}}
    if line is not None:
        physical["region"] = {"startLine": line}
    return {"physicalLocation": physical}
