"""recurring: the trigger comes again within a period (bounded existence)."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

from compliance.clock import midnight_us
from compliance.patterns.coverage import Knowledge, reason_of
from compliance.patterns.exception import excepted, with_exceptions
from compliance.patterns.frame import Frame, Row
from compliance.patterns.limit import LimitRule
from compliance.patterns.outcome import Outcome
from compliance.patterns.verdict import Reason, Verdict


def judge(frame: Frame) -> None:
    """Judges the wait that every trigger opens; triggers of such rules are few, so they are walked in order."""
    spec = frame.rule.expect.recurring
    assert spec is not None
    limit = frame.limit(spec.every)
    assert limit is not None
    fields = tuple(dict.fromkeys(frame.exception_fields()))
    names = frame.names(fields)
    held = frame.keep(frame.triggers(fields, anytime=True))
    source, names = with_exceptions(frame, held, names)
    rows = sorted(frame.rows(source, names), key=lambda row: (row["t"], row["id"]))
    for row, following in pairwise([*rows, None]):
        if row is not None and any(a <= row["t"] < b for a, b in frame.scope.windows):
            _wait(frame, limit, row, following)
    if spec.first_by is not None:
        _first(frame, spec.first_by[1:], rows)


def _wait(frame: Frame, limit: LimitRule, row: Row, following: Row | None) -> None:
    due = limit.due(row["t"])
    if due is None:
        return
    r = following["t"] if following is not None else None
    said = _say(frame, limit, row, following, due)
    belongs_at = frame.scope.as_of if said[0] is Verdict.PENDING else due[1]
    scope = frame.scope
    if scope.open_start or scope.start <= belongs_at < scope.end:
        frame.tally.add(
            frame.outcome(row, said, due=due[0], due_late=due[1], observed=r, limit=str(limit.duration_at(row["t"])))
        )


def _say(
    frame: Frame, limit: LimitRule, row: Row, following: Row | None, due: tuple[int, int]
) -> tuple[Verdict, Reason]:
    skew, as_of = frame.scope.skew, frame.scope.as_of
    r = following["t"] if following is not None else None
    if row["conf"] or (following is not None and following["conf"]):
        return Verdict.UNDETERMINED, Reason.CONFLICT
    if r is not None and r <= due[0] - skew:
        return frame.ok(statutory=limit.statutory), Reason.NONE
    if excepted(frame, row):
        return Verdict.EXCEPTED, Reason.NONE
    if r is not None and skew and (abs(r - due[0]) <= skew or abs(r - due[1]) <= skew):
        return Verdict.UNDETERMINED, Reason.CLOCK_SKEW
    if r is not None and due[0] < r <= due[1]:
        return Verdict.UNDETERMINED, Reason.DEADLINE_READINGS
    if r is None and due[1] >= as_of:
        return Verdict.PENDING, Reason.OPEN
    assert frame.rule.for_each is not None
    knowledge = frame.know(frame.rule.for_each.event).knows(row["t"], due[1], None)
    if knowledge is not Knowledge.COVERED:
        return Verdict.UNDETERMINED, reason_of(knowledge)
    return frame.miss(
        row, Reason.NEVER_DONE if r is None else Reason.LATE, verdict=frame.missed(statutory=limit.statutory)
    )


def _first(frame: Frame, name: str, rows: list[dict[str, Any]]) -> None:
    parameter = frame.rule.parameters[name]
    day = parameter.values[0].value
    day = day if isinstance(day, date) else date.fromisoformat(str(day))
    zone = frame.scope.days.zone
    start = midnight_us(day, zone)
    end = midnight_us(date.fromordinal(day.toordinal() + 1), zone) - 1
    if any(row["t"] <= end for row in rows) or not frame.in_scope(start) or start > frame.scope.as_of:
        return
    assert frame.rule.for_each is not None
    said = (Verdict.PENDING, Reason.OPEN)
    if end < frame.scope.as_of:
        started = frame.scope.started
        knowledge = frame.know(frame.rule.for_each.event).knows(started, end, None)
        said = (
            (frame.missed(statutory=str(parameter.origin) == "statutory"), Reason.NEVER_DONE)
            if knowledge is Knowledge.COVERED
            else (Verdict.UNDETERMINED, reason_of(knowledge))
        )
    frame.tally.add(
        Outcome(
            f"first:{frame.scope.service}", start, said[0], said[1], case=frame.scope.service, due=end, due_late=end
        )
    )
