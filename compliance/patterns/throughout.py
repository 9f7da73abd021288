"""throughout: a state, switched on and off by events, holds from the trigger to the end of a window."""

from __future__ import annotations

from compliance.engine.plan import (
    Relation,
    Scan,
    call,
    col,
    lit,
)
from compliance.patterns.coverage import Knowledge, reason_of
from compliance.patterns.exception import excepted, with_exceptions
from compliance.patterns.frame import Frame, Row
from compliance.patterns.nearest import ANY, DISPUTED, with_nearest
from compliance.patterns.verdict import Reason, Verdict
from compliance.rules.model import Throughout


def judge(frame: Frame) -> None:
    """Judges every trigger by the switches of the same keys around its window."""
    spec = frame.rule.expect.throughout
    assert spec is not None
    wanted = (*spec.match.values(), *frame.exception_fields(), spec.until_field)
    fields = tuple(dict.fromkeys(name for name in wanted if name is not None))
    names = frame.names(fields)
    dated = frame.due(frame.triggers(fields), names, spec.within, spec.until_field)
    names = (*names, "due", "due_late")
    held = frame.keep(dated)
    source, names = _switches(frame, held, names, spec)
    source, names = with_exceptions(frame, source, names)
    for row in frame.rows(source, names):
        said = _say(frame, spec, row)
        observed = row["off_next"] if said[1] is Reason.INTERRUPTED else row["on_last"]
        limit = frame.limit(spec.within)
        duration = limit.duration_at(row["t"]) if limit else None
        frame.tally.add(
            frame.outcome(
                row,
                said,
                due=row["due_late"],
                due_late=row["due_late"],
                observed=observed,
                limit=str(duration) if duration else None,
            )
        )


def _switches(frame: Frame, held: Scan, names: tuple[str, ...], spec: Throughout) -> tuple[Relation, tuple[str, ...]]:
    """Adds the latest `on` and `off` up to the trigger, the first `off` after it, and which of them are in conflict."""
    after = call("+", col("t"), lit(1))
    on, off = (spec.on, spec.match), (spec.off, spec.match)
    source, names = with_nearest(frame, held, names, on, col("t"), {"on_last": ANY, "on_conf": DISPUTED}, later=False)
    source, names = with_nearest(
        frame, frame.keep(source), names, off, col("t"), {"off_last": ANY, "off_conf": DISPUTED}, later=False
    )
    return with_nearest(
        frame, frame.keep(source), names, off, after, {"off_next": ANY, "off_next_conf": DISPUTED}, later=True
    )


def _say(frame: Frame, spec: Throughout, row: Row) -> tuple[Verdict, Reason]:
    end = row["due_late"]
    limit = frame.limit(spec.within)
    missed = frame.missed(statutory=bool(limit and limit.statutory))
    missing = frame.null_key(spec.match, row) or end is None
    off_next = row["off_next"] if not missing and row["off_next"] is not None and row["off_next"] <= end else None
    switched_off = row["off_last"] is not None and (row["on_last"] is None or row["off_last"] >= row["on_last"])
    if row["conf"] or (not missing and _decided_by_conflict(row, off_next, switched_off=switched_off)):
        return Verdict.UNDETERMINED, Reason.CONFLICT
    interrupted = off_next is not None or switched_off
    is_on = row["on_last"] is not None and not interrupted
    if (
        not missing
        and is_on
        and row["t"] <= frame.scope.as_of > end
        and _off_known(frame, spec, row, end) is Knowledge.COVERED
        and not frame.uncaptured(spec.off)
    ):
        return frame.ok(statutory=bool(limit and limit.statutory)), Reason.NONE
    if excepted(frame, row):
        return Verdict.EXCEPTED, Reason.NONE
    if missing:
        return Verdict.UNDETERMINED, Reason.FIELD_MISSING
    if row["t"] > frame.scope.as_of:
        return Verdict.PENDING, Reason.OPEN
    if interrupted:
        return frame.miss(row, Reason.INTERRUPTED, verdict=missed)
    if row["on_last"] is None:
        return _never_on(frame, spec, row, missed)
    if end >= frame.scope.as_of:
        return Verdict.PENDING, Reason.OPEN
    if frame.uncaptured(spec.off):
        return Verdict.UNDETERMINED, Reason.FIELD_NOT_CAPTURED
    return Verdict.UNDETERMINED, reason_of(_off_known(frame, spec, row, end))


def _decided_by_conflict(row: Row, off_next: int | None, *, switched_off: bool) -> bool:
    if off_next is not None:
        return bool(row["off_next_conf"] == off_next)
    if switched_off:
        return bool(row["off_conf"] == row["off_last"])
    return row["on_last"] is not None and row["on_conf"] == row["on_last"]


def _off_known(frame: Frame, spec: Throughout, row: Row, end: int) -> Knowledge:
    return frame.know(spec.off.event).knows(row["t"], end, frame.case_key(spec.off.event, spec.match, row))


def _never_on(frame: Frame, spec: Throughout, row: Row, missed: Verdict) -> tuple[Verdict, Reason]:
    if frame.uncaptured(spec.on):
        return Verdict.UNDETERMINED, Reason.FIELD_NOT_CAPTURED
    started = frame.scope.started
    start = None if started is None else min(started, row["t"])
    knowledge = frame.know(spec.on.event).knows(start, row["t"], frame.case_key(spec.on.event, spec.match, row))
    if knowledge is not Knowledge.COVERED:
        return Verdict.UNDETERMINED, reason_of(knowledge)
    return frame.miss(row, Reason.NEVER_DONE, verdict=missed)
