"""A changed condition counts as the same only where that is proved for every event there can be."""

from __future__ import annotations

from typing import Any

import pytest

from compliance.events.catalogue import catalogue
from compliance.rules.equivalence import says_the_same
from compliance.rules.loader import load_rules
from compliance.rules.mutant import Mutant, mutants, replaced
from tests.rules.conftest import Changed

WHERE = ("for_each", "where")


def _same(changed: Changed, before: str, after: dict[str, Any]) -> bool:
    (one,) = load_rules([changed("{ contact: { present: true } }", before)])
    mutant = Mutant(WHERE, "", replaced(one.rule, WHERE, after))
    return says_the_same(one.rule, mutant, catalogue())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{ contact: { present: true, eq: a@example.org } }", {"contact": {"eq": "a@example.org"}}),
        ("{ has_contact: { eq: true } }", {"has_contact": {"eq": True}, "all": [{"has_contact": {"present": True}}]}),
        ("{ content_id: { in: [a, b] } }", {"any": [{"content_id": {"eq": "a"}}, {"content_id": {"eq": "b"}}]}),
        ("{ not: { content_id: { eq: a } } }", {"content_id": {"ne": "a"}}),
        ("{ has_contact: { ne: true } }", {"not": {"has_contact": {"eq": True}}}),
    ],
)
def test_conditions_that_say_the_same_are_proved(before: str, after: dict[str, Any], changed: Changed) -> None:
    """An implied test, another spelling and a double negation change nothing."""
    assert _same(changed, before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{ contact: { present: true, eq: a@example.org } }", {"contact": {"present": True}}),
        ("{ has_contact: { eq: true } }", {"has_contact": {"present": True}}),
        ("{ has_contact: { ne: true } }", {"has_contact": {"eq": False}}),
        ("{ content_id: { in: [a, b] } }", {"content_id": {"in": ["a"]}}),
        ("{ notice_id: { present: true }, has_contact: { eq: true } }", {"has_contact": {"eq": True}}),
    ],
)
def test_conditions_that_differ_somewhere_are_not(before: str, after: dict[str, Any], changed: Changed) -> None:
    """One event on which they differ is enough, also one whose source does not record a field."""
    assert not _same(changed, before, after)


def test_the_service_is_a_key_of_no_weight(changed: Changed) -> None:
    """A run judges one service only, so that dropping the key `service: service` changes nothing."""
    (one,) = load_rules(
        [changed("match: { notice_id: notice_id }", "match: { notice_id: notice_id, service: service }")]
    )
    same = [mutant for mutant in mutants(one.rule) if says_the_same(one.rule, mutant, catalogue())]
    assert [mutant.path[-1] for mutant in same] == ["service"]


def test_only_conditions_are_proved(changed: Changed) -> None:
    """A moved limit or a dropped key is never called the same."""
    (one,) = load_rules([changed()])
    assert not any(says_the_same(one.rule, mutant, catalogue()) for mutant in mutants(one.rule))
