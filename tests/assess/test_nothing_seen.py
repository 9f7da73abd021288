"""Rules whose events do not occur cost nothing, and say exactly what they would have said had they been asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compliance.assess import run as module
from compliance.assess.check import check
from compliance.assess.model import Assessment
from compliance.clock import parse_instant
from compliance.events.dataset import Dataset
from compliance.project import Profile, Project, Service
from compliance.rules.loader import load_rules
from tests.assess.logs import covered, dataset

RULES = load_rules()
PROJECT = Project(
    service=Service(id="s", zone="Europe/Dublin", calendar="IE"),
    profile=Profile.model_validate(
        {
            "intermediary": True,
            "offered_in_union": True,
            "hosting": True,
            "online_platform": True,
            "marketplace": True,
            "search_engine": False,
            "enterprise_size": "large",
            "designated": "vlop",
            "designation_notified": "2023-04-25",
        }
    ),
)
AS_OF = parse_instant("2026-10-01T00:00:00Z")


def empty() -> Dataset:
    """A log of another service only, covered for three quarters, with all columns."""
    stranger = {"type": "notice.received", "time": "2026-02-01T00:00:00Z", "service": "other", "notice_id": "N"}
    return dataset([stranger], covered("2026-01-01T00:00:00Z", "2026-10-01T00:00:00Z"))


def without_sql(assessment: Assessment) -> Assessment:
    """The same assessment without the statements that made it."""
    return replace(assessment, rules=tuple(replace(rule, sql=()) for rule in assessment.rules))


def test_rules_without_events_say_the_same_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every shipped rule gives one result, whether the engine is asked for its events or not."""
    unasked = check(empty(), RULES, PROJECT, as_of=AS_OF)
    monkeypatch.setattr(module, "may_have_instances", lambda _rule, _seen: True)
    asked = check(empty(), RULES, PROJECT, as_of=AS_OF)
    assert without_sql(unasked) == without_sql(asked)
    assert sum(bool(rule.sql) for rule in unasked.rules) < 10 < sum(bool(rule.sql) for rule in asked.rules)


def test_only_what_could_have_an_instance_is_asked() -> None:
    """Of a log without events only a first date and what a person attests have instances of their own."""
    patterns = {one.rule.id: one.rule.expect.pattern for one in RULES}
    said = {patterns[rule.id] for rule in check(empty(), RULES, PROJECT, as_of=AS_OF).rules if rule.population}
    assert said <= {"attested", "recurring"}
