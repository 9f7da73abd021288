"""Does a check find what the generator planted, no more and no less?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compliance.assess.model import Assessment, RuleResult, Verdict


def differences(assessment: Assessment, truth: Mapping[str, Any]) -> list[str]:
    """Everything in which an assessment of the whole log and its truth file differ: counts, and findings with verdict and reason.

    Of a rule with nothing planted only one thing is known: no record may plainly fail it. The assessment must list every
    finding (`listing` large enough).
    """
    found: list[str] = []
    for result in assessment.rules:
        planted = truth["rules"].get(result.id)
        found += _unplanted(result) if planted is None else _differences(assessment, result, planted)
    judged = {result.id for result in assessment.rules}
    return found + [f"{rule}: no rule judged it" for rule in sorted(set(truth["rules"]) - judged)]


def _unplanted(result: RuleResult) -> list[str]:
    failed = result.counts.get(Verdict.NON_COMPLIANT, 0)
    if result.verdict is Verdict.ERROR:
        return [f"{result.id}: could not be run: {result.reason}"]
    return [f"{result.id}: {failed} records failed, none was planted"] if failed else []


def _differences(assessment: Assessment, result: RuleResult, planted: Mapping[str, Any]) -> list[str]:
    found: list[str] = []
    counted = {str(verdict): number for verdict, number in result.counts.items() if number}
    if counted != planted["counts"]:
        found.append(f"{result.id}: counted {counted}, planted {planted['counts']}")
    expected = {(entry["trigger"], entry["verdict"], entry["reason"]) for entry in planted["findings"]}
    listed = {(f.trigger, str(f.verdict), str(f.reason)) for f in assessment.findings if f.rule == result.id}
    found += [f"{result.id}: not found {entry}" for entry in sorted(expected - listed)]
    return found + [f"{result.id}: not planted {entry}" for entry in sorted(listed - expected)]
