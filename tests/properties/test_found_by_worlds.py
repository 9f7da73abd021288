"""What random worlds once found, kept as small worlds: each says one reading of docs/semantics.md."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from compliance.events.dataset import CoverageStatement, Hole, Interval
from compliance.project import Project, Service
from compliance.rules.model import Rule
from tests.oracle.world import World, instant
from tests.properties.disagreement import differences
from tests.properties.engine_run import run
from tests.properties.random_rule import LEGAL, TEST

ALWAYS = CoverageStatement("log", ("*",), Interval(instant("2020-01-01T00:00:00Z"), instant("2030-01-01T00:00:00Z")))
DAY = {"type": "duration", "origin": "policy", "because": "a test", "values": [{"from": "2000-01-01", "value": "P1D"}]}
ANSWER = {"event": "order.effect_reported", "match": {"order_id": "order_id"}}


def rule(expect: dict[str, Any], **more: Any) -> Rule:
    """Hard rule about orders."""
    return Rule.model_validate(
        {
            "format": "rule/1", "id": "TST-1.1-FOUND", "key": "FOUND", "class": "hard", "obligations": ["TST-1"],
            "revision": 1, "status": "draft", "title": "A rule", "summary": "A rule.", "legal": [LEGAL],
            "in_force": {"from": "2000-01-01"}, "applies_to": {"services": ["any"]},
            "severity": {"level": "low", "because": "a test"}, "parameters": {"day": DAY},
            "for_each": {"event": "order.received"}, "expect": expect, "message": "{subject}", "remedy": "None.",
            "tests": [TEST, TEST],
        } | more
    )  # fmt: skip


def event(kind: str, time: str, **fields: Any) -> dict[str, Any]:
    """Native event about order `o1`; its id is its type's last word."""
    return {"id": kind.split(".")[1], "type": kind, "time": time, "service": "s", "order_id": "o1"} | fields


def world(made: Rule, *events: dict[str, Any], **more: Any) -> World:
    """World known without gaps up to August 2025."""
    project = Project(service=Service(id="s", zone="Europe/Dublin", calendar="IE", started="2025-01-01"))
    known = World(events, made, project, instant("2025-08-01T00:00:00Z"), (ALWAYS,), lines=1000)
    return replace(known, **more)


RECEIVED = event("order.received", "2025-06-02T10:00:00Z", hold_until="2025-06-10T00:00:00Z")
REPORTED = event("order.effect_reported", "2025-06-02T11:00:00Z")
HOLE = Hole(
    "order.received", "o2", instant("2025-06-03T00:00:00Z"), instant("2025-06-03T00:00:00Z"), "log", 1, "EVT-FIELD"
)
RESPONSE = rule({"response": ANSWER | {"within": "$day"}})
UNTIL = rule({"never": {"event": "recipient.informed", "match": {"order_id": "order_id"},
                        "until": {"event": "order.acknowledged", "match": {"source_authority": "authority"}}}})  # fmt: skip
ATTESTED = Rule.model_validate(
    rule({"response": ANSWER}).model_dump(by_alias=True)
    | {"class": "attestation", "for_each": None, "expect": {"attested": {"statement": "read"}}}
)

CASES: dict[str, tuple[World, str, str, dict[str, int]]] = {
    "a refused line of the trigger type may be an unseen trigger": (
        world(RESPONSE, RECEIVED, REPORTED, holes=(HOLE,)), "undetermined", "rejected_line", {"compliant": 1}),
    "a field that nobody records matters only where events may be triggers": (
        world(rule({"response": ANSWER | {"within": "$day"}},
                   for_each={"event": "order.received", "where": {"authority": {"eq": "a"}}}),
              captures={"order.received": frozenset({"order_id"})}), "no_instances", "", {}),
    "an outer limit closes a hard duty that has no limit": (
        world(rule({"response": ANSWER}, outer_field="hold_until"), RECEIVED), "non_compliant", "", {"non_compliant": 1}),
    "a null key of the ending event leaves the window unknown": (
        world(UNTIL, RECEIVED), "undetermined", "", {"undetermined": 1}),
    "a disputed attestation attests nothing": (
        world(ATTESTED, event("attestation.made", "2025-06-01T00:00:00Z", statement="read"),
              conflicts=frozenset({"made"})), "undetermined", "", {"undetermined": 1}),
    "what lies before the start of the clock is open while the clock has not started": (
        world(rule({"precedence": ANSWER}, clock_from="delivered_at"),
              RECEIVED | {"delivered_at": "2025-09-01T00:00:00Z"}), "pending", "", {"pending": 1}),
    "a parameter in a condition is dated by the clock": (
        world(rule({"response": ANSWER | {"within": "$day"}}, clock_from="delivered_at",
                   for_each={"event": "order.received", "where": {"item_count": {"ge": "$most"}}},
                   parameters={"day": DAY, "most": DAY | {"type": "integer", "values": [
                       {"from": "2000-01-01", "value": 1}, {"from": "2025-06-03", "value": 5}]}}),
              RECEIVED | {"item_count": 3, "delivered_at": "2025-06-04T00:00:00Z"}), "no_instances", "", {}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_reading_holds(case: str) -> None:
    """Engine and reference evaluator give the verdict, the rule's reason and the counts that the text means."""
    made, verdict, reason, counts = CASES[case]
    result = run(made).rules[0]
    found = {str(word): number for word, number in result.counts.items() if number}
    assert (str(result.verdict), found) == (verdict, counts)
    assert not reason or str(result.reason) == reason
    assert not differences(made)
