from __future__ import annotations

from compliance.assess.readiness import readiness
from compliance.project import Profile, Project, Service
from compliance.rules.loader import LoadedRule, load_rules
from tests.assess.logs import covered, dataset

PLATFORM = Profile(online_platform=True, offered_in_union=True, enterprise_size="large", designated="no")
EVENTS = (
    {"type": "notice.received", "time": "2026-07-01T09:00:00Z", "notice_id": "N-1", "contact": "a@example.org"},
    {"type": "notice.receipt_confirmed", "time": "2026-07-01T09:05:00Z", "notice_id": "N-1"},
)
SINCE, UNTIL = "2026-07-01T00:00:00Z", "2026-08-01T00:00:00Z"


def _rules(*ids: str) -> tuple[LoadedRule, ...]:
    return tuple(loaded for loaded in load_rules() if loaded.rule.id in ids)


def _project(profile: Profile = PLATFORM) -> Project:
    return Project(service=Service(id="s"), profile=profile)


def test_covered_types_leave_a_rule_ready() -> None:
    """A rule whose event types all have coverage lacks nothing."""
    found = readiness(_rules("DSA-16.4-RECEIPT"), _project(), dataset(EVENTS, covered(SINCE, UNTIL, "notice.*")))
    assert (found.ready, found.sources, found.facts, found.fields) == (("DSA-16.4-RECEIPT",), (), (), ())


def test_the_source_that_unlocks_most_comes_first() -> None:
    """Families are ranked by the rules that lack nothing else, those before them taken as given."""
    found = readiness(_rules("DSA-16.4-RECEIPT", "DSA-16.6-DECIDE", "DSA-20.4-DECIDE"), _project(), dataset(EVENTS))
    assert [(source.family, source.unlocks) for source in found.sources] == [
        ("notice", ("DSA-16.4-RECEIPT", "DSA-16.6-DECIDE")),
        ("complaint", ("DSA-20.4-DECIDE",)),
    ]


def test_seen_and_unseen_types_are_told_apart() -> None:
    """Events that occur need a word on completeness; events that never occur must be logged first."""
    [source] = readiness(_rules("DSA-16.4-RECEIPT"), _project(), dataset(EVENTS)).sources
    assert set(source.uncovered) == {"notice.received", "notice.receipt_confirmed"}
    assert "notice.withdrawn" in source.unseen


def test_a_missing_answer_names_the_rules_that_wait_for_it() -> None:
    """A profile that does not answer leaves the rules undetermined, and they are listed under what is missing."""
    found = readiness(
        _rules("DSA-16.4-RECEIPT"), _project(Profile()), dataset(EVENTS, covered(SINCE, UNTIL, "notice.*"))
    )
    assert [fact.rules for fact in found.facts] == [("DSA-16.4-RECEIPT",)]
    assert found.ready == ()


def test_rules_that_do_not_bind_ask_for_nothing() -> None:
    """A service that hosts nothing needs no source for notices."""
    nothing = Profile(hosting=False, online_platform=False, marketplace=False, designated="no", offered_in_union=True)
    found = readiness(_rules("DSA-16.4-RECEIPT"), _project(nothing), dataset(EVENTS))
    assert (found.not_applicable, found.sources) == (("DSA-16.4-RECEIPT",), ())


def test_a_field_that_no_source_captures_is_named() -> None:
    """Where a rule reads a field of a type whose sources do not record it, the field and the rule are named."""
    log = dataset(
        EVENTS,
        covered(SINCE, UNTIL, "notice.*"),
        captures={"notice.received": frozenset({"notice_id", "delivered_at"})},
    )
    found = readiness(_rules("DSA-16.4-RECEIPT"), _project(), log)
    assert [(field.event_type, field.field) for field in found.fields] == [("notice.received", "contact")]
