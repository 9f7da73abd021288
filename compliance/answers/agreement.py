"""Does a check find what the generator planted, no more and no less?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compliance.assess.model import Assessment


def differences(assessment: Assessment, truth: Mapping[str, Any]) -> list[str]:
    """Everything in which an assessment of the whole log and its truth file differ: counts, and findings with verdict and reason.

    Only rules that the truth knows are compared. The assessment must list every finding (`listing` large enough).
    """
    found: list[str] = []
    for result in assessment.rules:
        if result.key not in truth["rules"]:
            continue
        planted = truth["rules"][result.key]
        counted = {str(verdict): number for verdict, number in result.counts.items() if number}
        if counted != planted["counts"]:
            found.append(f"{result.key}: counted {counted}, planted {planted['counts']}")
        expected = {(entry["trigger"], entry["verdict"], entry["reason"]) for entry in planted["findings"]}
        listed = {(f.trigger, str(f.verdict), str(f.reason)) for f in assessment.findings if f.rule == result.id}
        found += [f"{result.key}: not found {entry}" for entry in sorted(expected - listed)]
        found += [f"{result.key}: not planted {entry}" for entry in sorted(listed - expected)]
    judged = {result.key for result in assessment.rules}
    return found + [f"{key}: no rule judged it" for key in sorted(set(truth["rules"]) - judged)]
