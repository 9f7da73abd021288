"""Comparison with the period before: the parts of a change add up and say what they are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from compliance.reports.compare import changes, restated
from tests.reports.quarter import assessment, rule

COUNT = st.integers(min_value=0, max_value=5_000)


@given(COUNT, COUNT, COUNT, COUNT, COUNT, COUNT)
def test_the_parts_add_up(n: int, fine: int, unknown: int, old_n: int, old_fine: int, old_unknown: int) -> None:
    """Volume, coverage, rule and conduct together are exactly the change of N."""
    now = assessment([rule(non_compliant=n, compliant=fine, undetermined=unknown)])
    before = assessment([rule(non_compliant=old_n, compliant=old_fine, undetermined=old_unknown)], period="2026-Q2")
    change = changes(now, before, {})["DSA-16.6-DECIDE"]
    if change.total is not None:
        assert change.volume + change.coverage + change.revision + change.conduct == change.total == n - old_n


def test_twice_the_records_at_the_same_rate_is_volume() -> None:
    """A change that the old rate explains is nobody's conduct."""
    change = changes(
        assessment([rule(non_compliant=20, compliant=180)]), assessment([rule(non_compliant=10, compliant=90)]), {}
    )
    found = change["DSA-16.6-DECIDE"]
    assert (found.volume, found.coverage, found.revision, found.conduct, found.direction) == (10, 0, 0, 0, 0)


def test_records_that_can_no_longer_be_judged_are_coverage() -> None:
    """N falls because half of the records cannot be judged any more."""
    found = changes(
        assessment([rule(non_compliant=5, compliant=45, undetermined=50)]),
        assessment([rule(non_compliant=10, compliant=90)]),
        {},
    )["DSA-16.6-DECIDE"]
    assert (found.volume, found.coverage, found.conduct) == (0, -5, 0)


def test_a_revised_rule_takes_the_place_of_conduct() -> None:
    """Where the rule changed in between, what is left is not said to be conduct."""
    found = changes(
        assessment([rule(non_compliant=9, compliant=91, revision=2)]),
        assessment([rule(non_compliant=4, compliant=96)]),
        {},
    )["DSA-16.6-DECIDE"]
    assert (found.revision, found.conduct) == (5, 0)


def test_numbers_that_moved_since_they_were_reported_are_restated() -> None:
    """Late events show as the difference between the earlier number now and as reported then."""
    earlier = {"results": [{"rule": "DSA-16.6-DECIDE", "revision": 1, "missed": 7, "population": 100}]}
    found = changes(
        assessment([rule(non_compliant=1, compliant=9)]), assessment([rule(non_compliant=10, compliant=90)]), earlier
    )
    assert found["DSA-16.6-DECIDE"].late == 3
    assert restated(found) == ("DSA-16.6-DECIDE",)


def test_a_rule_without_an_earlier_period_has_no_change() -> None:
    """Nothing is compared with nothing."""
    assert changes(assessment([rule(non_compliant=1)]), None, {})["DSA-16.6-DECIDE"].total is None
