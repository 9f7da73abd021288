"""What the engine decides of plain misses and open waits is what the patterns say row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest

from compliance.assess.check import check
from compliance.assess.model import Assessment
from compliance.clock import from_us, parse_instant
from compliance.engine.plan import Relation
from compliance.events.dataset import Hole
from compliance.patterns import absence
from compliance.patterns.absence import Rest
from compliance.patterns.frame import Frame
from compliance.project import Project
from compliance.rules.loader import LoadedRule
from tests.assess.cases import PROFILE, SERVICE, loaded, notice
from tests.assess.logs import covered, dataset

OFFSETS = (None, -3600, -30, 0, 86_340, 86_399, 86_400, 86_430, 86_460, 86_461, 90_000, 400_000)
"""Seconds from a notice to its receipt, around nothing, the start and the limit of a day with a skew of a minute."""
DAYS = ("2026-07-01", "2026-07-20", "2026-08-10")
EXCEPTION = {
    "id": "bulk",
    "when": {"trigger": {"notifier_type": {"eq": "trusted_flagger"}}},
    "because": "A test of exceptions on the trigger.",
}
BY_EVENT = [
    {
        "id": f"told_{order}",
        "when": {"event": "notice.decided", "match": {"notice_id": "notice_id"}, "order": order} | limit,
        "because": "A test of exceptions by an event.",
    }
    for order, limit in (("after", {"within": "$limit"}), ("before", {}), ("any", {}))
]
CLOSED = {"event": "notice.withdrawn", "match": {"notice_id": "notice_id"}}
RESPONSE = {"event": "notice.receipt_confirmed", "match": {"notice_id": "notice_id"}, "within": "$limit"}
BEFORE = {"event": "notice.receipt_confirmed", "match": {"notice_id": "notice_id"}}


def _log() -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    for number, (day, offset, kind) in enumerate(product(DAYS, OFFSETS, ("individual", "trusted_flagger"))):
        case = None if offset == 0 and kind == "individual" else f"N{number}"
        told = notice(number, day, notice_id=case, notifier_type=kind)
        events.append({name: value for name, value in told.items() if value is not None})
        if offset is not None:
            moment = from_us(parse_instant(f"{day}T10:00:00Z") + offset * 1_000_000).strftime("%Y-%m-%dT%H:%M:%SZ")
            events.append({"id": f"R{number}", "type": "notice.receipt_confirmed", "time": moment, "service": "s",
                           "notice_id": f"N{number}"})  # fmt: skip
        for kind_of, every, hours in (("notice.decided", 5, 20), ("notice.withdrawn", 7, 30)):
            if number % every == 0:
                at = from_us(parse_instant(f"{day}T10:00:00Z") + (hours - number % 3 * 22) * 3_600_000_000)
                events.append({"id": f"{kind_of[7]}{number}", "type": kind_of, "time": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                               "service": "s", "notice_id": f"N{number}"})  # fmt: skip
    return sorted(events, key=lambda event: str(event["time"]))


def _judged(
    rule: LoadedRule, *, skew: str, started: bool, holes: Sequence[Hole], conflicts: frozenset[str]
) -> Assessment:
    service = SERVICE.model_copy(update={"started": date(2026, 1, 1) if started else None})
    project = Project(service=service, profile=PROFILE, skew=skew)
    log = dataset(_log(), covered("2026-01-01T00:00:00Z", "2026-07-20T12:00:00Z"),
                  covered("2026-07-20T13:00:00Z", "2026-09-01T00:00:00Z"), holes=tuple(holes))  # fmt: skip
    as_of = parse_instant("2026-08-11T00:00:00Z")
    found = check(replace(log, conflicts=conflicts), [rule], project, as_of=as_of)
    return replace(found, rules=tuple(replace(one, sql="") for one in found.rules))


def _row_by_row(_frame: Frame, rest: Rest, *_: object) -> Relation:
    return rest.table


HOLES = (
    (),
    (Hole("notice.receipt_confirmed", "N5", parse_instant("2026-07-01T00:00:00Z"), parse_instant("2026-07-03T00:00:00Z"), "f", 1, "X"),),
    (Hole("notice.receipt_confirmed", None, parse_instant("2026-07-02T09:00:00Z"), parse_instant("2026-07-02T09:59:59Z"), "f", 1, "X"),),
)  # fmt: skip


@pytest.mark.parametrize(
    "expect", [{"response": RESPONSE}, {"response": {**RESPONSE, "order": "any"}}, {"precedence": BEFORE}]
)
@pytest.mark.parametrize("exceptions", [[], [EXCEPTION, *BY_EVENT[:1]], BY_EVENT[1:]])
@pytest.mark.parametrize(("few_holes", "closed_when"), [(16, None), (0, CLOSED)])
def test_rows_counted_in_the_engine_are_those_that_the_pattern_would_decide(
    expect: dict[str, Any],
    exceptions: list[dict[str, Any]],
    few_holes: int,
    closed_when: dict[str, Any] | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With skew, refused lines, conflicts and a gap of coverage: same verdicts, counts and findings."""
    rule = loaded(expect=expect, exceptions=exceptions, closed_when=closed_when, for_each={"event": "notice.received"})
    monkeypatch.setattr(absence, "FEW_HOLES", few_holes)
    conflicts = (frozenset[str](), frozenset({"N0", "N7", "R3", "R17", "R21", "R45"}))
    settings = [
        (skew, started, HOLES[kind], conflicts[started ^ bool(kind)])
        for skew, started, kind in (
            ("PT0S", True, 0),
            ("PT60S", False, 1),
            ("PT60S", True, 2),
            ("PT0S", False, 2),
            ("PT60S", True, 0),
        )
    ]
    quick = [_judged(rule, skew=s, started=b, holes=h, conflicts=c) for s, b, h, c in settings]
    monkeypatch.setattr(Frame, "set_aside", _row_by_row)
    slow = [_judged(rule, skew=s, started=b, holes=h, conflicts=c) for s, b, h, c in settings]
    assert quick == slow
    reasons = {finding.reason for found in quick for finding in found.findings}
    assert reasons >= ({"open"} if exceptions else {"open", "late", "never_done"}) or "precedence" in expect
