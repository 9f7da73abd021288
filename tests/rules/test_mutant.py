"""Mutants differ from their rule in exactly one place, and cover every part that decides."""

from __future__ import annotations

from typing import Any

import pytest

from compliance.clock import parse_duration
from compliance.rules.loader import LoadedRule, load_rules
from compliance.rules.model import Origin
from compliance.rules.mutant import moved_duration, mutants
from compliance.rules.mutant_condition import changes_of, moved_by_one
from tests.rules.conftest import Changed


@pytest.mark.parametrize(
    ("condition", "results"),
    [
        ({"a": {"present": True}}, [None, {"a": {"present": False}}]),
        ({"a": {"eq": "x"}}, [None, {"a": {"ne": "x"}}]),
        ({"a": {"in": ["x", "y"]}}, [None, {"a": {"not_in": ["x", "y"]}}, {"a": {"in": ["y"]}}, {"a": {"in": ["x"]}}]),
        (
            {"a": {"lt": 3}},
            [None, {"a": {"le": 3}}, {"a": {"ge": 3}}, {"a": {"lt": 4}}, {"a": {"lt": 2}}],
        ),
        ({"a": {"contains": "x"}}, [None, {"not": {"a": {"contains": "x"}}}]),
        (
            {"not": {"a": {"eq": "x"}}},
            [{"a": {"eq": "x"}}, None, {"not": {"a": {"ne": "x"}}}],
        ),
        (
            {"any": [{"a": {"eq": 1}}, {"b": {"eq": 2}}]},
            [
                {"all": [{"a": {"eq": 1}}, {"b": {"eq": 2}}]},
                {"any": [{"b": {"eq": 2}}]},
                {"any": [{"a": {"ne": 1}}, {"b": {"eq": 2}}]},
                {"any": [{"a": {"eq": 1}}]},
                {"any": [{"a": {"eq": 1}}, {"b": {"ne": 2}}]},
            ],
        ),
        (
            {"a": {"eq": 1}, "b": {"eq": 2}},
            [
                {"b": {"eq": 2}},
                {"b": {"eq": 2}, "a": {"ne": 1}},
                {"a": {"eq": 1}},
                {"a": {"eq": 1}, "b": {"ne": 2}},
                {"any": [{"a": {"eq": 1}}, {"b": {"eq": 2}}]},
            ],
        ),
    ],
)
def test_a_condition_is_changed_in_every_way(condition: dict[str, Any], results: list[Any]) -> None:
    """Every test is dropped, turned and moved, every branch is dropped, and `all` and `any` change places."""
    found = [change.condition for change in changes_of(condition, ())]
    assert sorted(map(repr, found)) == sorted(map(repr, results))


@pytest.mark.parametrize(
    ("text", "origin", "moved"),
    [
        ("PT24H", Origin.STATUTORY, ["PT86401S", "PT86399S"]),
        ("P7D", Origin.POLICY, ["PT604801S", "PT604799S"]),
        ("P15D", Origin.STATUTORY, ["P16D", "P14D"]),
        ("P0D", Origin.STATUTORY, ["P1D"]),
        ("P6M", Origin.STATUTORY, ["P7M", "P5M"]),
        ("P1Y", Origin.STATUTORY, ["P13M", "P11M"]),
        ("P6M", Origin.POLICY, ["P6MT1S", "P5M27D"]),
        ("3WD", Origin.STATUTORY, ["4WD", "2WD"]),
        ("1WD", Origin.POLICY, ["2WD"]),
    ],
)
def test_a_limit_moves_by_its_smallest_step(text: str, origin: Origin, moved: list[str]) -> None:
    """A limit grows and shrinks by a second, or by the unit in which the law counts it."""
    assert list(moved_duration(parse_duration(text), origin)) == moved


@pytest.mark.parametrize(
    ("value", "moved"),
    [
        (3, (4, 2)),
        (0.95, (0.96, 0.94)),
        (0.5, (0.6, 0.4)),
        ("2025-02-28", ("2025-03-01", "2025-02-27")),
        ("2025-02-28T00:00:00Z", ("2025-02-28T00:00:01Z", "2025-02-27T23:59:59Z")),
        ("hosting", ()),
        ("$limit", ()),
        (True, ()),
    ],
)
def test_a_literal_moves_by_one_step(value: object, moved: tuple[object, ...]) -> None:
    """Whole numbers move by one, fractions in their last place, days by a day, instants by a second; words do not move."""
    assert moved_by_one(value) == moved


def test_every_mutant_is_another_rule(shipped: tuple[LoadedRule, ...]) -> None:
    """No mutant says the same as its rule, and each keeps the rule's id and tests."""
    for one in shipped:
        for mutant in mutants(one.rule):
            assert mutant.rule != one.rule, mutant
            assert (mutant.rule.id, mutant.rule.tests) == (one.rule.id, one.rule.tests)


def test_every_mutant_stands_at_a_line_of_its_file(shipped: tuple[LoadedRule, ...]) -> None:
    """The place of a mutant, or of the part around it, has a line in the rule file."""
    for one in shipped:
        for mutant in mutants(one.rule):
            assert mutant.path[:1] in one.marks, mutant


def test_the_parts_that_decide_have_mutants(changed: Changed) -> None:
    """Scope, limit, condition, keys and order of the sample rule are each changed."""
    (one,) = load_rules([changed()])
    parts = {mutant.path for mutant in mutants(one.rule)}
    assert parts == {
        ("in_force", "from"),
        ("applies_to", "services"),
        ("parameters", "limit", "values", 0, "value"),
        ("for_each", "where", "contact", "present"),
        ("expect", "response", "match", "notice_id"),
        ("expect", "response", "within"),
        ("expect", "response", "order"),
    }
