"""The tests inside the shipped rules notice every small change of their rule: a sample here, all of them by `rules mutate`."""

from __future__ import annotations

import pytest

from compliance.assess.mutation import mutate_rule
from compliance.rules.loader import LoadedRule, load_rules

EVERY = 40
SAMPLE = load_rules()[::EVERY]


@pytest.mark.parametrize("one", SAMPLE, ids=lambda one: one.rule.id)
def test_no_small_change_goes_unnoticed(one: LoadedRule) -> None:
    """A limit moved, an operator turned or a condition dropped makes one of the rule's own tests fail."""
    found = mutate_rule(one)
    assert (found.broken, [f"{survivor.place}: {survivor.change}" for survivor in found.survivors]) == ("", [])
    assert found.made > 0
