"""A check against what was planted: silence about a rule is no licence to fail records."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from compliance.answers.agreement import differences
from compliance.assess.check import check, requirement_of
from compliance.assess.model import Assessment, Verdict
from compliance.events.load import load_logs
from compliance.project import load_project
from compliance.resources import data_dir
from compliance.rules.loader import load_rules, named

FOLDER = data_dir("examples") / "first-look"
RULE = "DSA-16.4-RECEIPT"


def assessed() -> Assessment:
    """The small example, judged by one rule."""
    rules, project = named(load_rules(), [RULE]), load_project(FOLDER / "compliance.toml")
    return check(load_logs([FOLDER / "log.ndjson"], requirement=requirement_of(rules), project=project), rules, project)


def truth_of(assessment: Assessment) -> dict[str, Any]:
    """A truth that says what the assessment says."""
    counts = {str(verdict): number for verdict, number in assessment.rules[0].counts.items() if number}
    listed = [{"trigger": f.trigger, "verdict": str(f.verdict), "reason": str(f.reason)} for f in assessment.findings]
    return {"rules": {RULE: {"counts": counts, "findings": listed}}}


def test_the_same_verdicts_are_no_difference() -> None:
    """Counts and findings as planted: nothing to say; one finding more or less is said."""
    found = assessed()
    truth = truth_of(found)
    assert differences(found, truth) == []
    missing = truth["rules"][RULE]["findings"].pop()
    assert differences(found, truth) == [
        f"{RULE}: not planted {(missing['trigger'], missing['verdict'], missing['reason'])}"
    ]


def test_a_rule_with_nothing_planted_may_not_fail_a_record() -> None:
    """Where the truth is silent, records over target are let be, failed ones are not; a rule that broke is said too."""
    found = assessed()
    failed = replace(found.rules[0], counts=Counter({Verdict.NON_COMPLIANT: 2}))
    broken = replace(found.rules[0], verdict=Verdict.ERROR, reason="out of memory", counts=Counter[Verdict]())
    assert differences(found, {"rules": {}}) == []
    assert differences(replace(found, rules=(failed,)), {"rules": {}}) == [
        f"{RULE}: 2 records failed, none was planted"
    ]
    assert differences(replace(found, rules=(broken,)), {"rules": {}}) == [f"{RULE}: could not be run: out of memory"]


def test_a_planted_rule_that_did_not_run_is_said() -> None:
    """What was planted for a rule that no pack holds is a difference."""
    assert differences(replace(assessed(), rules=()), truth_of(assessed())) == [f"{RULE}: no rule judged it"]
