"""What a bundle says of its own log, held against the events inside: cases are whole, the log is known as far as it says, queries agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from compliance.answers.cited import CASES, COVERAGE, types_of_case
from compliance.answers.recipe import REPLAY
from compliance.clock import parse_instant
from compliance.events.catalogue import catalogue
from compliance.evidence.contentcheck import ANSWER

QUERIES = "data/method/queries.json"
Event = Mapping[str, Any]


def broken_cases(
    cases: Iterable[Mapping[str, Any]], events: Sequence[Event], cited: set[str]
) -> Iterator[tuple[str, str]]:
    """File and cause where a listed case lacks an event that is inside, holds a stranger, or the case of a cited event is not listed."""
    types = catalogue().types
    by_case: dict[tuple[str, str], set[str]] = {}
    for case in cases:
        field, value = str(case["field"]), str(case["value"])
        by_case[field, value] = set(case["events"])
        whole = types_of_case(field) - {left["type"] for left in case["left_out"]}
        own = {event["id"] for event in events if event.get(field) == value}
        there = {event["id"] for event in events if event.get(field) == value and event["type"] in whole}
        for name in sorted(there - by_case[field, value])[:1]:
            yield f"data/{CASES}", f"case {field} {value!r} does not list event {name!r}, which belongs to it"
        for name in sorted(by_case[field, value] - own)[:1]:
            yield (
                f"data/{CASES}",
                f"case {field} {value!r} lists event {name!r}, which is not inside, or not of this case",
            )
    for event in events:
        field = types[event["type"]].case_field
        named = event.get(field)
        if event["id"] in cited and isinstance(named, str) and types_of_case(field) and (field, named) not in by_case:
            yield f"data/{CASES}", f"the case of the cited event {event['id']!r}, {field} {named!r}, is not listed"


def broken_horizon(answer: Event, recipe: Event, coverage: Event | None) -> Iterator[tuple[str, str]]:
    """File and cause where answer, method and coverage do not name one service, zone, and instant up to which the log was known."""
    for name in ("service", "zone"):
        if recipe[name] != answer[name]:
            yield f"data/{REPLAY}", f"the {name} is {recipe[name]!r}, {ANSWER} states {answer[name]!r}"
    known = answer["log_known_to"]
    instant = parse_instant(known) if known else None
    if recipe["known_to_us"] != instant:
        yield f"data/{REPLAY}", f"the log is known to another instant than {known or 'none'}, which {ANSWER} states"
    if coverage is not None and coverage["known_to"] != known:
        yield f"data/{COVERAGE}", f"the log is known to {coverage['known_to']}, {ANSWER} states {known or 'none'}"


def broken_queries(listed: Iterable[Event], stated: Iterable[tuple[str, Event]]) -> Iterator[tuple[str, str]]:
    """File and cause where the list of queries lacks the query of a figure that a question states."""
    known = {(entry["id"], entry["query"], str(entry["parameters"])) for entry in listed}
    for number, each in stated:
        if each["query"] and (each["id"], each["query"], str(each["parameters"])) not in known:
            yield QUERIES, f"it does not hold the query of figure {each['id']} of question {number}"
