"""A test inside a rule fails where the engine says anything else than it expects."""

from __future__ import annotations

import pytest

from compliance.assess.ruletest import run_rule_tests
from compliance.rules.loader import load_rules
from tests.rules.conftest import Changed


def _problems(changed: Changed, *replacements: str) -> str:
    results = list(run_rule_tests(load_rules([changed(*replacements)])))
    return "; ".join(problem for result in results for problem in result.problems)


def test_the_sample_passes(changed: Changed) -> None:
    """A rule whose tests expect what the engine says passes."""
    assert _problems(changed) == ""


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("{ N1: within_target }", "{ N1: over_target }"), "N1 is no finding, expected: over_target"),
        (("{ N1: over_target }", "{ N1: within_target }"), "N1 is over_target (never_done), expected: within_target"),
        (("{ N1: within_target }", "{ N1: excepted }"), "0 instance(s) excepted, expected: 1"),
        (("{ N1: within_target }", "{}"), "1 instance(s) within_target, expected: 0"),
        (("{ N1: over_target }", "{}"), "N1 is over_target (never_done), expected: no instance"),
        (("{ N1: over_target }", "{ N1: over_target, N2: pending }"), "N2 is no finding, expected: pending"),
        (("{ N1: within_target }", "{ N1: within_target }\n    rule: no_instances"), "the rule is within_target"),
        (("notice_id=N1 contact", "notice_id=N1 kontakt"), "no such field"),
    ],
)
def test_a_wrong_expectation_fails(change: tuple[str, ...], problem: str, changed: Changed) -> None:
    """The failure says what the engine found and what the test expects."""
    assert problem in _problems(changed, *change)


def test_an_unlisted_trigger_fails_the_test(changed: Changed) -> None:
    """`expect` is exhaustive: an instance that it does not name is a failure."""
    extra = "      2025-08-01T10:00:00Z notice.received notice_id=N2 contact=b@example.org\n"
    assert "N2 is over_target (never_done), expected: no instance" in _problems(
        changed, "    expect: { N1: over_target }", f"{extra}    expect: {{ N1: over_target }}"
    )


def test_an_instance_is_named_by_case_or_by_event_id(changed: Changed) -> None:
    """A key of `expect` may be the trigger's case or its event id."""
    assert _problems(changed, "{ N1: over_target }", "{ E1: over_target }") == ""


def test_a_corrected_event_is_replaced(changed: Changed) -> None:
    """An event that corrects another stands in its place."""
    wrong = (
        "      2025-08-01T10:00:00Z notice.received notice_id=N1 contact=a@example.org\n    expect: { N1: over_target }"
    )
    corrected = (
        "      2025-08-01T10:00:00Z notice.received notice_id=N1 contact=a@example.org id=first\n"
        "      2025-08-09T23:00:00Z notice.received notice_id=N1 contact=a@example.org corrects=first\n"
        "    expect: { N1: pending }"
    )
    assert _problems(changed, wrong, corrected) == ""


def test_a_field_that_no_source_records_selects_nothing(changed: Changed) -> None:
    """Where the where-test cannot be known, no instance is claimed and the rule stays undetermined."""
    assert (
        _problems(
            changed,
            "    expect: { N1: over_target }",
            "    coverage: { captures: { notice.received: [notice_id] } }\n    expect: {}\n    rule: undetermined",
        )
        == ""
    )
