"""Why a rule or a finding says what it says."""

from __future__ import annotations

import pytest

from compliance.assess.check import check
from compliance.assess.explain import explain
from compliance.assess.session import Judged
from compliance.errors import UsageError
from tests.assess.cases import PROJECT, loaded
from tests.assess.logs import dataset
from tests.assess.test_check import ALL, EVENTS


@pytest.fixture
def judged() -> Judged:
    """A small log judged, with places."""
    data = dataset(EVENTS, ALL, located=True)
    rules = (loaded(),)
    return Judged(check(data, rules, PROJECT), data, PROJECT, rules)


def test_a_finding_shows_limit_due_and_nearest_candidate_with_its_line(judged: Judged) -> None:
    """The late receipt is named with file and line, the limit with its origin."""
    text = explain(judged, judged.assessment.findings[0].id)
    assert "Limit: PT24H, policy" in text
    assert "Due: 2026-07-03T10:00:00Z" in text
    assert "nearest: R2 at 2026-07-03T10:00:01Z, log.ndjson:4" in text


def test_a_rule_shows_law_target_and_coverage(judged: Judged) -> None:
    """A target is never shown as law."""
    text = explain(judged, "TEST-16.4-RECEIPT")
    assert "Article 16(4)" in text
    assert "the service's own (approved by" in text
    assert "Coverage of notice.received: 2025-01-01T00:00:00Z to 2027-01-01T00:00:00Z" in text


def test_a_name_nobody_has_is_refused(judged: Judged) -> None:
    """Neither rule nor finding: the next step is said."""
    with pytest.raises(UsageError, match="EXP-UNKNOWN"):
        explain(judged, "F-NOSUCH")
