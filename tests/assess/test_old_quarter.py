"""An old quarter is judged by the law, the values and the rules of that quarter."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from compliance.assess.check import check
from compliance.assess.model import Assessment, Verdict
from compliance.clock import parse_instant
from compliance.project import Profile, Project, Service
from compliance.resources import data_dir
from compliance.rules.loader import LoadedRule, load_rules
from tests.assess.logs import covered, dataset

PROJECT = Project(
    service=Service(id="s"),
    profile=Profile(intermediary=True, offered_in_union=True, hosting=True, designated="no", enterprise_size="large"),
)
LOG = [
    {"type": "notice.received", "time": f"{day}T09:00:00Z", "notice_id": day, "contact": "a@example.org"}
    for day in ("2025-05-05", "2025-08-05")
] + [
    {"type": "notice.receipt_confirmed", "time": f"{day}T21:00:00Z", "notice_id": day}
    for day in ("2025-05-05", "2025-08-05")
]


@pytest.fixture
def rules(tmp_path: Path) -> tuple[LoadedRule, ...]:
    """A rule until the end of June 2025, and its successor with half the time from July."""
    text = (data_dir("rules") / "dsa" / "DSA-16.4-RECEIPT.yaml").read_text("utf-8")
    text = text[: text.index("tests:")] + TESTS
    since = text[text.index("in_force:") : text.index("\n", text.index("in_force:"))]
    old = text.replace(since, "in_force: { from: 2024-02-17, until: 2025-06-30, or_designation: true }")
    old = old.replace("status: stable", "status: deprecated\nsuperseded_by: DSA-16.4-RECEIPTNEW")
    new = text.replace(since, "in_force: { from: 2025-07-01 }").replace(
        "id: DSA-16.4-RECEIPT", "id: DSA-16.4-RECEIPTNEW"
    )
    start, end = text.index("    values:"), text.index("for_each:")
    block = text[start:end]
    for name, body, limit in (("old", old, "PT24H"), ("new", new, "PT6H")):
        dated = f"    values: [{{ from: 2024-02-17, value: {limit} }}]\n\n"
        (tmp_path / f"{name}.yaml").write_text(body.replace(block, dated), "utf-8")
    return load_rules([tmp_path])


TESTS = """tests:
  - name: one
    as_of: 2025-08-10T00:00:00Z
    events: |
      2025-08-01T10:00:00Z notice.received notice_id=N1 contact=a@example.org
    expect: { N1: over_target }
  - name: two
    as_of: 2025-08-10T00:00:00Z
    events: |
      2025-08-01T10:00:00Z notice.received notice_id=N1 contact=a@example.org
    expect: { N1: over_target }
"""


def judged(rules: tuple[LoadedRule, ...], period: tuple[date, date]) -> dict[str, tuple[Verdict, int]]:
    """Verdict and instances of each rule in a period, on the same log."""
    held = dataset(LOG, covered("2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z"))
    found: Assessment = check(held, rules, PROJECT, period=period, as_of=parse_instant("2025-12-31T00:00:00Z"))
    return {rule.id: (rule.verdict, rule.population) for rule in found.rules}


def test_each_quarter_has_its_own_rule(rules: tuple[LoadedRule, ...]) -> None:
    """In spring the old revision judges and the new one does not apply; in summer it is the other way round."""
    assert judged(rules, (date(2025, 4, 1), date(2025, 7, 1))) == {
        "DSA-16.4-RECEIPT": (Verdict.WITHIN_TARGET, 1),
        "DSA-16.4-RECEIPTNEW": (Verdict.NOT_APPLICABLE, 0),
    }
    assert judged(rules, (date(2025, 7, 1), date(2025, 10, 1))) == {
        "DSA-16.4-RECEIPT": (Verdict.NOT_APPLICABLE, 0),
        "DSA-16.4-RECEIPTNEW": (Verdict.OVER_TARGET, 1),
    }


def test_in_a_half_year_each_event_has_the_rule_of_its_day(rules: tuple[LoadedRule, ...]) -> None:
    """No event is judged by both, none by neither."""
    assert judged(rules, (date(2025, 4, 1), date(2025, 10, 1))) == {
        "DSA-16.4-RECEIPT": (Verdict.WITHIN_TARGET, 1),
        "DSA-16.4-RECEIPTNEW": (Verdict.OVER_TARGET, 1),
    }


def test_the_law_of_the_quarter_decides_whether_it_binds() -> None:
    """Before 17 February 2024 the same rules did not apply to a service that was not designated."""
    rules = tuple(one for one in load_rules() if one.rule.id in {"DSA-16.4-RECEIPT", "DSA-16.6-DECIDE"})
    early = judged(rules, (date(2023, 10, 1), date(2024, 1, 1)))
    assert {verdict for verdict, _ in early.values()} == {Verdict.NOT_APPLICABLE}
