"""The whole law has an answer: every row of the register, and every key that it names."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.rules.loader import LoadedRule
from compliance.rules.register import Covered, coverage_of_register, register

ROWS = 318
KEYS = (Path(__file__).parent / "keys.txt").read_text("utf-8").split()
"""The rule keys of the register of duties: 81 for the DSA and its reports, the rest for its neighbours."""
NOT_FROM_LOGS = {"A", "IC", "N"}
"""Policies of the register under which a row that a log could show may be answered by a person, or by nobody."""


@pytest.fixture(scope="module")
def covered(shipped: tuple[LoadedRule, ...]) -> tuple[Covered, ...]:
    """What stands for each row."""
    return coverage_of_register(shipped)


def test_every_row_has_an_answer(covered: tuple[Covered, ...]) -> None:
    """318 of 318: a rule, a figure, a statement of a person, or the reason why it is no duty of the service."""
    assert len(covered) == ROWS
    assert [one.obligation.id for one in covered if one.kind == "planned"] == []


def test_what_a_log_can_show_is_not_left_to_a_person(covered: tuple[Covered, ...]) -> None:
    """A row that the register calls decidable by log or metric is answered by a rule or a figure."""
    left = [
        one.obligation.id
        for one in covered
        if {"log", "metric"} & set(one.obligation.testability.split("+"))
        and one.obligation.verdict_policy not in NOT_FROM_LOGS
        and one.kind not in {"rule", "metric"}
    ]
    assert left == []


def test_only_what_is_no_duty_of_the_service_has_no_rule(covered: tuple[Covered, ...]) -> None:
    """A row without a rule is a right, or a duty of someone else."""
    assert {one.obligation.verdict_policy for one in covered if one.kind == "none"} <= {"IC", "N"}


def test_every_key_is_encoded(shipped: tuple[LoadedRule, ...]) -> None:
    """104 of 104: each key has a rule that is judged, and so has every further key that the register names."""
    judged = {one.rule.key for one in shipped if one.rule.status not in {"draft", "withdrawn"}}
    assert len(set(KEYS)) == 104
    assert set(KEYS) - judged == set()
    assert {key for row in register() for key in row.keys} - judged == set()


def test_every_rule_is_stable_or_says_why_not(shipped: tuple[LoadedRule, ...]) -> None:
    """Nothing that ships is a draft."""
    assert {one.rule.status for one in shipped} <= {"stable", "experimental", "deprecated"}


def test_a_rule_speaks_no_louder_than_its_row(shipped: tuple[LoadedRule, ...]) -> None:
    """A row that the register leaves to a metric, an indicator or a person is never judged by a hard rule alone."""
    policies = {row.id: row.verdict_policy for row in register()}
    loud = [
        one.rule.id
        for one in shipped
        if one.rule.rule_class.value == "hard" and {policies[row] for row in one.rule.obligations} <= {"M", "A"}
    ]
    assert loud == []
