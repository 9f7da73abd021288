"""Every shipped rule proves itself by the tests it carries."""

from __future__ import annotations

import pytest

from compliance.assess.ruletest import run_rule_tests
from compliance.rules.lint import lint
from compliance.rules.loader import LoadedRule, load_rules

RULES = load_rules()


@pytest.mark.parametrize("loaded", RULES, ids=lambda loaded: loaded.rule.id)
def test_a_rule_says_what_its_tests_expect(loaded: LoadedRule) -> None:
    """The engine gives exactly the verdicts that the rule file expects of it."""
    failed = [f"{r.place}: {r.name}: {'; '.join(r.problems)}" for r in run_rule_tests([loaded]) if not r.passed]
    assert failed == []


def test_shipped_rules_leave_nothing_to_lint() -> None:
    """No shipped rule has a fault, and none lacks a kind of test that its shape asks for."""
    assert [f"{note.place}: {note.message}" for note in lint().notes] == []


def test_every_pattern_and_class_has_a_shipped_rule() -> None:
    """All ten patterns and all five classes are used by rules that ship."""
    assert len({loaded.rule.expect.pattern for loaded in RULES}) == 10
    assert {loaded.rule.rule_class.value for loaded in RULES} == {"hard", "soft", "indicator", "metric", "attestation"}


def test_numbers_that_are_not_law_name_who_approved_them() -> None:
    """Every policy limit names the role that approved it, every statutory one its provision."""
    for loaded in RULES:
        for parameter in loaded.rule.parameters.values():
            assert parameter.approved_by if parameter.origin.value == "policy" else parameter.source
