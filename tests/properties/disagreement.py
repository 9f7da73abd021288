"""Says where the engine and the reference evaluator differ on a world, and cuts the world down to what matters."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from compliance.assess.model import FINDING_VERDICTS, Assessment, Finding
from compliance.project import Gates, Profile
from compliance.rules.model import Rule
from tests.oracle.judge import judge
from tests.oracle.world import Judgement, World, instant
from tests.properties.engine_run import run

TIMED = {"response", "never", "recurring", "reconcile", "throughout"}
"""Patterns of which the meaning says when an instance is due."""
LISTED = {verdict.value for verdict in FINDING_VERDICTS}


def differences(world: World) -> list[str]:
    """What the two say differently, one line each; empty where they agree."""
    return list(compare(judge(world), run(world), world.rule.expect.pattern))


def compare(expected: Judgement, assessment: Assessment, pattern: str) -> Iterator[str]:
    """Lines `what: expected … got …` for the rule, the counts, and each finding's verdict, reason and due."""
    result = assessment.rules[0]
    if result.verdict.value != expected.verdict:
        yield f"rule verdict: expected {expected.verdict}, got {result.verdict.value} ({result.reason})"
    elif expected.reason and result.reason != expected.reason:
        yield f"rule reason: expected {expected.reason}, got {result.reason}"
    counts = {verdict.value: number for verdict, number in result.counts.items() if number}
    if counts != expected.counts:
        yield f"counts: expected {expected.counts}, got {counts}"
    stand_ins = [finding for finding in assessment.findings if finding.trigger.startswith("gate:")]
    found = {finding.trigger: finding for finding in assessment.findings if finding not in stand_ins}
    listed = {name: one for name, one in expected.instances.items() if one.verdict in LISTED and not one.counted}
    if len(stand_ins) != any(outcome.counted for outcome in expected.instances.values()):
        yield f"one finding for all that a gate leaves in doubt: got {[one.trigger for one in stand_ins]}"
    for name in sorted(found.keys() | listed.keys()):
        one, other = listed.get(name), found.get(name)
        wanted = None if one is None else (one.verdict, one.reason)
        got = None if other is None else (other.verdict.value, other.reason.value)
        if wanted != got:
            yield f"{name}: expected {wanted}, got {got}"
        elif (
            one
            and other
            and pattern in TIMED
            and (one.due, one.due_late) != _dues(other)
            and _dues(other) != (None, None)
        ):
            yield f"{name}: due expected {(one.due, one.due_late)}, got {_dues(other)}"


def _dues(finding: Finding) -> tuple[int | None, int | None]:
    due = instant(finding.due) if finding.due else None
    late = instant(finding.due_late) if finding.due_late else None
    return due, due if late is None else late


def minimal(world: World, fails: Callable[[World], bool]) -> World:
    """A smaller world that still fails: no part of it can be left out."""
    shrunk = True
    while shrunk:
        shrunk = False
        for candidate in _smaller(world):
            if _still(candidate, fails):
                world, shrunk = candidate, True
                break
    return world


def _still(world: World, fails: Callable[[World], bool]) -> bool:
    try:
        return fails(world)
    except Exception:  # noqa: BLE001 - a world that cannot be judged at all is not a smaller one
        return False


def _smaller(world: World) -> Iterator[World]:
    for name in ("events", "statements", "holes"):
        whole = getattr(world, name)
        for index in range(len(whole)):
            yield replace(world, **{name: whole[:index] + whole[index + 1 :]})
    plain = {"conflicts": frozenset(), "captures": {}, "period": None}
    yield from (replace(world, **{name: nothing}) for name, nothing in plain.items() if getattr(world, name))
    for name, simple in {"gates": Gates(), "sources": (), "profile": Profile()}.items():
        if getattr(world.project, name) != simple:
            yield replace(world, project=world.project.model_copy(update={name: simple}))
    if world.project.skew_us:
        yield replace(world, project=world.project.model_copy(update={"skew": "PT0S"}))
    yield from (replace(world, rule=world.rule.model_copy(update=change)) for change in _simpler(world.rule))
    for index, event in enumerate(world.events):
        for name in event.keys() - {"id", "type", "time", "service"}:
            fewer = {key: value for key, value in event.items() if key != name}
            yield replace(world, events=(*world.events[:index], fewer, *world.events[index + 1 :]))


def _simpler(rule: Rule) -> Iterator[dict[str, Any]]:
    for index in range(len(rule.exceptions)):
        yield {"exceptions": rule.exceptions[:index] + rule.exceptions[index + 1 :]}
    for name in ("clock_from", "closed_when", "outer_field"):
        if getattr(rule, name) is not None:
            yield {name: None}
    if rule.for_each is not None and rule.for_each.where is not None:
        yield {"for_each": rule.for_each.model_copy(update={"where": None})}


def described(world: World) -> str:
    """The world as text that a reader can replay."""
    rule = world.rule.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
    kept = {key: rule[key] for key in ("class", "parameters", "for_each", "clock_from", "expect", "closed_when",
            "outer_field", "exceptions") if key in rule}  # fmt: skip
    for parameter in kept.get("parameters", {}).values():
        parameter.pop("because", None)
    lines = [f"rule: {json.dumps(kept)}"]
    lines += [f"event: {json.dumps(event)}" for event in sorted(world.events, key=lambda event: event["time"])]
    lines += [f"coverage: {said}" for said in world.statements]
    lines += [f"hole: {hole}" for hole in world.holes]
    service = world.project.service
    given = world.project.model_dump(mode="json", exclude_defaults=True, include={"gates", "sources", "profile"})
    lines.append(f"project: {json.dumps(given)}")
    lines.append(f"zone {service.zone} calendar {service.calendar} started {service.started} skew {world.project.skew} "
                 f"as_of {world.as_of} period {world.period} lines {world.lines} conflicts {sorted(world.conflicts)} "
                 f"captures {sorted((k, sorted(v)) for k, v in world.captures.items())}")  # fmt: skip
    return "\n".join(lines)
